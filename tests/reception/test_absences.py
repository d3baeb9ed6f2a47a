"""Absences of a post: what they touch, and what has passed, which they leave as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period, subtract
from legalaid.reception import services
from legalaid.reception.hours_refusals import BookingsTouched, HoursRefused, ReasonMissing
from legalaid.reception.models import Closure
from legalaid.reception.queries.hours import receiving
from legalaid.reception.services import Decision
from legalaid.reception.states import BookingState
from tests.reception.test_hours import MONDAY, everything
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region(posts=2)


def test_an_absence_told_late_begins_now_and_leaves_the_past(region: Region) -> None:
    day = date(2026, 11, 24)
    before = receiving(region.posts, [MONDAY, day], "Europe/Moscow")
    begun, later = region.booked(at(10, 15, day=24)), region.booked(at(12, 15, day=24), n=2)
    now = at(10, 20, day=24)
    told: dict[str, Any] = {"post_ids": [post.pk for post in region.posts], "during": Period(at(3), at(18, day=24)),
                            "reason": "Болезнь", "actor": region.actor("coordinator"), "now": now}  # fmt: skip
    kept = everything()
    with pytest.raises(BookingsTouched) as refused:
        services.add_absence(**told, decisions={})
    assert [one.booking_id for one in refused.value.touched] == [later.pk]
    assert everything() == kept
    written = services.add_absence(**told, decisions={later.pk: Decision("keep")})
    assert written == Period(now, at(18, day=24))
    after = receiving(region.posts, [MONDAY, day], "Europe/Moscow")
    for post in region.posts:
        assert after[post.pk] == subtract(before[post.pk], [written])
        assert any(one.end == now for one in after[post.pk])
    begun.refresh_from_db()
    assert begun.state == BookingState.CONFIRMED


def test_an_absence_touches_bookings_and_may_be_taken_back(region: Region) -> None:
    actor = region.actor("coordinator")
    booking = region.booked(at(10, 15))
    morning = Period(at(9), at(13))
    before = everything()
    with pytest.raises(BookingsTouched):
        services.add_absence(post_ids=[booking.post_id], during=morning, reason="Учёба", decisions={}, actor=actor,
                             now=NOW)  # fmt: skip
    with pytest.raises(ReasonMissing):
        services.add_absence(post_ids=[booking.post_id], during=morning, reason=" ", decisions={}, actor=actor, now=NOW)
    with pytest.raises(HoursRefused):
        services.add_absence(post_ids=[booking.post_id], during=Period(at(9, day=20), at(9, day=21)), reason="Учёба",
                             decisions={}, actor=actor, now=NOW)  # fmt: skip
    assert everything() == before
    services.add_absence(post_ids=[booking.post_id], during=morning, reason="Учёба", actor=actor, now=NOW,
                         decisions={booking.pk: Decision("move")})  # fmt: skip
    (closure,) = Closure.objects.all()
    with pytest.raises(NotFound):
        services.remove_absence(closure_id=closure.pk, actor=region.actor("stranger"), now=NOW)
    services.remove_absence(closure_id=closure.pk, actor=actor, now=NOW)
    assert not Closure.objects.exists()


def test_an_absence_that_goes_on_ends_now_and_one_that_is_over_stays(region: Region) -> None:
    actor, post = region.actor("coordinator"), region.posts[0]
    services.add_absence(post_ids=[post.pk], during=Period(at(9), at(18)), reason="Болезнь", decisions={}, actor=actor,
                         now=at(8))  # fmt: skip
    closure = Closure.objects.get()
    services.remove_absence(closure_id=closure.pk, actor=actor, now=at(12))
    closure.refresh_from_db()
    assert (closure.during.lower, closure.during.upper) == (at(9), at(12))
    with pytest.raises(NotFound):
        services.remove_absence(closure_id=closure.pk, actor=actor, now=at(13))
    assert Closure.objects.get() == closure
