"""A booth is opened for one visitor by the four digits her operator told her, booked or from the live queue."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import BoothAttempt, Ticket
from legalaid.reception.queries.codes import booking_behind, is_out, ticket_behind
from legalaid.reception.refusals import BoothOut, TooManyCodes, WrongCode
from legalaid.reception.rules import CODE_ATTEMPTS, CODE_REST
from legalaid.reception.states import WAITING_TICKETS


def open_booth(*, booth_id: int, code: str, actor: Actor, now: datetime) -> UUID:
    """Return the request of the visitor with this code: one checked in for this booth, or one of the branch's queue.

    A visitor of the live queue may sit down at any booth of the branch; the board shows which. Raises WrongCode,
    TooManyCodes, BoothOut (a booth out of service takes nobody of the queue; who is booked there was kept on purpose).
    """
    with transaction.atomic(durable=True):
        if BoothAttempt.objects.filter(booth_id=booth_id, at__gt=now - CODE_REST).count() >= CODE_ATTEMPTS:
            raise TooManyCodes
        booking = booking_behind(booth_id=booth_id, code=code)
        if booking is not None:
            record(kind="booth", subject=booth_id, action="open", actor=actor, at=now, data={"booking": booking.pk})
            return booking.help_request_id
        ticket = ticket_behind(booth_id=booth_id, code=code)
        if ticket is not None and ticket.state in WAITING_TICKETS and is_out(booth_id):
            raise BoothOut
        if ticket is not None:
            Ticket.objects.filter(pk=ticket.pk).update(booth_id=booth_id)
            publish_on_commit(f"day:{ticket.help_request.branch_id}")
            record(kind="booth", subject=booth_id, action="open", actor=actor, at=now, data={"ticket": ticket.pk})
            return ticket.help_request_id
        BoothAttempt.objects.create(booth_id=booth_id, at=now)
        record(kind="booth", subject=booth_id, action="refuse", actor=actor, at=now)
    raise WrongCode
