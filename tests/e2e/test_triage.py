"""From plain words to a topic in a real browser: one question, telephones in danger, a date, two requests."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import People, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]


def tell(citizen: Person, story: str) -> None:
    citizen.go("/")
    citizen.page.get_by_label("Расскажите, что случилось").fill(story)
    citizen.page.get_by_role("button", name="Найти, кто поможет").click()


def test_one_question_separates_two_close_topics(people: People) -> None:
    citizen = people.arrive()
    tell(citizen, "нужны алименты")
    expect(citizen.page.get_by_role("heading", level=1)).to_have_text("Суд уже назначил алименты?", timeout=20_000)
    citizen.shot("triage-1-question")
    citizen.page.get_by_role("button", name=re.compile("Нет, хочу подать")).click()
    citizen.page.wait_for_url("**/topic/")
    expect(citizen.page.get_by_role("heading", level=1)).to_have_text("Подать на алименты на ребёнка")


def test_danger_stands_above_the_topics(people: People) -> None:
    citizen = people.arrive()
    tell(citizen, "муж бьёт меня и детей, хочу развестись")
    expect(citizen.page.get_by_role("link", name=re.compile("112"))).to_be_visible()
    citizen.shot("triage-2-danger")


def test_the_deadline_is_counted_and_shown(people: People) -> None:
    citizen = people.arrive()
    tell(citizen, "меня уволили 20 дней назад за прогул которого не было")
    citizen.shot("triage-3-topics")
    citizen.page.get_by_role("button", name=re.compile("Незаконное увольнение")).click()
    expect(citizen.page.get_by_text("успеть нужно до")).to_be_visible()
    citizen.shot("triage-4-deadline")


def test_two_troubles_and_nothing_at_all(people: People) -> None:
    citizen = people.arrive()
    story = "Соседи сверху затопили кухню и не платят за ремонт. Ещё у меня пенсия в этом месяце не пришла на карту."
    tell(citizen, story)
    expect(citizen.page.get_by_text("Похоже, у вас два вопроса")).to_be_visible()
    citizen.shot("triage-5-two")
    tell(citizen, "здравствуйте помогите")
    expect(citizen.page.get_by_role("button", name=re.compile("соедините с оператором"))).to_be_visible()
    citizen.shot("triage-6-nothing")
