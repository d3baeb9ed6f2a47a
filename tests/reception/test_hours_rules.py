"""When a post receives, against a slow and obvious model and the real calendar."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.kernel.clock import effective_weekday, is_short_day, local_period
from legalaid.kernel.period import Period
from legalaid.reception.hours_rules import Extra, Span, merged, normal_week, open_periods, replan, without_end
from legalaid.reception.rules import Hours

ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Europe/Volgograd", "Asia/Kamchatka")
SINCE = date(2024, 1, 1)


def week(*spans: tuple[int, int, int]) -> list[Hours]:
    return [Hours(day, time(opens), time(closes), SINCE, None) for day, opens, closes in spans]


def hours(found: list[Period]) -> list[tuple[int, int]]:
    """Local hours of Moscow."""
    return [(p.start.hour + 3, p.end.hour + 3) for p in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-11-01", [(9, 13), (14, 17)]),  # works Monday's hours, short: Monday 3 November was before a holiday
        ("2025-11-03", []),
        ("2026-12-31", []),
        ("2025-03-07", [(10, 15)]),  # Friday before 8 March
        ("2026-11-09", [(9, 13), (14, 18)]),
        ("2024-12-28", [(9, 13), (14, 18)]),  # works Monday 30 December's hours, and that was a full day
    ],
)
def test_real_days_of_the_calendar(day: str, expected: list[tuple[int, int]]) -> None:
    rows = week((0, 9, 13), (0, 14, 18), (4, 10, 16), (5, 10, 11), (3, 9, 18))
    assert hours(open_periods(rows, [], [date.fromisoformat(day)], "Europe/Moscow")) == expected


def test_a_short_day_takes_an_hour_though_its_last_period_is_shorter() -> None:
    rows = [*week((4, 9, 13)), Hours(4, time(14), time(14, 30), SINCE, None)]
    assert [(p.start.hour, p.end.hour, p.end.minute) for p in open_periods(rows, [], [date(2025, 3, 7)], "UTC")] == [
        (9, 12, 30)
    ]


def test_extra_hours_are_added_as_drawn_even_on_a_holiday() -> None:
    extra = [Extra(date(2026, 11, 4), time(10), time(12)), Extra(date(2026, 11, 9), time(12), time(15))]
    rows = week((0, 9, 13), (2, 9, 13))
    days = [date(2026, 11, 4), date(2026, 11, 9)]
    assert hours(open_periods(rows, extra, days, "Europe/Moscow")) == [(10, 12), (9, 15)]


@pytest.mark.parametrize(("zone", "offset"), [*zip(ZONES, (2, 3, 3, 12), strict=True)])
def test_hours_are_on_the_clocks_of_the_authority(zone: str, offset: int) -> None:
    (found,) = open_periods(week((0, 9, 13)), [], [date(2026, 11, 23)], zone)
    assert found.start == datetime(2026, 11, 23, 9, tzinfo=UTC) - timedelta(hours=offset)


def test_volgograd_kept_its_own_clock_until_december_2020() -> None:
    rows = [Hours(0, time(9), time(10), date(2020, 1, 1), None)]
    before, after = open_periods(rows, [], [date(2020, 12, 14), date(2021, 1, 11)], "Europe/Volgograd")
    assert before.start == datetime(2020, 12, 14, 5, tzinfo=UTC)
    assert after.start == datetime(2021, 1, 11, 6, tzinfo=UTC)


spans = st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 8)).map(
    lambda s: Hours(s[0], time(s[1]), time(min(23, s[1] + s[2])), SINCE, None)
)
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(st.lists(spans, max_size=6), days, st.sampled_from(ZONES))
def test_a_day_is_the_union_of_its_rows_less_the_short_hour(rows: list[Hours], day: date, zone: str) -> None:
    found = open_periods(rows, [], [day], zone)
    for one, two in pairwise(found):
        assert one.end < two.start
    own = [local_period(day, row.opens, row.closes, zone) for row in rows if row.weekday == effective_weekday(day)]
    ticks = {p.start + timedelta(hours=n) for p in own for n in range(int((p.end - p.start) / timedelta(hours=1)))}
    kept = sorted(ticks)[: len(ticks) - (1 if is_short_day(day) else 0)] if ticks else []
    assert sum(((p.end - p.start) for p in found), timedelta()) == timedelta(hours=len(kept))
    assert all(any(p.start <= tick < p.end for p in found) for tick in kept)


minute = st.integers(0, 600)
START = datetime(2026, 11, 23, tzinfo=UTC)
periods = st.lists(
    st.tuples(minute, st.integers(1, 200)).map(lambda p: Period.lasting(START + timedelta(minutes=p[0]), p[1])),
    max_size=6,
)


@given(periods, st.integers(0, 300))
def test_merging_and_cutting_lose_nothing_else(given_: list[Period], cut: int) -> None:
    whole = merged(given_)
    left = without_end(whole, timedelta(minutes=cut))
    total = sum((p.end - p.start for p in whole), timedelta())
    assert sum((p.end - p.start for p in left), timedelta()) == max(timedelta(), total - timedelta(minutes=cut))
    assert all(any(w.contains(p) for w in whole) for p in left)


drawn = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 46), st.integers(1, 8)).map(
        lambda s: Span(
            s[0], time(s[1] // 2, 30 * (s[1] % 2)), time(min(47, s[1] + s[2]) // 2, 30 * ((s[1] + s[2]) % 2))
        )
    ),
    max_size=12,
).map(lambda spans: [span for span in spans if span.opens < span.closes])


@given(drawn)
def test_a_drawn_week_has_no_overlapping_spans(week_drawn: list[Span]) -> None:
    found = normal_week(week_drawn)
    for one, two in pairwise(found):
        assert one.weekday < two.weekday or one.closes < two.opens
    for day in range(7):
        for half in range(48):
            moment = time(half // 2, 30 * (half % 2))
            assert on(week_drawn, day, moment) == on(found, day, moment)


def on(spans_: list[Span], day: int, moment: time) -> bool:
    return any(span.weekday == day and span.opens <= moment < span.closes for span in spans_)


some_day = st.dates(date(2026, 11, 2), date(2026, 12, 27))


@given(drawn, drawn, some_day, st.one_of(st.none(), st.integers(0, 30)), some_day, st.one_of(st.none(), some_day))
def test_redrawing_changes_the_asked_days_and_no_other(
    first: list[Span], second: list[Span], since: date, days_: int | None, again: date, again_until: date | None
) -> None:
    until = None if days_ is None else since + timedelta(days=days_)
    start = replan([], first, date(2026, 11, 1), None)
    middle = replan(start, second, since, until)
    rows = replan(middle, first, again, max(again, again_until) if again_until else None)
    for day in (date(2026, 11, 1) + timedelta(days=n) for n in range(70)):
        inside = since <= day and (until is None or day <= until)
        redrawn = again <= day and (again_until is None or day <= max(again, again_until))
        expected = first if redrawn or not inside else second
        own = sorted((row.opens, row.closes) for row in rows if row.on(day))
        assert own == [(s.opens, s.closes) for s in normal_week(expected) if s.weekday == day.weekday()]
