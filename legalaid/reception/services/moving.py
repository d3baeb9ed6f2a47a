"""A confirmed booking gets another time: the same row, the same link, a higher version in the person's calendar."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from uuid import UUID

from django.db import IntegrityError, transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.people.states import Channel
from legalaid.reception.letters import booking_moved_letter
from legalaid.reception.models import Booking
from legalaid.reception.policies import get_changeable_request
from legalaid.reception.queries import booking_end, live_booking, try_lock_start, wait_lock_start
from legalaid.reception.refusals import SlotTaken, TooLateToMove
from legalaid.reception.services.freed import rest
from legalaid.reception.services.moves import move_booking
from legalaid.reception.services.offers import match_after_commit
from legalaid.reception.services.reserve import (
    RivalIsPolite,
    Wish,
    branch_named,
    demand_coverage,
    demand_start,
    lapse_stale,
)  # fmt: skip
from legalaid.reception.services.waiting import stop_waiting
from legalaid.reception.services.waits import close_span
from legalaid.reception.states import BookingState

SAME_PLACE = -1
"""`branch_id` of a move that keeps the place."""


def move_booking_to(
    *, help_request_id: UUID, start: datetime, actor: Actor, now: datetime, branch_id: int | None = SAME_PLACE
) -> Booking:
    """Give the agreed booking of a request another start (UTC), and another place when `branch_id` is given.

    None is from home. She may have come already, as long as nobody has received her. By the citizen herself or an
    operator of her branch. Moving twice to one time is moving once; a refusal leaves the old time as it was. Raises
    SlotTaken, SlotTooSoon, TooLateToMove, TopicNotCovered, RequestMovedOn, NotFound.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        get_changeable_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if branch_id not in {SAME_PLACE, request.branch_id}:
            if branch_id is None and request.channel == Channel.CENTRE:
                raise NotFound
            request.branch = branch_named(branch_id)
            request.save(update_fields=["branch"])
        moved = move_to(request=request, start=start, actor=actor, now=now)
        stop_waiting(request=request, actor=actor, now=now)  # she chose herself: that time is what she wants
    return moved


def move_to(
    *, request: HelpRequest, start: datetime, actor: Actor, now: datetime, post_id: int | None = None
) -> Booking:
    """Move the agreed booking of a locked request to `start` (UTC) at the request's branch, or from home.

    Its talk has not begun. Inside the caller's transaction and within its RivalIsPolite. `post_id` is tried first. The
    old time rests and goes to the waitlist. Raises SlotTaken, SlotTooSoon, TooLateToMove, TopicNotCovered,
    RequestMovedOn.
    """
    booking = live_booking(request.pk)
    if booking is None or booking.state == BookingState.HELD or booking.began_at is not None:
        raise RequestMovedOn
    old_branch_id = booking.booth.branch_id if booking.booth else None
    if booking.during.lower == start and old_branch_id == request.branch_id:
        return booking
    if booking.during.lower <= now:
        raise TooLateToMove
    demand_start(start, now)
    demand_coverage(request.topic, request.branch, start, now)
    old_post_id, old = booking.post_id, Period(booking.occupies.lower, booking.occupies.upper)
    was, interpreter = Period(booking.during.lower, booking.during.upper), booking.interpreter
    _take_another(booking, request, start, actor=actor, now=now, post_id=post_id)
    if old_post_id != booking.post_id or not old.overlaps(Period(booking.occupies.lower, booking.occupies.upper)):
        rest(post_id=old_post_id, occupies=old, now=now)
    if old_branch_id is not None:
        publish_on_commit(f"day:{old_branch_id}")
    close_span(help_request_id=request.pk, actor=actor, now=now)  # a delay announced for the old time
    booking_moved_letter(request=request, booking=booking, actor=actor, now=now, was=was, interpreter=interpreter)
    match_after_commit(authority_id=booking.post.authority_id, actor=actor, now=now)  # the old time blocks no queue now
    return booking


def _take_another(
    booking: Booking, request: HelpRequest, start: datetime, *, actor: Actor, now: datetime, post_id: int | None
) -> None:
    """Put the booking on the first post (booth, interpreter) that is free at `start`. Raises SlotTaken."""
    assert request.topic
    during, occupies = booking_end(start, request.topic.minutes)
    wish = Wish(request, request.branch, during, occupies)
    places = wish.places(now, taking=True)
    if places.stale:
        lapse_stale(occupies, now)
        places = wish.places(now, taking=True)
    posts = sorted(places.posts, key=lambda post: post != post_id)
    if booking.during.lower == start:
        posts.insert(0, booking.post_id)  # only the place changes: the post is hers already
    if places.citizen_busy:
        raise SlotTaken
    booking.during, booking.occupies = during.range, occupies.range
    booking.sequence += 1
    booking.start_code = ""  # the booth would open for it at the old time
    for post in _in_turn(posts, start):
        for booking.booth_id, booking.interpreter_id in product(places.booths, places.interpreters):
            booking.post_id = post
            if _moved(booking, actor, now):
                return
    raise SlotTaken


def _moved(booking: Booking, actor: Actor, now: datetime) -> bool:
    """Write the move, or return False when a rival has one of the places; her own other booking is raised."""
    where = {"post": booking.post_id, "booth": booking.booth_id, "start": booking.during.lower.isoformat()}
    try:
        with transaction.atomic():
            move_booking(booking, "move", actor=actor, now=now, data=where,
                         also=("post", "booth", "interpreter", "during", "occupies", "sequence",
                               "start_code"))  # fmt: skip
    except IntegrityError as error:
        if "booking_citizen_free" in str(error):
            raise
        return False
    return True


def _in_turn(posts: list[int], start: datetime) -> Iterator[int]:
    """Posts whose start nobody else is taking at this instant first; then the others, after their rival is done."""
    busy = []
    for post in posts:
        if try_lock_start(post, start):
            yield post
        else:
            busy.append(post)
    for post in busy:
        wait_lock_start(post, start)
        yield post
