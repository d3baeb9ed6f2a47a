"""Taking a post, a booth and an interpreter for a start: coverage, the insert, and what a rival's win is called.

The statements of `reserve` are written by hand: it is the hot path of the whole product (see bench/booking.py).
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError

from legalaid.directory.models import Branch, Topic
from legalaid.directory.queries import Bookable, bookable, branch_by_id
from legalaid.intake.models import HelpRequest
from legalaid.intake.rules import Adaptations
from legalaid.intake.services import RequestMovedOn
from legalaid.journal.services import Entry, entry, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_one
from legalaid.reception.free_rules import minute_of
from legalaid.reception.models import Booking
from legalaid.reception.queries import Places, booking_end, lapsed_holds, places_at
from legalaid.reception.refusals import SentTwice, SlotTaken, SlotTooFar, SlotTooSoon, TopicNotChosen, TopicNotCovered
from legalaid.reception.rules import HORIZON_DAYS, LEAD_TIME
from legalaid.reception.services.moves import move_booking, tell
from legalaid.reception.states import BookingState

LOOKS, LOOK_AGAIN = 20, 0.05
"""How often a place that a rival is just taking is looked at again, and after how many seconds.

She may still roll back, so only her committed row says that a place is gone (quality.md, «"Full" can be false»).
"""


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
    demand_bookable(topic.code, branch.pk if branch else None, start, now)


def demand_bookable(topic_code: str, branch_id: int | None, start: datetime, now: datetime) -> Bookable:
    """What may be booked; raises TopicNotCovered, SlotTooSoon and SlotTooFar by agreement and topic, TopicNotChosen."""
    found = bookable(topic_code=topic_code, branch_id=branch_id, start=start, now=now)
    if found is None:
        raise TopicNotChosen
    if not found.covered:
        raise TopicNotCovered
    if found.lead_minutes is not None and now < start < now + timedelta(minutes=found.lead_minutes):
        raise SlotTooSoon
    days = HORIZON_DAYS if found.horizon_days is None else found.horizon_days
    if start > now + timedelta(days=days + 1):
        raise SlotTooFar
    return found


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which time: everything `reserve` asks the tables about."""

    request: HelpRequest
    branch: Branch | None
    during: Period
    occupies: Period

    def places(self, now: datetime) -> Places:
        """What is free for it now."""
        assert self.request.authority
        return places_at(
            authority_id=self.request.authority.pk, zone=self.request.authority.timezone, branch=self.branch,
            during=self.during, now=now, mine=self.request.pk, citizen_id=self.request.citizen_id,
            needs=self.request.needs, interpreter=self.request.interpreter,
        )  # fmt: skip


def reserve(
    *, request: HelpRequest, branch: Branch | None, start: datetime, actor: Actor, now: datetime,
    hold_until: datetime | None, entries: list[Entry] | None = None, seen: Places | None = None,
) -> Booking:  # fmt: skip
    """Insert a booking at a post (a booth, an interpreter) that is free; a rival's win sends us to the next one.

    Held until `hold_until`, or confirmed at once when it is None. The caller has asked for coverage; `entries` of the
    journal are written with our own. `seen` is what the caller has just found free. Raises SlotTooSoon, SlotTaken.
    """
    assert request.topic and request.authority
    if start < now + LEAD_TIME:
        raise SlotTooSoon
    during, occupies = booking_end(start, request.topic.minutes)
    wish = Wish(request, branch, during, occupies)
    booking = Booking(
        help_request=request, citizen_id=request.citizen_id, during=during.range, occupies=occupies.range,
        held_until=hold_until, created_at=now,
        state=BookingState.HELD if hold_until else BookingState.CONFIRMED,
    )  # fmt: skip
    _insert(booking, wish, now, seen)
    write(*(entries or ()), *_journal_of(booking, actor, now))
    tell(authority_id=request.authority.pk, help_request_id=request.pk, branch_id=branch.pk if branch else None)
    return booking


