"""Who is offered to whom, and how long it may take: pure arithmetic of the live queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from legalaid.kernel.period import Period
from legalaid.reception.states import PLACE_PRIORITY, BookingState, PlaceReason

OFFER_SECONDS = 30
"""How long an expert may think about an offer; product.md and experience.md («accept within 30 s or it goes on»)."""
DEADLINE_DAYS = 3
"""A legal deadline within so many days raises a place; product.md, «a deadline that is near» (no external source)."""
AGAIN_AFTER = timedelta(minutes=1)
"""A person an expert has just declined is not offered to the same expert sooner than this (no external source)."""
UNANSWERED_LIMIT = 2
"""Offers in a row an expert may leave unanswered before her duty is ended: she is not at her desk."""
ABSENT_AFTER = timedelta(seconds=75)
"""Silence after which a page counts as closed: browsers let a hidden page speak only once a minute."""
KEPT_FOR = timedelta(minutes=10)
"""How long a place is kept for one who is away: issue «keeps her place for 10 minutes»."""
LONG_WAIT = timedelta(minutes=15)
"""Waiting in a centre is to be no longer; ПП РФ 1376."""
AT_DESK_FOR = timedelta(seconds=90)
"""An operator whose page said so within this time is at her desk: three beats."""
CALL_BACK_AHEAD = 2
"""People ahead at which one who asked for a call is telephoned while nobody knows how long it takes."""
CALL_BACK_WITHIN = 15
"""Least minutes of waiting left at which she is telephoned, where the past says how long that is (no source)."""
USUAL_DAYS, USUAL_ENOUGH = 90, 5
"""Past dialogues looked at, and how many of them say something."""
BLOCKED_SHARE = 0.8
"""Share of past dialogues of a topic that must end before a booked start: issue, «the topic's 80th percentile»."""


def place_of(*, returned: bool, out_of_turn: bool, deadline_on: date | None, today: date) -> PlaceReason:
    """Why a ticket stands where it stands: the first reason of PLACE_PRIORITY that holds on the local day."""
    if returned:
        return PlaceReason.RETURNED
    if out_of_turn:
        return PlaceReason.OUT_OF_TURN
    if deadline_on is not None and today <= deadline_on <= today + timedelta(days=DEADLINE_DAYS):
        return PlaceReason.DEADLINE
    return PlaceReason.TIME


def priority_of(reason: PlaceReason) -> int:
    """Lower comes first."""
    return PLACE_PRIORITY[reason]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket as the matching sees it; `refusals` counts by expert who declined or did not answer.

    `language` is what she speaks beside Russian ('' for none): an expert who speaks it comes before an interpreter.
    """

    ticket_id: int
    topic_id: int
    absent: bool = False
    refusals: Mapping[int, int] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """An expert on duty. `topics` None = all; `free` False while she talks or has an offer before her.

    `clear_for` is how long nothing is booked at her post (None = the whole day); `resting_from` is the ticket she has
    declined less than AGAIN_AFTER ago.
    """

    duty_id: int
    expert_id: int
    topics: frozenset[int] | None = None
    free: bool = True
    clear_for: timedelta | None = None
    resting_from: int | None = None
    languages: frozenset[str] = frozenset()

    def knows(self, topic_id: int) -> bool:
        return self.topics is None or topic_id in self.topics


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is offered to whom, and who was passed over on the way with the cause: (ticket, cause)."""

    ticket_id: int
    duty_id: int
    passed: tuple[tuple[int, str], ...]


def choose(tickets: Sequence[Waiting], duties: Sequence[OnDuty], usual: Mapping[int, timedelta]) -> Choice | None:
    """The first ticket of the queue that some free expert may be offered, or None.

    `tickets` in the order of the queue, `duties` in the order of who should be asked first, though one who speaks the
    citizen's language is asked before all others; `usual` is the topic's 80th percentile. Causes of passing over:
    absent, skills, declined, booked_soon.
    """
    passed: list[tuple[int, str]] = []
    for ticket in tickets:
        found = expert_for(ticket, duties, usual)
        if isinstance(found, OnDuty):
            return Choice(ticket.ticket_id, found.duty_id, tuple(passed))
        passed.append((ticket.ticket_id, found))
    return None


def expert_for(ticket: Waiting, duties: Sequence[OnDuty], usual: Mapping[int, timedelta]) -> OnDuty | str:
    """Who is to be offered a ticket, or why nobody is: absent, skills, declined, booked_soon."""
    if ticket.absent:
        return "absent"
    able = [one for one in duties if one.knows(ticket.topic_id)]
    free = [one for one in able if one.free]
    if not free:
        return "skills"
    asked = rounds(ticket.refusals, able)
    willing = [
        one for one in free if ticket.refusals.get(one.expert_id, 0) <= asked and one.resting_from != ticket.ticket_id
    ]
    if not willing:
        return "declined"
    length = usual[ticket.topic_id]
    clear = [one for one in willing if one.clear_for is None or length <= one.clear_for]
    return min(clear, key=lambda one: ticket.language not in {"", *one.languages}) if clear else "booked_soon"


def rounds(refusals: Mapping[int, int], able: Iterable[OnDuty]) -> int:
    """How many times every expert on duty who knows the topic has refused the ticket; 0 when nobody knows it."""
    return min((refusals.get(one.expert_id, 0) for one in able), default=0)


def is_told(state: str, began_at: datetime | None, during: Period, now: datetime) -> bool:
    """Whether one who is booked reads what is written to her: she has come, or her time has begun, unreceived."""
    due = state == BookingState.CONFIRMED and during.start <= now < during.end
    return began_at is None and (due or state == BookingState.CHECKED_IN)


def is_absent(seen_at: datetime | None, now: datetime) -> bool:
    """Whether the page of one who waits at home has fallen silent; one who sits at a centre is never absent."""
    return seen_at is not None and now - seen_at > ABSENT_AFTER


def has_gone(seen_at: datetime | None, called_at: datetime | None, now: datetime, *, call_back: bool) -> bool:
    """Whether the place of an absent person is kept no longer: KEPT_FOR since she was seen, or since she was called.

    One who asked for a call keeps her place until she has been called.
    """
    if seen_at is None or (call_back and called_at is None):
        return False
    return now - max(seen_at, called_at or seen_at) > KEPT_FOR


def call_is_due(position: int, least_wait: int | None) -> bool:
    """Whether one who asked for a call is telephoned: by the least minutes left, or by her place when nobody knows."""
    return position <= CALL_BACK_AHEAD + 1 if least_wait is None else least_wait <= CALL_BACK_WITHIN


def label_of(ticket_id: int) -> str:
    """What a hall calls a ticket: three digits, easily said; none comes twice among a thousand tickets of a region."""
    return f"{ticket_id % 1000:03d}"
