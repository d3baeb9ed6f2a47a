"""Writes of reception: bookings, the live queue, duty."""

from legalaid.reception.services.adapting import choose_topic, say_needs
from legalaid.reception.services.awaiting import wait_for_time
from legalaid.reception.services.bookings import (
    cancel,
    check_in,
    confirm_booking,
    hold,
    mark_no_show,
)  # fmt: skip
from legalaid.reception.services.booth import open_booth
from legalaid.reception.services.booths import return_booth, take_booth_out
from legalaid.reception.services.branches import (
    BranchDetails,
    BranchRefused,
    close_branch,
    open_branch,
    remove_closure,
    reopen_branch,
    retire_branch,
    set_branch,
)  # fmt: skip
from legalaid.reception.services.caller import check_caller
from legalaid.reception.services.consent import revoke_consent
from legalaid.reception.services.desk import register_at_desk
from legalaid.reception.services.duty import end_duty, start_duty
from legalaid.reception.services.helping import begin_helping, pass_contact, stop_helping
from legalaid.reception.services.hours import (
    add_absence,
    add_extra_hours,
    copy_week,
    remove_absence,
    remove_extra_hours,
    set_week,
)  # fmt: skip
from legalaid.reception.services.hours_file import Imported, import_hours_csv
from legalaid.reception.services.instead import take_time_instead
from legalaid.reception.services.interpreters import (
    InterpreterDetails,
    InterpreterRefused,
    add_interpreter,
    resume_interpreter,
    set_interpreter,
    stop_interpreter,
)  # fmt: skip
from legalaid.reception.services.moving import move_booking_to
from legalaid.reception.services.offers import decline_offer, match_queue
from legalaid.reception.services.orphans import OrphanDecision, decide_orphan
from legalaid.reception.services.places import ask_call_back, be_here, mark_called, note_call, send_note, watch_queues
from legalaid.reception.services.posts import open_post, rename_post, set_expert_profile
from legalaid.reception.services.presence import be_at_desk
from legalaid.reception.services.queue import (
    begin_contact,
    finish_contact,
    hand_on,
    join_queue,
    move_waiting,
    return_to_queue,
)  # fmt: skip
from legalaid.reception.services.tasks import close_task, raise_task, take_task
from legalaid.reception.services.touched import Decision, Decisions, OfTicket
from legalaid.reception.services.unattended import close_unattended, close_unreceived, note_arrival
from legalaid.reception.services.waitlist import accept_earlier, decline_earlier, join_waitlist, leave_waitlist
from legalaid.reception.services.waits import attribute_wait, explain_delay

__all__ = [
    "BranchDetails",
    "BranchRefused",
    "Decision",
    "Decisions",
    "Imported",
    "InterpreterDetails",
    "InterpreterRefused",
    "OfTicket",
    "OrphanDecision",
    "accept_earlier",
    "add_absence",
    "add_extra_hours",
    "add_interpreter",
    "ask_call_back",
    "attribute_wait",
    "be_at_desk",
    "be_here",
    "begin_contact",
    "begin_helping",
    "cancel",
    "check_caller",
    "check_in",
    "choose_topic",
    "close_branch",
    "close_task",
    "close_unattended",
    "close_unreceived",
    "confirm_booking",
    "copy_week",
    "decide_orphan",
    "decline_earlier",
    "decline_offer",
    "end_duty",
    "explain_delay",
    "finish_contact",
    "hand_on",
    "hold",
    "import_hours_csv",
    "join_queue",
    "join_waitlist",
    "leave_waitlist",
    "mark_called",
    "mark_no_show",
    "match_queue",
    "move_booking_to",
    "move_waiting",
    "note_arrival",
    "note_call",
    "open_booth",
    "open_branch",
    "open_post",
    "pass_contact",
    "raise_task",
    "register_at_desk",
    "remove_absence",
    "remove_closure",
    "remove_extra_hours",
    "rename_post",
    "reopen_branch",
    "resume_interpreter",
    "retire_branch",
    "return_booth",
    "return_to_queue",
    "revoke_consent",
    "say_needs",
    "send_note",
    "set_branch",
    "set_expert_profile",
    "set_interpreter",
    "set_week",
    "start_duty",
    "stop_helping",
    "stop_interpreter",
    "take_booth_out",
    "take_task",
    "take_time_instead",
    "wait_for_time",
    "watch_queues",
]
