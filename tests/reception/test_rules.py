"""The arithmetic of free time, against a slow and obvious model."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from legalaid.kernel.clock import is_holiday, local_period
from legalaid.kernel.period import Period, subtract
from legalaid.reception.free_rules import Span, held_by_one, less, starts_in
from legalaid.reception.hours_rules import open_periods
from legalaid.reception.rules import Hours, branch_periods

DAY = datetime(2026, 11, 23, tzinfo=UTC)
minutes = st.integers(0, 600)


def period(a: int, b: int) -> Period:
    low, high = sorted((a, b))
    return Period(DAY + timedelta(minutes=low), DAY + timedelta(minutes=high + 1))


periods = st.lists(st.builds(period, minutes, minutes), max_size=6)


def covered(found: list[Period]) -> set[int]:
    return {m for m in range(620) if any(p.start <= DAY + timedelta(minutes=m) < p.end for p in found)}


@given(periods, periods)
def test_subtract_takes_out_exactly_what_is_busy(free: list[Period], busy: list[Period]) -> None:
    assert covered(subtract(free, busy)) == covered(free) - covered(busy)


def span(a: int, b: int) -> Span:
    low, high = sorted((a, b))
    return low, high + 1


spans = st.lists(st.builds(span, minutes, minutes), max_size=6)
DAY_OPEN = [(0, 610)]


def within(found: list[Span]) -> set[int]:
    return {m for m in range(620) if any(start <= m < end for start, end in found)}


@given(spans, spans)
def test_less_takes_out_exactly_what_is_busy(wanted: list[Span], busy: list[Span]) -> None:
    apart = less(DAY_OPEN, less(DAY_OPEN, wanted))  # the same minutes without an overlap
    assert within(less(apart, busy)) == within(wanted) - within(busy)


@given(spans, st.integers(5, 60), minutes)
def test_starts_fit_and_leave_the_buffer(wanted: list[Span], length: int, earliest: int) -> None:
    apart = less(DAY_OPEN, less(DAY_OPEN, wanted))
    found = starts_in(apart, length, 5, earliest)
    for start in found:
        assert start >= earliest
        assert any(low <= start and start + length <= high for low, high in apart)
    for one, two in pairwise(found):
        assert two - one >= length + 5 or not any(low <= one and two < high for low, high in apart)


@given(st.lists(spans, max_size=3), st.sets(minutes), st.integers(1, 60))
def test_a_start_is_held_when_one_resource_is_free_throughout(
    busy: list[list[Span]], starts: set[int], length: int
) -> None:
    free = [less(DAY_OPEN, taken) for taken in busy]
    assert held_by_one(sorted(starts), length, free) == [
        start for start in sorted(starts)
        if any(low <= start and start + length <= high for one in free for low, high in one)
    ]  # fmt: skip


def test_hours_hold_for_their_weekday_and_their_term() -> None:
    row = Hours(0, time(9), time(18), date(2026, 11, 1), date(2026, 11, 23))
    days = [date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 23), date(2026, 11, 30)]
    found = open_periods([row], [], days, "Europe/Moscow")
    assert [p.start.day for p in found] == [16, 23]
    assert found[0].start == datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def test_holidays_of_the_production_calendar_are_not_worked() -> None:
    assert is_holiday(date(2026, 11, 4))
    row = Hours(2, time(9), time(18), date(2026, 1, 1), None)
    assert open_periods([row], [], [date(2026, 11, 4)], "Europe/Moscow") == []
    assert branch_periods({"wed": "09:00-18:00"}, [date(2026, 11, 4)], "Europe/Moscow") == []


def test_on_a_working_saturday_a_branch_is_open_as_on_the_exchanged_weekday_or_by_hours_of_its_own() -> None:
    saturday = date(2025, 11, 1)  # worked instead of Monday, 3 November
    (open_,) = branch_periods({"mon": "09:00-18:00", "sat": ""}, [saturday], "Europe/Moscow")
    assert open_ == local_period(saturday, time(9), time(17), "Europe/Moscow"), "short, as the day exchanged for it"
    (own,) = branch_periods({"mon": "09:00-18:00", "sat": "10:00-14:00"}, [saturday], "Europe/Moscow")
    assert own == local_period(saturday, time(10), time(14), "Europe/Moscow")
    assert branch_periods({"mon": "09:00-18:00"}, [date(2025, 11, 8)], "Europe/Moscow") == []


def test_on_the_eve_of_a_holiday_a_branch_closes_an_hour_earlier_unless_it_says_otherwise() -> None:
    eve, zone = date(2026, 11, 3), "Europe/Moscow"  # Tuesday
    (open_,) = branch_periods({"tue": "08:00-18:00"}, [eve], zone)
    assert open_ == local_period(eve, time(8), time(17), zone)
    (usual,) = branch_periods({"tue": "08:00-18:00"}, [eve - timedelta(days=1), eve - timedelta(days=7)], zone)
    assert usual == local_period(eve - timedelta(days=7), time(8), time(18), zone)
    for text, hours in (("08:00-18:00", (8, 18)), ("09:00-13:00", (9, 13))):
        (own,) = branch_periods({"tue": "08:00-18:00", "eve": text}, [eve], zone)
        assert own == local_period(eve, time(hours[0]), time(hours[1]), zone)
    assert branch_periods({"tue": "08:00-09:00"}, [eve], zone) == [], "an hour less is nothing"
    assert branch_periods({"mon": "08:00-18:00", "eve": "08:00-12:00"}, [eve], zone) == [], "a day off stays one"


def test_zones_are_counted_on_their_own_clocks() -> None:
    far = local_period(date(2026, 11, 23), time(9), time(10), "Asia/Kamchatka")
    near = local_period(date(2026, 11, 23), time(9), time(10), "Europe/Kaliningrad")
    assert near.start - far.start == timedelta(hours=10)
