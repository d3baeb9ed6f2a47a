"""Interpreters: booked with a dialogue, told of it, led into it, and let go without anybody being left alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Participant
from legalaid.directory.models import Interpreter
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.reception import services
from legalaid.reception.interpreter_links import interpreter_token
from legalaid.reception.models import Booking
from legalaid.reception.refusals import SlotTaken
from tests.scenes import NOW, ZONE, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")


@pytest.fixture
def region() -> Region:
    return make_region(posts=2)


def interpreter(name: str = "Анаит Саркисян", **change: object) -> Interpreter:
    fields = {"language": "hy", "timezone": ZONE, "hours": WEEK, "email": f"i{Interpreter.objects.count()}@example.org",
              "phone": "+79281110000"} | change  # fmt: skip
    return Interpreter.objects.create(name=name, **fields)


def booked(region: Region, hour: int = 11, n: int = 1) -> Booking:
    request = region.draft(story="Работала в колхозе")
    services.say_needs(help_request_id=request.pk, needs=[], interpreter="hy", actor=citizen(request), now=NOW)
    services.hold(help_request_id=request.pk, start=at(hour), branch_id=None, actor=citizen(request), now=NOW)
    return services.confirm_booking(help_request_id=request.pk, name="Гаяне", phone=f"892812345{n:02d}", email="",
                                    consent=True, actor=citizen(request), now=NOW)  # fmt: skip


def told(person: Interpreter) -> list[str]:
    rows = Message.objects.filter(to__in=[person.email, person.phone], about__startswith="interpreter:")
    return list(rows.order_by("id").values_list("subject", flat=True))


def test_she_is_told_when_where_and_nothing_of_the_citizen(region: Region) -> None:
    person = interpreter()
    booking = booked(region)
    assert booking.interpreter == person
    letter, text = Message.objects.filter(about__startswith="interpreter:").order_by("id")
    link = f"/interpreter/{interpreter_token(booking)}/"
    for words in ("армянский", "23 ноября", "11:00", link):
        assert words in letter.body
    assert link in text.body
    assert b"BEGIN:VEVENT" in bytes(letter.attachment)
    assert not any("Гаяне" in one.body or "колхозе" in one.body for one in (letter, text))


def test_a_move_and_a_cancellation_reach_her(region: Region) -> None:
    person, request = interpreter(phone=""), booked(region).help_request
    services.move_booking_to(help_request_id=request.pk, start=at(14), actor=citizen(request), now=NOW)
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    assert [re.sub(r":.*", "", one) for one in told(person)] == ["Нужен переводчик", "Нужен переводчик",
                                                                "Переводчик не нужен"]  # fmt: skip
    assert "14:00" in told(person)[1]


def test_a_move_that_takes_another_lets_the_first_go(region: Region) -> None:
    morning = interpreter("Утренняя", hours=dict.fromkeys(WEEK, "09:00-12:00"), phone="")
    evening = interpreter("Дневная", hours=dict.fromkeys(WEEK, "13:00-18:00"), phone="")
    booking = booked(region)
    assert booking.interpreter == morning
    old = interpreter_token(booking)
    services.move_booking_to(help_request_id=booking.help_request_id, start=at(14),
                             actor=citizen(booking.help_request), now=NOW)  # fmt: skip
    assert told(morning)[-1].startswith("Переводчик не нужен") and "11:00" in told(morning)[-1]
    assert told(evening)[-1].startswith("Нужен переводчик") and "14:00" in told(evening)[-1]
    booking.refresh_from_db()
    assert Client().get(f"/interpreter/{old}/").status_code == 404
    assert Client().get(f"/interpreter/{interpreter_token(booking)}/").status_code == 200


def test_who_does_not_work_is_not_offered(region: Region) -> None:
    person = interpreter()
    services.stop_interpreter(interpreter_id=person.pk, actor=region.actor("office"), now=NOW)
    with pytest.raises(SlotTaken):
        booked(region)
    assert not Booking.objects.exists()
    services.resume_interpreter(interpreter_id=person.pk, actor=region.actor("office"), now=NOW)
    assert booked(region).interpreter == person


def test_her_bookings_go_to_another_or_she_stays(region: Region) -> None:
    person, office = interpreter("Первая", phone=""), region.actor("office")
    booking = booked(region)
    before = (JournalEntry.objects.count(), Message.objects.count())
    with pytest.raises(services.InterpreterRefused, match=str(booking.help_request.number)):
        services.stop_interpreter(interpreter_id=person.pk, actor=office, now=NOW)
    person.refresh_from_db()
    assert person.working
    assert (JournalEntry.objects.count(), Message.objects.count()) == before

    interpreter("Занята", hours=dict.fromkeys(WEEK, "15:00-18:00"))
    other = interpreter("Вторая", phone="")
    assert services.stop_interpreter(interpreter_id=person.pk, actor=office, now=NOW) == 1
    booking.refresh_from_db()
    assert (booking.interpreter, booking.sequence) == (other, 1)
    assert told(person)[-1].startswith("Переводчик не нужен")
    assert told(other)[-1].startswith("Нужен переводчик")
    assert services.stop_interpreter(interpreter_id=person.pk, actor=office, now=NOW) == 0


def test_only_the_office_keeps_them(region: Region) -> None:
    person = interpreter()
    details = services.InterpreterDetails("Имя", "hy", ZONE, WEEK, email="a@example.org")
    for who in ("operator", "expert", "coordinator"):
        actor = region.actor(who)
        with pytest.raises(NotFound):
            services.add_interpreter(details=details, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            services.set_interpreter(interpreter_id=person.pk, details=details, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            services.stop_interpreter(interpreter_id=person.pk, actor=actor, now=NOW)
    assert list(Interpreter.objects.values_list("name", "working")) == [("Анаит Саркисян", True)]


def test_her_link_leads_in_once_the_dialogue_is_live_and_to_the_same_place_again(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter()
    booking, now = booked(region), at(10, 58)
    monkeypatch.setattr(timezone, "now", lambda: now)
    url, first, second = f"/interpreter/{interpreter_token(booking)}/", Client(), Client()
    assert "ещё не начался" in first.get(url).content.decode()
    assert first.post(url).url == url
    assert not Participant.objects.filter(role="interpreter").exists()

    services.start_duty(authority_id=region.authority.pk, post_id=booking.post_id, actor=region.actor("expert"),
                        now=now)  # fmt: skip
    dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=now)
    assert "Войти" in first.get(f"{url}status/", headers={"HX-Request": "true"}).content.decode()
    entered = first.post(url)
    person = Participant.objects.get(role="interpreter")
    assert entered.url == f"/guest/{person.pk}/"
    assert (person.name, person.seat is not None) == ("Анаит Саркисян", True)
    assert first.get(entered.url).status_code == 200
    assert second.post(url).url == entered.url
    assert Participant.objects.filter(role="interpreter").count() == 1

    dialogue.end(dialogue_id=person.dialogue_id, actor=region.actor("expert"), now=now + timedelta(minutes=5))
    assert "Разговор завершён" in first.get(url).content.decode()
    assert first.post(url).url == url


@pytest.mark.parametrize("forged", ["1-1.aaaa", "x", "1-1", "%D1%8F", "1-2.МНЕ"])
def test_a_forged_link_is_an_unknown_page(region: Region, forged: str) -> None:
    interpreter()
    booked(region)
    assert Client().get(f"/interpreter/{forged}/").status_code == 404
    assert Client().post(f"/interpreter/{forged}/").status_code == 404
    assert not Participant.objects.exists()
