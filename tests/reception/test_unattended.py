"""Booked people nobody presses a button for: who waits at home is counted and kept, who never came is missed."""

from __future__ import annotations

import pytest

from legalaid.dialogue import services as dialogue
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, Offer, Task, WaitSpan
from legalaid.reception.queries.offers import duties_on
from legalaid.reception.states import BookingState, TaskKind, WaitCause
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")


@pytest.fixture
def region() -> Region:
    region = make_region()
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    return region


def enter(booking: Booking, hour: int, minute: int) -> None:
    request = booking.help_request
    dialogue.join_waiting_room(help_request_id=request.pk, actor=citizen(request), now=at(hour, minute))
    booking.refresh_from_db()


def test_who_waits_at_home_past_her_start_is_counted_and_becomes_a_task(region: Region) -> None:
    booking = region.booked(at(10))
    enter(booking, 9, 50)
    assert booking.state == BookingState.CHECKED_IN
    services.watch_queues(actor=SYSTEM, now=at(10, 1))
    services.watch_queues(actor=SYSTEM, now=at(10, 16))
    span = WaitSpan.objects.get(help_request=booking.help_request)
    assert (span.cause, span.began_at, span.ended_at) == (WaitCause.AUTHORITY, at(10), None)
    assert Task.objects.get(kind=TaskKind.LONG_WAIT).help_request_id == booking.help_request_id
    dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(10, 17))
    span.refresh_from_db()
    assert span.ended_at == at(10, 17)
    assert not Task.objects.filter(kind=TaskKind.LONG_WAIT, closed_at=None).exists()


@pytest.mark.parametrize("here", [True, False])
def test_the_time_of_one_who_is_here_is_not_given_away(region: Region, here: bool) -> None:
    booking = region.booked(at(10), n=1)
    if here:
        enter(booking, 9, 59)
    region.queued(n=2, now=at(10, 11))
    made = services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=at(10, 11))
    assert (made, Offer.objects.count()) == ((0, 0) if here else (1, 1))
    if here:
        (duty,) = duties_on(region.authority.pk, at(10, 20))
        assert duty.clear_for is None  # her time is over: the post is free again


def test_coming_twice_is_coming_once_and_a_centre_is_the_operators_to_say(region: Region) -> None:
    booking = region.booked(at(10))
    enter(booking, 9, 50)
    enter(booking, 9, 51)
    assert JournalEntry.objects.filter(kind="booking", action="check_in").count() == 1
    there = region.booked(at(11), branch=region.branch, n=2)
    enter(there, 10, 50)
    assert there.state == BookingState.CONFIRMED


def test_a_booking_nobody_came_to_is_missed_when_its_time_is_over(region: Region) -> None:
    booking, later = region.booked(at(10), n=1), region.booked(at(11), n=2)
    services.watch_queues(actor=SYSTEM, now=at(10, 19))
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    for _again in range(2):
        services.watch_queues(actor=SYSTEM, now=at(10, 20))
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    later.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.NO_SHOW, RequestState.MISSED)
    assert later.state == BookingState.CONFIRMED
    assert JournalEntry.objects.filter(kind="booking", action="miss").count() == 1


def test_who_came_or_talks_is_never_missed_by_the_clock(region: Region) -> None:
    waits, talks = region.booked(at(10), n=1), region.booked(at(11), n=2)
    enter(waits, 9, 55)
    enter(talks, 10, 55)
    dialogue.admit(help_request_id=talks.help_request_id, actor=region.actor("expert"), now=at(11))
    services.watch_queues(actor=SYSTEM, now=at(12))
    for one in (waits, talks):
        one.refresh_from_db()
        assert one.state == BookingState.CHECKED_IN
    stale = Booking.objects.get(pk=waits.pk)
    Booking.objects.filter(pk=waits.pk).update(state=BookingState.CONFIRMED)
    stale.refresh_from_db()
    Booking.objects.filter(pk=waits.pk).update(state=BookingState.CHECKED_IN)  # she came between the look and the lock
    assert not services.close_unattended(booking=stale, actor=SYSTEM, now=at(12))
    waits.refresh_from_db()
    assert waits.state == BookingState.CHECKED_IN


@pytest.mark.parametrize("at_home", [True, False])
def test_who_came_and_was_never_received_is_called_off_some_hours_later(region: Region, at_home: bool) -> None:
    booking = region.booked(at(10), branch=None if at_home else region.branch)
    if at_home:
        enter(booking, 9, 50)
    else:
        services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(9, 50))
    services.watch_queues(actor=SYSTEM, now=at(10, 16))
    services.watch_queues(actor=SYSTEM, now=at(12, 19))
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN
    for _again in range(2):
        services.watch_queues(actor=SYSTEM, now=at(12, 20))
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.CANCELLED, RequestState.MISSED)
    span = WaitSpan.objects.get()
    assert (span.cause, span.began_at, span.ended_at) == (WaitCause.AUTHORITY, at(10), at(12, 20))
    assert Task.objects.filter(kind=TaskKind.LONG_WAIT, closed_at=None).count() == 0
    assert JournalEntry.objects.filter(kind="booking", action="cancel").count() == 1


def test_one_who_is_received_at_last_is_not_called_off(region: Region) -> None:
    booking = region.booked(at(10))
    enter(booking, 9, 50)
    dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(12, 19))
    services.watch_queues(actor=SYSTEM, now=at(13))
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN
    assert not services.close_unreceived(booking=booking, actor=SYSTEM, now=at(13))
    booking.help_request.refresh_from_db()
    assert booking.help_request.state == RequestState.IN_DIALOGUE


@pytest.mark.parametrize("way", ["left", "cancelled"])
def test_who_went_away_does_not_wait_on_in_the_figures(region: Region, way: str) -> None:
    booking = region.booked(at(10))
    enter(booking, 9, 50)
    services.watch_queues(actor=SYSTEM, now=at(10, 16))
    assert WaitSpan.objects.get().ended_at is None
    if way == "left":
        services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(10, 30))
    else:
        she = citizen(booking.help_request)
        services.cancel(help_request_id=booking.help_request_id, actor=she, now=at(10, 30))
    assert WaitSpan.objects.get().ended_at == at(10, 30)
    assert Task.objects.get(kind=TaskKind.LONG_WAIT).closed_at == at(10, 30)
