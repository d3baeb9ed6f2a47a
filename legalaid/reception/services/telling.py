"""Telling the citizen of a booking what was agreed at the desk, once the desk has gone on to the next visitor."""

from datetime import datetime

from django.db import IntegrityError, transaction

from legalaid.intake.queries import lock_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.letters import booking_confirmed_letter
from legalaid.reception.models import Booking
from legalaid.reception.states import BookingState


def write_confirmation(*, booking_id: int, actor: Actor, now: datetime) -> None:
    """Put the confirmation of a booking into the outbox, once however often it is asked; not of one called off.

    For the system alone. Raises NotFound.
    """
    if actor.kind != "system":
        raise NotFound
    try:
        with transaction.atomic(durable=True):
            booking = Booking.objects.select_related("post", "booth__branch").get(pk=booking_id)
            if booking.state in {BookingState.CONFIRMED, BookingState.CHECKED_IN} and booking.sequence == 0:
                booking_confirmed_letter(request=lock_request(booking.help_request_id), booking=booking, now=now)
    except IntegrityError as error:
        if "booking-confirmed:" not in str(error):  # the key of a message: it stands in the outbox already
            raise
