"""Reminders a day and two hours before a booked start, to citizen and interpreter, each once, and nobody is woken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from legalaid.intake.queries import request_with_all
from legalaid.kernel.actor import Actor
from legalaid.messaging.queries import written_keys
from legalaid.messaging.rules import LATEST_BEFORE, reminder_moment
from legalaid.messaging.states import MessageChannel
from legalaid.reception.interpreter_letters import interpreter_reminder, interpreter_reminder_key
from legalaid.reception.letters import reminder_key, reminder_letter, reminder_text
from legalaid.reception.models import Booking
from legalaid.reception.queries.reminders import PASSED, agreed_moments, bookings_ahead, lock_booking_version

REMINDERS = (("reminder-2h", timedelta(hours=2)), ("reminder-24h", timedelta(hours=24)))
"""product.md, defaults: «reminders 24 h and 2 h»; the nearer first, for it makes the farther needless."""
CHANNELS = (MessageChannel.EMAIL, MessageChannel.SMS)


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder to be written: of a booking, to its citizen or its interpreter."""

    booking: Booking
    kind: str
    channel: MessageChannel
    to_interpreter: bool

    @property
    def key(self) -> str:
        return (interpreter_reminder_key if self.to_interpreter else reminder_key)(
            self.booking, self.kind, self.channel
        )


def remind(*, actor: Actor, now: datetime) -> int:
    """Write the reminders that are due at `now` and return how many. Safe to run twice, or by two workers at once.

    To the citizen, and to the interpreter of the booking on the clocks of her zone. A booking agreed after its reminder
    was due gets none: she has just heard. By mail and by text message, as each can be reached; a text message that the
    quiet hours would make too late goes the evening before.
    """
    ahead = bookings_ahead(now, REMINDERS[-1][1])
    agreed = {False: agreed_moments([booking.pk for booking in ahead]) if ahead else {}}
    interpreted = [booking.pk for booking in ahead if booking.interpreter_id]
    agreed[True] = agreed_moments(interpreted, PASSED) if interpreted else {}
    due = [
        Due(booking, kind, channel, to_interpreter)
        for booking in ahead
        for to_interpreter in (False, True)
        for channel in CHANNELS
        if (
            kind := _due_reminder(
                booking, channel, to_interpreter, now, agreed=agreed[to_interpreter].get(booking.pk, booking.created_at)
            )
        )
    ]
    known = written_keys([one.key for one in due]) if due else set()
    return sum(_write(one, now=now) for one in due if one.key not in known)


def _due_reminder(
    booking: Booking, channel: MessageChannel, to_interpreter: bool, now: datetime, *, agreed: datetime
) -> str:
    """Which reminder of a booking agreed at `agreed` should have been written by `now` on this way; '' for none."""
    reader = booking.interpreter if to_interpreter else booking.citizen
    if reader is None:
        return ""
    reachable = reader.phone if channel == MessageChannel.SMS else reader.email
    start = booking.during.lower
    if not reachable or now > start - LATEST_BEFORE:
        return ""
    if to_interpreter and booking.interpreter:
        zone = booking.interpreter.timezone
    else:
        zone = booking.booth.branch.timezone if booking.booth else booking.post.authority.timezone
    for kind, before in REMINDERS:
        moment = reminder_moment(start - before, start, zone, evening=channel == MessageChannel.SMS)
        if moment is not None and moment <= now:
            return kind if agreed < moment else ""
    return ""


def _write(due: Due, *, now: datetime) -> bool:
    """Write one reminder unless the booking has changed or another worker was faster."""
    with transaction.atomic(durable=True):
        locked = lock_booking_version(due.booking.pk, due.booking.sequence)
        if locked is None or locked.interpreter_id != due.booking.interpreter_id or written_keys([due.key]):
            return False
        request = request_with_all(locked.help_request_id)
        assert request is not None
        if due.to_interpreter:
            interpreter_reminder(
                request=request, booking=locked, kind=due.kind, now=now, by_text=due.channel == MessageChannel.SMS
            )
        else:
            tell = reminder_text if due.channel == MessageChannel.SMS else reminder_letter
            tell(request=request, booking=locked, kind=due.kind, now=now)
    return True
