"""Numbers and pure decisions of the dialogue."""

from datetime import datetime, timedelta

from legalaid.kernel.period import Period
from legalaid.reception.rules import CHECK_IN_FROM

TEXT_LIMIT = 2_000
"""Letters in one line of chat; longer texts belong to the memo."""
OPEN_AFTER = timedelta(minutes=60)
"""How long after its booked end a dialogue may still be entered; media.md §6."""
GRACE = timedelta(seconds=20)
"""A participant whose socket is lost counts as present for so long; media.md §6."""
SEEN_EVERY = timedelta(seconds=30)
"""How often a process says which sockets it holds."""
SILENT_AFTER = timedelta(seconds=75)
"""A socket nobody spoke of for so long died with its process: two rounds missed and some slack."""
REPLAY_LIMIT = 500
"""Events sent at once; a client that is further behind asks again."""


def entrance(during: Period) -> Period:
    """When the waiting room of a booked dialogue is open."""
    return Period(during.start - CHECK_IN_FROM, during.end + OPEN_AFTER)


def entrance_is_open(during: Period, now: datetime) -> bool:
    return entrance(during).start <= now < entrance(during).end


HANDED_ON = "handed-on"
"""Text of the event that ends a dialogue whose person goes on to another queue; pages know it, people never see it."""
