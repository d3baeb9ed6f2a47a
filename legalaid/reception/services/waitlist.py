"""«Хочу раньше»: a freed time is offered to those who wait for one, in order, one at a time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.reception.models import Booking, EarlierOffer, WaitlistEntry
from legalaid.reception.policies import get_changeable_request
from legalaid.reception.queries import booking_end, live_booking
from legalaid.reception.queries.times import last_start
from legalaid.reception.queries.waitlist import (
    entries_for,
    idle_entries,
    last_entry,
    lock_offer,
    lock_resting,
    overdue_offers,
    rested,
    resting_now,
    waiting_entry,
)  # fmt: skip
from legalaid.reception.refusals import OfferGone, SlotTooFar, SlotTooSoon, TopicNotCovered
from legalaid.reception.services.awaiting import end_long_waits, offer_new_times
from legalaid.reception.services.instead import book_now
from legalaid.reception.services.moving import move_to
from legalaid.reception.services.reserve import RivalIsPolite, Wish, demand_coverage
from legalaid.reception.services.waiting import (
    close_offer,
    join,
    make_offer,
    move_earlier_offer,
    move_entry,
    stop_waiting,
)
from legalaid.reception.states import BookingState, EarlierOfferState
from legalaid.reception.waiting_letters import place_zone
from legalaid.reception.waitlist_rules import OFFERS, in_part, offer_until, suits

_GONE = _("Это время мы уже не держим: его предложили следующему. Вы по-прежнему ждёте.")


def join_waitlist(*, help_request_id: UUID, actor: Actor, now: datetime) -> WaitlistEntry:
    """Wait for an earlier time than the one booked, or again for any time when a request has none.

    Joining twice is joining once. Raises RequestMovedOn, NotFound.
    """
    with transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        request = lock_request(help_request_id)
        known = waiting_entry(request.pk)
        if known is not None:
            return known
        if request.state == RequestState.SUBMITTED:
            former = last_entry(request.pk)
            part = former.part if former else ""
            return join(request=request, part=part, beyond=last_start(request, part, now), actor=actor, now=now)
        booking = live_booking(request.pk)
        if booking is None or booking.state != BookingState.CONFIRMED or booking.during.lower <= now:
            raise RequestMovedOn
        return join(request=request, actor=actor, now=now)


def leave_waitlist(*, help_request_id: UUID, actor: Actor, now: datetime) -> None:
    """Wait no longer; an offer still open goes to the next. Leaving twice is leaving once. Raises NotFound."""
    with transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        stop_waiting(request=lock_request(help_request_id), actor=actor, now=now)


def offer_freed_time(*, resting_id: int, actor: Actor, now: datetime) -> EarlierOffer | None:
    """Offer a resting time to the first who waits and whom it suits; None when it suits nobody or is too near.

    While it is offered it rests for everybody else. Safe to run twice, or by two workers at once.
    """
    with transaction.atomic(durable=True):
        resting = lock_resting(resting_id)
        if resting is None or resting.until <= now:
            return None
        freed = Period(resting.occupies.lower, resting.occupies.upper)
        until = offer_until(now, freed.start, resting.post.authority.timezone)
        if until is None:
            return None
        for entry in entries_for(resting).select_for_update(of=("self",), skip_locked=True):
            request = HelpRequest.objects.select_related("topic", "authority", "branch", "citizen").get(
                pk=entry.help_request_id
            )
            booking = live_booking(request.pk)
            if _suits(entry, request, booking, freed, now):
                return make_offer(entry, request, booking, resting, until, actor=actor, now=now)
    return None


def _suits(entry: WaitlistEntry, request: HelpRequest, booking: Booking | None, freed: Period, now: datetime) -> bool:
    """Whether this citizen could come at the freed time: minutes, agreement, booth, interpreter, herself."""
    assert request.topic and request.authority
    waits_for_any = booking is None and request.state == RequestState.SUBMITTED
    if not waits_for_any and (booking is None or booking.state != BookingState.CONFIRMED):
        return False
    if not suits(freed, request.topic.minutes, booking.during.lower if booking else None, now):
        return False
    if not in_part(freed.start, entry.part, place_zone(request)):
        return False
    try:
        demand_coverage(request.topic, request.branch, freed.start, now)
    except (TopicNotCovered, SlotTooSoon, SlotTooFar):
        return False
    during, occupies = booking_end(freed.start, request.topic.minutes)
    places = Wish(request, request.branch, during, occupies).places(
        now
    )  # the freed post itself rests, so it is left out
    return bool(places.booths and places.interpreters) and not places.citizen_busy


def accept_earlier(*, help_request_id: UUID, offer_id: int, actor: Actor, now: datetime) -> Booking:
    """Move the booking to the offered time, or make one of it for a request without. Accepting twice is accepting once.

    Raises OfferGone, SlotTaken, SlotTooSoon, TooLateToMove, TopicNotCovered, TooManyBookings, TooManyCalledOff,
    RequestMovedOn, NotFound; then she keeps the time she has, and without one her place on the waitlist.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        request = lock_request(help_request_id)
        offer = lock_offer(offer_id, request.pk)
        if offer is None:
            raise NotFound
        booking = live_booking(request.pk)
        if offer.state == EarlierOfferState.TAKEN and booking is not None:
            return booking
        without = request.state == RequestState.SUBMITTED
        if offer.state != EarlierOfferState.OPEN or offer.expires_at <= now:
            raise OfferGone(_GONE) if without else OfferGone()
        resting = offer.resting
        move_earlier_offer(offer, "take", actor=actor, now=now)
        if resting is not None:
            resting.delete()  # it is hers now: nothing rests in her way
        if without:
            moved = book_now(request=request, start=offer.start, branch_id=request.branch_id, actor=actor, now=now)
        else:
            moved = move_to(request=request, start=offer.start, actor=actor, now=now, post_id=offer.post_id)
        move_entry(offer.entry, "serve", actor=actor, now=now)
    return moved


