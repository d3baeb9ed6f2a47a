"""A term is half-open on the clocks of the authority: its last day counts, the midnight after does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.directory.agreement_rules import term_of, term_words
from legalaid.directory.models import Agreement
from legalaid.directory.queries import bookable, is_covered, overdue_agreements
from legalaid.kernel.clock import local_day
from legalaid.reception import services as reception
from legalaid.reception.models import Booking
from legalaid.reception.queries.orphans import orphaned_bookings
from legalaid.reception.refusals import TopicNotCovered
from tests.scenes import Region, at, citizen, make_region

FIRST, LAST = date(2026, 11, 24), date(2026, 11, 27)
TICK = timedelta(microseconds=1)
ZONES = ["Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok", "Asia/Kamchatka"]


def region_with_term(zone: str, first: date, last: date | None) -> Region:
    region = make_region()
    region.authority.timezone = zone
    region.authority.save()
    Agreement.objects.filter(pk=region.agreement.pk).update(valid_from=first, valid_until=last)
    return region


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def is_bookable(region: Region, start: datetime, now: datetime) -> bool:
    found = bookable(topic_code=region.topic.code, branch_id=None, start=start, now=now)
    assert found is not None
    return found.covered


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_the_boundary_moments_on_the_clocks_of_the_authority(zone: str) -> None:
    region = region_with_term(zone, FIRST, LAST)
    begins, over = midnight(FIRST, zone), midnight(LAST + timedelta(days=1), zone)
    assert term_of(FIRST, LAST, zone) == (begins, over)
    for moment, inside in ((begins - TICK, False), (begins, True), (over - TICK, True), (over, False)):
        assert is_bookable(region, moment, moment) is inside, moment
        day = local_day(moment, zone)
        assert is_covered(topic_id=region.topic.pk, authority_id=region.authority.pk, branch_id=None, today=day,
                          day=day) is inside  # fmt: skip
    # A start within the term is not bookable before it, nor one after it within.
    assert not is_bookable(region, begins, begins - TICK)
    assert not is_bookable(region, over, over - TICK)
    assert overdue_agreements(over - TICK) == []
    assert overdue_agreements(over) == [region.agreement]


@pytest.mark.django_db(transaction=True)
def test_the_last_day_is_booked_and_the_next_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    region = region_with_term("Europe/Moscow", date(2026, 1, 1), LAST)
    last_minute = datetime(2026, 11, 27, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Rostov
    assert region.held(at(17, day=27), now=at(9, day=27))
    asked = region.draft(now=last_minute)
    before = list(Booking.objects.order_by("id").values_list())
    for now in (at(9, day=27), last_minute, last_minute + timedelta(seconds=1)):
        with pytest.raises(TopicNotCovered):
            reception.hold(help_request_id=asked.pk, start=at(9, day=28), branch_id=None, actor=citizen(asked), now=now)
    assert list(Booking.objects.order_by("id").values_list()) == before


@pytest.mark.django_db
def test_a_booking_of_the_last_day_needs_no_decision_one_of_the_next_does() -> None:
    region = region_with_term("Europe/Moscow", date(2026, 1, 1), None)
    region.booked(at(17, 30, day=27), n=1)
    next_day = region.booked(at(9, day=28), n=2)
    assert orphaned_bookings(at(9)) == []
    Agreement.objects.filter(pk=region.agreement.pk).update(valid_until=LAST)
    assert orphaned_bookings(at(9)) == [next_day]


@given(
    zone=st.sampled_from(ZONES), length=st.integers(0, 400), moment=st.datetimes(
        datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), open_ended=st.booleans(),  # noqa: DTZ001
)  # fmt: skip
def test_days_inclusive_and_moments_half_open_are_the_same_term(
    zone: str, length: int, moment: datetime, open_ended: bool
) -> None:
    last = None if open_ended else FIRST + timedelta(days=length)
    begins, over = term_of(FIRST, last, zone)
    day = local_day(moment, zone)
    assert (begins <= moment and (over is None or moment < over)) == (day >= FIRST and (last is None or day <= last))


@pytest.mark.django_db
def test_it_is_said_as_people_say_it() -> None:
    from django.utils import translation

    with translation.override("ru"):
        assert term_words(FIRST, date(2026, 12, 31)) == "с 24 ноября 2026 года по 31 декабря 2026 года включительно"
        assert term_words(FIRST, None) == "с 24 ноября 2026 года бессрочно"
