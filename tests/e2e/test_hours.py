"""Hours drawn with the mouse and with the keyboard, and the hall's screen, in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import People

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def drag(page: Page, start: str, end: str) -> None:
    """Press on one cell and let go on another, as a hand does."""
    boxes = [page.locator(f'[data-place="{place}"]').bounding_box() for place in (start, end)]
    first, last = ((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box)
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last, steps=6)
    page.mouse.up()


def test_a_coordinator_draws_a_week(people: People) -> None:
    coordinator = people.arrive("coordinator")
    page = coordinator.page
    coordinator.go("/authority/")
    expect(page.get_by_text("во вторник не хватает 3 ч")).to_be_visible()
    coordinator.shot("authority-1-week")
    page.get_by_label("Название поста").fill(f"Я {time.time_ns()}")
    page.get_by_role("button", name="Добавить пост").click()
    page.get_by_role("link", name="Следующая неделя").click()
    expect(page.get_by_role("grid")).to_be_visible()
    drag(page, "0 2", "2 7")  # Monday to Wednesday, 09:00 to 12:00
    expect(page.locator(".hours-said")).to_contain_text("09:00–12:00")
    page.locator('[data-place="3 4"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".hours-said")).to_contain_text("10:00–11:00")
    coordinator.shot("authority-2-drawn")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("button", name="Переименовать").click(no_wait_after=True)
    expect(page.locator('[data-on="all"]')).to_have_count(3 * 6 + 2)
    assert asked == ["beforeunload"]
    page.get_by_label("Только").check()
    page.get_by_role("button", name="Сохранить часы").click()
    expect(page.get_by_text("Часы сохранены")).to_be_visible()
    expect(page.locator('[data-on="all"]')).to_have_count(3 * 6 + 2)
    page.get_by_role("link", name="Следующая неделя").click()
    expect(page.locator('[data-on="all"]')).to_have_count(0)


def test_the_halls_screen_stands_by_itself(people: People) -> None:
    hall = people.arrive()
    hall.go("/board/rostov-lenin/")
    page = hall.page
    expect(page.get_by_role("heading", level=1)).to_have_text("МФЦ Ленинского района г. Ростова-на-Дону")
    expect(page.locator("live-region")).to_have_attribute("data-live", "live")
    page.get_by_role("button", name="Включить звук").click()
    expect(page.get_by_role("button", name="Звук включён")).to_be_visible()
    for name, size in (("lying", (1920, 1080)), ("standing", (1080, 1920))):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollHeight") == size[1], name
    hall.shot("board-1-hall")
