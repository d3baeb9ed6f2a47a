"""Who comes to the played day of a region and who receives, and how often what happens to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Dialogue
from legalaid.intake.queries import lock_request
from legalaid.intake.rules import NONE, Adaptations
from legalaid.intake.services import advance
from legalaid.kernel.actor import Actor, Grant
from legalaid.kernel.sql import fetch_all
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import waiting_ticket

SYSTEM = Actor.system("queue")
OFFICER = Actor.staff(0, (Grant(Role.DUTY_OFFICER),))
MINUTE = timedelta(minutes=1)
STORY = "Не засчитали стаж за пять лет работы на севере"
NO_SHOW, CALLS_OFF = 0.15, 0.03
LOSES_LINE, FOR_LONG, IMPATIENT = 0.18, 0.35, 0.03
DECLINES, SILENT = 0.06, 0.05
BREAKS_OFF, HANDED_ON = 0.05, 0.02
PICKS_UP_AFTER = 5 * MINUTE
"""So long a booked visitor waits for her own post's expert before a free colleague receives her."""


@dataclass
class Person:
    """One of those who come; `away` while her line is lost, `over` once she needs no booth any more."""

    number: int
    authority: int
    topic: str
    branch: int | None
    special: Adaptations = NONE
    request: UUID | None = None
    booking: int | None = None
    start: datetime | None = None
    post: int | None = None
    booth: int | None = None
    away: bool = False
    over: bool = False

    @property
    def actor(self) -> Actor:
        return Actor.citizen(self.request)


@dataclass
class Expert:
    """One who receives; `talks` is the dialogue that goes on, `sits` whether she means to be on duty."""

    actor: Actor
    authority: int
    post: int
    sits: bool = False
    talks: Dialogue | None = None
    silent: bool = False

    def is_free(self) -> bool:
        return self.sits and self.talks is None and not self.silent


@dataclass(frozen=True)
class Call:
    """An offer as its expert sees it."""

    pk: int
    expires_at: datetime
    expert: int
    authority: int
    request: UUID

    def is_open(self) -> bool:
        return bool(fetch_all("SELECT 1 FROM reception_offer WHERE id = %(pk)s AND state = 'open'", pk=self.pk))


WHO_WAITS = """
    SELECT help_request_id, seen_at IS NOT NULL FROM reception_ticket WHERE state IN ('waiting', 'offered') ORDER BY id
"""
CALLS_OPEN = """
    SELECT o.id, o.expires_at, d.expert_id, t.authority_id, t.help_request_id FROM reception_offer o
    JOIN reception_duty d ON d.id = o.duty_id JOIN reception_ticket t ON t.id = o.ticket_id
    WHERE o.id > %(seen)s AND o.state = 'open' ORDER BY o.id
"""


def lock_state(request: UUID) -> str:
    """The state of a request now."""
    with transaction.atomic():
        return str(lock_request(request).state)


def answer(expert: Expert, person: Person, now: datetime) -> None:
    """End the dialogue and say what came of it (the memo's PDF is left out: it is measured by itself)."""
    assert expert.talks and person.request
    dialogue.end(dialogue_id=expert.talks.pk, actor=expert.actor, now=now)
    with transaction.atomic(durable=True):
        advance(request=lock_request(person.request), action="answer", actor=expert.actor, now=now)


def booths_needed(people: Iterable[Person], branch: int, before: datetime) -> set[int | None]:
    """Booths of a branch that somebody has booked for a start before the moment."""
    return {p.booth for p in people if p.branch == branch and p.start and p.start < before and not p.over}


def open_first(free: list[int], person: Person, now: datetime) -> int | None:
    """Open the first of the booths with the code of the visitor's ticket; None when there is no booth or no code."""
    ticket = waiting_ticket(person.request) if person.request else None
    if not free or ticket is None or not ticket.start_code:
        return None
    services.open_booth(booth_id=free[0], code=ticket.start_code, actor=SYSTEM, now=now, insist=True)
    return free[0]
