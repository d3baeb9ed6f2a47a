"""Who is on duty, who waits, and in what order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from legalaid.directory.models import Authority, Post, Topic
from legalaid.directory.queries import topics_of_branch
from legalaid.intake.models import HelpRequest
from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_one, first_of, listed
from legalaid.reception.estimate_rules import LOOK_AHEAD, Estimate, Outlook, Past, estimate
from legalaid.reception.models import Booking, Duty, Offer, Ticket, WaitingNote
from legalaid.reception.queries.offers import duties_on, tickets_to_match, usual_lengths
from legalaid.reception.queue_rules import (
    ABSENT_AFTER,
    USUAL_DAYS,
    USUAL_ENOUGH,
    OnDuty,
    Waiting,
    choose,
    expert_for,
    priority_of,
)
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import WAITING_TICKETS, BookingState, OfferState, PlaceReason, TicketState

_WAITS = f"t.help_request_id = %(id)s AND t.state IN {listed(WAITING_TICKETS)}"
_IS_RECEIVED = f"t.help_request_id = %(id)s AND t.state = '{TicketState.TAKEN}' AND t.finished_at IS NULL"


def open_duty(expert_id: int) -> Duty | None:
    """The expert's open duty, if she is «на приёме»."""
    return first_of(Duty, "t.expert_id = %(id)s AND t.ended_at IS NULL", related=("post__authority",), id=expert_id)


def on_reception(authority_id: int, besides: Iterable[int] = ()) -> bool:
    """Whether an expert of the authority is «на приёме» now, besides these experts."""
    return fetch_one(_ON_RECEPTION, authority=authority_id, besides=list(besides)) is not None


# By hand: asked whenever times are offered, and each time of a hundred refused at once.
_ON_RECEPTION = """
    SELECT d.id FROM reception_duty d JOIN directory_post p ON p.id = d.post_id
    WHERE p.authority_id = %(authority)s AND d.ended_at IS NULL AND d.expert_id <> ALL(%(besides)s::bigint[]) LIMIT 1
"""


def authorities_on_duty(besides: int | None = None) -> QuerySet[Authority]:
    """Authorities where somebody besides this expert is «на приёме» now."""
    duties = Duty.objects.filter(post__authority=OuterRef("pk"), ended_at=None).exclude(expert_id=besides or 0)
    return Authority.objects.filter(Exists(duties)).order_by("plain", "id")


SHIFT = timedelta(hours=12)
"""So far ahead bookings decide which post is the one to sit down at."""


def free_posts_to_sit(authority_id: int, now: datetime) -> QuerySet[Post]:
    """Posts of an authority at which nobody sits, the one where somebody is booked soonest on top.

    `booked_at` is that start: whoever sits down elsewhere would be given long live dialogues in its time.
    """
    soon = Booking.objects.filter(
        post=OuterRef("pk"), state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN], began_at=None,
        during__overlap=Period(now - NO_SHOW_AFTER, now + SHIFT).range,
    )  # fmt: skip
    return (
        Post.objects.filter(authority_id=authority_id)
        .exclude(duties__ended_at=None, duties__isnull=False)
        .annotate(booked_at=Subquery(soon.order_by("during").values(start=Lower("during"))[:1]))
        .order_by(F("booked_at").asc(nulls_last=True), "name", "id")
    )


def queue_of(authority_ids: list[int]) -> QuerySet[Ticket]:
    """Waiting tickets of authorities, next first."""
    return (
        Ticket.objects.filter(authority_id__in=authority_ids, state__in=WAITING_TICKETS)
        .select_related("help_request__topic", "help_request__citizen", "help_request__branch")
        .order_by("priority", "created_at", "id")
    )


def waiting_at_branch(branch_id: int) -> QuerySet[Ticket]:
    """Waiting tickets of visitors who sit at a branch, longest waiting first."""
    return (
        Ticket.objects.filter(help_request__branch_id=branch_id, state__in=WAITING_TICKETS)
        .select_related(
            "help_request__topic",
            "help_request__citizen",
            "help_request__branch",
            "help_request__authority",
            "authority",
            "booth",
        )
        .order_by("created_at", "id")
    )


def seated_at_branch(branch_id: int, *, since: datetime) -> QuerySet[Ticket]:
    """Tickets taken since a moment whose visitors sit at a booth of a branch: they wait there, or are received."""
    return (
        Ticket.objects.filter(
            booth__branch_id=branch_id, state__in=[*WAITING_TICKETS, TicketState.TAKEN], finished_at=None,
            created_at__gte=since,
        )
        .select_related("help_request__citizen")
        .order_by("created_at", "id")
    )  # fmt: skip


def waiting_ticket(help_request_id: UUID) -> Ticket | None:
    """The waiting ticket of a request, if any."""
    return first_of(Ticket, _WAITS, related=("help_request",), id=help_request_id)


