"""An interpreter from the office's list to the live dialogue: added, asked for, booked, told, let in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People, Person, Product
from tests.e2e.test_journey import confirm_name, end_dialogue
from tests.e2e.test_queue import (
    DISMISSED,
    OTHER,
    SOON,
    a_phone,
    enter_room,
    experts,
    introduce,
    number_of,
    sit_down,
    tell,
)  # fmt: skip

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
__all__ = ["experts"]


def add_interpreter(office: Person) -> None:
    office.go("/office/interpreters/")
    office.page.get_by_role("link", name="Добавить").click()
    office.page.get_by_label("Имя и фамилия").fill("Анаит Саркисян")
    office.page.get_by_label("Язык", exact=True).select_option("hy")
    office.page.get_by_label("Электронная почта").fill("anait@demo.invalid")
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        office.page.locator(f"#id_{day}_from").fill("00:00")
        office.page.locator(f"#id_{day}_to").fill("23:55")
    office.page.get_by_role("button", name="Сохранить").click()
    expect(office.page.get_by_role("heading", level=1)).to_have_text("Анаит Саркисян")
    office.shot("office-30-interpreter")
    office.go("/office/interpreters/")
    office.shot("office-31-interpreters")


def test_an_interpreter_comes_by_the_link_of_her_booking(
    people: People,
    product: Product,
    experts: list[Person],
) -> None:
    add_interpreter(people.arrive("office"))
    citizen = people.arrive(phone=True)
    tell(citizen, DISMISSED, "labour.final")
    citizen.page.get_by_role("link", name="Выбрать время").click()
    citizen.page.locator("summary").filter(has_text="вход без ступеней").click()
    citizen.page.get_by_label("Разговор на другом языке").select_option("hy")
    citizen.page.get_by_role("button", name="Учесть это").click()
    citizen.page.locator("button[name=start]:visible").first.click()
    link = introduce(citizen, "Гаяне Арамовна", a_phone())
    product.begin_in(number_of(citizen, link), 1)

    interpreter = people.arrive(phone=True)
    interpreter.go(product.link_of_interpreter())
    expect(interpreter.page.get_by_role("heading", name="Разговор ещё не начался")).to_be_visible()
    interpreter.shot("interpreter-1-waits")

    enter_room(citizen, link)
    expert = sit_down(people, experts, OTHER)
    row = expert.page.locator(".person").filter(has_text="Гаяне Арамовна")
    row.get_by_role("link", name="Открыть карточку").click()
    expect(expert.page.get_by_text("Переводчик записан:")).to_be_visible()
    expert.shot("expert-7-card-with-interpreter")
    expert.page.get_by_role("button", name="Принять").click()
    confirm_name(expert)

    # Her page has opened the way in by itself; inside she is seen and heard by both.
    interpreter.page.get_by_role("button", name="Войти").click(timeout=SOON)
    interpreter.page.wait_for_url("**/guest/**")
    interpreter.page.get_by_role("button", name="Войти").click()
    for person in (expert, citizen, interpreter):
        person.wait_for_media()
    expect(expert.page.get_by_text(re.compile("Анаит Саркисян")).first).to_be_visible()
    expert.shot("expert-8-with-interpreter")
    end_dialogue(expert)
    expect(interpreter.page.get_by_role("heading", name=re.compile("Разговор завершён|Спасибо"))).to_be_visible()
