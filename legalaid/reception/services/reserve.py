"""Taking a post, a booth and an interpreter for a start: coverage, the insert, and what a rival's win is called.

The statements of Reservation are written by hand: it is the hot path of the whole product (see bench/booking.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, OperationalError

from legalaid.directory.models import Branch, Topic
from legalaid.directory.queries import Bookable, bookable, branch_by_id
from legalaid.intake.models import HelpRequest
from legalaid.intake.rules import Adaptations
from legalaid.intake.services import RequestMovedOn
from legalaid.journal.services import LATER, Entry, entry, written
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.jobs import DEFER, job_of
from legalaid.kernel.period import Period
from legalaid.kernel.sql import Part, fetch_all, fetch_one, fetch_together
from legalaid.reception.free_rules import minute_of
from legalaid.reception.models import Booking
from legalaid.reception.queries import Places, booking_end, lapsed_holds, places_at
from legalaid.reception.refusals import SentTwice, SlotTaken, SlotTooFar, SlotTooSoon, TopicNotChosen, TopicNotCovered
from legalaid.reception.rules import HORIZON_DAYS, LEAD_TIME
from legalaid.reception.services.moves import move_booking, tell
from legalaid.reception.states import BookingState

if TYPE_CHECKING:
    from procrastinate.tasks import Task

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


def demand_start(start: datetime, now: datetime) -> None:
    """Raise SlotTooSoon, and SlotTaken for a start no page offers: one that is no whole minute shifts all after it."""
    if start < now + LEAD_TIME:
        raise SlotTooSoon
    if start.second or start.microsecond:
        raise SlotTaken


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
    """Who wants which time: everything the tables are asked about."""

    request: HelpRequest
    branch: Branch | None
    during: Period
    occupies: Period

    def places(self, now: datetime, *, taking: bool = False) -> Places:
        """What is free for it now, see places_at."""
        assert self.request.authority
        return places_at(
            authority_id=self.request.authority.pk, zone=self.request.authority.timezone, branch=self.branch,
            during=self.during, now=now, mine=self.request.pk, citizen_id=self.request.citizen_id,
            needs=self.request.needs, interpreter=self.request.interpreter, topic=self.request.topic_id, taking=taking,
        )  # fmt: skip


class Taken(NamedTuple):
    """What a booking has got."""

    number: Any
    post_id: Any
    booth_id: int | None
    interpreter_id: int | None


_LATER = ("taken.id", "taken.post_id")
_NOT_YET = Taken(LATER.format(_LATER[0]), LATER.format(_LATER[1]), None, None)
"""What stands for it in the journal until the statement that takes it."""


class Reservation:
    """A booking on its way into the table, held until `hold_until` or confirmed at once when that is None.

    The caller has asked for coverage. Raises SlotTooSoon.
    """

    def __init__(
        self, *, request: HelpRequest, branch: Branch | None, start: datetime, now: datetime,
        hold_until: datetime | None,
    ) -> None:  # fmt: skip
        assert request.topic
        demand_start(start, now)
        during, occupies = booking_end(start, request.topic.minutes)
        self.wish, self.now, self.hold_until = Wish(request, branch, during, occupies), now, hold_until
        self.state = BookingState.HELD if hold_until else BookingState.CONFIRMED
        self.taken = _NOT_YET

    def insert(self, seen: Places | None = None) -> None:
        """Insert it at the first places free; looks again while a rival is at work. Raises SlotTaken.

        `seen` is what the caller has just found free.
        """
        for look in range(LOOKS):
            places = self.wish.places(self.now, taking=True) if look or seen is None else seen
            if places.stale:
                lapse_stale(self.wish.occupies, self.now)
                places = self.wish.places(self.now, taking=True)
            if not places.all_free():
                raise SlotTaken
            if look:  # rivals that met once should not meet again
                random.shuffle(places.booths)
                random.shuffle(places.posts)
            for n in range(len(places.booths)):
                values = self._values(places, n) | {"citizen": self.wish.request.citizen_id}
                if self.inserted(fetch_one(_INSERT, **values), places, n):
                    return
            time.sleep(LOOK_AGAIN)
        raise SlotTaken

    def part(self, seen: Places) -> Part:
        """The first try as a part, `taken`, of the statement that makes the request for the citizen of `given`."""
        return Part("taken", _INSERT_GIVEN, self._values(seen))

    def inserted(self, row: Sequence[Any] | None, places: Places, n: int = 0) -> bool:
        """Whether a row (id, post) came back from a try at the n-th booth of `places`; `taken` is what it took then."""
        if not row or row[0] is None:
            return False
        self.taken = Taken(row[0], row[1], places.booths[n], places.interpreters[0])
        return True

    def booking(self) -> Booking:
        """The row that was inserted."""
        request, (pk, post, booth, interpreter) = self.wish.request, self.taken
        row = Booking(
            pk=pk, help_request=request, citizen_id=request.citizen_id, post_id=post, booth_id=booth,
            interpreter_id=interpreter, during=self.wish.during.range, occupies=self.wish.occupies.range,
            held_until=self.hold_until, created_at=self.now, state=self.state,
        )  # fmt: skip
        row._state.adding = False
        return row

    def tell(self, *, actor: Actor, entries: Sequence[Entry] = (), task: Task[Any, Any, Any] | None = None) -> None:
        """Write its moves into the journal after the caller's `entries`, leave `task` its id, and call the screens."""
        part = written(*entries, *self._journal(self.taken, actor))
        if task is None:
            fetch_all(part.text, **part.values)
        else:
            fetch_together(part, last=DEFER, **job_of(task, booking_id=self.taken.number))
        self.call()

    def told(self, seen: Places, *, actor: Actor, entries: Sequence[Entry], later: tuple[str, ...]) -> Part:
        """The journal of `tell` as a part of the statement that has `taken`; nothing if that came to nothing."""
        first = _NOT_YET._replace(booth_id=seen.booths[0])
        return written(*entries, *self._journal(first, actor), later=(*later, *_LATER))

    def _journal(self, taken: Taken, actor: Actor) -> list[Entry]:
        """A new booking was held, and perhaps confirmed in the same moment."""
        where = {"request": str(self.wish.request.pk), "post": taken.post_id, "booth": taken.booth_id}
        held, number, now = BookingState.HELD, taken.number, self.now
        made = [entry(kind="booking", subject=number, action="hold", actor=actor, at=now, after=held, data=where)]
        if self.state == BookingState.CONFIRMED:
            made.append(entry(kind="booking", subject=number, action="confirm", actor=actor, at=now, before=held,
                              after=self.state))  # fmt: skip
        return made

    def call(self) -> None:
        """Let the screens look again when the transaction has ended."""
        request, branch = self.wish.request, self.wish.branch
        assert request.authority
        tell(authority_id=request.authority.pk, help_request_id=request.pk, branch_id=branch.pk if branch else None)

    def _values(self, places: Places, n: int = 0) -> dict[str, Any]:
        wish = self.wish
        return {
            "request": wish.request.pk, "booth": places.booths[n], "posts": places.posts,
            "interpreter": places.interpreters[0], "minute": minute_of(wish.during.start), "start": wish.during.start,
            "until": wish.during.end, "end": wish.occupies.end, "booking": self.state,
            "held_until": self.hold_until, "now": self.now,
        }  # fmt: skip


