"""Who is to be reminded of a booking, and what of it goes to her telephone."""

from datetime import datetime, timedelta

from django.db.models import F, Max

from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.messaging.queries import text_message_about
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.states import BookingState


def bookings_ahead(now: datetime, within: timedelta) -> list[Booking]:
    """Confirmed bookings that begin within a time from now, and of whom somebody can be told."""
    rows = Booking.objects.filter(
        state=BookingState.CONFIRMED, during__startswith__gt=now, during__startswith__lte=now + within
    ).exclude(citizen__phone="", citizen__email="", interpreter=None)
    return list(
        rows.select_related("booth__branch", "post__authority", "citizen", "interpreter").order_by("during", "id")
    )


AGREED = ("confirm", "move")
PASSED = (*AGREED, "pass_interpreter")


def agreed_moments(booking_ids: list[int], actions: tuple[str, ...] = AGREED) -> dict[int, datetime]:
    """When the present start of each booking was agreed: at its confirmation or its last move, by the journal.

    With the actions PASSED, when its interpreter heard of it.
    """
    rows = (
        JournalEntry.objects.filter(kind="booking", subject__in=[str(pk) for pk in booking_ids], action__in=actions)
        .order_by()
        .values("subject")
        .annotate(at=Max(F("at")))
    )
    return {int(row["subject"]): row["at"] for row in rows}


def lock_booking_version(booking_id: int, sequence: int) -> Booking | None:
    """The booking as it was read, locked; None when it has changed or another worker has it."""
    return (
        Booking.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=booking_id, sequence=sequence, state=BookingState.CONFIRMED)
        .select_related("booth__branch", "post__authority", "interpreter")
        .order_by("id")
        .first()
    )


def booking_text_message(booking: Booking | None) -> Message | None:
    """The text message that tells the citizen her present time, sent or waiting for the morning; None for none."""
    if booking is None:
        return None
    return text_message_about([f"booking-confirmed:{booking.pk}", f"booking-moved:{booking.pk}"])


def queue_text_message(ticket: Ticket | None) -> Message | None:
    """The text message that brought her link when she joined the queue; None for none."""
    return None if ticket is None else text_message_about([f"queue-joined:{ticket.pk}"])
