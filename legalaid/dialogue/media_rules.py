"""Which way media of a dialogue take, and over which node: pure decisions with the measured numbers behind them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from legalaid.dialogue.states import MediaMode, MediaPolicy

MESH_GOOD = 4
"""Browsers connected with each other carry so many: measured, five of them overload a two-core machine (0.49 core for
two, 0.99 for four small pictures, 1.55 and late pictures for five)."""
MESH_WITH_WEAK = 2
"""With a weak uplink somebody may send one copy of herself, not two."""
MOST = 6
"""People in one dialogue, over a media server."""
SEEN_WITHIN = timedelta(seconds=6)
"""A node somebody has heard of so lately is there; every process with sockets pings it once a second."""
PROMISED_FOR = timedelta(seconds=30)
"""A node somebody has heard of so lately lets five and six people in: one that is just restarted is back before they
are inside, and one that is lost for longer has room for nobody."""
LOST_FOR = timedelta(seconds=10)
"""So long nobody sends a dialogue to a node that a process could not reach: two processes that see the net differently
would otherwise send it to and fro."""


@dataclass(frozen=True, slots=True)
class Node:
    """A media server of the pool, as the choice sees it."""

    name: str
    weight: int
    draining: bool = False
    seen_at: datetime | None = None
    lost_at: datetime | None = None


def healthy(node: Node, now: datetime) -> bool:
    """Whether the node answers: somebody heard of it, and nobody lost it."""
    if node.seen_at is None or now - node.seen_at > SEEN_WITHIN:
        return False
    return not lost_lately(node, now)


def lost_lately(node: Node, now: datetime) -> bool:
    """Whether a process could not reach the node just now."""
    return node.lost_at is not None and now - node.lost_at <= LOST_FOR


def promises_room(node: Node, present: str | None, now: datetime) -> bool:
    """Whether people beyond a mesh may be let in for the node's sake; `present` carries the dialogue already."""
    if node.seen_at is None or now - node.seen_at > PROMISED_FOR:
        return False
    return not node.draining or node.name == present


def is_weak(level: int, step: int) -> bool:
    """Whether a line is bad, or less is sent because of it: over such a line one sends one copy of herself."""
    return level <= 1 or step >= 1


def choose_node(dialogue: str, nodes: Iterable[Node]) -> Node | None:
    """Rendezvous hashing by weight: a dialogue stays where it is while its node is in the pool, and when a node goes,
    only its own dialogues move. None when the pool is empty."""
    return max(nodes, key=lambda node: (_score(dialogue, node), node.name), default=None)


def _score(dialogue: str, node: Node) -> float:
    drawn = int.from_bytes(hashlib.sha256(f"{node.name}/{dialogue}".encode()).digest()[:8], "big")
    share = (drawn + 1) / (2**64 + 1)  # in (0, 1)
    return -node.weight / math.log(share)


def mode_for(*, now_in: MediaMode, people: int, weak: bool, policy: MediaPolicy, nodes: bool) -> MediaMode:
    """Browser to browser, or over a media server.

    Two people are best off with each other: end to end encrypted, and measured 20 pictures a second where a server
    without layers gave none. A dialogue that went over to a server stays there: going to and fro helps nobody.
    """
    if policy == MediaPolicy.MESH:
        return MediaMode.MESH
    if not nodes:  # too many for each other's lines wait for a node to come back
        return MediaMode.SFU if now_in == MediaMode.SFU and people > MESH_GOOD else MediaMode.MESH
    if policy == MediaPolicy.SERVER or now_in == MediaMode.SFU:
        return MediaMode.SFU
    return MediaMode.SFU if people > (MESH_WITH_WEAK if weak else MESH_GOOD) else MediaMode.MESH


def most_people(*, policy: MediaPolicy, nodes: bool) -> int:
    """How many may be in one dialogue: six over a server, four without one."""
    return MOST if nodes and policy != MediaPolicy.MESH else MESH_GOOD
