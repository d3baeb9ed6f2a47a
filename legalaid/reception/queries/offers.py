"""What the matching of the live queue reads and locks."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, DateTimeField, Exists, Func, OuterRef, Q, QuerySet, Subquery

from legalaid.directory.models import ExpertProfile, Topic
from legalaid.journal.models import JournalEntry
from legalaid.reception.models import Booking, Duty, Offer, Ticket
from legalaid.reception.queue_rules import (
    AGAIN_AFTER,
    BLOCKED_SHARE,
    USUAL_DAYS,
    USUAL_ENOUGH,
    OnDuty,
    Waiting,
    is_absent,
)  # fmt: skip
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import BookingState, OfferState, TicketState

QUEUE_LOCK = 0x71756575
REFUSED = (OfferState.DECLINED, OfferState.EXPIRED)


def lock_queue(authority_id: int) -> None:
    """Take the turn to match the queue of an authority until the transaction ends: one matching at a time.

    Nothing else takes this lock, and who holds it waits for tickets and duties only, never for a request: those who
    hold a request and want its ticket cannot wait for the matching in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [QUEUE_LOCK, authority_id])


def lock_ticket(ticket_id: int) -> Ticket:
    """The ticket, locked. Order of locks: request, ticket, duty, offer."""
    return Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("help_request").get(pk=ticket_id)


def lock_duty(duty_id: int) -> Duty:
    """The duty with its post, locked."""
    return Duty.objects.select_for_update(of=("self",), no_key=True).select_related("post").get(pk=duty_id)


def lock_offer(offer_id: int) -> Offer:
    """The offer with its ticket and duty, locked."""
    return (
        Offer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("ticket__help_request", "duty__post")
        .get(pk=offer_id)
    )


def talking(expert: Any) -> Q:
    """Whether the expert (an id or an OuterRef) is in a dialogue that goes on: her own, or one she was invited to."""
    tickets = Ticket.objects.filter(duty__expert=expert, state=TicketState.TAKEN, finished_at=None)
    bookings = Booking.objects.filter(duty__expert=expert, began_at__isnull=False, finished_at=None)
    helps = Duty.objects.filter(expert=expert, ended_at=None, helping_since__isnull=False)
    return Q(Exists(tickets)) | Q(Exists(bookings)) | Q(Exists(helps))


def _next_booked(now: datetime) -> Subquery:
    """The start of the first booked dialogue at the duty's post that has not begun and may still begin."""
    return Subquery(
        Booking.objects.filter(
            post=OuterRef("post"), state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN], began_at=None,
            during__startswith__gt=now - NO_SHOW_AFTER,
        )
        .order_by("during", "id")
        .annotate(start=Func("during", function="lower", output_field=DateTimeField()))
        .values("start")[:1]
    )  # fmt: skip


def duties_on(authority_id: int, now: datetime) -> list[OnDuty]:
    """Experts on duty, who should be asked first on top: the narrower her topics and the longer idle. Two queries."""
    newest = Offer.objects.filter(duty=OuterRef("pk")).order_by("-made_at", "-id")
    ends = Ticket.objects.filter(duty__expert=OuterRef("expert"), finished_at__isnull=False).order_by("-finished_at")
    duties = (
        Duty.objects.filter(post__authority_id=authority_id, ended_at=None)
        .annotate(
            talks=Exists(Duty.objects.filter(talking(OuterRef("expert")), pk=OuterRef("pk"))),
            offered=Exists(Offer.objects.filter(duty=OuterRef("pk"), state=OfferState.OPEN)),
            booked_at=_next_booked(now), last_state=Subquery(newest.values("state")[:1]),
            last_ticket=Subquery(newest.values("ticket")[:1]), last_answer=Subquery(newest.values("answered_at")[:1]),
            idle_since=Subquery(ends.values("finished_at")[:1]),
        )
        .order_by("id")
    )  # fmt: skip
    topics = topics_by_expert(authority_id)
    rows = []
    for duty in duties:
        declined = duty.last_state == OfferState.DECLINED and duty.last_answer > now - AGAIN_AFTER
        found = OnDuty(
            duty_id=duty.pk, expert_id=duty.expert_id, topics=topics.get(duty.expert_id),
            free=not (duty.talks or duty.offered),
            clear_for=duty.booked_at - now if duty.booked_at else None,
            resting_from=duty.last_ticket if declined else None,
        )  # fmt: skip
        breadth = len(found.topics) if found.topics is not None else float("inf")
        rows.append((breadth, max(duty.started_at, duty.idle_since or duty.started_at), duty.pk, found))
    return [row[-1] for row in sorted(rows, key=lambda row: row[:3])]


def topics_by_expert(authority_id: int) -> dict[int, frozenset[int]]:
    """Expert → the topics she is limited to; experts without a limit are not in it. One query."""
    rows = ExpertProfile.objects.filter(authority_id=authority_id, topics__isnull=False).order_by("id")
    found: dict[int, set[int]] = defaultdict(set)
    for expert, topic in rows.values_list("user_id", "topics"):
        found[expert].add(topic)
    return {expert: frozenset(topics) for expert, topics in found.items()}


def tickets_to_match(authority_id: int, now: datetime) -> list[Waiting]:
    """Waiting tickets that are not offered to anybody, in the order of the queue. Two queries."""
    rows = (
        Ticket.objects.filter(authority_id=authority_id, state=TicketState.WAITING)
        .order_by("priority", "created_at", "id")
        .values_list("pk", "help_request__topic_id", "seen_at")
    )
    refusals = refusals_of([pk for pk, _topic, _seen in rows])
    return [Waiting(pk, topic, is_absent(seen, now), refusals.get(pk, {})) for pk, topic, seen in rows]


