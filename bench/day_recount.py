"""The simulated day counted again: what must never have happened, from the tables and from the journal alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from legalaid.kernel.sql import fetch_all
from legalaid.reception.states import PLACE_PRIORITY, PlaceReason

OVERLAPS = {
    "dialogues of one expert": """
        SELECT count(*) FROM dialogue_dialogue a JOIN dialogue_dialogue b ON a.id < b.id AND a.expert_id = b.expert_id
            AND tstzrange(a.admitted_at, a.ended_at) && tstzrange(b.admitted_at, b.ended_at)
    """,
    "contacts of one expert": """
        WITH held AS (
            SELECT 't' || t.id AS id, d.expert_id, tstzrange(t.taken_at, t.finished_at) AS during
            FROM reception_ticket t JOIN reception_duty d ON d.id = t.duty_id WHERE t.taken_at IS NOT NULL
            UNION ALL SELECT 'b' || b.id, d.expert_id, tstzrange(b.began_at, b.finished_at)
            FROM reception_booking b JOIN reception_duty d ON d.id = b.duty_id WHERE b.began_at IS NOT NULL
        ) SELECT count(*) FROM held a JOIN held b ON a.id < b.id AND a.expert_id = b.expert_id AND a.during && b.during
    """,
    "bookings of one post, booth or citizen": """
        WITH kept AS (
            SELECT id, post_id, booth_id, citizen_id, tstzrange(lower(during), CASE WHEN finished_at IS NULL
                THEN upper(during) ELSE greatest(lower(during), least(upper(during), finished_at)) END) AS during
            FROM reception_booking WHERE state IN ('held', 'confirmed', 'checked_in', 'used')
        ) SELECT count(*) FROM kept a JOIN kept b ON a.id < b.id AND a.during && b.during
            AND (a.post_id = b.post_id OR a.booth_id = b.booth_id OR a.citizen_id = b.citizen_id)
    """,
    "dialogues in one booth": """
        WITH sat AS (
            SELECT 't' || id AS id, booth_id, tstzrange(taken_at, finished_at) AS during
            FROM reception_ticket WHERE taken_at IS NOT NULL AND booth_id IS NOT NULL
            UNION ALL SELECT 'b' || id, booth_id, tstzrange(began_at, finished_at)
            FROM reception_booking WHERE began_at IS NOT NULL AND booth_id IS NOT NULL
        ) SELECT count(*) FROM sat a JOIN sat b ON a.id < b.id AND a.booth_id = b.booth_id AND a.during && b.during
    """,
    "offers of one expert": """
        SELECT count(*) FROM reception_offer a JOIN reception_offer b ON a.id < b.id AND a.duty_id = b.duty_id
            AND tstzrange(a.made_at, a.answered_at) && tstzrange(b.made_at, b.answered_at)
    """,
}
"""Each must count 0."""

UNENDED = """
    SELECT (SELECT count(*) FROM reception_ticket WHERE state IN ('waiting', 'offered'))
         + (SELECT count(*) FROM reception_ticket WHERE state = 'taken' AND finished_at IS NULL)
         + (SELECT count(*) FROM reception_booking WHERE state IN ('held', 'confirmed', 'checked_in'))
         + (SELECT count(*) FROM reception_waitspan WHERE ended_at IS NULL)
"""
"""People whom the day left waiting, in the queue or before a booked dialogue."""

LEFT_UNEXPLAINED = """
    SELECT count(*) FROM reception_ticket t WHERE t.state = 'left' AND NOT EXISTS (
        SELECT FROM journal_journalentry j JOIN journal_journalentry g
            ON g.kind = 'request' AND g.subject = t.help_request_id::text AND g.at = j.at
            AND ((g.action = 'cancel' AND g.actor = 'citizen')
              OR (g.action = 'miss' AND g.actor = 'system:queue' AND j.at - t.seen_at > interval '10 minutes'))
        WHERE j.kind = 'ticket' AND j.subject = t.id::text AND j.action = 'leave'
    )
