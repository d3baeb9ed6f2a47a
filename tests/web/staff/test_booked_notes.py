"""What an expert says to the booked person she will receive next, and why it takes longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.intake.links import token_for
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, WaitingNote, WaitSpan
from legalaid.reception.queue_refusals import NotWaiting
from legalaid.reception.states import DelayReason, WaitCause
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")
START = at(10, 15)
Spans = list[tuple[str, datetime, datetime | None]]


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


def of(region: Region, who: str = "expert") -> Client:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client


def came(region: Region) -> Booking:
    booking = region.booked(START, branch=region.branch)
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 10))
    return booking


def explain(region: Region, booking: Booking, now: datetime, reason: DelayReason = DelayReason.TECHNICS) -> None:
    dialogue.explain_delay(
        help_request_id=booking.help_request_id, reason=reason, actor=region.actor("expert"), now=now
    )


def spans() -> Spans:
    return list(WaitSpan.objects.order_by("id").values_list("cause", "began_at", "ended_at"))


def test_both_forms_stand_beside_one_who_has_come_and_reach_her(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = came(region)
    monkeypatch.setattr(timezone, "now", lambda: at(10, 12))
    client, card = of(region), f"/expert/card/{booking.help_request_id}"
    page = client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    assert f'action="{card}/note/"' in page and f'action="{card}/delay/"' in page
    client.post(f"{card}/note/", {"phrase": "Приглашу вас через 5 минут."})
    client.post(f"{card}/delay/", {"reason": "technics"})
    words = Client().get(f"/z/{token_for(booking.help_request_id)}/").content.decode()
    assert "Приглашу вас через 5 минут." in words and "Неполадка со связью" in words
    assert spans() == [(WaitCause.TECHNICS, START, None)]
    services.watch_queues(actor=SYSTEM, now=at(10, 16))
    assert spans() == [(WaitCause.TECHNICS, START, None)], "the minute's job begins no second wait"


def test_one_who_is_due_and_has_not_come_reads_it_on_her_page(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    booking = region.booked(START)
    monkeypatch.setattr(timezone, "now", lambda: at(10, 16))
    client, card = of(region), f"/expert/card/{booking.help_request_id}"
    assert f'action="{card}/delay/"' in client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    client.post(f"{card}/delay/", {"reason": "technics"})
    client.post(f"{card}/note/", {"text": "Скоро начнём"})
    words = Client().get(f"/z/{token_for(booking.help_request_id)}/").content.decode()
    assert "Неполадка со связью" in words and "Скоро начнём" in words
    assert "Специалист видит, что вы пришли" not in words
    assert spans() == [(WaitCause.TECHNICS, START, None)]


@pytest.mark.parametrize("minutes", [0, 74])
def test_before_her_time_one_who_has_not_come_is_told_nothing(
    region: Region, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    booking = region.booked(START)
    before, now = JournalEntry.objects.count(), NOW + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: now)
    client, card = of(region), f"/expert/card/{booking.help_request_id}"
    assert f"{card}/delay/" not in client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    with pytest.raises(NotWaiting):
        explain(region, booking, now)
    answer = client.post(f"{card}/delay/", {"reason": "technics"}, follow=True)
    assert str(NotWaiting.text) in answer.content.decode()
    assert not WaitingNote.objects.exists() and not spans() and JournalEntry.objects.count() == before


def test_one_who_is_received_is_told_nothing_and_her_time_is_what_she_waited(region: Region) -> None:
    booking = came(region)
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=at(10, 10))
    explain(region, booking, at(10, 12))
    dialogue.receive(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(10, 20))
    stood: Spans = [(WaitCause.TECHNICS, START, at(10, 20))]
    assert spans() == stood
    with pytest.raises(NotWaiting):
        explain(region, booking, at(10, 21))
    assert spans() == stood and WaitingNote.objects.count() == 1


def test_a_delay_that_did_not_come_about_is_no_wait(region: Region) -> None:
    booking = came(region)
    explain(region, booking, at(10, 11))
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=at(10, 12))
    dialogue.receive(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(10, 13))
    assert spans() == []


def test_another_time_takes_the_announced_delay_away(region: Region) -> None:
    booking = came(region)
    explain(region, booking, at(10, 11))
    services.move_booking_to(
        help_request_id=booking.help_request_id, start=at(12), actor=citizen(booking.help_request), now=at(10, 12)
    )
    assert spans() == []


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_never_came_waited_at_nobody_elses_expense(region: Region, by_hand: bool) -> None:
    booking = region.booked(START)
    explain(region, booking, at(10, 16))
    if by_hand:
        services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(11))
    else:
        services.watch_queues(actor=SYSTEM, now=at(11))
    assert spans() == [(WaitCause.CITIZEN, START, at(11))]
