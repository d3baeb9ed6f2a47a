"""Post × booth × citizen are reserved together or not at all."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction

from legalaid.directory.models import Branch
from legalaid.directory.queries import branch_by_id, is_covered, topic_by_code
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, advance, assign_topic, clean_story, submit
from legalaid.intake.states import RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.rules import Contact, clean_contact
from legalaid.people.services import record_citizen
from legalaid.people.states import Channel, Role
from legalaid.reception.letters import booking_cancelled_letter, booking_confirmed_letter
from legalaid.reception.models import Booking
from legalaid.reception.policies import get_visible_booking
from legalaid.reception.queries import (
    booking_end,
    free_time,
    lapsed_holds,
    live_booking,
    try_lock_start,
    wait_lock_start,
    waiting_ticket,
)  # fmt: skip
from legalaid.reception.refusals import (
    HoldLapsed,
    SentTwice,
    SlotTaken,
    SlotTooSoon,
    TimeNotChosen,
    TopicNotChosen,
    TopicNotCovered,
)
from legalaid.reception.rules import HOLD, LEAD_TIME
from legalaid.reception.services.moves import move_booking, move_ticket, tell_of_booking
from legalaid.reception.services.queue import queue_request
from legalaid.reception.states import BookingState


def hold(*, help_request_id: UUID, start: datetime, branch_id: int | None, actor: Actor, now: datetime) -> Booking:
    """Keep a start for HOLD while the citizen writes her name; a former hold of hers is let go.

    `start` is UTC. Raises SlotTooSoon, SlotTaken, TopicNotCovered, RequestMovedOn, NotFound.
    """
    with _RivalIsPolite(), transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state != RequestState.DRAFT or request.topic is None:
            raise RequestMovedOn
        branch = _branch(branch_id)
        former = live_booking(request.pk)
        if former is not None:
            move_booking(former, "lapse", actor=actor, now=now)
        if request.branch_id != branch_id:
            request.branch = branch
            request.save(update_fields=["branch"])
        return _reserve(request=request, branch=branch, start=start, actor=actor, now=now, hold_until=now + HOLD)


def confirm_booking(
    *, help_request_id: UUID, name: str, phone: str, email: str, consent: bool, actor: Actor, now: datetime
) -> Booking:
    """Turn the hold into a booking: citizen, consent, number, letter. Doing it twice is doing it once.

    Raises ContactRefused, ConsentMissing, HoldLapsed, SlotTaken, TopicNotCovered, NotFound.
    """
    with _RivalIsPolite(), transaction.atomic(durable=True):
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
        if booking.during.lower <= now:
            raise SlotTooSoon
        _demand_coverage(request, request.branch, booking.during.lower, now)
        _submit(request, contact, consent=consent, actor=actor, now=now)
        _confirm(booking, request, actor=actor, now=now)
    return booking


def register_at_desk(
    *, story: str, topic_code: str, branch_id: int, contact: Contact, consent: bool, start: datetime | None,
    queue: bool, submission: str, actor: Actor, now: datetime,
) -> HelpRequest:  # fmt: skip
    """Register a visitor and reserve post × booth × citizen for `start`, or with `queue` put her in the live queue.

    One transaction: a refusal leaves nothing behind. `submission` is the form's own key: the same form sent twice is
    one registration. Raises StoryRefused, TopicNotChosen, TimeNotChosen, ContactRefused, ConsentMissing, SlotTaken,
    SlotTooSoon, TopicNotCovered, NobodyOnReception, NotFound.
    """
    if not actor.has(Role.OPERATOR, branch_id=branch_id):
        raise NotFound
    if submission and (known := HelpRequest.objects.filter(submission=submission).order_by("id").first()):
        return get_visible_request(actor, known.pk)
    story = clean_story(story)
    topic = topic_by_code(topic_code)
    if topic is None:
        raise TopicNotChosen
    contact = clean_contact(name=contact.name, phone=contact.phone, email=contact.email, reachable=False)
    if start is None and not queue:
        raise TimeNotChosen
    with _RivalIsPolite(), transaction.atomic(durable=True):
        branch = _branch(branch_id)
        request = HelpRequest.objects.create(
            story=story, channel=Channel.CENTRE, branch=branch, created_at=now, registered_by_id=actor.user_id,
            submission=submission or None,
        )  # fmt: skip
        record(kind="request", subject=request.pk, action="draft", actor=actor, at=now, after=RequestState.DRAFT,
               data={"channel": Channel.CENTRE, "branch": branch_id})  # fmt: skip
        assign_topic(request=request, topic=topic, actor=actor, now=now)
        _demand_coverage(request, branch, start or now, now)
        _submit(request, contact, consent=consent, actor=actor, now=now)
        if start is None:
            queue_request(request=request, actor=actor, now=now)
        else:
            booking = _reserve(request=request, branch=branch, start=start, actor=actor, now=now, hold_until=now + HOLD)
            _confirm(booking, request, actor=actor, now=now)
    return request


def cancel(*, help_request_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """Give back the booking or the place in the queue and close the request. Cancelling twice is cancelling once."""
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state == RequestState.CANCELLED:
            return request
        advance(request=request, action="cancel", actor=actor, now=now)
        booking = live_booking(request.pk)
        if booking is not None:
            move_booking(booking, "cancel", actor=actor, now=now)
            booking_cancelled_letter(request=request, booking=booking, now=now)
        ticket = waiting_ticket(request.pk)
        if ticket is not None:
            move_ticket(ticket, "leave", actor=actor, now=now)
    return request


def check_in(*, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """The visitor is here: note it, and give the code that opens the dialogue at her booth. Twice is once."""
    with transaction.atomic(durable=True):
        booking = get_visible_booking(actor, booking_id)
        lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state", "start_code"])
        if booking.state != BookingState.CHECKED_IN:
            booking.start_code = _free_code(booking)
            booking.save(update_fields=["start_code"])
            move_booking(booking, "check_in", actor=actor, now=now)
    return booking


def mark_no_show(*, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """The citizen did not come: free the time and close the request as missed."""
    with transaction.atomic(durable=True):
        booking = get_visible_booking(actor, booking_id)
        request = lock_request(booking.help_request_id)
        booking.refresh_from_db(fields=["state"])
        move_booking(booking, "miss", actor=actor, now=now)
        advance(request=request, action="miss", actor=actor, now=now)
    return booking


class _RivalIsPolite:
    """Constraints are the last guard: what they refuse is answered as SlotTaken, and so is a lost deadlock."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "booking_" in str(error):
            raise SlotTaken from error
        if isinstance(error, IntegrityError) and "submission" in str(error):
            raise SentTwice from error
        if isinstance(error, OperationalError) and "deadlock detected" in str(error):
            raise SlotTaken from error


