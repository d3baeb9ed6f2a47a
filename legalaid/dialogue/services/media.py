"""Which way media of a dialogue take, and the pool of media servers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from legalaid.dialogue.media_queries import Way, people_in, policy_of, pool, way_of, weak_line
from legalaid.dialogue.media_rules import MESH_WITH_WEAK, choose_node, healthy, lost_lately, mode_for
from legalaid.dialogue.models import Dialogue, MediaNode, MediaRoom
from legalaid.dialogue.states import OPEN_DIALOGUES, DialogueState, MediaMode, MediaPolicy
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit

NOTED_EVERY = timedelta(seconds=1)
"""How often it is written down that a node answers, however many processes ask it."""


def choose_way(*, dialogue_id: UUID, reachable: list[str], actor: Actor, now: datetime) -> Way:
    """Decide which way the dialogue's media take; `reachable` are the nodes the asking process has a link to.

    Lines that are weak by their newest samples count. Changes nothing before pictures may meet, or when it is well as
    it is; otherwise writes the next epoch over the present one, tells every process and returns the new way. Of two
    that decide at once one writes, the other follows. For the system. Raises NotFound.
    """
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        dialogue = Dialogue.objects.select_related("help_request").filter(pk=dialogue_id).first()
        if dialogue is None:
            raise NotFound
        present = way_of(dialogue_id)
        wanted = _wanted(dialogue, present, reachable, now)
        if dialogue.state != DialogueState.LIVE or (wanted.mode, wanted.node) == (present.mode, present.node):
            return present
        if not _write(dialogue, present, wanted, now):
            return way_of(dialogue_id)
        record(
            kind="dialogue", subject=dialogue.pk, action="media", actor=actor, at=now, before=present.mode,
            after=wanted.mode, data={"epoch": wanted.epoch, "node": wanted.node},
        )  # fmt: skip
        publish_on_commit(f"media:{dialogue.pk}", mode=wanted.mode, epoch=wanted.epoch, node=wanted.node)
        publish_on_commit("watch")
        return wanted


def _wanted(dialogue: Dialogue, present: Way, reachable: list[str], now: datetime) -> Way:
    reached = [node for node in pool() if node.name in reachable]
    # a process that starts has seen nobody lately; for that no dialogue leaves the node it is on
    nodes = [
        node for node in reached if healthy(node, now) or (node.name == present.node and not lost_lately(node, now))
    ]
    people = people_in(dialogue.pk)
    mode = mode_for(
        now_in=MediaMode(present.mode),
        people=people,
        weak=people > MESH_WITH_WEAK and weak_line(dialogue.pk, now),
        policy=MediaPolicy(policy_of(dialogue.help_request.authority_id).media),
        nodes=bool(nodes),
    )
    if mode == MediaMode.MESH:
        return Way(MediaMode.MESH.value, present.epoch + 1, None)
    staying = present.node is not None and present.node in {node.name for node in nodes}
    if staying or not nodes:  # a draining node keeps what it has; with no node at all there is nowhere to go
        return present
    node = choose_node(str(dialogue.pk), [node for node in nodes if not node.draining] or nodes)
    return Way(MediaMode.SFU.value, present.epoch + 1, node.name if node else None)


def _write(dialogue: Dialogue, present: Way, wanted: Way, now: datetime) -> bool:
    """Compare and set; False when somebody else was first."""
    node = MediaNode.objects.filter(name=wanted.node).first() if wanted.node else None
    fields = {"mode": wanted.mode, "node": node, "epoch": wanted.epoch, "changed_at": now}
    if present.epoch:
        return bool(MediaRoom.objects.filter(dialogue=dialogue, epoch=present.epoch).update(**fields))
    try:
        with transaction.atomic():
            MediaRoom.objects.create(dialogue=dialogue, **fields)
    except IntegrityError:
        return False
    return True


def note_nodes(*, seen: list[str], lost: list[str], actor: Actor, now: datetime) -> None:
    """A process says which nodes answer it and which it has lost. For the system. Raises NotFound."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        stale = Q(seen_at=None) | Q(seen_at__lt=now - NOTED_EVERY)
        MediaNode.objects.filter(stale, name__in=seen).update(seen_at=now)
        MediaNode.objects.filter(name__in=lost).update(lost_at=now)


def put_node(*, name: str, url: str, weight: int = 1, actor: Actor, now: datetime) -> MediaNode:
    """Add a node to the pool, or give it another address or weight. For the system. Raises NotFound."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        node, _ = MediaNode.objects.update_or_create(
            name=name, defaults={"url": url, "weight": weight, "draining": False}
        )
        record(kind="media_node", subject=name, action="put", actor=actor, at=now, after=name, data={"weight": weight})
        return node


def drain_node(*, name: str, draining: bool = True, actor: Actor, now: datetime) -> MediaNode:
    """Give the node no new dialogues, or take it back. For the system. Raises NotFound."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        node = MediaNode.objects.select_for_update().filter(name=name).first()
        if node is None:
            raise NotFound
        node.draining = draining
        node.save(update_fields=["draining"])
        action = "drain" if draining else "take-back"
        record(kind="media_node", subject=name, action=action, actor=actor, at=now, after=name)
        publish_on_commit("watch")
        return node


def clear_node(*, name: str, actor: Actor, now: datetime) -> None:
    """The node will not come back (the demo starts without one): it is not counted on. For the system."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        MediaNode.objects.filter(name=name).update(seen_at=None, draining=True)


def remove_node(*, name: str, actor: Actor, now: datetime) -> None:
    """Take a node out of the pool; dialogues that once went over it go on without one. For the system."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        node = MediaNode.objects.select_for_update().filter(name=name).first()
        if node is None:
            raise NotFound
        MediaRoom.objects.filter(node=node).exclude(dialogue__state__in=OPEN_DIALOGUES).delete()
        node.delete()
        record(kind="media_node", subject=name, action="remove", actor=actor, at=now, after="")
