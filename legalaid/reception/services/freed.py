"""A time that was given back rests before it is offered again, and those who wait for an earlier one come first."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from legalaid.kernel.actor import Actor
from legalaid.kernel.period import Period
from legalaid.reception.jobs import offer_freed
from legalaid.reception.models import Booking, RestingTime
from legalaid.reception.rules import REST_MINUTES
from legalaid.reception.services.moves import move_booking


def let_go(*, held: Booking, actor: Actor, now: datetime) -> None:
    """End a hold whose citizen has turned to something else, inside the caller's transaction.

    What she held rests for everybody but her: else holds would be handed on where bookings cannot be.
    """
    move_booking(held, "lapse", actor=actor, now=now)
    if held.held_until is not None and held.held_until > now:
        rest(post_id=held.post_id, occupies=Period(held.occupies.lower, held.occupies.upper), now=now,
             left_by=held.help_request_id)  # fmt: skip


def rest(*, post_id: int, occupies: Period, now: datetime, left_by: UUID | None = None) -> None:
    """Let a freed time of a post rest for a random while, inside the caller's transaction.

    Whoever gives a place back cannot know the minute in which it returns, so he cannot hand it to a friend or a buyer.
    A time that has begun is left to the live queue. `left_by` is the request that only held it: it may have it back.
    """
    if occupies.start <= now:
        return
    shortest, longest = REST_MINUTES
    minutes = shortest + secrets.randbelow(longest - shortest + 1)
    resting = RestingTime.objects.create(
        post_id=post_id, occupies=occupies.range, until=now + timedelta(minutes=minutes), left_by_id=left_by
    )
    if left_by is None:
        offer_freed.defer(resting_id=resting.pk)
