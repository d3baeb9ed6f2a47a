"""The main road in a real browser whose scripts are off: an old telephone, a library's computer, a line too thin."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People
from tests.e2e.test_queue import FRIDGE, a_phone, introduce

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_she_books_moves_and_cancels_without_any_script(people: People) -> None:
    citizen = people.arrive(phone=True, script=False)
    page = citizen.page
    citizen.go("/")
    page.get_by_label("Расскажите, что случилось").fill(FRIDGE)
    page.get_by_role("button", name="Найти, кто поможет").click()
    page.locator("button[value='consumer.defect']").first.click()
    page.wait_for_url("**/topic/")
    page.get_by_role("link", name="Выбрать время").click()
    page.locator("button[name=start]:visible").last.click()
    link = introduce(citizen, "Вера Степановна", a_phone())

    citizen.go(link)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Разговор")
    citizen.shot("citizen-40-without-script")
    first = page.locator(".now-title").inner_text()
    page.get_by_role("link", name="Перенести").click()
    page.locator("button[name=start]:visible").first.click()
    if "/move/" in page.url:
        page.get_by_role("button", name=re.compile("Перенести|Да")).first.click()
    citizen.go(link)
    assert page.locator(".now-title").inner_text() != first

    page.get_by_role("link", name="Отменить заявку").click()
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.locator("main")).to_contain_text(re.compile("отменена", re.IGNORECASE))
