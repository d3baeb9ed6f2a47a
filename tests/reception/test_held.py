"""A hold that ran out or was let go of returns to others at an instant its holder cannot know; to her, at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from legalaid.intake.models import HelpRequest
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, RestingTime
from legalaid.reception.queries import offered_starts
from legalaid.reception.refusals import HeldTooOften, SlotTaken
from legalaid.reception.rules import HOLD, HOLDS_OF_START, REST_MINUTES
from legalaid.reception.services.waitlist import tend_waitlist
from legalaid.reception.states import BookingState
from tests.reception.test_waitlist import SYSTEM, waiting
from tests.scenes import NOW, Region, at, citizen, make_region

START, MINUTE = at(12, 20), timedelta(minutes=1)
LONGEST = timedelta(minutes=REST_MINUTES[1])


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def again(request: HelpRequest, start: datetime, now: datetime) -> Booking:
    return services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=now)


def free(region: Region, now: datetime, mine: HelpRequest | None = None) -> bool:
    return START in offered_starts(authority=region.authority, branch=None, minutes=20, days=1, now=now,
                                   mine=mine.pk if mine else None)  # fmt: skip


def returns(region: Region) -> int:
    """Minutes after its end at which a hold made now is offered to others; then it is let go."""
    booking = region.held(START)
    over = NOW + HOLD
    found = next(n for n in range(REST_MINUTES[1] + 2) if free(region, over + MINUTE * n))
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.LAPSED)
    return found


def test_a_hold_returns_after_a_while_that_differs_and_no_later_than_a_cancelled_time(region: Region) -> None:
    waits = [returns(region) for _n in range(20)]
    assert len(set(waits)) > 3 and min(waits) >= REST_MINUTES[0] and max(waits) <= REST_MINUTES[1]


def test_others_cannot_take_it_meanwhile_and_she_who_held_it_can(region: Region) -> None:
    first = region.held(START)
    over, before = NOW + HOLD, Booking.objects.count()
    assert not free(region, over) and free(region, over, first.help_request)
    with pytest.raises(SlotTaken):
        region.held(START, now=over)
    assert Booking.objects.count() == before
    assert again(first.help_request, START, over).held_until == over + HOLD
    second = region.held(START, now=over + HOLD + LONGEST)
    assert second.state == BookingState.HELD


def test_she_does_not_hold_it_for_ever(region: Region) -> None:
    request = region.held(START).help_request
    moment = NOW + HOLD
    for _n in range(HOLDS_OF_START - 1):
        for minute in range(2):  # a second click on the same time is no other hold
            again(request, START, moment + MINUTE * minute)
        moment += HOLD
    before = list(Booking.objects.order_by("id").values_list("id", "state"))
    with pytest.raises(HeldTooOften):
        again(request, START, moment)
    assert list(Booking.objects.order_by("id").values_list("id", "state")) == before
    assert region.held(START, now=moment + LONGEST).state == BookingState.HELD, "now others have their turn"


def test_once_it_has_rested_and_nobody_came_she_may_hold_it_again(region: Region) -> None:
    request = region.held(START).help_request
    moment = NOW
    for _n in range(HOLDS_OF_START):
        moment += HOLD + LONGEST
        assert again(request, START, moment).state == BookingState.HELD


def test_a_time_she_let_go_of_for_another_rests_for_others_and_not_for_her(region: Region) -> None:
    request = region.held(START).help_request
    early = waiting(region, at(16, 5), 1)
    again(request, at(15, 15), NOW + MINUTE)
    resting = RestingTime.objects.get()
    assert (resting.occupies.lower, resting.left_by_id) == (START, request.pk)
    assert not free(region, NOW + MINUTE) and free(region, resting.until)
    tend_waitlist(actor=SYSTEM, now=NOW + MINUTE)
    assert not EarlierOffer.objects.exists() and early.state == BookingState.CONFIRMED, "she may still want it back"
    assert again(request, START, NOW + MINUTE * 2).during.lower == START
