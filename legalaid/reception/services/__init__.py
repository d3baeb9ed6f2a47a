"""Writes of reception: bookings, the live queue, duty."""

from legalaid.reception.services.bookings import (
    cancel,
    check_in,
    confirm_booking,
    excuse,
    hold,
    mark_no_show,
)  # fmt: skip
from legalaid.reception.services.booth import open_booth
from legalaid.reception.services.consent import revoke_consent
from legalaid.reception.services.desk import register_at_desk
from legalaid.reception.services.duty import end_duty, start_duty
from legalaid.reception.services.hours import (
    add_absence,
    add_extra_hours,
    copy_week,
    remove_absence,
    remove_extra_hours,
    set_week,
)  # fmt: skip
from legalaid.reception.services.hours_file import Imported, import_hours_csv
from legalaid.reception.services.moving import move_booking_to
from legalaid.reception.services.posts import open_post, rename_post, set_expert_profile
from legalaid.reception.services.queue import begin_contact, finish_contact, join_queue
from legalaid.reception.services.touched import Decision
from legalaid.reception.services.waitlist import accept_earlier, decline_earlier, join_waitlist, leave_waitlist

__all__ = [
    "Decision",
    "Imported",
    "accept_earlier",
    "add_absence",
    "add_extra_hours",
    "begin_contact",
    "cancel",
    "check_in",
    "confirm_booking",
    "copy_week",
    "decline_earlier",
    "end_duty",
    "excuse",
    "finish_contact",
    "hold",
    "import_hours_csv",
    "join_queue",
    "join_waitlist",
    "leave_waitlist",
    "mark_no_show",
    "move_booking_to",
    "open_booth",
    "open_post",
    "register_at_desk",
    "remove_absence",
    "remove_extra_hours",
    "rename_post",
    "revoke_consent",
    "set_expert_profile",
    "set_week",
    "start_duty",
]
