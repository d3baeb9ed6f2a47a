"""The live queue: «поговорить сейчас»."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from legalaid.directory.models import Authority
from legalaid.directory.queries import is_covered, topic_by_code
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance, assign_topic, submit
from legalaid.intake.states import RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.kernel.spoken import spoken_moment
from legalaid.people.rules import Contact, clean_contact
from legalaid.people.services import record_citizen
from legalaid.people.states import Channel
from legalaid.reception.interpreter_letters import interpreter_let_go_letter
from legalaid.reception.letters import queue_joined_letter
from legalaid.reception.models import Booking, Duty, Offer, Ticket
from legalaid.reception.policies import watches
from legalaid.reception.queries import live_booking, on_reception, open_duty, waiting_ticket
from legalaid.reception.queries.bookings import lock_contact, places_of_contact
from legalaid.reception.queries.branches import share_branch
from legalaid.reception.queries.offers import lock_duty, lock_ticket
from legalaid.reception.queries.queue import last_ticket, taken_ticket
from legalaid.reception.queries.today import authority_today, branch_today
from legalaid.reception.queue_refusals import BranchNotReceiving, NotWaiting
from legalaid.reception.queue_rules import label_of, place_of, priority_of
from legalaid.reception.refusals import (
    NobodyOnReception,
    NotYourTurn,
    ReceptionOver,
    TooEarly,
    TooManyPlaces,
    TopicNotCovered,
)  # fmt: skip
from legalaid.reception.rules import CHECK_IN_FROM, CONTACT_LIVE
from legalaid.reception.services.moves import move_booking, move_ticket
from legalaid.reception.services.offers import accept_offer, match_after_commit
from legalaid.reception.services.waits import end_wait, open_span
from legalaid.reception.states import BookingState, OfferState, TicketState, WaitCause


def join_queue(
    *, help_request_id: UUID, name: str, phone: str, email: str, consent: bool, actor: Actor, now: datetime
) -> Ticket:
    """Take a place in the live queue of the request's authority. Joining twice is joining once.

    The queue is joined from home, whatever place was thought of before.
    Raises ContactRefused, ConsentMissing, NobodyOnReception, TopicNotCovered, TooManyPlaces, RequestMovedOn, NotFound.
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
        _let_go_of_place(request)
        _demand_cover_now(request, now)
        _let_go_of_hold(request, actor=actor, now=now)
        _demand_few_places(contact)
        citizen = record_citizen(
            contact=contact, consent=consent, channel=Channel(request.channel), actor=actor, now=now
        )
        submit(request=request, citizen=citizen, actor=actor, now=now)
        ticket = queue_request(request=request, actor=actor, now=now)
        if reachable:
            queue_joined_letter(request=request, ticket=ticket, now=now)
        return ticket


def queue_request(*, request: HelpRequest, actor: Actor, now: datetime) -> Ticket:
    """Give a locked, submitted request its ticket, inside the caller's transaction. Raises as issue_ticket."""
    advance(request=request, action="queue", actor=actor, now=now)
    return issue_ticket(request=request, actor=actor, now=now)


def issue_ticket(*, request: HelpRequest, actor: Actor, now: datetime) -> Ticket:
    """Give a queued request its ticket in the caller's transaction.

    Raises NobodyOnReception, also as ReceptionOver when the hours are over, and BranchNotReceiving.
    """
    if request.authority is None or not on_reception(request.authority.pk):
        raise NobodyOnReception
    _demand_hours(request.authority, now)
    _demand_receiving(request, now)
    return put_in_queue(request=request, returned=False, actor=actor, now=now)


def put_in_queue(*, request: HelpRequest, returned: bool, actor: Actor, now: datetime) -> Ticket:
    """Write the ticket of a queued request at the place it has by right, inside the caller's transaction."""
    authority = request.authority
    assert authority is not None
    reason = place_of(
        returned=returned, out_of_turn=request.out_of_turn, deadline_on=request.deadline_on,
        today=local_day(now, authority.timezone),
    )  # fmt: skip
    ticket = Ticket.objects.create(
        help_request=request, authority=authority, reason=reason, priority=priority_of(reason), created_at=now,
        seen_at=now if request.channel == Channel.HOME else None,
    )  # fmt: skip
    ticket.label = label_of(ticket.pk)
    ticket.save(update_fields=["label"])
    record(kind="ticket", subject=ticket.pk, action="issue", actor=actor, at=now, after=TicketState.WAITING,
           data={"request": str(request.pk), "reason": reason})  # fmt: skip
    open_span(request=request, cause=WaitCause.AUTHORITY, actor=actor, now=now)
    publish_on_commit(f"queue:{ticket.authority_id}")
    publish_on_commit("watch")
    match_after_commit(authority_id=ticket.authority_id, actor=actor, now=now)
    return ticket


