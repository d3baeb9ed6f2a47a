"""When a hold that ran out is free for everybody: at an instant its holder cannot know.

A cancelled time rests for a random while, so that places cannot be traded; a hold would be the way around, if it
returned exactly HOLD after it was made. The delay is drawn from what the row holds already and a secret, so it costs no
column, no write and no job, and the indexes of the free time still answer by themselves.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_all, fetch_one
from legalaid.reception.models import Booking
from legalaid.reception.rules import REST_MINUTES
from legalaid.reception.states import BookingState

_SALT = hashlib.sha256(b"rest of a hold:" + settings.SECRET_KEY.encode()).hexdigest()[:16]
_SHORTEST, _LONGEST = REST_MINUTES
FREED = (
    f"(b.held_until + make_interval(mins => {_SHORTEST} + mod("
    f"hashtext(b.help_request_id::text || extract(epoch FROM b.held_until)::text || '{_SALT}') & 65535,"
    f" {_LONGEST - _SHORTEST + 1})))"
)
"""SQL: when a hold `b` is free for others, REST_MINUTES after the time her page names."""


def lapsed_holds(occupies: Period, *, now: datetime) -> QuerySet[Booking]:
    """Holds that ran out, have rested, and still stand in the way of a period."""
    found = fetch_all(_LAPSED, start=occupies.start, end=occupies.end, now=now)
    return (
        Booking.objects.filter(pk__in=[pk for (pk,) in found], state=BookingState.HELD)
        .select_related("post", "booth")
        .order_by("id")
    )


def rests(booking: Booking, now: datetime) -> bool:
    """Whether a hold has run out and is not yet free for others."""
    row = fetch_one(_RESTS, id=booking.pk, now=now)
    return bool(row and row[0])


def times_held(help_request_id: UUID, start: datetime) -> int:
    """How often a request has held a start; the start chosen again while it is held counts once."""
    rows = Booking.objects.filter(
        help_request_id=help_request_id, during__startswith=start, state__in=[BookingState.HELD, BookingState.LAPSED]
    )
    return rows.order_by().values("held_until").distinct().count()


_LAPSED = f"""
    SELECT b.id FROM reception_booking b WHERE b.state = 'held' AND {FREED} <= %(now)s
        AND b.occupies && tstzrange(%(start)s, %(end)s)
"""  # noqa: S608 - our own names
_RESTS = f"""
    SELECT b.held_until <= %(now)s AND {FREED} > %(now)s FROM reception_booking b WHERE b.id = %(id)s
"""  # noqa: S608 - our own names
