"""A time instead of the live queue, or after a talk that did not happen: the same request, nothing told again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Agreement
from legalaid.directory.states import AgreementState
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.reception import services
from legalaid.reception.models import Booking, Offer, Ticket, WaitSpan
from legalaid.reception.refusals import SlotTaken, SlotTooSoon, TooManyBookings, TopicNotCovered
from legalaid.reception.states import BookingState, OfferState, TicketState
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    found = make_region()
    services.start_duty(authority_id=found.authority.pk, post_id=None, actor=found.actor("expert"), now=NOW)
    return found


def stand() -> tuple[Any, ...]:
    return (
        list(HelpRequest.objects.order_by("id").values_list("state", "branch")),
        list(Ticket.objects.order_by("id").values_list("state")),
        list(Booking.objects.order_by("id").values_list("state", "during")),
        Message.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def take(request: HelpRequest, hour: int = 15, **other: Any) -> Booking:
    asked = {"start": at(hour), "branch_id": None, "actor": citizen(request), "now": NOW + timedelta(minutes=1)}
    return services.take_time_instead(help_request_id=request.pk, **(asked | other))


def test_who_waits_takes_a_time_and_gives_up_her_place(region: Region) -> None:
    request, behind = region.queued(n=1), region.queued(n=2)
    services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=NOW)
    assert Offer.objects.get().ticket.help_request_id == request.pk  # she is just being called
    booking = take(request)
    request.refresh_from_db()
    assert (booking.state, booking.during.lower, request.state) == (
        BookingState.CONFIRMED, at(15), RequestState.AGREED
    )  # fmt: skip
    assert booking.citizen_id == request.citizen_id
    assert Ticket.objects.get(help_request=request).state == TicketState.LEFT
    assert not WaitSpan.objects.filter(help_request=request, ended_at=None).exists()
    assert Offer.objects.filter(ticket__help_request=request, state=OfferState.OPEN).count() == 0
    services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=NOW + timedelta(minutes=1))
    assert Offer.objects.get(state=OfferState.OPEN).ticket.help_request_id == behind.pk
    assert take(request).pk == booking.pk  # sent twice, done once
    assert Booking.objects.count() == 1


def test_who_lost_her_place_or_missed_her_time_takes_another(region: Region) -> None:
    lost = region.queued(n=1)
    services.watch_queues(actor=SYSTEM, now=NOW + timedelta(minutes=20))
    lost.refresh_from_db()
    assert lost.state == RequestState.MISSED
    take(lost, now=NOW + timedelta(minutes=21))
    missed = region.booked(at(10), n=2)
    services.mark_no_show(booking_id=missed.pk, actor=region.actor("operator").answering(missed.help_request_id),
                          now=at(10, 10))  # fmt: skip
    take(missed.help_request, 16, now=at(10, 11))
    assert set(HelpRequest.objects.values_list("state", flat=True)) == {RequestState.AGREED}
    missed.refresh_from_db()
    assert missed.state == BookingState.NO_SHOW  # what was, stays written


@pytest.mark.parametrize("why", ["taken", "soon", "covered", "too_many", "elsewhere"])
def test_a_refusal_leaves_her_place_as_it_was(region: Region, why: str) -> None:
    request = region.queued(n=1)
    other: dict[str, Any] = {}
    refusal: type[Exception] = SlotTaken
    if why == "taken":
        region.booked(at(15), n=2)
    elif why == "soon":
        other, refusal = {"start": NOW + timedelta(minutes=5)}, SlotTooSoon
    elif why == "covered":
        Agreement.objects.update(state=AgreementState.ENDED)
        refusal = TopicNotCovered
    elif why == "too_many":
        for hour in (10, 11, 12):
            region.booked(at(hour), n=1)
        refusal = TooManyBookings
    else:
        other, refusal = {"branch_id": 0}, NotFound
    before = stand()
    with pytest.raises(refusal):
        take(request, **other)
    assert stand() == before


def test_strangers_and_finished_requests_are_refused(region: Region) -> None:
    request, other = region.queued(n=1), region.booked(at(11), n=2).help_request
    before = stand()
    for actor in (citizen(other), region.actor("stranger"), region.actor("expert")):
        with pytest.raises(NotFound):
            take(request, actor=actor)
    with pytest.raises(RequestMovedOn):
        take(other)  # she has a time: moving it is another thing
    assert stand() == before


def test_a_visitor_of_a_centre_gets_a_booth_by_the_operator(region: Region) -> None:
    request = region.at_desk(None)
    with pytest.raises(NotFound):
        take(request, actor=region.actor("operator"))  # a visitor of a centre is not received from home
    booking = take(request, actor=region.actor("operator"), branch_id=region.branch.pk)
    assert booking.booth is not None
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    second = region.at_desk(None, n=2)
    page = client.get(f"/desk/request/{second.pk}/").content.decode()
    assert "Записать на время вместо очереди" in page
    answer = client.post(f"/desk/request/{second.pk}/move/", {"start": at(16).isoformat()})
    assert answer.status_code == 302
    second.refresh_from_db()
    assert second.state == RequestState.AGREED


def test_by_her_link_without_a_script(region: Region) -> None:
    request = region.queued()
    link = f"/z/{token_for(request.pk)}/"
    page = Client().get(link).content.decode()
    assert "Выбрать время вместо очереди" in page
    page = Client().get(link + "move/").content.decode()
    assert "Место в очереди останется за вами" in page
    assert Client().post(link + "move/", {"where": "home", "start": at(15).isoformat()}).status_code == 302
    page = Client().get(link).content.decode()
    assert "Разговор 23 ноября, понедельник, 15:00" in page
    assert "Перенести" in page
    assert Message.objects.count() >= 1  # she is told as of any booking