def return_to_queue(*, help_request_id: UUID, actor: Actor, now: datetime) -> Ticket:
    """The citizen comes back after her place was given up: the same request, a new place by the time of coming back.

    Coming back twice is once. Raises RequestMovedOn, NobodyOnReception, BranchNotReceiving, TopicNotCovered, NotFound.
    """
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        ticket = waiting_ticket(request.pk)
        if ticket is not None:
            return ticket
        former = last_ticket(request.pk)
        if request.state != RequestState.MISSED or former is None or former.state != TicketState.LEFT:
            raise RequestMovedOn
        _demand_cover_now(request, now)
        return queue_request(request=request, actor=actor, now=now)


def _demand_cover_now(request: HelpRequest, now: datetime) -> None:
    assert request.topic and request.authority
    today = local_day(now, request.authority.timezone)
    if not is_covered(topic_id=request.topic.pk, authority_id=request.authority.pk, branch_id=request.branch_id,
                      today=today, day=today):  # fmt: skip
        raise TopicNotCovered


def hand_on(*, request: HelpRequest, topic_code: str | None, actor: Actor, now: datetime) -> Ticket:
    """Put the person of a locked request, whose dialogue is over, first in a queue «не по своей вине».

    The queue is that of the topic's authority, or the same again without a topic; the expert who hands on is not asked
    again before the others. Inside the caller's transaction. Raises NobodyOnReception, TopicNotCovered, NotFound.
    """
    former = last_ticket(request.pk)
    if topic_code is not None:
        topic = topic_by_code(topic_code)
        if topic is None:
            raise NotFound
        assign_topic(request=request, topic=topic, actor=actor, now=now)
    _demand_cover_now(request, now)
    if request.authority is None or not on_reception(request.authority.pk):
        raise NobodyOnReception
    if former is not None and former.state == TicketState.TAKEN:
        move_ticket(lock_ticket(former.pk), "return", actor=actor, now=now)
    advance(request=request, action="queue", actor=actor, now=now)
    ticket = put_in_queue(request=request, returned=True, actor=actor, now=now)
    duty = open_duty(actor.user_id or 0)
    if duty is not None and duty.post.authority_id == ticket.authority_id:
        Offer.objects.create(ticket=ticket, duty=duty, state=OfferState.DECLINED, made_at=now, expires_at=now,
                             answered_at=now, reason=_("вернула в очередь"))  # fmt: skip
    return ticket


def move_waiting(*, help_request_id: UUID, topic_code: str, actor: Actor, now: datetime) -> Ticket:
    """The duty officer moves a waiting person to the queue of a topic's authority, first «не по своей вине».

    She waits in another queue, or for the dialogue she came for at a time that has begun: that booking is given up.
    Raises NotFound, NotWaiting (also while an expert is just being asked to take her), NobodyOnReception,
    TopicNotCovered: then her place stands as it was.
    """
    if not watches(actor):
        raise NotFound
    with transaction.atomic(durable=True):
        request = lock_request(help_request_id)
        known, booking = waiting_ticket(request.pk), live_booking(request.pk)
        former = lock_ticket(known.pk) if known is not None else None
        if former is None and not (booking and _is_kept_waiting(booking, now)):
            raise NotWaiting
        if former is not None and former.state != TicketState.WAITING:
            raise NotWaiting
        topic = topic_by_code(topic_code)
        if topic is None:
            raise NotFound
        assign_topic(request=request, topic=topic, actor=actor, now=now)
        _demand_cover_now(request, now)
        if request.authority is None or not on_reception(request.authority.pk):
            raise NobodyOnReception
        if former is not None:
            move_ticket(former, "return", actor=actor, now=now)
            publish_on_commit(f"queue:{former.authority_id}")
        elif booking is not None:
            _give_up(booking, request, actor=actor, now=now)
        ticket = put_in_queue(request=request, returned=True, actor=actor, now=now)
        publish_on_commit("watch")
        return ticket


def _is_kept_waiting(booking: Booking, now: datetime) -> bool:
    """Whether a visitor who has come waits past her start for somebody to begin."""
    return booking.state == BookingState.CHECKED_IN and booking.began_at is None and booking.during.lower <= now


def _give_up(booking: Booking, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    """A visitor whom nobody receives goes to the live queue; the interpreter booked with her is told."""
    move_booking(booking, "cancel", actor=actor, now=now)
    advance(request=request, action="queue", actor=actor, now=now)
    if booking.interpreter is not None:
        during = Period(booking.during.lower, booking.during.upper)
        interpreter_let_go_letter(request=request, booking=booking, person=booking.interpreter, during=during, now=now)
    match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)


