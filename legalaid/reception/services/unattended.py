"""Booked people who came on their own, and those who did not: what nobody presses a button for."""

from datetime import datetime

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import advance
from legalaid.kernel.actor import Actor
from legalaid.reception.models import Booking
from legalaid.reception.queries import live_booking
from legalaid.reception.rules import NOT_RECEIVED_AFTER
from legalaid.reception.services.moves import move_booking
from legalaid.reception.services.offers import match_after_commit
from legalaid.reception.services.waits import end_wait, miss_wait
from legalaid.reception.states import BookingState


def note_arrival(*, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """Who talks from home has come into the waiting room: her wait counts from her start on, and her post is kept.

    Inside the caller's transaction, for a locked request. At a centre the operator says who is here.
    """
    booking = live_booking(request.pk)
    if booking is not None and booking.state == BookingState.CONFIRMED and booking.booth_id is None:
        move_booking(booking, "check_in", actor=actor, now=now)


def close_unattended(*, booking: Booking, actor: Actor, now: datetime) -> bool:
    """The whole time of a booking is over and nobody came: it is missed, though nobody said so. False when untrue.

    She may book again with the same request.
    """
    with transaction.atomic(durable=True):
        request = lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state", "began_at", "during"])
        if booking.state != BookingState.CONFIRMED or booking.began_at is not None or booking.during.upper > now:
            return False
        move_booking(booking, "miss", actor=actor, now=now)
        advance(request=request, action="miss", actor=actor, now=now)
        miss_wait(help_request_id=request.pk, actor=actor, now=now)
        match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)
    return True


def close_unreceived(*, booking: Booking, actor: Actor, now: datetime) -> bool:
    """She came, and NOT_RECEIVED_AFTER the end of her time nobody has received her: the booking is called off.

    It is not her who missed it, so the booking is cancelled; the request did not come about, and she may book again
    with it. False when untrue.
    """
    with transaction.atomic():
        request = lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state", "began_at", "during"])
        over = booking.during.upper <= now - NOT_RECEIVED_AFTER
        if booking.state != BookingState.CHECKED_IN or booking.began_at is not None or not over:
            return False
        move_booking(booking, "cancel", actor=actor, now=now)
        advance(request=request, action="miss", actor=actor, now=now)
        end_wait(help_request_id=request.pk, actor=actor, now=now)
        match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)
    return True
