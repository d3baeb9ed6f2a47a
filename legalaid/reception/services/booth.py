"""A booth is opened for one visitor by the four digits her operator told her."""

from datetime import datetime

from django.db import transaction

from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.reception.models import Booking, BoothAttempt
from legalaid.reception.refusals import TooManyCodes, WrongCode
from legalaid.reception.rules import CODE_ATTEMPTS, CODE_REST
from legalaid.reception.states import BookingState


def open_booth(*, booth_id: int, code: str, actor: Actor, now: datetime) -> Booking:
    """Return the booking of the visitor checked in for this booth with this code. Raises WrongCode, TooManyCodes."""
    with transaction.atomic(durable=True):
        if BoothAttempt.objects.filter(booth_id=booth_id, at__gt=now - CODE_REST).count() >= CODE_ATTEMPTS:
            raise TooManyCodes
        booking = (
            Booking.objects.filter(booth_id=booth_id, state=BookingState.CHECKED_IN, start_code=code)
            .exclude(start_code="")
            .order_by("id")
            .first()
        )
        if booking is not None:
            record(kind="booth", subject=booth_id, action="open", actor=actor, at=now, data={"booking": booking.pk})
            return booking
        BoothAttempt.objects.create(booth_id=booth_id, at=now)
        record(kind="booth", subject=booth_id, action="refuse", actor=actor, at=now)
    raise WrongCode
