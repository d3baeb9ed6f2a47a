"""What the duty officer sees of dialogues and of experts on duty: states and lines of people, never what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from legalaid.dialogue.line_queries import Checked, checks_of_requests
from legalaid.dialogue.models import Connection, Dialogue, Invitation, LineSample, MediaRoom, Participant
from legalaid.dialogue.queries import dialogues_with_all
from legalaid.dialogue.rules import LINE_NOW
from legalaid.dialogue.states import OPEN_DIALOGUES, DialogueState, MediaMode, ParticipantRole
from legalaid.kernel.sql import fetch_all
from legalaid.reception.states import DutyDoing, OfferState, TicketState

SHOWN = 40
"""Samples of a line that are drawn: ten minutes."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One person of a dialogue. `state`: here, away (her line broke at `since`), gone, or never (has not come yet)."""

    participant: Participant
    state: str
    since: datetime | None
    lines: list[LineSample]
    fresh: bool

    @property
    def line(self) -> LineSample | None:
        """Her newest sample, if it is of now."""
        return self.lines[-1] if self.lines and self.fresh else None

    @property
    def newest(self) -> list[LineSample]:
        """The newest ten samples, the very newest on top, for the table beside the drawing."""
        return self.lines[-1:-11:-1]

    @property
    def points(self) -> str:
        """The line's quality over time as points of a drawing 100 wide and 30 high; newest on the right."""
        if len(self.lines) < 2:
            return ""
        step = 100 / (SHOWN - 1)
        first = 100 - step * (len(self.lines) - 1)
        return " ".join(f"{first + step * n:.1f},{28 - 8.6 * row.level:.1f}" for n, row in enumerate(self.lines))


@dataclass(frozen=True, slots=True)
class WatchedDialogue:
    """An open dialogue with everybody in it, the way of its media, the check of the citizen's devices.

    `moving` is the newest offer of the duty officer to take the lead over, answered or not.
    """

    dialogue: Dialogue
    people: list[Watched]
    mode: str = MediaMode.MESH.value
    node: str = ""
    check: Checked | None = None
    moving: Invitation | None = None
    troubled: bool = field(default=False)


def watched_dialogues(now: datetime) -> list[WatchedDialogue]:
    """Every open dialogue somebody has entered, those in trouble first. Six queries."""
    open_ = list(dialogues_with_all().filter(state__in=OPEN_DIALOGUES).order_by("opened_at", "id"))
    ids = [one.pk for one in open_]
    people = _people(ids, now)
    rooms = {room.dialogue_id: room for room in MediaRoom.objects.filter(dialogue_id__in=ids).select_related("node")}
    checks = checks_of_requests([one.help_request_id for one in open_], now)
    moves = Invitation.objects.filter(dialogue_id__in=ids).exclude(reason="").select_related("authority")
    moving = {move.dialogue_id: move for move in moves.order_by("made_at", "id")}
    found = []
    for one in open_:
        if not people[one.pk]:
            continue
        room = rooms.get(one.pk)
        troubled = any(_troubled(one, who) for who in people[one.pk])
        found.append(
            WatchedDialogue(
                one, people[one.pk], mode=room.mode if room else MediaMode.MESH.value,
                node=room.node.name if room and room.node else "", check=checks.get(one.help_request_id),
                moving=moving.get(one.pk), troubled=troubled,
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: not row.troubled)


def _troubled(dialogue: Dialogue, who: Watched) -> bool:
    """Whether somebody should look: a broken or bad line, or the citizen gone from a dialogue that goes on."""
    if who.state == "gone":
        return dialogue.state == DialogueState.LIVE and who.participant.role == ParticipantRole.CITIZEN
    return who.state == "away" or bool(who.line and who.line.level <= 1)


def _people(dialogue_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Watched]]:
    newest = Connection.objects.filter(participant=OuterRef("pk"), opened_at__isnull=False).order_by("-pk")
    rows = (
        Participant.objects.filter(dialogue_id__in=dialogue_ids, removed_at=None)
        .annotate(opened=Subquery(newest.values("opened_at")[:1]), closed=Subquery(newest.values("closed_at")[:1]))
        .select_related("user", "authority")
        .order_by("seat", "id")
    )
    lines: dict[UUID, list[LineSample]] = defaultdict(list)
    for sample in LineSample.objects.filter(participant__dialogue_id__in=dialogue_ids).order_by("at", "id"):
        lines[sample.participant_id].append(sample)
    people: dict[UUID, list[Watched]] = defaultdict(list)
    for row in rows:
        opened, closed = row.opened, row.closed
        state = "never" if opened is None else "gone" if not row.present else "away" if closed else "here"
        drawn = lines[row.pk][-SHOWN:]
        fresh = bool(drawn) and drawn[-1].at > now - LINE_NOW and state == "here"
        people[row.dialogue_id].append(Watched(row, state, closed if state != "here" else opened, drawn, fresh))
    return people


