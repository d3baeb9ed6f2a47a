"""The live queue: «поговорить сейчас»."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.directory.queries import is_covered
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance, submit
from legalaid.intake.states import RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.events import publish_on_commit
from legalaid.people.rules import clean_contact
from legalaid.people.services import record_citizen
from legalaid.people.states import Channel
from legalaid.reception.models import Duty, Ticket
from legalaid.reception.queries import live_booking, on_reception, waiting_ticket
from legalaid.reception.refusals import NobodyOnReception, NotYourTurn, TooEarly, TopicNotCovered
from legalaid.reception.rules import CHECK_IN_FROM
from legalaid.reception.services.moves import move_booking, move_ticket
from legalaid.reception.states import BookingState, TicketState


def join_queue(
    *, help_request_id: UUID, name: str, phone: str, email: str, consent: bool, actor: Actor, now: datetime
) -> Ticket:
    """Take a place in the live queue of the request's authority. Joining twice is joining once.

    Raises ContactRefused, ConsentMissing, NobodyOnReception, TopicNotCovered, RequestMovedOn, NotFound.
    """
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        ticket = waiting_ticket(request.pk)
        if ticket is not None:
            return ticket
        if request.state != RequestState.DRAFT or request.topic is None or request.authority is None:
            raise RequestMovedOn
        reachable = request.channel == Channel.HOME
        contact = clean_contact(name=name, phone=phone, email=email, reachable=reachable)
        today = local_day(now, request.authority.timezone)
        if not is_covered(topic_id=request.topic.pk, authority_id=request.authority.pk, branch_id=request.branch_id,
                          today=today, day=today):  # fmt: skip
            raise TopicNotCovered
        _let_go_of_hold(request, actor=actor, now=now)
        citizen = record_citizen(
            contact=contact, consent=consent, channel=Channel(request.channel), actor=actor, now=now
        )
        submit(request=request, citizen=citizen, actor=actor, now=now)
        return queue_request(request=request, actor=actor, now=now)


def queue_request(*, request: HelpRequest, actor: Actor, now: datetime) -> Ticket:
    """Give a locked, submitted request its ticket, inside the caller's transaction. Raises NobodyOnReception."""
    advance(request=request, action="queue", actor=actor, now=now)
    return issue_ticket(request=request, actor=actor, now=now)


def issue_ticket(*, request: HelpRequest, actor: Actor, now: datetime) -> Ticket:
    """Give a queued request its ticket, inside the caller's transaction. Raises NobodyOnReception."""
    if request.authority is None or not on_reception(request.authority.pk):
        raise NobodyOnReception
    ticket = Ticket.objects.create(help_request=request, authority=request.authority, created_at=now)
    record(kind="ticket", subject=ticket.pk, action="issue", actor=actor, at=now, after=TicketState.WAITING,
           data={"request": str(request.pk)})  # fmt: skip
    publish_on_commit(f"queue:{ticket.authority_id}")
    return ticket


def begin_contact(*, request: HelpRequest, duty: Duty, actor: Actor, now: datetime) -> None:
    """The dialogue of a locked request begins at a post: its ticket is taken or its visitor is here.

    Inside the caller's transaction. Raises NotYourTurn when the authority is another's or nothing waits, TooEarly
    when the booked start is further than CHECK_IN_FROM away.
    """
    if duty.ended_at is not None or duty.post.authority_id != request.authority_id:
        raise NotYourTurn
    ticket, booking = waiting_ticket(request.pk), live_booking(request.pk)
    if ticket is not None:
        ticket.duty, ticket.taken_at = duty, now
        ticket.save(update_fields=["duty", "taken_at"])
        move_ticket(ticket, "take", actor=actor, now=now)
    elif booking is not None and booking.state != BookingState.HELD:
        if now < booking.during.lower - CHECK_IN_FROM:
            raise TooEarly
        if booking.state == BookingState.CONFIRMED:
            move_booking(booking, "check_in", actor=actor, now=now)
    else:
        raise NotYourTurn
    advance(request=request, action="start", actor=actor, now=now)


def _let_go_of_hold(request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    booking = live_booking(request.pk)
    if booking is not None:
        move_booking(booking, "lapse", actor=actor, now=now)


def finish_contact(*, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """The dialogue of a locked request is over: its booking, if it had one, is used. Inside the caller's transaction.

    The request itself moves on when the expert says what came of it.
    """
    booking = live_booking(request.pk)
    if booking is not None:
        move_booking(booking, "use", actor=actor, now=now)
