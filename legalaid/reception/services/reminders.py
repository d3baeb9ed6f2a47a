"""Reminders a day and two hours before a booked start, each once, and nobody is woken."""

from datetime import datetime, timedelta

from django.db import transaction

from legalaid.intake.queries import request_with_all
from legalaid.kernel.actor import Actor
from legalaid.messaging.queries import written_keys
from legalaid.messaging.rules import LATEST_BEFORE, reminder_moment
from legalaid.messaging.states import MessageChannel
from legalaid.reception.letters import reminder_key, reminder_letter, reminder_text
from legalaid.reception.models import Booking
from legalaid.reception.queries.reminders import agreed_moments, bookings_ahead, lock_booking_version

REMINDERS = (("reminder-2h", timedelta(hours=2)), ("reminder-24h", timedelta(hours=24)))
"""product.md, defaults: «reminders 24 h and 2 h»; the nearer first, for it makes the farther needless."""
CHANNELS = (MessageChannel.EMAIL, MessageChannel.SMS)
Due = tuple[Booking, str, MessageChannel]


def remind(*, actor: Actor, now: datetime) -> int:
    """Write the reminders that are due at `now` and return how many. Safe to run twice, or by two workers at once.

    A booking agreed after its reminder was due gets none: she has just heard. By mail and by text message, as she can
    be reached; a text message that the quiet hours would make too late goes the evening before.
    """
    ahead = bookings_ahead(now, REMINDERS[-1][1])
    agreed = agreed_moments([booking.pk for booking in ahead]) if ahead else {}
    due = [
        (booking, kind, channel)
        for booking in ahead
        for channel in CHANNELS
        if (kind := _due_reminder(booking, channel, agreed.get(booking.pk, booking.created_at), now))
    ]
    known = written_keys([reminder_key(*one) for one in due]) if due else set()
    return sum(_write(*one, now=now) for one in due if reminder_key(*one) not in known)


def _due_reminder(booking: Booking, channel: MessageChannel, agreed: datetime, now: datetime) -> str:
    """Which reminder of a booking agreed at `agreed` should have been written by `now` on this way; '' for none."""
    assert booking.citizen
    reachable = booking.citizen.phone if channel == MessageChannel.SMS else booking.citizen.email
    start = booking.during.lower
    if not reachable or now > start - LATEST_BEFORE:
        return ""
    zone = booking.booth.branch.timezone if booking.booth else booking.post.authority.timezone
    for kind, before in REMINDERS:
        moment = reminder_moment(start - before, start, zone, evening=channel == MessageChannel.SMS)
        if moment is not None and moment <= now:
            return kind if agreed < moment else ""
    return ""


def _write(booking: Booking, kind: str, channel: MessageChannel, *, now: datetime) -> bool:
    """Write one reminder unless the booking has changed or another worker was faster."""
    with transaction.atomic(durable=True):
        locked = lock_booking_version(booking.pk, booking.sequence)
        if locked is None or written_keys([reminder_key(locked, kind, channel)]):
            return False
        request = request_with_all(booking.help_request_id)
        assert request is not None
        tell = reminder_text if channel == MessageChannel.SMS else reminder_letter
        tell(request=request, booking=locked, kind=kind, now=now)
    return True