def taken_ticket(help_request_id: UUID) -> Ticket | None:
    """The ticket whose dialogue goes on, if any."""
    return first_of(Ticket, _IS_RECEIVED, order="t.id DESC", id=help_request_id)


def last_ticket(help_request_id: UUID) -> Ticket | None:
    """The newest ticket of a request, whatever became of it."""
    return Ticket.objects.filter(help_request_id=help_request_id).order_by("-id").first()


def has_lost_place(help_request_id: UUID) -> bool:
    """Whether the newest ticket of a request was given up: its person may come back to the queue."""
    ticket = last_ticket(help_request_id)
    return ticket is not None and ticket.state == TicketState.LEFT


def topics_to_hand_on(request: HelpRequest, day: date) -> QuerySet[Topic]:
    """Topics covered where the citizen is whose authority has an expert on duty now, but not her own topic."""
    on_duty = Duty.objects.filter(post__authority=OuterRef("authority"), ended_at=None)
    return (
        topics_of_branch(branch_id=request.branch_id, day=day)
        .filter(Exists(on_duty))
        .exclude(pk=request.topic_id or 0)
        .order_by("authority__plain", "title", "id")
    )


def topics_on_duty() -> QuerySet[Topic]:
    """Topics of authorities that have an expert on duty now: where a waiting person may be moved to."""
    on_duty = Duty.objects.filter(post__authority=OuterRef("authority"), ended_at=None)
    topics = Topic.objects.filter(Exists(on_duty), retired_at=None)
    return topics.select_related("authority").order_by("authority__plain", "title", "id")


def queue_with_offers(authority_ids: list[int]) -> QuerySet[Ticket]:
    """Waiting tickets of authorities, next first, with the name of the expert each is offered to, if any."""
    caller = Offer.objects.filter(ticket=OuterRef("pk"), state=OfferState.OPEN).values("duty__expert__name")[:1]
    return queue_of(authority_ids).annotate(offered_to=Subquery(caller))


def silent_tickets(now: datetime) -> list[Ticket]:
    """Waiting tickets whose page has fallen silent, and those left over from another day."""
    silent = Q(seen_at__lt=now - ABSENT_AFTER) | Q(created_at__lt=now - timedelta(hours=8))
    return list(Ticket.objects.filter(silent, state__in=WAITING_TICKETS).order_by("created_at", "id"))


def tickets_to_call() -> list[Ticket]:
    """Waiting people who asked for a call and have not been called."""
    rows = Ticket.objects.filter(state__in=WAITING_TICKETS, call_back=True, called_at=None)
    return list(rows.select_related("help_request").order_by("created_at", "id"))


def queues_to_match() -> list[int]:
    """Authorities where somebody waits."""
    rows = Ticket.objects.filter(state__in=WAITING_TICKETS).order_by("authority_id")
    return list(rows.values_list("authority_id", flat=True).distinct())


def notes_to(help_request_id: UUID, limit: int = 3) -> list[WaitingNote]:
    """What was said to a waiting person, newest first."""
    return list(WaitingNote.objects.filter(help_request_id=help_request_id).order_by("-at", "-id")[:limit])


def past_of(authority_id: int, now: datetime) -> Past:
    """The newest dialogues of an authority and how many booked people missed theirs, of the last USUAL_DAYS. One query.

    Too few bookings say nothing of those who do not come.
    """
    row = fetch_one(_PAST, authority=authority_id, since=now - timedelta(days=USUAL_DAYS), newest=NEWEST)
    assert row is not None  # three aggregates
    durations, came, missed = row
    return Past(tuple(sorted(durations)), missed / (came + missed) if came + missed >= USUAL_ENOUGH else 0.0)


NEWEST = 200
"""Dialogues an estimate is made from: what was usual a season ago says less (no external source)."""
# By hand: two tables are ordered together.
_PAST = f"""
    SELECT array(
        SELECT extract(epoch FROM ended - began)::float8 / 60 FROM (
            SELECT taken_at AS began, finished_at AS ended FROM reception_ticket
            WHERE authority_id = %(authority)s AND finished_at > %(since)s AND taken_at IS NOT NULL
            UNION ALL
            SELECT b.began_at, b.finished_at FROM reception_booking b JOIN directory_post p ON p.id = b.post_id
            WHERE p.authority_id = %(authority)s AND b.finished_at > %(since)s AND b.began_at IS NOT NULL
            ORDER BY ended DESC LIMIT %(newest)s
        ) held
    ),
    count(*) FILTER (WHERE b.state = '{BookingState.USED}'),
    count(*) FILTER (WHERE b.state = '{BookingState.NO_SHOW}')
    FROM reception_booking b JOIN directory_post p ON p.id = b.post_id
    WHERE p.authority_id = %(authority)s AND lower(b.during) > %(since)s
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiting ticket with what its person is told: her position (1 = next), experts who know her topic, a range."""

    ticket: Ticket
    position: int
    experts: int
    estimate: Estimate | None
    notes: list[WaitingNote]


