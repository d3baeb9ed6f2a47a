"""A time that was given back rests before it is offered again, and those who wait for an earlier one come first."""

import secrets
from datetime import datetime, timedelta

from legalaid.kernel.period import Period
from legalaid.reception.jobs import offer_freed
from legalaid.reception.models import RestingTime
from legalaid.reception.rules import REST_MINUTES


def rest(*, post_id: int, occupies: Period, now: datetime) -> None:
    """Let a freed time of a post rest for a random while, inside the caller's transaction.

    Whoever gives a place back cannot know the minute in which it returns, so he cannot hand it to a friend or a buyer.
    A time that has begun is left to the live queue.
    """
    if occupies.start <= now:
        return
    shortest, longest = REST_MINUTES
    minutes = shortest + secrets.randbelow(longest - shortest + 1)
    resting = RestingTime.objects.create(
        post_id=post_id, occupies=occupies.range, until=now + timedelta(minutes=minutes)
    )
    offer_freed.defer(resting_id=resting.pk)