def decline_earlier(*, help_request_id: UUID, offer_id: int, actor: Actor, now: datetime) -> None:
    """Keep the time she has; the offered one goes to the next. Declining twice is declining once. Raises NotFound."""
    with transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        request = lock_request(help_request_id)
        offer = lock_offer(offer_id, request.pk)
        if offer is None:
            raise NotFound
        if offer.state == EarlierOfferState.OPEN:
            _end_unused(offer, "decline", actor=actor, now=now)


def expire_earlier(*, help_request_id: UUID, offer_id: int, actor: Actor, now: datetime) -> None:
    """Close an offer nobody answered in time; the time goes to the next."""
    with transaction.atomic(durable=True):
        offer = lock_offer(offer_id, lock_request(help_request_id).pk)
        if offer is not None and offer.state == EarlierOfferState.OPEN and offer.expires_at <= now:
            _end_unused(offer, "expire", actor=actor, now=now)


def tend_waitlist(*, actor: Actor, now: datetime) -> None:
    """What each minute asks for: close unanswered offers, go on to the next who waits, forget what has rested."""
    for offer_id, help_request_id in overdue_offers(now):
        expire_earlier(help_request_id=help_request_id, offer_id=offer_id, actor=actor, now=now)
    for help_request_id in idle_entries():
        with transaction.atomic(durable=True):
            request = lock_request(help_request_id)
            booking = live_booking(request.pk)
            agreed = booking is not None and booking.state == BookingState.CONFIRMED
            if not agreed and request.state != RequestState.SUBMITTED:
                stop_waiting(request=request, actor=actor, now=now)
    for resting_id in resting_now(now):
        offer_freed_time(resting_id=resting_id, actor=actor, now=now)
    end_long_waits(actor=actor, now=now)
    offer_new_times(actor=actor, now=now)
    rested(now).delete()


def _end_unused(offer: EarlierOffer, action: str, *, actor: Actor, now: datetime) -> None:
    close_offer(offer, action, actor=actor, now=now)
    if offer.entry.offers >= OFFERS:
        move_entry(offer.entry, "exhaust", actor=actor, now=now)
