"""A room of several: the name before the pictures, a second authority by offer, a pause, words aside, a hand-over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People, Person
from tests.e2e.test_journey import end_dialogue, on_reception
from tests.e2e.test_queue import FIRST, OTHER, SOON, enter_room, join_queue, offer_to

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]
# Whether all words of a pause lie inside the stage that holds them.
WHOLE = """(held) => {
  const stage = held.closest('.stage').getBoundingClientRect();
  return [...held.querySelectorAll('p')].filter((one) => one.checkVisibility())
    .every((one) => one.getBoundingClientRect().top >= stage.top && one.getBoundingClientRect().bottom <= stage.bottom);
}"""
PICTURES = "[...document.querySelectorAll('.face video, .face audio')].filter(one => one.srcObject).length"
ASIDE = "Между нами: похоже на невыплату зарплаты"


def open_panel(person: Person, name: str) -> None:
    button = person.page.get_by_role("button", name=name, exact=True)
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def in_panel(person: Person, summary: str) -> None:
    """Unfold a part of the participants' panel, whatever it was before."""
    open_panel(person, "Участники")
    details = person.page.locator(".room-people details", has_text=summary).first
    if details.get_attribute("open") is None:
        details.locator("summary").click()


def names_before_pictures(expert: Person, citizen: Person) -> None:
    """She is called in; nobody sees anybody until the name is right."""
    citizen.page.get_by_role("button", name="Я на месте, жду").click()
    expect(citizen.page.locator("[data-part=last-word]")).to_have_text("Специалист увидит: Я на месте, жду.")
    card = offer_to(expert, "Лидия Сергеевна")
    citizen.shot("room-1-waiting")
    card.get_by_role("button", name="Принять").click()
    expert.page.wait_for_url("**/expert/dialogue/**")
    expert.page.get_by_role("button", name="Спросить имя").click()
    expect(citizen.page.locator(".waiting-name")).to_have_text("Лидия Сергеевна", timeout=SOON)
    expect(citizen.page.locator("[data-part=last-word]")).to_contain_text("Назовите, пожалуйста")
    citizen.shot("room-2-received-citizen")
    citizen.page.get_by_role("button", name="Да, это я").click()
    expect(expert.page.locator("[data-part=last-word]")).to_contain_text("Да, это я")
    expert.shot("room-2-received-expert")
    for person in (expert, citizen):
        assert person.page.evaluate(PICTURES) == 0, "a picture of somebody else before the name was confirmed"
    expert.page.get_by_role("button", name="Имя верно, начать разговор").click()
    for person in (expert, citizen):
        person.wait_for_media()


def test_second_authority_comes_by_offer_and_takes_over(people: People) -> None:
    expert, other, citizen = people.arrive(FIRST), people.arrive(OTHER), people.arrive(phone=True)
    for person in (expert, other):
        on_reception(person)
    link = join_queue(citizen, "Лидия Сергеевна")
    enter_room(citizen, link)
    names_before_pictures(expert, citizen)

    in_panel(expert, "Позвать ещё")
    choice = expert.page.locator("#invite-authority option", has_text=re.compile("труд", re.IGNORECASE))
    expert.page.locator("#invite-authority").select_option(choice.first.get_attribute("value"))
    expert.page.get_by_role("button", name="Позвать", exact=True).click()
    expect(expert.page.get_by_text(re.compile("Зовём: "))).not_to_have_count(0)
    other.go("/expert/")
    card = other.page.locator(".call-card", has_text="Вас зовёт в разговор")
    expect(card).to_be_visible(timeout=SOON)
    card.get_by_role("button", name="Войти в разговор").click()
    other.page.wait_for_url("**/expert/dialogue/**")
    for person in (other, citizen, expert):
        expect(person.page.locator(".face")).to_have_count(2, timeout=SOON)
        person.wait_for_media(40)
    expert.shot("room-4-three-expert")
    citizen.shot("room-4-three-citizen")

    talk_aside(expert, other, citizen)
    pause(expert, citizen)
    hand_over(expert, other, citizen)
    expect(citizen.page.locator(".face")).to_have_count(2)
    end_dialogue(other)
    expect(citizen.page.get_by_role("heading", name="Разговор завершён")).to_be_visible()
    expect(expert.page.get_by_role("heading", name="Разговор завершён")).to_be_visible()


def talk_aside(expert: Person, other: Person, citizen: Person) -> None:
    """Experts write to each other; the citizen's page never hears of it."""
    open_panel(expert, "Участники")
    expert.page.locator("[data-part=aside-field]").fill(ASIDE)
    expert.page.locator("[data-part=aside-field]").press("Enter")
    open_panel(other, "Участники")
    expect(other.page.locator("[data-part=aside-log]")).to_contain_text(ASIDE)
    assert ASIDE not in citizen.page.content()


def pause(expert: Person, citizen: Person) -> None:
    in_panel(expert, "Сделать паузу")
    expert.page.get_by_label("Или своими словами").fill("Уточняю срок в законе")
    expert.page.locator(".people-hold").get_by_role("button", name="Сделать паузу").click()
    held = citizen.page.locator("[data-part=held]")
    expect(held).to_contain_text("Уточняю срок в законе")
    expect(held).to_contain_text("Продолжим не позже")
    citizen.page.locator("[data-part=chat-toggle]").click()  # the panel below leaves the pause less room
    assert held.evaluate(WHOLE), "words of the pause are cut off"
    citizen.shot("room-6-held-citizen")
    citizen.page.locator("[data-part=chat-toggle]").click()
    silent = loudness(citizen)
    expert.page.get_by_role("button", name="Продолжить разговор").click()
    expect(held).to_be_hidden()
    citizen.wait_for_media()
    assert silent < loudness(citizen) / 20, "somebody was heard during the pause"


def loudness(person: Person) -> float:
    """What is heard in two seconds: the device that stands for a microphone beeps every second."""
    person.page.wait_for_timeout(1_000)  # whatever was on its way has arrived
    before = person.received()["energy"]
    person.page.wait_for_timeout(2_000)
    return person.received()["energy"] - before


def hand_over(expert: Person, other: Person, citizen: Person) -> None:
    in_panel(expert, "Действия")
    expert.page.get_by_role("button", name="Передать ведение").first.click()
    expect(other.page.get_by_label("Что делать")).to_be_visible(timeout=SOON)  # the memo is hers now
    expect(expert.page.get_by_label("Что делать")).to_have_count(0, timeout=SOON)
    expect(citizen.page.locator("[data-part=log]")).to_contain_text("Теперь разговор ведёт")
    for person in (other, citizen):
        person.wait_for_media(40)
