"""When a dialogue may start: pure arithmetic of hours, closures and bookings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from legalaid.directory.branch_rules import EVE, WEEK, span_of
from legalaid.kernel.clock import effective_weekday, is_short_day, is_working_weekend, local_period
from legalaid.kernel.period import Period

BUFFER = timedelta(minutes=5)
"""After each dialogue the post and the booth stay free; product.md, defaults (no external source)."""
SHORTER = timedelta(hours=1)
"""How much earlier a short day ends: ТК РФ ст. 95 ч. 1."""
HOLD = timedelta(minutes=10)
"""How long a time is kept while the citizen types; product.md, defaults."""
HOLDS_OF_START = 3
"""How often one request may hold one start before everybody else has a turn; product choice, no source."""
LEAD_TIME = timedelta(minutes=10)
"""Booking of a start closes this long before it; editable later per agreement (no external source)."""
HORIZON_DAYS = 14
"""Days ahead that are offered; product.md wants «held within 5 working days», two weeks leave room."""
NO_SHOW_AFTER = timedelta(minutes=10)
"""product.md, defaults."""
NOT_RECEIVED_AFTER = timedelta(hours=2)
"""A visitor who came and was not received is not waited with any longer than this after the end of her time.

Until then somebody may still take her late; product choice, no external source.
"""
CHECK_IN_FROM = timedelta(minutes=15)
"""How early the waiting room opens before a booked start; media.md §6."""

EXCUSE_WITHIN = timedelta(hours=2)
"""A citizen who calls off later than this before the start has excused herself: the time can hardly be used again.

Product choice, no external source.
"""
REST_MINUTES = (1, 15)
"""A freed time returns to everybody after a random number of minutes, both ends counted; product choice, no source."""
CONTACT_LIVE, CONTACT_CALLED_OFF, CONTACT_DAYS = 3, 5, 7
"""Bookings (and places in live queues) one telephone or e-mail may keep at a time, and how many bookings of the last
seven days it may call off.

Against trading in places; product choice, no external source. The desk is exempt.
"""

CALLER_DIGITS = 4
"""Last digits of her telephone that a caller names; with the number of the request one chance in 10,000."""
CALLER_ATTEMPTS, CALLER_REST = 5, timedelta(minutes=10)
"""Wrong answers of callers about one request before it rests, and for how long (product choice)."""
CODE_ATTEMPTS, CODE_REST = 5, timedelta(minutes=10)
"""Wrong codes a booth takes before it rests, and for how long: 30 of 9,000 codes an hour at most."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One row of a post's week, local time of the authority."""

    weekday: int
    opens: time
    closes: time
    valid_from: date
    valid_until: date | None

    def on(self, day: date) -> bool:
        return (
            self.weekday == day.weekday()
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


def branch_periods(week: Mapping[str, str], days: Iterable[date], zone: str) -> list[Period]:
    """When a branch is open, or an interpreter works; `week` is {"mon": "08:00-18:00", …}.

    On a working Saturday without hours of its own it is open as on the weekday that was exchanged for it. A short day
    ends SHORTER earlier, unless it has hours of its own: those of a working Saturday, or what stands under EVE.
    """
    found = []
    for day in days:
        span = branch_hours(week, day)
        if span is not None:
            found.append(local_period(day, *span, zone))
    return found


def branch_hours(week: Mapping[str, str], day: date) -> tuple[time, time] | None:
    """The hours of branch_periods on one day, local time; None when it is closed."""
    worked = effective_weekday(day)
    if worked is None:
        return None
    own = week.get(WEEK[day.weekday()], "")
    text = own or week.get(WEEK[worked], "")
    if not text:
        return None
    if not is_short_day(day) or (own and is_working_weekend(day)):
        return span_of(text)
    if EVE in week:
        return span_of(week[EVE])
    opens, closes = span_of(text)
    early = (datetime.combine(day, closes) - SHORTER).time()
    return (opens, early) if opens < early < closes else None


def fits(free: Iterable[Period], wanted: Period) -> bool:
    """Whether one free period holds the wanted one."""
    return any(period.contains(wanted) for period in free)
