"""Reads and locks of reception: what is free, who waits, who is on duty."""

from legalaid.reception.queries.bookings import (
    bookings_of_authority,
    bookings_of_branch,
    booth_of_operator,
    last_booking,
    live_booking,
    paired_booth,
)
from legalaid.reception.queries.free import (
    FreeTime,
    Places,
    booking_end,
    free_posts_at,
    free_time,
    offered_starts,
    places_at,
    try_lock_start,
    wait_lock_start,
)
from legalaid.reception.queries.held import lapsed_holds
from legalaid.reception.queries.hours import PostWeek, week_by_post
from legalaid.reception.queries.queue import (
    free_posts_to_sit,
    on_reception,
    open_duty,
    position_of,
    queue_of,
    waiting_at_branch,
    waiting_ticket,
)

__all__ = [
    "FreeTime",
    "Places",
    "PostWeek",
    "booking_end",
    "bookings_of_authority",
    "bookings_of_branch",
    "booth_of_operator",
    "free_posts_at",
    "free_posts_to_sit",
    "free_time",
    "lapsed_holds",
    "last_booking",
    "live_booking",
    "offered_starts",
    "on_reception",
    "open_duty",
    "paired_booth",
    "places_at",
    "position_of",
    "queue_of",
    "try_lock_start",
    "wait_lock_start",
    "waiting_at_branch",
    "waiting_ticket",
    "week_by_post",
]
