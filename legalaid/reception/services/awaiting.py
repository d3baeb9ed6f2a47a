"""«Сообщите, когда появится время»: a request waits for a time without having one, on the same waitlist."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance, submit
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.rules import clean_contact
from legalaid.people.services import record_citizen
from legalaid.people.states import Channel
from legalaid.reception.models import EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.queries import booking_end, live_booking
from legalaid.reception.queries.bookings import bookings_of_contact, lock_contact, waits_of_contact
from legalaid.reception.queries.times import last_start, times_for
from legalaid.reception.queries.waitlist import lock_waiting, offers_of, waiting_entry, waiting_without_time, worn_out
from legalaid.reception.refusals import TooManyBookings
from legalaid.reception.rules import CONTACT_LIVE
from legalaid.reception.services.freed import let_go
from legalaid.reception.services.reserve import Wish, branch_named, demand_coverage
from legalaid.reception.services.waiting import join, make_offer, stop_waiting
from legalaid.reception.waiting_letters import waiting_for_time_letter
from legalaid.reception.waitlist_rules import PARTS, WAIT, in_part, offer_until


def wait_for_time(
    *, help_request_id: UUID, branch_id: int | None, part: str, name: str, phone: str, email: str, consent: bool,
    actor: Actor, now: datetime,
) -> WaitlistEntry:  # fmt: skip
    """Submit a draft without a time and wait for one at a branch, or from home when it is None.

    `part` (morning, day, evening; '' for any) limits what is offered. What is free for her now she has seen and not
    taken: offered is what is given back, and what lies beyond it. Sent twice it is done once. Raises ContactRefused,
    ConsentMissing, TopicNotCovered, TooManyBookings, RequestMovedOn, NotFound.
    """
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        known = waiting_entry(request.pk)
        if known is not None:
            return known
        if request.state != RequestState.DRAFT or request.topic is None:
            raise RequestMovedOn
        if branch_id is None and request.channel == Channel.CENTRE:
            raise NotFound
        branch = branch_named(branch_id)
        demand_coverage(request.topic, branch, now, now)
        contact = clean_contact(name=name, phone=phone, email=email, reachable=True)
        lock_contact(contact.phone or contact.email)
        kept, _called_off = bookings_of_contact(contact, now=now, since=now)
        if kept + waits_of_contact(contact) >= CONTACT_LIVE:
            raise TooManyBookings
        held = live_booking(request.pk)
        if held is not None:
            let_go(held=held, actor=actor, now=now)
        request.branch = branch
        request.save(update_fields=["branch"])
        citizen = record_citizen(contact=contact, consent=consent, channel=Channel(request.channel), actor=actor,
                                 now=now)  # fmt: skip
        submit(request=request, citizen=citizen, actor=actor, now=now)
        return begin_waiting(request=request, part=part, actor=actor, now=now)


def begin_waiting(*, request: HelpRequest, part: str, actor: Actor, now: datetime) -> WaitlistEntry:
    """Put a submitted request on the waitlist and send the link, inside the caller's transaction."""
    part = part if part in PARTS else ""
    entry = join(request=request, part=part, beyond=last_start(request, part, now), actor=actor, now=now)
    waiting_for_time_letter(request=request, entry=entry, now=now)
    return entry


def offer_new_times(*, actor: Actor, now: datetime) -> None:
    """Offer times that became free by themselves (a new day, new hours) to those who wait without one.

    Longest waiting first. The time is kept for her as a freed one is. What is asked of the free time is the same for
    many of them, so it is read once for each topic, place and need, and again after somebody was offered one.
    """
    seen: dict[tuple[object, ...], tuple[str, list[datetime]]] = {}
    for entry in waiting_without_time():
        request = entry.help_request
        key = (request.topic_id, request.branch_id, *request.needs, "/", request.interpreter)
        if key not in seen:
            found = times_for(request=request, branch=request.branch, now=now)
            seen[key] = found.zone, list(found.starts)
        zone, starts = seen[key]
        start = _first_new(entry, starts, zone, now)
        if start is not None and _offer_at(entry.pk, start, actor=actor, now=now):
            seen.clear()


def _first_new(entry: WaitlistEntry, starts: Sequence[datetime], zone: str, now: datetime) -> datetime | None:
    """The first start she has not seen; of a day she was offered a time of and did not take, none."""
    days = {local_day(one.start, zone) for one in offers_of(entry)}
    for start in starts:
        new = (entry.beyond is None or start > entry.beyond) and local_day(start, zone) not in days
        if new and in_part(start, entry.part, zone) and offer_until(now, start, zone) is not None:
            return start
    return None


def _offer_at(entry_id: int, start: datetime, *, actor: Actor, now: datetime) -> EarlierOffer | None:
    """Keep a free time for one who waits, and tell her; None when it or she has gone meanwhile."""
    with transaction.atomic(durable=True):
        entry = lock_waiting(entry_id)
        if entry is None:
            return None
        request = entry.help_request
        assert request.topic and request.authority
        until = offer_until(now, start, request.authority.timezone)
        during, occupies = booking_end(start, request.topic.minutes)
        places = Wish(request, request.branch, during, occupies).places(now)
        if until is None or not places.all_free():
            return None
        resting = RestingTime.objects.create(post_id=places.posts[0], occupies=occupies.range, until=until)
        return make_offer(entry, request, None, resting, until, actor=actor, now=now)


def end_long_waits(*, actor: Actor, now: datetime) -> None:
    """Close requests that have waited WAIT without taking a time: what is kept about her must not be kept for ever."""
    for help_request_id in worn_out(now - WAIT):
        with transaction.atomic(durable=True):
            request = lock_request(help_request_id)
            if request.state == RequestState.SUBMITTED:
                stop_waiting(request=request, actor=actor, now=now)
                advance(request=request, action="expire", actor=actor, now=now)