def reserve(
    *, request: HelpRequest, branch: Branch | None, start: datetime, actor: Actor, now: datetime,
    hold_until: datetime | None,
) -> Booking:  # fmt: skip
    """Insert a booking at a post (a booth, an interpreter) that is free; a rival's win sends us to the next one.

    See Reservation. Raises SlotTooSoon, SlotTaken.
    """
    reservation = Reservation(request=request, branch=branch, start=start, now=now, hold_until=hold_until)
    reservation.insert()
    reservation.tell(actor=actor)
    return reservation.booking()


def demand_free(
    *, topic: Topic, branch: Branch | None, start: datetime, adaptations: Adaptations, now: datetime
) -> Places:
    """What a new request could take at `start`, asked before anything is written for it. Raises SlotTooSoon, SlotTaken.

    Whether the citizen is busy herself is not known yet: the insert finds it.
    """
    demand_start(start, now)
    during, _occupies = booking_end(start, topic.minutes)
    places = places_at(
        authority_id=topic.authority.pk, zone=topic.authority.timezone, branch=branch, during=during, now=now,
        needs=adaptations.needs, interpreter=adaptations.interpreter, topic=topic.pk, taking=True,
    )  # fmt: skip
    if not (places.all_free() or places.stale):
        raise SlotTaken
    return places


# The first post whose start nobody else is taking at this instant; a row that breaks a constraint is not inserted.
_INSERT = """
    INSERT INTO reception_booking (help_request_id, citizen_id, post_id, booth_id, interpreter_id, during, occupies,
        state, held_until, start_code, sequence, created_at)
    SELECT %(request)s, %(citizen)s::bigint, turn.post, %(booth)s::bigint, %(interpreter)s::bigint,
        tstzrange(%(start)s, %(until)s), tstzrange(%(start)s, %(end)s), %(booking)s, %(held_until)s::timestamptz, '', 0,
        %(now)s
    FROM (
        SELECT post FROM unnest(%(posts)s::bigint[]) AS post
        WHERE pg_try_advisory_xact_lock(post::int, %(minute)s::int) LIMIT 1
    ) AS turn
    ON CONFLICT DO NOTHING RETURNING id, post_id
"""
_INSERT_GIVEN = _INSERT.replace("%(citizen)s::bigint", "(SELECT citizen_id FROM given)")


def lapse_stale(occupies: Period, now: datetime) -> None:
    """Let go of holds that ran out and still stand in the way of the constraints."""
    for stale in lapsed_holds(occupies, now=now).select_for_update(of=("self",), skip_locked=True):
        move_booking(stale, "lapse", actor=Actor.system("hold-clock"), now=now)
