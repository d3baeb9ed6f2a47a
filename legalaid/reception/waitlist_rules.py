"""Which freed time is offered to whom, and for how long: pure arithmetic."""

from datetime import datetime, timedelta

from legalaid.kernel.clock import in_zone
from legalaid.kernel.period import Period
from legalaid.messaging.rules import morning_after
from legalaid.reception.rules import BUFFER

OFFER_OPEN = timedelta(minutes=15)
"""How long a freed time is kept for one who waits; product choice, no source."""
OFFER_STOPS = timedelta(minutes=60)
"""Nobody is offered a time that begins sooner than this: she has to come, or to find a quiet place; product choice."""
OFFER_LEAST = timedelta(minutes=5)
"""An offer that could be answered only for a shorter while is not made; product choice."""
WAIT = timedelta(days=30)
"""How long a request without a time waits for one: then it is closed, and she may begin anew; product choice."""
PARTS = ("morning", "day", "evening")
OFFERS = 3
"""Offers that may go unused before the waiting ends; product choice."""


def offer_until(now: datetime, start: datetime, zone: str) -> datetime | None:
    """Until when a time that begins at `start` is kept for the next who waits; None when it is too near.

    She is not woken: what is offered in the quiet hours is open until OFFER_OPEN after they end.
    """
    told = morning_after(now, zone)
    until = min(told + OFFER_OPEN, start - OFFER_STOPS)
    return until if until - told >= OFFER_LEAST else None


def suits(freed: Period, minutes: int, booked: datetime | None, now: datetime) -> bool:
    """Whether a dialogue of so many minutes fits the freed time and is earlier than the start booked, if one is."""
    length = timedelta(minutes=minutes) + BUFFER
    return now < freed.start and (booked is None or freed.start < booked) and freed.start + length <= freed.end


def part_of(hour: int) -> str:
    """Which part of the day a local hour belongs to: morning, day or evening."""
    if hour < 12:
        return "morning"
    return "day" if hour < 17 else "evening"


def in_part(start: datetime, part: str, zone: str) -> bool:
    """Whether a start (UTC) is in a part of the day on the clocks of a zone; '' is any."""
    return not part or part_of(in_zone(start, zone).hour) == part