def refusals_of(ticket_ids: list[int]) -> dict[int, dict[int, int]]:
    """Ticket → expert → how many offers of it she declined or left unanswered. One query."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Offer.objects.filter(ticket_id__in=ticket_ids, state__in=REFUSED)
    for ticket, expert, count in rows.order_by().values_list("ticket_id", "duty__expert_id").annotate(n=Count("id")):
        found[ticket][expert] = count
    return found


def usual_lengths(topic_ids: set[int], now: datetime) -> dict[int, timedelta]:
    """The topic's 80th percentile of dialogues of the last 90 days; its planned minutes if too few."""
    found = {
        pk: timedelta(minutes=minutes)
        for pk, minutes in Topic.objects.filter(pk__in=topic_ids).order_by("id").values_list("pk", "minutes")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT topic_id, percentile_cont(%s) WITHIN GROUP (ORDER BY spent) FROM ("
            " SELECT r.topic_id, t.finished_at - t.taken_at AS spent FROM reception_ticket t"
            " JOIN intake_helprequest r ON r.id = t.help_request_id"
            " WHERE r.topic_id = ANY(%s) AND t.finished_at > %s AND t.taken_at IS NOT NULL"
            " UNION ALL SELECT r.topic_id, b.finished_at - b.began_at FROM reception_booking b"
            " JOIN intake_helprequest r ON r.id = b.help_request_id"
            " WHERE r.topic_id = ANY(%s) AND b.finished_at > %s AND b.began_at IS NOT NULL"
            ") held GROUP BY topic_id HAVING count(*) >= %s",
            [BLOCKED_SHARE, list(topic_ids), now - timedelta(days=USUAL_DAYS), list(topic_ids),
             now - timedelta(days=USUAL_DAYS), USUAL_ENOUGH],
        )  # fmt: skip
        found.update(cursor.fetchall())
    return found


def offers_to_settle(authority_id: int, now: datetime) -> QuerySet[Offer]:
    """Open offers whose time is over, whose expert has stood up, or who talks with somebody else by now."""
    over = Q(expires_at__lte=now) | Q(duty__ended_at__isnull=False) | talking(OuterRef("duty__expert"))
    return (
        Offer.objects.filter(over, state=OfferState.OPEN, ticket__authority_id=authority_id)
        .select_related("duty", "ticket")
        .order_by("expires_at", "id")
    )


def is_free(duty: Duty) -> bool:
    """Whether a locked duty may be given an offer."""
    busy = talking(duty.expert_id) | Q(Exists(Offer.objects.filter(duty=duty, state=OfferState.OPEN)))
    return not Duty.objects.filter(busy, pk=duty.pk).exists()


def is_free_but_for(offer: Offer) -> bool:
    """Whether the expert of an open offer does nothing else than not to answer it."""
    return not Duty.objects.filter(talking(offer.duty.expert_id), pk=offer.duty_id).exists()


def unanswered_in_a_row(duty: Duty, limit: int) -> bool:
    """Whether the newest `limit` offers of a duty all ran out."""
    newest = list(Offer.objects.filter(duty=duty).order_by("-made_at", "-id").values_list("state", flat=True)[:limit])
    return len(newest) == limit and set(newest) == {OfferState.EXPIRED}


def passed_over_causes(ticket_ids: list[int]) -> set[tuple[str, str]]:
    """(ticket, cause) that already stand in the journal."""
    rows = JournalEntry.objects.filter(
        kind="ticket", subject__in=[str(pk) for pk in ticket_ids], action="pass_over"
    ).order_by("id")
    return set(rows.values_list("subject", "data__cause"))


def tickets_before(ticket: Ticket) -> QuerySet[Ticket]:
    """Waiting tickets of the same queue that stand before this one and are not offered to anybody."""
    earlier = (
        Q(priority__lt=ticket.priority)
        | Q(priority=ticket.priority, created_at__lt=ticket.created_at)
        | Q(priority=ticket.priority, created_at=ticket.created_at, pk__lt=ticket.pk)
    )
    return Ticket.objects.filter(earlier, authority_id=ticket.authority_id, state=TicketState.WAITING).order_by(
        "priority", "created_at", "id"
    )


def open_offer_of(ticket_id: int) -> Offer | None:
    """The open offer of a ticket, if any."""
    return (
        Offer.objects.filter(ticket_id=ticket_id, state=OfferState.OPEN).select_related("duty").order_by("id").first()
    )


def offer_before(expert_id: int) -> Offer | None:
    """The open offer an expert has before her, with the card."""
    return (
        Offer.objects.filter(duty__expert_id=expert_id, state=OfferState.OPEN)
        .select_related("duty__post", "ticket__help_request__topic", "ticket__help_request__citizen",
                        "ticket__help_request__branch")
        .order_by("id")
        .first()
    )  # fmt: skip


def fell_silent(expert_id: int) -> bool:
    """Whether the expert's last duty was ended for her, because offers ran out unanswered."""
    last = Duty.objects.filter(expert_id=expert_id).order_by("-started_at", "-id").first()
    if last is None or last.ended_at is None:
        return False
    return Offer.objects.filter(duty=last, state=OfferState.EXPIRED, answered_at=last.ended_at).exists()
