"""Writes of reception: bookings, the live queue, duty."""

from legalaid.reception.services.bookings import (
    cancel,
    check_in,
    confirm_booking,
    hold,
    mark_no_show,
)  # fmt: skip
from legalaid.reception.services.booth import open_booth
from legalaid.reception.services.consent import revoke_consent
from legalaid.reception.services.desk import register_at_desk
from legalaid.reception.services.duty import end_duty, start_duty
from legalaid.reception.services.queue import begin_contact, finish_contact, join_queue

__all__ = [
    "begin_contact",
    "cancel",
    "check_in",
    "confirm_booking",
    "end_duty",
    "finish_contact",
    "hold",
    "join_queue",
    "mark_no_show",
    "open_booth",
    "register_at_desk",
    "revoke_consent",
    "start_duty",
]
