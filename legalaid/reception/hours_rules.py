"""When a post receives: its week, single days beside it and the production calendar. Pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from legalaid.kernel.clock import effective_weekday, is_short_day, local_period
from legalaid.kernel.period import Period
from legalaid.reception.rules import SHORTER, Hours

MAX_AHEAD = timedelta(days=366)
"""How far ahead hours may be drawn: the production calendar of the year after next does not exist yet."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Reception on one day besides the week, local time of the authority."""

    day: date
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A post receives on this weekday (0 = Monday) from `opens` to `closes`, local time of its authority."""

    weekday: int
    opens: time
    closes: time


def open_periods(week: Iterable[Hours], extra: Iterable[Extra], days: Iterable[date], zone: str) -> list[Period]:
    """When a post receives on the days: sorted, apart from each other, in UTC.

    Holidays are out, working Saturdays follow the day they were exchanged for, and a short day loses its last hour.
    Extra hours count as they were drawn, on a holiday too: somebody drew them for that very day.
    """
    rows, single = list(week), list(extra)
    found: list[Period] = []
    for day in days:
        found += _of_week(rows, day, zone)
        found += [local_period(day, one.opens, one.closes, zone) for one in single if one.day == day]
    return merged(found)


def _of_week(rows: list[Hours], day: date, zone: str) -> list[Period]:
    weekday = effective_weekday(day)
    periods = merged(
        local_period(day, row.opens, row.closes, zone)
        for row in rows
        if row.weekday == weekday and row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
    )
    return without_end(periods, SHORTER) if is_short_day(day) else periods


def merged(periods: Iterable[Period]) -> list[Period]:
    """The same time as sorted periods that neither overlap nor touch."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.start <= found[-1].end:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return found


def without_end(periods: list[Period], cut: timedelta) -> list[Period]:
    """Sorted periods apart from each other less their last `cut` of worked time."""
    found = list(periods)
    while found and cut > timedelta(0):
        last = found.pop()
        length = last.end - last.start
        if length > cut:
            found.append(Period(last.start, last.end - cut))
        cut -= length
    return found


def normal_week(spans: Iterable[Span]) -> list[Span]:
    """The same week as sorted spans that neither overlap nor touch; each `opens` is before its `closes`."""
    found: list[Span] = []
    for span in sorted(spans):
        last = found[-1] if found else None
        if last is not None and last.weekday == span.weekday and span.opens <= last.closes:
            found[-1] = replace(last, closes=max(last.closes, span.closes))
        else:
            found.append(span)
    return found


def replan(rows: Iterable[Hours], spans: Iterable[Span], since: date, until: date | None) -> list[Hours]:
    """The rows of a post once its week is `spans` on the days [since, until]; other days stay as they were.

    None for `until` is for good. Rows that follow each other with the same hours become one.
    """
    found = [part for row in rows for part in _around(row, since, until)]
    found += [Hours(span.weekday, span.opens, span.closes, since, until) for span in normal_week(spans)]
    return _joined(found)


def _around(row: Hours, since: date, until: date | None) -> list[Hours]:
    """What is left of a row before `since` and after `until`."""
    left = []
    if row.valid_from < since:
        before = since - timedelta(days=1)
        left.append(replace(row, valid_until=before if row.valid_until is None else min(before, row.valid_until)))
    if until is not None and (row.valid_until is None or row.valid_until > until):
        left.append(replace(row, valid_from=max(row.valid_from, until + timedelta(days=1))))
    return left


def _joined(rows: list[Hours]) -> list[Hours]:
    found: list[Hours] = []
    for row in sorted(rows, key=lambda one: (one.weekday, one.opens, one.closes, one.valid_from)):
        last = found[-1] if found else None
        same = last is not None and (last.weekday, last.opens, last.closes) == (row.weekday, row.opens, row.closes)
        if last is not None and same and last.valid_until == row.valid_from - timedelta(days=1):
            found[-1] = replace(last, valid_until=row.valid_until)
        else:
            found.append(row)
    return found
