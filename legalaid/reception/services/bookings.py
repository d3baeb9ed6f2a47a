"""Post × booth × citizen are reserved together or not at all."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance, submit
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.period import Period
from legalaid.people.rules import Contact, clean_contact
from legalaid.people.services import record_citizen
from legalaid.people.states import Channel
from legalaid.reception.letters import booking_cancelled_letter, booking_confirmed_letter
from legalaid.reception.models import Booking
from legalaid.reception.policies import get_visible_booking, speaks_for_her
from legalaid.reception.queries import live_booking, waiting_ticket
from legalaid.reception.queries.bookings import bookings_of_contact, lock_contact
from legalaid.reception.queries.codes import free_code
from legalaid.reception.queries.held import rests, times_held
from legalaid.reception.refusals import (
    HeldTooOften,
    HoldLapsed,
    NotMissedYet,
    SlotTooSoon,
    TimeChanged,
    TooManyBookings,
    TooManyCalledOff,
)
from legalaid.reception.rules import (
    CONTACT_CALLED_OFF,
    CONTACT_DAYS,
    CONTACT_LIVE,
    EXCUSE_WITHIN,
    HOLD,
    HOLDS_OF_START,
    NO_SHOW_AFTER,
)  # fmt: skip
from legalaid.reception.services.freed import let_go, rest
from legalaid.reception.services.moves import move_booking
from legalaid.reception.services.offers import match_after_commit
from legalaid.reception.services.places import leave_queue
from legalaid.reception.services.reserve import RivalIsPolite, branch_named, demand_coverage, reserve
from legalaid.reception.services.waiting import stop_waiting
from legalaid.reception.services.waits import end_wait, miss_wait
from legalaid.reception.states import BookingState


def hold(*, help_request_id: UUID, start: datetime, branch_id: int | None, actor: Actor, now: datetime) -> Booking:
    """Keep a start for HOLD while the citizen writes her name; a former hold of hers is let go.

    The same start chosen again while it is held is held no longer for that: nobody keeps a time by asking for it.
    One that ran out she may hold again before others, HOLDS_OF_START times in all. `start` is UTC. Raises HeldTooOften,
    SlotTooSoon, SlotTaken, TopicNotCovered, RequestMovedOn, NotFound.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state != RequestState.DRAFT or request.topic is None:
            raise RequestMovedOn
        branch = branch_named(branch_id)
        until = now + HOLD
        former = live_booking(request.pk)
        if former is not None:
            same = former.during.lower == start
            if same and former.held_until and former.held_until > now:
                until = former.held_until
            if same and times_held(request.pk, start) >= HOLDS_OF_START and rests(former, now):
                raise HeldTooOften
            if same:
                move_booking(former, "lapse", actor=actor, now=now)
            else:
                let_go(held=former, actor=actor, now=now)
        if request.branch_id != branch_id:
            request.branch = branch
            request.save(update_fields=["branch"])
        demand_coverage(request.topic, branch, start, now)
        return reserve(request=request, branch=branch, start=start, actor=actor, now=now, hold_until=until)


