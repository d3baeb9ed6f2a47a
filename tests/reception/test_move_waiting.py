"""The duty officer moves somebody who came at her time and is received by nobody to a live queue."""

from __future__ import annotations

import pytest

from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import NotFound
from legalaid.reception import services
from legalaid.reception.models import Booking, Ticket, WaitSpan
from legalaid.reception.queue_refusals import NotWaiting
from legalaid.reception.refusals import NobodyOnReception
from legalaid.reception.states import BookingState, PlaceReason
from tests.scenes import Region, at, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region(posts=2)


def come(region: Region) -> Booking:
    """A visitor booked for 10:15 who is here."""
    request = region.at_desk(at(10, 15))
    return services.check_in(booking_id=Booking.objects.get(help_request=request).pk, actor=region.actor("operator"),
                             now=at(10, 5))  # fmt: skip


def move(region: Region, booking: Booking, minute: int, who: str = "duty_officer") -> Ticket:
    return services.move_waiting(help_request_id=booking.help_request_id, topic_code=region.topic.code,
                                 actor=region.actor(who), now=at(10, minute))  # fmt: skip


def test_she_stands_first_and_her_time_is_free_for_others(region: Region) -> None:
    booking = come(region)
    services.watch_queues(actor=region.actor("duty_officer"), now=at(10, 20))
    free = next(post for post in region.posts if post.pk != booking.post_id)
    services.start_duty(authority_id=region.authority.pk, post_id=free.pk, actor=region.actor("expert"), now=at(10, 20))
    ticket = move(region, booking, 25)
    assert ticket.reason == PlaceReason.RETURNED
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.CANCELLED, RequestState.QUEUED)
    assert WaitSpan.objects.filter(help_request=booking.help_request, ended_at=None).count() == 1


@pytest.mark.parametrize(
    ("minute", "who", "on_duty", "refusal"),
    [
        (14, "duty_officer", True, NotWaiting),
        (25, "expert", True, NotFound),
        (25, "operator", True, NotFound),
        (25, "duty_officer", False, NobodyOnReception),
    ],
)
def test_a_refusal_leaves_her_time(
    region: Region, minute: int, who: str, on_duty: bool, refusal: type[Exception]
) -> None:
    booking = come(region)
    if on_duty:
        services.start_duty(authority_id=region.authority.pk, post_id=region.posts[1].pk, now=at(10),
                            actor=region.actor("expert"))  # fmt: skip
    before = JournalEntry.objects.count()
    with pytest.raises(refusal):
        move(region, booking, minute, who)
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.CHECKED_IN, RequestState.AGREED)
    assert (Ticket.objects.count(), JournalEntry.objects.count()) == (0, before)
