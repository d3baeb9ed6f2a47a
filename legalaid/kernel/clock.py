"""Local time and working days. Nothing here reads the clock: `now` is passed in.

Working days follow the production calendar of the package `holidays` (ТК РФ ст. 112 and the Government's yearly
decrees on transferred days off); regional days off are not in it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from legalaid.kernel.period import Period

FRIDAY = 4
PUBLIC_HOLIDAYS = frozenset(
    [*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)],
)  # fmt: skip
"""(month, day) of the holidays themselves: ТК РФ ст. 112, the same days every year since 2013."""
_FROM = re.compile(r"перенесено с (\d\d)\.(\d\d)\.(\d{4})")


@lru_cache(maxsize=32)
def _names(year: int, language: str) -> dict[date, str]:
    """Days off of the Russian production calendar with their names, transferred days included."""
    return dict(holidays.country_holidays("RU", years=year, language=language).items())


@lru_cache(maxsize=16)
def _working_weekends(year: int) -> dict[date, int]:
    """Working Saturdays and Sundays → weekday of the day off they were exchanged for; Friday when nobody says."""
    worked = holidays.country_holidays("RU", years=year).weekend_workdays
    off = _exchanged(year)
    return {day: off[day].weekday() if day in off else FRIDAY for day in worked}


@lru_cache(maxsize=16)
def _exchanged(year: int) -> dict[date, date]:
    """Working Saturdays and Sundays → the day off itself, where it is known."""
    return {
        date(int(y), int(m), int(d)): day for day, name in _names(year, "ru").items() for d, m, y in _FROM.findall(name)
    }


def is_holiday(day: date) -> bool:
    """Whether the production calendar makes `day` a day off beside the usual weekends."""
    return day in _names(day.year, "ru")


def holiday_name(day: date, language: str = "ru") -> str:
    """How the production calendar calls a day off («День народного единства»); empty on any other day."""
    return _names(day.year, "ru" if language == "ru" else "en_US").get(day, "")


def is_working_day(day: date) -> bool:
    """Whether `day` is worked in the five-day week of the production calendar."""
    weekday = effective_weekday(day)
    return weekday is not None and weekday <= FRIDAY


def working_days_after(day: date, until: date) -> int:
    """Working days in (day, until]: the day something was asked for is not counted; 0 when `until` is not later."""
    return sum(is_working_day(day + timedelta(days=n)) for n in range(1, (until - day).days + 1))


def is_working_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or Sunday that is worked in exchange for a day off."""
    return day in _working_weekends(day.year)


def is_short_day(day: date) -> bool:
    """Whether work ends an hour earlier: the day directly before a public holiday (ТК РФ ст. 95 ч. 1).

    A day before a transferred day off that is no holiday itself is a full day. A working Saturday is as long as the
    day it was exchanged for (приказ Минздравсоцразвития № 588н, п. 1), so it is short when that day would have been:
    the official calendars shorten 2 November 2024 (for 30 April) and 1 November 2025 (for 3 November).
    """
    if is_holiday(day):
        return False
    stands_for = _exchanged(day.year).get(day, day) if is_working_weekend(day) else day
    following = stands_for + timedelta(days=1)
    return (following.month, following.day) in PUBLIC_HOLIDAYS


def effective_weekday(day: date) -> int | None:
    """The weekday whose hours are worked on `day`, 0 = Monday; None on a holiday or a transferred day off.

    A working Saturday takes the hours of the weekday it was exchanged for; Friday's, when that is not known.
    """
    if is_holiday(day):
        return None
    return _working_weekends(day.year).get(day, day.weekday())


def local_period(day: date, opens: time, closes: time, zone: str) -> Period:
    """[opens, closes) of a local day, in UTC."""
    tz = ZoneInfo(zone)
    return Period(datetime.combine(day, opens, tz).astimezone(UTC), datetime.combine(day, closes, tz).astimezone(UTC))


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of an aware moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_period(day: date, zone: str) -> Period:
    """The whole local day, in UTC."""
    tz = ZoneInfo(zone)
    start = datetime.combine(day, time.min, tz)
    end = datetime.combine(day + timedelta(days=1), time.min, tz)
    return Period(start.astimezone(UTC), end.astimezone(UTC))


def in_zone(moment: datetime, zone: str) -> datetime:
    """The same moment on the clocks of a zone."""
    return moment.astimezone(ZoneInfo(zone))
