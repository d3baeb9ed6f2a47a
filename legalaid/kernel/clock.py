"""Local time and working days. Nothing here reads the clock: `now` is passed in."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from legalaid.kernel.period import Period


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    """Days off of the Russian production calendar, transferred days included (package `holidays`)."""
    return frozenset(holidays.country_holidays("RU", years=year))


def is_holiday(day: date) -> bool:
    """Whether the production calendar makes `day` a day off beside the usual weekends."""
    return day in _holidays(day.year)


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