"""
"""Places given up neither by their person nor by the rule of ten minutes."""


@dataclass
class Replay:
    """The queue of each authority as the journal tells it, and how many were passed over without a reason."""

    places: dict[str, tuple[int, datetime, int]] = field(default_factory=dict)
    queue: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    offered: set[str] = field(default_factory=set)
    offers: int = 0
    passed: int = 0
    unexplained: int = 0

    def read(self, journal: Iterable[tuple[Any, ...]], authority_of: dict[str, str], reasons: set[Any]) -> None:
        """Walk through the entries in their order; `reasons` holds (ticket, moment) of every line `pass_over`."""
        told: dict[str, list[datetime]] = defaultdict(list)
        for ticket, moment in reasons:
            told[ticket].append(moment)
        for kind, subject, action, at, data in journal:
            if kind == "offer" and action == "make":
                self._offer(str(json.loads(data)["ticket"]), at, told)
            elif kind == "ticket":
                self._ticket(subject, action, at, json.loads(data), authority_of)

    def _ticket(
        self, ticket: str, action: str, at: datetime, data: dict[str, Any], authority_of: dict[str, str]
    ) -> None:
        if action == "issue":
            self.places[ticket] = (PLACE_PRIORITY[PlaceReason(data["reason"])], at, int(ticket))
            self.queue[ticket] = authority_of[ticket]
        waiting = self.waiting[self.queue[ticket]]
        if action in {"issue", "pass_on"}:
            waiting.add(ticket)
        elif action in {"offer", "take", "leave", "return"}:
            waiting.discard(ticket)

    def _offer(self, ticket: str, at: datetime, told: dict[str, list[datetime]]) -> None:
        """Everybody who stood before the one who is offered has her reason written down by now."""
        self.offers += 1
        for other in self.waiting[self.queue[ticket]]:
            if self.places[other] < self.places[ticket]:
                self.passed += 1
                if not any(moment <= at for moment in told[other]):
                    self.unexplained += 1
        self.offered.add(ticket)


def overlaps() -> dict[str, int]:
    """What overlaps, by kind; all zero."""
    return {name: fetch_all(query)[0][0] for name, query in OVERLAPS.items()}


def replay(*, with_reasons: bool = True) -> Replay:
    """The day's queues from the journal; without the reasons it must find people passed over (the control)."""
    journal = fetch_all(
        "SELECT kind, subject, action, at, data FROM journal_journalentry WHERE kind IN ('ticket', 'offer') ORDER BY id"
    )
    authority_of = {str(pk): str(body) for pk, body in fetch_all("SELECT id, authority_id FROM reception_ticket")}
    reasons = {(subject, at) for kind, subject, action, at, _ in journal if (kind, action) == ("ticket", "pass_over")}
    found = Replay()
    found.read(journal, authority_of, reasons if with_reasons else set())
    return found


def starved() -> dict[str, int]:
    """Who was left waiting, lost her place without a rule, or was passed over without a reason; all zero."""
    return {
        "still waiting": fetch_all(UNENDED)[0][0],
        "left without a rule": fetch_all(LEFT_UNEXPLAINED)[0][0],
        "passed over without a reason": replay().unexplained,
    }


def causes() -> dict[str, tuple[int, float]]:
    """Cause of waiting → spans, minutes together."""
    rows = fetch_all(
        "SELECT cause, count(*), sum(extract(epoch FROM ended_at - began_at)) / 60 FROM reception_waitspan"
        " WHERE ended_at IS NOT NULL GROUP BY cause ORDER BY cause"
    )
    return {cause: (spans, float(minutes)) for cause, spans, minutes in rows}


def waits() -> dict[int, tuple[float, float]]:
    """Ticket received → minutes from issue to dialogue, and how many of them she was away herself."""
    rows = fetch_all("""
        SELECT t.id, extract(epoch FROM t.taken_at - t.created_at) / 60, coalesce((
            SELECT sum(extract(epoch FROM w.ended_at - w.began_at)) / 60 FROM reception_waitspan w
            WHERE w.help_request_id = t.help_request_id AND w.cause = 'citizen' AND w.began_at >= t.created_at
                AND w.ended_at <= t.taken_at), 0)
        FROM reception_ticket t JOIN reception_duty d ON d.id = t.duty_id WHERE t.taken_at IS NOT NULL
    """)
    return {ticket: (float(whole), float(away)) for ticket, whole, away in rows}


def booked_waits() -> list[float]:
    """Minutes from the booked start (or coming, if later) to the dialogue, of those who were received."""
    rows = fetch_all("""
        SELECT greatest(0, extract(epoch FROM b.began_at - greatest(lower(b.during), o.opened_at)) / 60)
        FROM reception_booking b JOIN dialogue_dialogue o ON o.booking_id = b.id WHERE b.began_at IS NOT NULL
    """)
    return [float(minutes) for (minutes,) in rows]
