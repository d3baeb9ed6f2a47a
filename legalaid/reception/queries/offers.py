"""What the matching of the live queue reads and locks."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from legalaid.journal.models import JournalEntry
from legalaid.kernel.sql import fetch_all, fetch_one, first_of, listed, one_of, rows_of
from legalaid.reception.models import Duty, Offer, Ticket
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
    return one_of(Ticket, "t.id = %(id)s", related=("help_request",), lock="NO KEY UPDATE", id=ticket_id)


def lock_duty(duty_id: int) -> Duty:
    """The duty with its post, locked."""
    return one_of(Duty, "t.id = %(id)s", related=("post",), lock="NO KEY UPDATE", id=duty_id)


def lock_offer(offer_id: int) -> Offer:
    """The offer with its ticket and duty, locked."""
    related = ("ticket__help_request", "duty__post")
    return one_of(Offer, "t.id = %(id)s", related=related, lock="NO KEY UPDATE", id=offer_id)


def talking(expert: str) -> str:
    """The condition that an expert (an expression) is in a dialogue: her own, or one she was invited to."""
    return f"""(
        EXISTS (SELECT FROM reception_ticket x JOIN reception_duty y ON y.id = x.duty_id WHERE y.expert_id = {expert}
            AND x.state = '{TicketState.TAKEN}' AND x.finished_at IS NULL)
        OR EXISTS (SELECT FROM reception_booking x JOIN reception_duty y ON y.id = x.duty_id
            WHERE y.expert_id = {expert} AND x.began_at IS NOT NULL AND x.finished_at IS NULL)
        OR EXISTS (SELECT FROM reception_duty y WHERE y.expert_id = {expert} AND y.ended_at IS NULL
            AND y.helping_since IS NOT NULL)
    )"""  # noqa: S608 - our own names


_HAS_OFFER = f"EXISTS (SELECT FROM reception_offer x WHERE x.duty_id = d.id AND x.state = '{OfferState.OPEN}')"
# The newest offer of each duty, the end of its last dialogue, and the start of the first booked dialogue at her post
# that has not begun and may still begin: who does not come is waited for NO_SHOW_AFTER, who is here to her end.
_DUTIES_ON = f"""
    SELECT d.id, d.expert_id, d.started_at, {talking("d.expert_id")} OR {_HAS_OFFER},
        (SELECT min(lower(b.during)) FROM reception_booking b WHERE b.post_id = d.post_id
            AND b.state IN {listed((BookingState.CONFIRMED, BookingState.CHECKED_IN))} AND b.began_at IS NULL
            AND (lower(b.during) > %(not_missed)s
                OR b.state = '{BookingState.CHECKED_IN}' AND upper(b.during) > %(now)s)),
        CASE WHEN newest.state = '{OfferState.DECLINED}' AND newest.answered_at > %(not_again)s
            THEN newest.ticket_id END,
        (SELECT max(x.finished_at) FROM reception_ticket x WHERE x.duty_id = d.id),
        (SELECT array_agg(l.topic_id) FROM directory_expertprofile_topics l WHERE l.expertprofile_id = e.id),
        e.languages
    FROM reception_duty d JOIN directory_post p ON p.id = d.post_id
    LEFT JOIN directory_expertprofile e ON e.user_id = d.expert_id AND e.authority_id = p.authority_id
    LEFT JOIN LATERAL (
        SELECT state, ticket_id, answered_at FROM reception_offer WHERE duty_id = d.id
        ORDER BY made_at DESC, id DESC LIMIT 1
    ) newest ON true
    WHERE p.authority_id = %(authority)s AND d.ended_at IS NULL
"""  # noqa: S608 - our own names


def duties_on(authority_id: int, now: datetime) -> list[OnDuty]:
    """Experts on duty, who should be asked first on top: the narrower her topics and the longer idle. One query."""
    rows = []
    for pk, expert, since, busy, booked_at, declined, idle_since, topics, languages in fetch_all(
        _DUTIES_ON, authority=authority_id, now=now, not_missed=now - NO_SHOW_AFTER, not_again=now - AGAIN_AFTER
    ):
        found = OnDuty(
            duty_id=pk, expert_id=expert, topics=None if topics is None else frozenset(topics), free=not busy,
            clear_for=booked_at - now if booked_at else None, resting_from=declined,
            languages=frozenset(languages or ()),
        )  # fmt: skip
        breadth = len(topics) if topics is not None else float("inf")
        rows.append((breadth, max(since, idle_since or since), pk, found))
    return [row[-1] for row in sorted(rows, key=lambda row: row[:3])]


def somebody_may_be_offered(authority_id: int) -> bool:
    """Whether somebody waits in the queue of an authority and an expert of it is free: asked before any lock."""
    return fetch_one(_MAY_BE_OFFERED, authority=authority_id) is not None


_MAY_BE_OFFERED = f"""
    SELECT d.id FROM reception_duty d JOIN directory_post p ON p.id = d.post_id
    WHERE p.authority_id = %(authority)s AND d.ended_at IS NULL
        AND EXISTS (SELECT FROM reception_ticket w WHERE w.authority_id = %(authority)s
            AND w.state = '{TicketState.WAITING}')
        AND NOT {_HAS_OFFER} AND NOT {talking("d.expert_id")} LIMIT 1