def demand_free(
    *, topic: Topic, branch: Branch | None, start: datetime, adaptations: Adaptations, now: datetime
) -> Places:
    """What a new request could take at `start`, asked before anything is written for it. Raises SlotTooSoon, SlotTaken.

    Whether the citizen is busy herself is not known yet: the insert finds it.
    """
    if start < now + LEAD_TIME:
        raise SlotTooSoon
    during, _occupies = booking_end(start, topic.minutes)
    places = places_at(
        authority_id=topic.authority.pk, zone=topic.authority.timezone, branch=branch, during=during, now=now,
        needs=adaptations.needs, interpreter=adaptations.interpreter,
    )  # fmt: skip
    if not (places.all_free() or places.stale):
        raise SlotTaken
    return places


def _insert(booking: Booking, wish: Wish, now: datetime, seen: Places | None) -> None:
    """Insert it at the first places free; looks again while a rival is at work. Raises SlotTaken."""
    for look in range(LOOKS):
        places = wish.places(now) if look or seen is None else seen
        if places.stale:
            lapse_stale(wish.occupies, now)
            places = wish.places(now)
        if not places.all_free():
            raise SlotTaken
        if look:  # rivals that met once should not meet again
            random.shuffle(places.booths)
            random.shuffle(places.posts)
        for booth in places.booths:
            row = fetch_one(
                _INSERT, request=booking.help_request_id, citizen=booking.citizen_id, booth=booth,
                posts=places.posts, interpreter=places.interpreters[0], minute=minute_of(wish.during.start),
                start=wish.during.start, until=wish.during.end, end=wish.occupies.end, state=booking.state,
                held_until=booking.held_until, now=now,
            )  # fmt: skip
            if row is not None:
                booking.pk, booking.post_id = row
                booking.booth_id, booking.interpreter_id = booth, places.interpreters[0]
                booking._state.adding = False
                return
        time.sleep(LOOK_AGAIN)
    raise SlotTaken


# The first post whose start nobody else is taking at this instant; a row that breaks a constraint is not inserted.
_INSERT = """
    INSERT INTO reception_booking (help_request_id, citizen_id, post_id, booth_id, interpreter_id, during, occupies,
        state, held_until, start_code, sequence, created_at)
    SELECT %(request)s, %(citizen)s::bigint, turn.post, %(booth)s::bigint, %(interpreter)s::bigint,
        tstzrange(%(start)s, %(until)s), tstzrange(%(start)s, %(end)s), %(state)s, %(held_until)s::timestamptz, '', 0,
        %(now)s
    FROM (
        SELECT post FROM unnest(%(posts)s::bigint[]) AS post
        WHERE pg_try_advisory_xact_lock(post::int, %(minute)s::int) LIMIT 1
    ) AS turn
    ON CONFLICT DO NOTHING RETURNING id, post_id
"""


def lapse_stale(occupies: Period, now: datetime) -> None:
    """Let go of holds that ran out and still stand in the way of the constraints."""
    for stale in lapsed_holds(occupies, now=now).select_for_update(of=("self",), skip_locked=True):
        move_booking(stale, "lapse", actor=Actor.system("hold-clock"), now=now)


def _journal_of(booking: Booking, actor: Actor, now: datetime) -> list[Entry]:
    """A new booking was held, and perhaps confirmed in the same moment."""
    where = {"request": str(booking.help_request_id), "post": booking.post_id, "booth": booking.booth_id}
    held, confirmed = BookingState.HELD, BookingState.CONFIRMED
    made = [entry(kind="booking", subject=booking.pk, action="hold", actor=actor, at=now, after=held, data=where)]
    if booking.state == confirmed:
        made.append(entry(kind="booking", subject=booking.pk, action="confirm", actor=actor, at=now, before=held,
                          after=confirmed))  # fmt: skip
    return made