def _branch(branch_id: int | None) -> Branch | None:
    if branch_id is None:
        return None
    branch = branch_by_id(branch_id)
    if branch is None:
        raise NotFound
    return branch


def _demand_coverage(request: HelpRequest, branch: Branch | None, start: datetime, now: datetime) -> None:
    assert request.topic and request.authority
    zone = request.authority.timezone
    if not is_covered(
        topic_id=request.topic.pk, authority_id=request.authority.pk, branch_id=branch.pk if branch else None,
        today=local_day(now, zone), day=local_day(start, zone),
    ):  # fmt: skip
        raise TopicNotCovered


def _submit(request: HelpRequest, contact: Contact, *, consent: bool, actor: Actor, now: datetime) -> None:
    citizen = record_citizen(contact=contact, consent=consent, channel=Channel(request.channel), actor=actor, now=now)
    submit(request=request, citizen=citizen, actor=actor, now=now)


def _reserve(
    *, request: HelpRequest, branch: Branch | None, start: datetime, actor: Actor, now: datetime, hold_until: datetime
) -> Booking:  # fmt: skip
    """Insert a held booking at the first post (and booth) that is free; a rival's win sends us to the next one."""
    assert request.topic and request.authority
    if start < now + LEAD_TIME:
        raise SlotTooSoon
    _demand_coverage(request, branch, start, now)
    minutes = request.topic.minutes
    during, occupies = booking_end(start, minutes)
    for stale in lapsed_holds(occupies, now=now).select_for_update(skip_locked=True):
        move_booking(stale, "lapse", actor=Actor.system("hold-clock"), now=now)
    free = free_time(
        authority=request.authority, branch=branch, first=local_day(start, request.authority.timezone), days=1, now=now
    )
    if start not in free.starts(minutes, now + LEAD_TIME):
        raise SlotTaken
    posts = free.posts_at(start, minutes)
    booths: list[int | None] = [None] if branch is None else [*free.booths_at(start, minutes)]
    for post_id in _in_turn(posts, start):
        for booth in booths:
            booking = Booking(
                help_request=request, post_id=post_id, booth_id=booth, citizen_id=request.citizen_id,
                during=during.range, occupies=occupies.range, held_until=hold_until, created_at=now,
            )  # fmt: skip
            try:
                with transaction.atomic():
                    booking.save(force_insert=True)
            except IntegrityError as error:
                if "booking_citizen_free" in str(error) or "booking_one_live" in str(error):
                    raise
                continue
            record(kind="booking", subject=booking.pk, action="hold", actor=actor, at=now, after=BookingState.HELD,
                   data={"request": str(request.pk), "post": post_id, "booth": booth})  # fmt: skip
            tell_of_booking(booking)
            return booking
    raise SlotTaken


def _in_turn(posts: list[int], start: datetime) -> Iterator[int]:
    """Posts whose start nobody else is taking at this instant first, each locked as it is tried and no sooner.

    Then the others, after waiting for the rival: she may have rolled back, so only her row says that a post is gone.
    """
    busy = []
    for post in posts:
        if try_lock_start(post, start):
            yield post
        else:
            busy.append(post)
    for post in busy:
        wait_lock_start(post, start)
        yield post


def _confirm(booking: Booking, request: HelpRequest, *, actor: Actor, now: datetime) -> None:
    booking.citizen = request.citizen
    booking.held_until = None
    booking.save(update_fields=["citizen", "held_until"])
    move_booking(booking, "confirm", actor=actor, now=now)
    advance(request=request, action="agree", actor=actor, now=now)
    booking_confirmed_letter(request=request, booking=booking, now=now)


def _free_code(booking: Booking) -> str:
    """Four digits that no other visitor now checked in at this branch has."""
    taken = set(
        Booking.objects.filter(state=BookingState.CHECKED_IN, booth__branch__booths=booking.booth_id)
        .order_by()
        .values_list("start_code", flat=True)
    )
    while True:
        code = f"{secrets.randbelow(9000) + 1000}"
        if code not in taken:
            return code