"""  # noqa: S608 - our own names


def tickets_to_match(authority_id: int, now: datetime) -> list[Waiting]:
    """Waiting tickets that are not offered to anybody, in the order of the queue. One query."""
    return [
        Waiting(pk, topic, is_absent(seen, now), Counter(refused), language)
        for pk, topic, seen, refused, language in fetch_all(_TO_MATCH, authority=authority_id)
    ]


def refusals_of(ticket_id: int) -> dict[int, int]:
    """Expert → how many offers of the ticket she declined or left unanswered."""
    return Counter(expert for (expert,) in fetch_all(_REFUSED, ticket=ticket_id))


_REFUSED = f"""
    SELECT y.expert_id FROM reception_offer x JOIN reception_duty y ON y.id = x.duty_id
    WHERE x.ticket_id = %(ticket)s AND x.state IN {listed(REFUSED)}
"""  # noqa: S608 - our own names
_TO_MATCH = f"""
    SELECT t.id, r.topic_id, t.seen_at, ARRAY({_REFUSED.replace("%(ticket)s", "t.id")}), r.interpreter
    FROM reception_ticket t JOIN intake_helprequest r ON r.id = t.help_request_id
    WHERE t.authority_id = %(authority)s AND t.state = '{TicketState.WAITING}'
    ORDER BY t.priority, t.created_at, t.id
"""  # noqa: S608 - our own names


def usual_lengths(topic_ids: set[int], now: datetime) -> dict[int, timedelta]:
    """The topic's 80th percentile of dialogues of the last 90 days; its planned minutes if too few. One query."""
    rows = fetch_all(
        _USUAL, topics=list(topic_ids), since=now - timedelta(days=USUAL_DAYS), share=BLOCKED_SHARE, enough=USUAL_ENOUGH
    )
    return {topic: held or timedelta(minutes=minutes) for topic, minutes, held in rows}


_USUAL = """
    SELECT p.id, p.minutes, held.usual FROM directory_topic p LEFT JOIN LATERAL (
        SELECT percentile_cont(%(share)s) WITHIN GROUP (ORDER BY spent) AS usual FROM (
            SELECT t.finished_at - t.taken_at AS spent FROM reception_ticket t
            JOIN intake_helprequest r ON r.id = t.help_request_id
            WHERE r.topic_id = p.id AND t.finished_at > %(since)s AND t.taken_at IS NOT NULL
            UNION ALL
            SELECT b.finished_at - b.began_at FROM reception_booking b
            JOIN intake_helprequest r ON r.id = b.help_request_id
            WHERE r.topic_id = p.id AND b.finished_at > %(since)s AND b.began_at IS NOT NULL
        ) s HAVING count(*) >= %(enough)s
    ) held ON true WHERE p.id = ANY(%(topics)s)
"""


def offers_to_settle(authority_id: int, now: datetime) -> list[Offer]:
    """Open offers whose time is over, whose expert has stood up, or who talks with somebody else by now."""
    return rows_of(
        Offer, _TO_SETTLE, related=("duty", "ticket"), order="t.expires_at, t.id", authority=authority_id, now=now
    )


_TO_SETTLE = f"""
    t.state = '{OfferState.OPEN}' AND ticket.authority_id = %(authority)s
    AND (t.expires_at <= %(now)s OR duty.ended_at IS NOT NULL OR {talking("duty.expert_id")})
"""


def is_free(duty: Duty) -> bool:
    """Whether a locked duty may be given an offer."""
    return fetch_one(_IS_FREE, duty=duty.pk) is not None


def is_free_but_for(offer: Offer) -> bool:
    """Whether the expert of an open offer does nothing else than not to answer it."""
    return fetch_one(_IS_SILENT, duty=offer.duty_id) is not None


_IS_SILENT = f"SELECT d.id FROM reception_duty d WHERE d.id = %(duty)s AND NOT {talking('d.expert_id')}"  # noqa: S608
_IS_FREE = f"{_IS_SILENT} AND NOT {_HAS_OFFER}"


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
    return first_of(Offer, f"t.ticket_id = %(id)s AND t.state = '{OfferState.OPEN}'", related=("duty",), id=ticket_id)


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
