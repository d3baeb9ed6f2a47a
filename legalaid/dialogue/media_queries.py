"""Reads about the way media take."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from legalaid.dialogue.line_queries import lines_now
from legalaid.dialogue.media_rules import Node, is_weak, most_people, promises_room
from legalaid.dialogue.models import Dialogue, DialoguePolicy, MediaNode, MediaRoom, Participant
from legalaid.dialogue.states import OPEN_DIALOGUES, MediaMode, MediaPolicy, ParticipantRole
from legalaid.directory.models import Authority


@dataclass(frozen=True, slots=True)
class Way:
    """Which way a dialogue's media take since its change number `epoch`, and over which node."""

    mode: str = MediaMode.MESH.value
    epoch: int = 0
    node: str | None = None


def media_nodes() -> list[MediaNode]:
    """The pool, by name."""
    return list(MediaNode.objects.order_by("name"))


def pool() -> list[Node]:
    """The pool as rules see it."""
    return [Node(n.name, n.weight, n.draining, n.seen_at, n.lost_at) for n in media_nodes()]


def nodes_with_load() -> QuerySet[MediaNode]:
    """The pool with `dialogues`: how many open ones each carries."""
    carried = Count(
        "rooms", filter=Q(rooms__mode=MediaMode.SFU, rooms__dialogue__state__in=OPEN_DIALOGUES), distinct=True
    )
    return MediaNode.objects.annotate(dialogues=carried).order_by("name")


def way_of(dialogue_id: UUID) -> Way:
    """The way a dialogue takes now."""
    row = MediaRoom.objects.select_related("node").filter(dialogue_id=dialogue_id).first()
    return Way(row.mode, row.epoch, row.node.name if row.node else None) if row is not None else Way()


def policy_of(authority_id: int | None) -> DialoguePolicy:
    """What an authority wants; without a row the defaults: as is best, never recorded."""
    found = DialoguePolicy.objects.filter(authority_id=authority_id).first() if authority_id else None
    return found or DialoguePolicy()


def policies_of(authority_ids: Collection[int]) -> list[DialoguePolicy]:
    """What each of the authorities wants, by its everyday name; unsaved rows with the defaults where none is set."""
    rows = Authority.objects.filter(pk__in=authority_ids).select_related("dialogue_policy").order_by("plain", "id")
    return [getattr(one, "dialogue_policy", None) or DialoguePolicy(authority=one) for one in rows]


def people_in(dialogue_id: UUID) -> int:
    """How many are in a dialogue right now."""
    return Participant.objects.filter(dialogue_id=dialogue_id, present=True).count()


def weak_line(dialogue_id: UUID, now: datetime) -> bool:
    """Whether the newest sample of somebody present says that her line is bad, or that she sends less because of it."""
    present = (
        Participant.objects.filter(dialogue_id=dialogue_id, present=True).order_by("id").values_list("pk", flat=True)
    )
    lines, here = lines_now([dialogue_id], now), set(present)
    return any(who in here and is_weak(line.level, line.step) for who, line in lines.items())


def places_now(dialogue: Dialogue, now: datetime) -> int:
    """How many people the dialogue carries now: six over a media server, four without one. The citizen's place and the
    lead's are always among them."""
    policy, present = MediaPolicy(policy_of(dialogue.help_request.authority_id).media), way_of(dialogue.pk).node
    return most_people(policy=policy, nodes=any(promises_room(node, present, now) for node in pool()))


def guests_in(dialogue_id: UUID, *, besides: UUID, expected: bool) -> int:
    """How many are in a dialogue besides the citizen, the lead and `besides`; with those who are `expected`, or not."""
    here = Q(seat__isnull=False) if expected else Q(present=True)
    return (
        Participant.objects.filter(here, dialogue_id=dialogue_id)
        .exclude(role__in=(ParticipantRole.CITIZEN, ParticipantRole.EXPERT))
        .exclude(pk=besides)
        .count()
    )
