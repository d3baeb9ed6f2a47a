"""An appointment instead of the live queue, or after a talk that did not happen: the same request, the same link."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance
from legalaid.intake.states import WITHOUT_TIME
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.rules import Contact
from legalaid.people.states import Channel
from legalaid.reception.letters import booking_confirmed_letter
from legalaid.reception.models import Booking
from legalaid.reception.policies import get_changeable_request
from legalaid.reception.queries import live_booking, waiting_ticket
from legalaid.reception.services.bookings import demand_moderation
from legalaid.reception.services.places import leave_queue
from legalaid.reception.services.reserve import RivalIsPolite, branch_named, demand_coverage, reserve
from legalaid.reception.services.waiting import stop_waiting


def take_time_instead(
    *, help_request_id: UUID, start: datetime, branch_id: int | None, actor: Actor, now: datetime
) -> Booking:
    """Book `start` (UTC) for a request without a time: it waits in the queue or for a time, or was missed.

    Its place in the queue is given up. By the citizen herself or an operator of her branch; `branch_id` None is from
    home. Taking it twice is taking it once; a refusal leaves her place as it was. Raises SlotTaken, SlotTooSoon,
    TopicNotCovered, TooManyBookings, TooManyCalledOff, RequestMovedOn, NotFound.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        request = lock_request(help_request_id)
        known = live_booking(request.pk)
        if known is not None and known.during.lower == start:
            return known
        if request.state not in WITHOUT_TIME or known is not None:
            raise RequestMovedOn
        if branch_id is None and request.channel == Channel.CENTRE:
            raise NotFound
        booking = book_now(request=request, start=start, branch_id=branch_id, actor=actor, now=now)
        stop_waiting(request=request, actor=actor, now=now)  # she found a time herself
    return booking


def book_now(
    *, request: HelpRequest, start: datetime, branch_id: int | None, actor: Actor, now: datetime
) -> Booking:  # fmt: skip
    """Book `start` for a locked request without a time, inside the caller's transaction and its RivalIsPolite.

    Raises as take_time_instead.
    """
    if request.citizen is not None:
        told = Contact(name=request.citizen.name, phone=request.citizen.phone, email=request.citizen.email)
        demand_moderation(contact=told, actor=actor, now=now)
    branch = branch_named(branch_id)
    demand_coverage(request.topic, branch, start, now)
    ticket = waiting_ticket(request.pk)
    if ticket is not None:
        leave_queue(ticket=ticket, actor=actor, now=now)
    if request.branch_id != branch_id:
        request.branch = branch
        request.save(update_fields=["branch"])
    booking = reserve(request=request, branch=branch, start=start, actor=actor, now=now, hold_until=None)
    advance(request=request, action="agree", actor=actor, now=now)
    booking_confirmed_letter(request=request, booking=booking, now=now)
    return booking
