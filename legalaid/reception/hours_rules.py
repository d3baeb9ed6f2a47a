"""When a post receives: its week, single days beside it and the production calendar. Pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from legalaid.kernel.clock import effective_weekday, is_short_day, local_period
from legalaid.kernel.period import Period
from legalaid.reception.rules import Hours

SHORTER = timedelta(hours=1)
"""How much earlier a short day ends: ТК РФ ст. 95 ч. 1."""


@dataclass(frozen=True, slots=True)
class Extra:
    """Reception on one day besides the week, local time of the authority."""

    day: date
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