@dataclass(frozen=True, slots=True)
class ExpertNow:
    """An expert on duty, where she sits, what she does and since when."""

    name: str
    post: str
    doing: DutyDoing
    since: datetime


@dataclass(frozen=True, slots=True)
class AuthorityNow:
    """The experts of one authority who are on duty; moments are told on its clocks (`zone`)."""

    authority: str
    zone: str
    experts: list[ExpertNow]

    @property
    def free(self) -> int:
        return sum(one.doing == DutyDoing.FREE for one in self.experts)


def experts_now() -> list[AuthorityNow]:
    """Everybody on duty, authority by authority. One query."""
    found: dict[int, AuthorityNow] = {}
    for pk, authority, zone, name, post, talking, helping, offered, free in fetch_all(_EXPERTS_NOW):
        doing, since = next(
            (doing, since)
            for doing, since in (
                (DutyDoing.TALKING, talking), (DutyDoing.HELPING, helping), (DutyDoing.OFFERED, offered),
                (DutyDoing.FREE, free),
            )
            if since is not None
        )  # fmt: skip
        row = found.setdefault(pk, AuthorityNow(authority, zone, []))
        row.experts.append(ExpertNow(name, post, doing, since))
    return list(found.values())


# Free since the newest of: she sat down, her last dialogue ended, she left a colleague's, an offer was not accepted.
_EXPERTS_NOW = f"""
    SELECT a.id, a.plain, a.timezone, u.name, p.name,
        (SELECT min(since) FROM (
            SELECT x.taken_at AS since FROM reception_ticket x JOIN reception_duty y ON y.id = x.duty_id
            WHERE y.expert_id = d.expert_id AND x.state = '{TicketState.TAKEN}' AND x.finished_at IS NULL
            UNION ALL
            SELECT x.began_at FROM reception_booking x JOIN reception_duty y ON y.id = x.duty_id
            WHERE y.expert_id = d.expert_id AND x.began_at IS NOT NULL AND x.finished_at IS NULL
        ) own),
        d.helping_since,
        (SELECT min(x.made_at) FROM reception_offer x WHERE x.duty_id = d.id AND x.state = '{OfferState.OPEN}'),
        greatest(d.started_at,
            (SELECT max(x.finished_at) FROM reception_ticket x WHERE x.duty_id = d.id),
            (SELECT max(x.finished_at) FROM reception_booking x WHERE x.duty_id = d.id),
            (SELECT max(x.answered_at) FROM reception_offer x WHERE x.duty_id = d.id),
            (SELECT max(c.closed_at) FROM dialogue_connection c JOIN dialogue_participant w ON w.id = c.participant_id
                WHERE w.user_id = d.expert_id AND w.role = '{ParticipantRole.COLLEAGUE}'))
    FROM reception_duty d JOIN people_user u ON u.id = d.expert_id
    JOIN directory_post p ON p.id = d.post_id JOIN directory_authority a ON a.id = p.authority_id
    WHERE d.ended_at IS NULL ORDER BY a.plain, a.id, u.name, d.id
"""  # noqa: S608 - our own names