def begin_contact(*, request: HelpRequest, duty: Duty, actor: Actor, now: datetime) -> None:
    """The dialogue of a locked request begins at a post: its ticket is taken or its visitor is here.

    Inside the caller's transaction. Raises NotYourTurn when the authority is another's, the person is offered to
    somebody else or nothing waits, TooEarly when the booked start is further than CHECK_IN_FROM away.
    """
    if duty.ended_at is not None or duty.post.authority_id != request.authority_id:
        raise NotYourTurn
    ticket, booking = waiting_ticket(request.pk), live_booking(request.pk)
    if ticket is not None:
        _take(lock_ticket(ticket.pk), duty, actor=actor, now=now)
    elif booking is not None and booking.state != BookingState.HELD:
        if now < booking.during.lower - CHECK_IN_FROM:
            raise TooEarly
        if booking.state == BookingState.CONFIRMED:
            move_booking(booking, "check_in", actor=actor, now=now)
        booking.duty, booking.began_at = lock_duty(duty.pk), now
        booking.save(update_fields=["duty", "began_at"])
        publish_on_commit("watch")
    else:
        raise NotYourTurn
    end_wait(help_request_id=request.pk, actor=actor, now=now)
    advance(request=request, action="start", actor=actor, now=now)
    match_after_commit(authority_id=duty.post.authority_id, actor=actor, now=now)


def _take(ticket: Ticket, duty: Duty, *, actor: Actor, now: datetime) -> None:
    """Take a locked ticket: by the offer the expert has, or past those before it, which is journalled."""
    duty = lock_duty(duty.pk)
    if not accept_offer(ticket=ticket, duty=duty, actor=actor, now=now):
        raise NotYourTurn
    ticket.duty, ticket.taken_at = duty, now
    ticket.save(update_fields=["duty", "taken_at"])
    move_ticket(ticket, "take", actor=actor, now=now)


def _demand_hours(authority: Authority, now: datetime) -> None:
    """Raise ReceptionOver when the experts on duty have only stayed after the hours of their posts."""
    today = authority_today(authority, now)
    if not today.receives:
        zone = authority.timezone
        raise ReceptionOver.until(spoken_moment(today.opens_at, zone) if today.opens_at else "")


def _demand_receiving(request: HelpRequest, now: datetime) -> None:
    """Raise BranchNotReceiving for who sits at a branch that is closed or has no booth in service."""
    if request.branch is None:
        return
    share_branch(request.branch.pk)  # a closure in the making decides about everybody who waits: none may come after
    today = branch_today(request.branch.pk, now)
    if not today.receives:
        opens = spoken_moment(today.opens_at, request.branch.timezone) if today.opens_at else ""
        raise BranchNotReceiving.because(closure=today.closure, in_service=today.in_service, opens=opens)


def _demand_few_places(contact: Contact) -> None:
    """Raise TooManyPlaces for a telephone or e-mail with which enough people wait already."""
    lock_contact(contact.phone or contact.email)
    if places_of_contact(contact) >= CONTACT_LIVE:
        raise TooManyPlaces


def _let_go_of_place(request: HelpRequest) -> None:
    """Who chose a centre first and now speaks from home does not wait at that centre."""
    if request.channel == Channel.HOME and request.branch_id is not None:
        request.branch = None
        request.save(update_fields=["branch"])


def _let_go_of_hold(request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    booking = live_booking(request.pk)
    if booking is not None:
        move_booking(booking, "lapse", actor=actor, now=now)


def finish_contact(*, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """The dialogue of a locked request is over: its booking is used, its ticket finished, the expert free for the next.

    Inside the caller's transaction.
    The request itself moves on when the expert says what came of it.
    """
    free: set[int] = set()
    booking = live_booking(request.pk)
    if booking is not None:
        booking.finished_at = now
        move_booking(booking, "use", actor=actor, now=now, also=("finished_at",))
        free |= {booking.post.authority_id, *_authority_of(booking.duty)}
    ticket = taken_ticket(request.pk)
    if ticket is not None:
        ticket.finished_at = now
        ticket.save(update_fields=["finished_at"])
        free |= {ticket.authority_id, *_authority_of(ticket.duty)}
    if free:
        publish_on_commit("watch")
    for authority_id in sorted(free):
        match_after_commit(authority_id=authority_id, actor=actor, now=now)


def _authority_of(duty: Duty | None) -> list[int]:
    """The authority of the expert who received in the end: another's, when the dialogue was handed over to it."""
    return [duty.post.authority_id] if duty is not None else []
