"""Numbers and pure decisions of the dialogue."""

import hashlib
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
SEATS = 6
"""People in one dialogue at most."""
CITIZEN_SEAT, LEAD_SEAT = 1, 2
"""Seats nobody else can take: the citizen and the expert who leads are never locked out of their own dialogue."""
OFFER_LIFE = timedelta(seconds=60)
"""How long the experts on duty of an authority are asked into a dialogue; twice as long as a call of the queue, because
who accepts breaks off what she is at."""
LINK_LIFE = timedelta(hours=2)
"""How long a link into a dialogue may be used, once."""
HOLD_MINUTES = (2, 5, 10, 15)
"""Pauses an expert may ask for; a longer one is another appointment."""
REPLAY_LIMIT = 500
"""Events sent at once; a client that is further behind asks again."""


def link_digest(secret: str) -> str:
    """The fingerprint under which the secret of a link into a dialogue is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def entrance(during: Period) -> Period:
    """When the waiting room of a booked dialogue is open."""
    return Period(during.start - CHECK_IN_FROM, during.end + OPEN_AFTER)


def entrance_is_open(during: Period, now: datetime) -> bool:
    return entrance(during).start <= now < entrance(during).end


HANDED_ON = "handed-on"
"""Text of the event that ends a dialogue whose person goes on to another queue; pages know it, people never see it."""


LINE_EVERY = timedelta(seconds=15)
"""How often a participant's line is noted at most; what is between is told to the others and forgotten."""
LINE_TURNED = timedelta(seconds=3)
"""A line that turns weak is noted so soon after the last note: the way of the media may be changed for it."""
LINE_NOW = timedelta(seconds=45)
"""An older sample says nothing about now."""
LINE_KEPT = timedelta(days=30)
"""How long samples of lines are kept."""
CHECK_GOOD_FOR = timedelta(hours=24)
"""An older check of devices says nothing about now."""
BOOTH_CHECK_EVERY = timedelta(hours=4)
"""How often a booth tests itself through the day; the first time when it wakes in the morning."""
