"""Taking a post and a booth for a start: coverage, the turn, the insert, and what a rival's win is called."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction

from legalaid.directory.models import Booth, Branch, Post, Topic
from legalaid.directory.queries import branch_by_id, is_covered
from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.journal.models import JournalEntry
from legalaid.journal.services import entry
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.reception.models import Booking
from legalaid.reception.queries import (
    booking_end,
    free_booths_at,
    free_posts_at,
    lapsed_holds,
    try_lock_start,
    wait_lock_start,
)  # fmt: skip
from legalaid.reception.refusals import SentTwice, SlotTaken, SlotTooSoon, TopicNotCovered
from legalaid.reception.rules import LEAD_TIME
from legalaid.reception.services.moves import move_booking, tell_of_booking
from legalaid.reception.states import BookingState


class RivalIsPolite:
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


def branch_named(branch_id: int | None) -> Branch | None:
    """The branch of an id, None for home. Raises NotFound."""
    if branch_id is None:
        return None
    branch = branch_by_id(branch_id)
    if branch is None:
        raise NotFound
    return branch


def demand_coverage(topic: Topic | None, branch: Branch | None, start: datetime, now: datetime) -> None:
    """Raise TopicNotCovered unless topic × branch (None = home) may be booked now for the day of `start`."""
    if topic is None:
        raise RequestMovedOn
    zone = topic.authority.timezone
    if not is_covered(
        topic_id=topic.pk, authority_id=topic.authority_id, branch_id=branch.pk if branch else None,
        today=local_day(now, zone), day=local_day(start, zone),
    ):  # fmt: skip
        raise TopicNotCovered


def reserve(
    *, request: HelpRequest, branch: Branch | None, start: datetime, actor: Actor, now: datetime,
    hold_until: datetime | None,
) -> Booking:  # fmt: skip
    """Insert a booking at the first post (and booth) that is free; a rival's win sends us to the next one.

    Held until `hold_until`, or confirmed at once when it is None. The caller has asked for coverage.
    """
    assert request.topic and request.authority
    if start < now + LEAD_TIME:
        raise SlotTooSoon
    during, occupies = booking_end(start, request.topic.minutes)
    for stale in lapsed_holds(occupies, now=now).select_for_update(of=("self",), skip_locked=True):
        move_booking(stale, "lapse", actor=Actor.system("hold-clock"), now=now)
    posts = free_posts_at(authority=request.authority, during=during, occupies=occupies, now=now)
    booths: list[Booth | None] = [None]
    if branch is not None:
        booths = [*free_booths_at(branch=branch, during=during, occupies=occupies, now=now)]
    for post in _in_turn(posts, start) if booths else ():
        for booth in booths:
            booking = Booking(
                help_request=request, post=post, booth=booth, citizen_id=request.citizen_id,
                during=during.range, occupies=occupies.range, held_until=hold_until, created_at=now,
                state=BookingState.HELD if hold_until else BookingState.CONFIRMED,
            )  # fmt: skip
            if _inserted(booking):
                _journal_of(booking, actor, now)
                tell_of_booking(booking)
                return booking
    raise SlotTaken


def _inserted(booking: Booking) -> bool:
    """Insert, or return False when a rival has the post or the booth; what is wrong with the citizen is raised."""
    try:
        with transaction.atomic():
            booking.save(force_insert=True)
    except IntegrityError as error:
        if "booking_citizen_free" in str(error) or "booking_one_live" in str(error):
            raise
        return False
    return True


def _journal_of(booking: Booking, actor: Actor, now: datetime) -> None:
    """A new booking was held, and perhaps confirmed in the same moment."""
    where = {"request": str(booking.help_request_id), "post": booking.post_id, "booth": booking.booth_id}
    held, confirmed = BookingState.HELD, BookingState.CONFIRMED
    made = [entry(kind="booking", subject=booking.pk, action="hold", actor=actor, at=now, after=held, data=where)]
    if booking.state == confirmed:
        made.append(entry(kind="booking", subject=booking.pk, action="confirm", actor=actor, at=now, before=held,
                          after=confirmed))  # fmt: skip
    JournalEntry.objects.bulk_create(made)


def _in_turn(posts: list[Post], start: datetime) -> Iterator[Post]:
    """Posts whose start nobody else is taking at this instant first, each locked as it is tried and no sooner.

    Then the others, after waiting for the rival: she may have rolled back, so only her row says that a post is gone.
    """
    busy = []
    for post in posts:
        if try_lock_start(post.pk, start):
            yield post
        else:
            busy.append(post)
    for post in busy:
        wait_lock_start(post.pk, start)
        yield post
