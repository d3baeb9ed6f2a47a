"""The desk in a real browser: registration by the keyboard alone, the telephone, and a screen that slept."""

from __future__ import annotations

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import People
from tests.e2e.test_journey import note
from tests.e2e.test_queue import SOON, a_phone, book_at_desk, introduce, number_of, tell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
KEY = 60
"""Milliseconds between two keys of somebody who types all day."""
READS = 1.2
"""Seconds the operator looks at what has appeared before she goes on."""
GOAL = 60
"""Seconds: product.md, the registration of a visitor."""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(KEY)


def write(page: Page, text: str) -> None:
    page.keyboard.type(text, delay=KEY)


def focused(page: Page) -> str:
    """What the keyboard would act on now: the id, name or text of the element."""
    found: str = page.evaluate("(({id, name, innerText}) => id || name || innerText.trim())(document.activeElement)")
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is at `wanted`, four stops at most, or the way is awkward."""
    for _ in range(4):
        press(page, "Tab")
        if re.search(wanted, focused(page)):
            return
    pytest.fail(f"Tab does not come to {wanted}; it is at {focused(page)}")


def test_a_visitor_is_registered_within_a_minute_by_the_keyboard_alone(people: People) -> None:
    operator = people.arrive("operator")
    operator.go("/desk/new/")
    page, began = operator.page, time.monotonic()
    assert focused(page) == "id_story"
    write(page, "Пенсионерка, а мне налог на гараж и на землю прислали, раньше не платила")
    expect(page.locator("[id^=found-]").first).to_be_visible()
    time.sleep(READS)
    tab_to(page, "^found-")
    press(page, "Enter")
    # The chosen topic leads on to the first free time by itself.
    expect(page.locator("input[name=start]").first).to_be_focused()
    time.sleep(READS)
    press(page, "ArrowDown", "ArrowUp")
    tab_to(page, "id_name")
    write(page, "Раиса Тихоновна")
    tab_to(page, "id_phone")
    write(page, a_phone())
    tab_to(page, "id_consent")
    press(page, "Space")
    time.sleep(READS)
    press(page, "Enter")
    page.wait_for_url("**/desk/slip/**")
    seconds = time.monotonic() - began
    expect(page.locator(".slip")).to_contain_text("61-")
    note("registration_by_keyboard_ms", round(1000 * seconds))
    assert seconds <= GOAL

    # And the next one, still without the mouse: a mistake is named, nothing typed is lost.
    page.get_by_role("link", name="Следующий посетитель").focus()
    press(page, "Enter")
    page.wait_for_url("**/desk/new/")
    write(page, "Пени за что-то")
    tab_to(page, "^find$")
    page.locator("#id_name").focus()
    press(page, "Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_story")).to_have_value("Пени за что-то")
    operator.shot("desk-7-refused")


def test_words_typed_while_a_search_runs_are_looked_up_too(people: People) -> None:
    operator = people.arrive("operator")
    operator.go("/desk/new/")
    page, slow = operator.page, 4000

    def hold_the_first(route: Route) -> None:
        page.wait_for_timeout(slow)
        route.continue_()

    page.route("**/desk/new/", hold_the_first, times=1)
    # She stops to think: the search for a beginning that says nothing is under way when she goes on.
    with page.expect_request("**/desk/new/"):
        write(page, "Добрый день")
    write(page, ", налог на гараж и на землю прислали")
    expect(page.locator("[id^=found-]", has_text="налог").first).to_be_visible(timeout=SOON)


def test_she_moves_her_time_by_her_link_and_the_desk_for_who_telephones(people: People) -> None:
    citizen, operator = people.arrive(phone=True), people.arrive("operator")
    page = citizen.page
    tell(citizen, "Отключили свет за долг 12 тысяч, двое маленьких детей, зима", "housing.disconnect")
    page.get_by_role("link", name="Выбрать время").click()
    page.locator("button[name=start]").first.click()
    phone = a_phone()
    link = introduce(citizen, "Людмила Фёдоровна", phone)
    number = number_of(citizen, link)
    citizen.shot("citizen-26-status")
    before = page.locator(".now-title").inner_text()
    page.get_by_role("link", name="Перенести").click()
    citizen.shot("citizen-27-move")
    page.locator("button.slot:visible").last.click()
    page.wait_for_url(f"**{link}")
    expect(page.locator(".now-title")).not_to_have_text(before)
    moved = page.locator(".now-title").inner_text()
    page.get_by_role("link", name="Хочу раньше").click()
    citizen.shot("citizen-28-earlier")
    citizen.go(link)

    # She telephones: nothing is said before she has said who she is.
    desk = operator.page
    operator.go("/desk/call/")
    operator.shot("desk-8-call")
    write(desk, number)
    press(desk, "Tab")
    write(desk, f"{(int(phone[-4:]) + 1) % 10_000:04d}")
    press(desk, "Enter")
    expect(desk.locator(".error-summary")).to_be_focused()
    expect(desk.locator("main")).not_to_contain_text("Людмила")
    desk.get_by_label(re.compile("Последние 4 цифры")).fill(phone[-4:])
    press(desk, "Enter")
    desk.wait_for_url("**/desk/request/**")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Людмила Фёдоровна")
    operator.shot("desk-9-request")
    desk.get_by_role("link", name="Перенести").click()
    operator.shot("desk-10-move")
    desk.locator("button.slot:visible").nth(1).click()
    expect(desk.get_by_text("Время изменено. Гражданину отправлено сообщение.")).to_be_visible()

    # Her own page, which slept meanwhile, follows.
    expect(page.locator(".now-title")).not_to_have_text(moved, timeout=SOON)
    desk.get_by_text("Отменить заявку").click()
    desk.get_by_role("button", name="Да, отменить").click()
    expect(desk.locator("main")).to_contain_text("Заявка отменена")
    expect(page.get_by_role("status")).to_contain_text(re.compile("отменена", re.IGNORECASE), timeout=SOON)


def test_a_screen_that_slept_catches_up_by_itself(people: People) -> None:
    operator, other = people.arrive("operator"), people.arrive("operator")
    operator.go("/desk/")
    operator.context.set_offline(True)
    number = book_at_desk(other, "Анатолий Лукич", "Боюсь, насчитали лишнего налога при продаже квартиры", "taxes.sale")
    now = datetime.now(ZoneInfo("Europe/Moscow"))
    today = re.search(rf"\b{now.day} [а-я]+", other.page.locator(".slip").inner_text())
    operator.context.set_offline(False)
    if today:
        expect(operator.page.locator("main")).to_contain_text(number, timeout=SOON)
    else:  # late in the evening the first time is tomorrow's, which the board of today does not show: it is awake again
        expect(operator.page.locator("live-region[data-live=live]").first).to_be_attached(timeout=SOON)
    operator.shot("desk-11-board")
