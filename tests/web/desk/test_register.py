"""A visitor registered on one screen: what is written, remembered, refused."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from legalaid.directory.models import Booth, Interpreter, Topic
from legalaid.directory.states import Language
from legalaid.intake.models import HelpRequest, ThirdParty, TopicChoice
from legalaid.journal.models import JournalEntry
from legalaid.reception.models import Booking
from legalaid.triage.terms import TERMS
from tests.scenes import NOW, Region, at, of

pytestmark = pytest.mark.django_db


def form(region: Region, **given: str) -> dict[str, str]:
    return {
        "story": "Не засчитали стаж", "topic": region.topic.code, "name": "Анна Петровна", "phone": "8 928 123-45-67",
        "consent": "on", "start": at(10, 15).isoformat(), "submission": "a" * 32, "book": "1",
    } | given  # fmt: skip


def test_the_page_opens_empty_with_the_cursor_in_the_story(region: Region) -> None:
    page = of(region).get("/desk/new/")
    assert page.status_code == 200
    (story,) = re.findall(r"<textarea[^>]*>", page.content.decode())
    assert 'id="id_story"' in story and "autofocus" in story


def test_needs_and_the_third_party_are_written_down_with_the_visitor(region: Region) -> None:
    Interpreter.objects.create(
        name="Переводчик", language=Language.RSL, timezone="Europe/Moscow", hours={"mon": "09:00-17:00"}
    )
    Booth.objects.filter(pk=region.booths[1].pk).update(step_free=True)
    answer = of(region).post("/desk/new/", form(
        region, needs="step_free", interpreter="rsl", out_of_turn="on", deadline_on="2026-11-25",
        behalf_name="Пётр", behalf_relation="child", behalf_phrase="Синий ёж",
    ))  # fmt: skip
    assert answer.status_code == 302
    request = HelpRequest.objects.get()
    assert (request.needs, request.interpreter, request.out_of_turn) == (["step_free"], "rsl", True)
    assert request.deadline_on is not None
    booking = Booking.objects.get()
    assert booking.interpreter is not None
    assert booking.booth is not None
    assert booking.booth == region.booths[1]
    party = ThirdParty.objects.get()
    assert party.relation == "child"
    assert "ёж" not in party.phrase


def test_the_page_carries_what_was_offered_and_the_choice_is_remembered_with_the_visitor(region: Region) -> None:
    looked = {"story": "мне не засчитали годы стажа в колхозе", "find": "1"}
    page = of(region).post("/desk/new/", looked, headers={"HX-Request": "true"}).content.decode()
    shown = re.search(r'name="offered" value="([^"]*)"', page)
    assert shown is not None
    assert not TopicChoice.objects.exists()  # looking is no choice

    of(region).post("/desk/new/", form(region, offered=shown[1], asked="1"))

    choice = TopicChoice.objects.get()
    assert choice.help_request == HelpRequest.objects.get()
    assert (choice.offered, choice.chosen, choice.asked) == (shown[1].split(), region.topic.code, True)


@pytest.mark.parametrize("offered", ["<b>", "мой рассказ", "a.b c.d e.f g.h", "x" * 200])
def test_only_codes_are_remembered_as_offered(region: Region, offered: str) -> None:
    of(region).post("/desk/new/", form(region, offered=offered))
    assert TopicChoice.objects.get().offered == []


def test_a_refused_registration_remembers_no_choice(region: Region) -> None:
    of(region).post("/desk/new/", form(region, offered=region.topic.code, name=""))
    assert not TopicChoice.objects.exists() and not HelpRequest.objects.exists()


def test_the_last_day_is_counted_from_the_visitors_words_and_a_typed_one_goes_first(region: Region) -> None:
    topic = Topic.objects.filter(pk=region.topic.pk)
    topic.update(code="labour.dismissal")
    told = {"story": "уволили 20 дней назад", "topic": "labour.dismissal"}
    page = of(region).post("/desk/new/", told | {"find": "1"}, headers={"HX-Request": "true"}).content.decode()
    day = TERMS["labour.dismissal"].last_day(NOW.date() - timedelta(days=20))
    assert f"{day:%Y}" in page and "успеть до" in page

    of(region).post("/desk/new/", form(region, **told))
    assert HelpRequest.objects.get().deadline_on == day

    second = {"submission": "b" * 32, "start": at(11, 15).isoformat(), "phone": "8 928 123-45-99", "name": "Вера"}
    of(region).post("/desk/new/", form(region, **told, **second, deadline_on="2026-11-25"))
    assert {one.deadline_on for one in HelpRequest.objects.all()} == {day, date(2026, 11, 25)}


def test_a_time_taken_meanwhile_comes_back_as_the_refusal_and_the_times_that_are_free(region: Region) -> None:
    script = {"HX-Request": "true"}
    for number in range(2):  # both posts, at two booths
        given = form(region, submission=f"{number}" * 32, phone=f"8 928 123-45-{number}7", name=f"Анна {number}")
        answer = of(region).post("/desk/new/", given, headers=script)
        assert answer.headers["HX-Redirect"].startswith("/desk/slip/")
    before = (HelpRequest.objects.count(), Booking.objects.count(), JournalEntry.objects.count())

    answer = of(region).post("/desk/new/", form(region, submission="b" * 32, name="Вера", phone=""), headers=script)

    words = answer.content.decode()
    assert answer.status_code == 200 and "Это время только что заняли" in words
    assert 'id="id_start"' in words and 'hx-swap-oob="true"' in words
    assert at(10, 15).isoformat() not in words and 'name="start"' in words  # others are offered, it is not
    assert "<form" not in words and 'id="id_name"' not in words  # what was typed stays as it is on the page
    assert (HelpRequest.objects.count(), Booking.objects.count(), JournalEntry.objects.count()) == before


def test_any_other_refusal_brings_the_whole_form_back_with_what_was_typed(region: Region) -> None:
    answer = of(region).post("/desk/new/", form(region, name=""), headers={"HX-Request": "true"})
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#register", "#register")
    assert (
        "Не засчитали стаж" in answer.content.decode() and "Напишите, как к вам обращаться" in answer.content.decode()
    )
    assert not HelpRequest.objects.exists()


def test_a_third_party_without_a_relation_is_refused_and_nothing_is_written(region: Region) -> None:
    page = of(region).post("/desk/new/", form(region, behalf_name="Пётр")).content.decode()
    assert "кем представитель приходится" in page
    assert "Анна Петровна" in page  # nothing typed is lost
    assert not HelpRequest.objects.exists()
    assert not Booking.objects.exists()
