"""A booth is opened for one visitor by the four digits her operator told her, booked or from the live queue."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import in_zone
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import BoothAttempt, Ticket
from legalaid.reception.queries.codes import booking_behind, is_out, ticket_behind
from legalaid.reception.queries.seats import booked_from, free_booth_beside, usual_end
from legalaid.reception.refusals import BoothBooked, BoothOut, TooManyCodes, WrongCode
from legalaid.reception.rules import CODE_ATTEMPTS, CODE_REST
from legalaid.reception.states import WAITING_TICKETS


def open_booth(
    *, booth_id: int, code: str, actor: Actor, now: datetime, insist: bool = False, unfit: Collection[int] = ()
) -> UUID:
    """Return the request of the visitor with this code: one checked in for this booth, or one of the branch's queue.

    A visitor of the live queue may sit down at any booth of the branch; the board shows which. Raises WrongCode,
    TooManyCodes, BoothOut (a booth out of service takes nobody of the queue; who is booked there was kept on purpose),
    BoothBooked (somebody is booked there before her dialogue would usually be over), which `insist` overrules: her
    place and her code stay as they were. `unfit` are booths whose last self-test failed: nobody is sent there.
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
            if not insist and ticket.state in WAITING_TICKETS and ticket.booth_id != booth_id:
                _demand_time(booth_id, ticket.help_request, unfit, now)
            Ticket.objects.filter(pk=ticket.pk).update(booth_id=booth_id)
            publish_on_commit(f"day:{ticket.help_request.branch_id}")
            record(kind="booth", subject=booth_id, action="open", actor=actor, at=now,
                   data={"ticket": ticket.pk} | ({"insisted": True} if insist else {}))  # fmt: skip
            return ticket.help_request_id
        BoothAttempt.objects.create(booth_id=booth_id, at=now)
        record(kind="booth", subject=booth_id, action="refuse", actor=actor, at=now)
    raise WrongCode


def _demand_time(booth_id: int, request: HelpRequest, unfit: Collection[int], now: datetime) -> None:
    """Raise BoothBooked when the booth is somebody's before a dialogue about her topic would usually be over."""
    until = usual_end(request, now)
    since = booked_from(booth_id=booth_id, until=until, now=now)
    if since is not None and request.branch is not None:
        other = free_booth_beside(booth_id=booth_id, request=request, until=until, unfit=unfit, now=now)
        raise BoothBooked.since(f"{in_zone(since, request.branch.timezone):%H:%M}", other.name if other else "")