def standing_of(ticket: Ticket, now: datetime) -> Standing:
    """Where a waiting ticket stands. Six queries."""
    duties = duties_on(ticket.authority_id, now)
    topics = [*_topics_before(ticket), ticket.help_request.topic_id or 0]
    queue = [[place for place, one in enumerate(duties) if one.knows(topic)] for topic in topics]
    found = estimate(queue, outlooks_of([one.duty_id for one in duties], now), past_of(ticket.authority_id, now))
    return Standing(ticket, len(topics), len(queue[-1]), found, notes_to(ticket.help_request_id))


@dataclass(frozen=True, slots=True)
class Prospect:
    """What somebody who joined a queue now would meet; `at_once` when a free expert would be offered her right away."""

    ahead: int
    experts: int
    at_once: bool
    estimate: Estimate | None


def prospect_of(*, authority_id: int, topic_id: int, reason: PlaceReason, now: datetime) -> Prospect:
    """The queue as a newcomer with a topic would find it. Six queries."""
    duties = duties_on(authority_id, now)
    rows = Ticket.objects.filter(
        authority_id=authority_id, state__in=WAITING_TICKETS, priority__lte=priority_of(reason)
    ).order_by("priority", "created_at", "id")
    before = [topic or 0 for topic in rows.values_list("help_request__topic_id", flat=True)]
    queue = [[place for place, one in enumerate(duties) if one.knows(topic)] for topic in [*before, topic_id]]
    found = estimate(queue, outlooks_of([one.duty_id for one in duties], now), past_of(authority_id, now))
    choice = None if before else choose([Waiting(0, topic_id)], duties, usual_lengths({topic_id}, now))
    return Prospect(len(before), len(queue[-1]), choice is not None, found)


def blocked_by(duty: Duty, now: datetime) -> datetime | None:
    """The booked start for whose sake nobody who waits is offered to a free expert; None when that is not why."""
    own = [one for one in duties_on(duty.post.authority_id, now) if one.duty_id == duty.pk]
    if not own or not own[0].free or own[0].clear_for is None:
        return None
    tickets = tickets_to_match(duty.post.authority_id, now)
    usual = usual_lengths({one.topic_id for one in tickets}, now)
    found = [expert_for(one, own, usual) for one in tickets]
    somebody = any(isinstance(one, OnDuty) for one in found)
    return now + own[0].clear_for if "booked_soon" in found and not somebody else None


def outlooks_of(duty_ids: list[int], now: datetime) -> list[Outlook]:
    """The next LOOK_AHEAD of experts on duty, in the order of `duty_ids`. Two queries.

    The dialogue each is in, and what is booked at her post.
    """
    since = Ticket.objects.filter(duty__expert=OuterRef("expert"), state=TicketState.TAKEN, finished_at=None)
    begun = Booking.objects.filter(duty__expert=OuterRef("expert"), began_at__isnull=False, finished_at=None)
    duties = Duty.objects.filter(pk__in=duty_ids).annotate(
        taken_at=Subquery(since.order_by("-taken_at", "-id").values("taken_at")[:1]),
        began_at=Subquery(begun.order_by("-began_at", "-id").values("began_at")[:1]),
    )
    rows = [(one.post_id, one.taken_at, one.began_at) for one in map(duties.in_bulk().__getitem__, duty_ids)]
    ahead = Period(now - NO_SHOW_AFTER, now + LOOK_AHEAD)
    booked: dict[int, list[tuple[float, float]]] = defaultdict(list)
    soon = Booking.objects.filter(
        post_id__in=[post for post, _taken, _began in rows], during__overlap=ahead.range, began_at=None,
        state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN],
    )  # fmt: skip
    for post, during in soon.order_by("during", "id").values_list("post_id", "occupies"):
        booked[post].append((_minutes(during.lower - now), _minutes(during.upper - now)))
    found = []
    for post, taken, began in rows:
        talking = taken or began
        found.append(Outlook(_minutes(now - talking) if talking else None, tuple(booked[post])))
    return found


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def position_of(ticket: Ticket) -> int:
    """1 for the next to be taken."""
    return len(_topics_before(ticket)) + 1


def _topics_before(ticket: Ticket) -> list[int]:
    """Topics of those who stand before a ticket, next first."""
    before = Ticket.objects.filter(authority_id=ticket.authority_id, state__in=WAITING_TICKETS).filter(
        Q(priority__lt=ticket.priority)
        | Q(priority=ticket.priority, created_at__lt=ticket.created_at)
        | Q(priority=ticket.priority, created_at=ticket.created_at, pk__lt=ticket.pk)
    )
    rows = before.order_by("priority", "created_at", "id").values_list("help_request__topic_id", flat=True)
    return [topic or 0 for topic in rows]