def confirm_booking(
    *, help_request_id: UUID, name: str, phone: str, email: str, consent: bool, actor: Actor, now: datetime,
    start: datetime | None = None,
) -> Booking:  # fmt: skip
    """Turn the hold into a booking: citizen, consent, number, letter. Doing it twice is doing it once.

    `start` is the time she has just looked over, where she was shown one: another kept meanwhile is not booked unseen.
    Raises ContactRefused, ConsentMissing, HoldLapsed, TimeChanged, SlotTaken, SlotTooSoon, TopicNotCovered,
    TooManyBookings, TooManyCalledOff, NotFound.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        booking = live_booking(request.pk)
        if booking is not None and booking.state != BookingState.HELD:
            return booking
        if request.state != RequestState.DRAFT:
            raise RequestMovedOn
        reachable = request.channel == Channel.HOME
        contact = clean_contact(name=name, phone=phone, email=email, reachable=reachable)
        if booking is None:
            raise HoldLapsed
        if start is not None and start != booking.during.lower:
            raise TimeChanged
        if booking.during.lower <= now:
            raise SlotTooSoon
        demand_coverage(request.topic, request.branch, booking.during.lower, now)
        demand_moderation(contact=contact, actor=actor, now=now)
        _submit(request, contact, consent=consent, actor=actor, now=now)
        _confirm(booking, request, actor=actor, now=now)
    return booking


def cancel(*, help_request_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """Give back the booking or the place in the queue and close the request. Cancelling twice is cancelling once.

    At her word, by herself or by the desk, later than EXCUSE_WITHIN before the start the booking counts as excused,
    not as cancelled. Raises IllegalMove, NotFound.
    """
    with transaction.atomic(durable=True):
        seen = get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state != RequestState.CANCELLED:
            call_off(request=request, actor=actor, now=now, her_word=speaks_for_her(actor, seen))
    return request


def call_off(
    *, request: HelpRequest, actor: Actor, now: datetime, her_word: bool = False, reason: str = ""
) -> None:  # fmt: skip
    """Cancel a locked request and free what was kept for it, inside the caller's transaction. Raises IllegalMove.

    `her_word`: she said that she will not come, so late she is excused. `reason` goes into her text message, when it
    was somebody else who called off.
    """
    advance(request=request, action="cancel", actor=actor, now=now)
    booking = live_booking(request.pk)
    if booking is not None:
        late = her_word and booking.during.lower - EXCUSE_WITHIN < now
        action = "excuse" if booking.state == BookingState.CONFIRMED and late else "cancel"
        move_booking(booking, action, actor=actor, now=now)
        rest(post_id=booking.post_id, occupies=Period(booking.occupies.lower, booking.occupies.upper), now=now)
        end_wait(help_request_id=request.pk, actor=actor, now=now)
        booking_cancelled_letter(request=request, booking=booking, actor=actor, now=now, reason=reason)
        match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)  # it blocked the queue
    stop_waiting(request=request, actor=actor, now=now)
    ticket = waiting_ticket(request.pk)
    if ticket is not None:
        leave_queue(ticket=ticket, actor=actor, now=now)


def check_in(*, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """The visitor is here: note it, and give the code that opens the dialogue at her booth. Twice is once."""
    with transaction.atomic(durable=True):
        booking = get_visible_booking(actor, booking_id)
        lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state", "start_code"])
        if booking.state != BookingState.CHECKED_IN:
            booking.start_code = free_code(booking.booth.branch_id) if booking.booth else ""
            booking.save(update_fields=["start_code"])
            move_booking(booking, "check_in", actor=actor, now=now)
    return booking


def mark_no_show(*, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """The citizen did not come: free the time and close the request as missed.

    Raises NotMissedYet before NO_SHOW_AFTER have passed since the start, NotFound, IllegalMove.
    """
    with transaction.atomic(durable=True):
        booking = get_visible_booking(actor, booking_id)
        if now < booking.during.lower + NO_SHOW_AFTER:
            raise NotMissedYet
        request = lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state"])
        came = booking.state == BookingState.CHECKED_IN
        move_booking(booking, "miss", actor=actor, now=now)
        advance(request=request, action="miss", actor=actor, now=now)
        (end_wait if came else miss_wait)(help_request_id=request.pk, actor=actor, now=now)
        match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)
    return booking


def demand_moderation(*, contact: Contact, actor: Actor, now: datetime) -> None:
    """Raise TooManyBookings or TooManyCalledOff for a telephone or e-mail that takes more than its share of places.

    Only citizens are counted: the desk sees who stands before it.
    """
    if actor.kind != "citizen":
        return
    lock_contact(contact.phone or contact.email)
    kept, called_off = bookings_of_contact(contact, now=now, since=now - timedelta(days=CONTACT_DAYS))
    if kept >= CONTACT_LIVE:
        raise TooManyBookings
    if called_off >= CONTACT_CALLED_OFF:
        raise TooManyCalledOff


def _submit(request: HelpRequest, contact: Contact, *, consent: bool, actor: Actor, now: datetime) -> None:
    citizen = record_citizen(contact=contact, consent=consent, channel=Channel(request.channel), actor=actor, now=now)
    submit(request=request, citizen=citizen, actor=actor, now=now)


def _confirm(booking: Booking, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    booking.citizen = request.citizen
    booking.held_until = None
    move_booking(booking, "confirm", actor=actor, now=now, also=("citizen", "held_until"))
    advance(request=request, action="agree", actor=actor, now=now)
    booking_confirmed_letter(request=request, booking=booking, now=now)
