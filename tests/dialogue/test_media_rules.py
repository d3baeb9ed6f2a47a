"""Which way media take and over which node: the rules alone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.dialogue.media_rules import (
    LOST_FOR,
    MESH_GOOD,
    MOST,
    SEEN_WITHIN,
    Node,
    choose_node,
    healthy,
    mode_for,
    most_people,
)  # fmt: skip
from legalaid.dialogue.states import MediaMode, MediaPolicy
from tests.dialogue.scene import NOW

MESH, SFU = MediaMode.MESH, MediaMode.SFU
NODES = [Node(f"node-{n}", 1) for n in range(5)]
DIALOGUES = [f"dialogue-{n}" for n in range(2_000)]


@pytest.mark.parametrize(
    ("now_in", "people", "weak", "policy", "nodes", "wanted"),
    [
        (MESH, 2, False, MediaPolicy.AUTO, True, MESH),
        (MESH, 2, True, MediaPolicy.AUTO, True, MESH),  # one copy of oneself goes to a server as well as to the other
        (MESH, 3, False, MediaPolicy.AUTO, True, MESH),
        (MESH, 3, True, MediaPolicy.AUTO, True, SFU),
        (MESH, 4, False, MediaPolicy.AUTO, True, MESH),
        (MESH, 5, False, MediaPolicy.AUTO, True, SFU),
        (SFU, 2, False, MediaPolicy.AUTO, True, SFU),  # no to and fro
        (SFU, 2, False, MediaPolicy.AUTO, False, MESH),  # its node is lost
        (SFU, 6, False, MediaPolicy.AUTO, False, SFU),  # too many for the mesh: they wait for a node
        (MESH, 6, False, MediaPolicy.AUTO, False, MESH),
        (MESH, 2, False, MediaPolicy.SERVER, True, SFU),
        (MESH, 2, False, MediaPolicy.SERVER, False, MESH),
        (SFU, 6, True, MediaPolicy.MESH, True, MESH),
    ],
)
def test_the_way(
    now_in: MediaMode, people: int, weak: bool, policy: MediaPolicy, nodes: bool, wanted: MediaMode
) -> None:
    assert mode_for(now_in=now_in, people=people, weak=weak, policy=policy, nodes=nodes) == wanted


def test_how_many_may_come() -> None:
    assert most_people(policy=MediaPolicy.AUTO, nodes=True) == MOST
    assert most_people(policy=MediaPolicy.AUTO, nodes=False) == MESH_GOOD
    assert most_people(policy=MediaPolicy.MESH, nodes=True) == MESH_GOOD


@given(gone=st.sampled_from(NODES))
def test_when_a_node_goes_only_its_dialogues_move(gone: Node) -> None:
    left = [node for node in NODES if node != gone]
    for dialogue in DIALOGUES[:300]:
        before, after = choose_node(dialogue, NODES), choose_node(dialogue, left)
        assert after is not None
        assert before in (gone, after)


def test_dialogues_spread_by_weight() -> None:
    nodes = [Node("small", 1), Node("large", 3)]
    found = Counter(choose_node(dialogue, nodes) for dialogue in DIALOGUES)
    share = found[nodes[1]] / len(DIALOGUES)
    assert 0.70 < share < 0.80, "three quarters go to the node of weight 3"
    assert choose_node("any", []) is None


def test_who_is_healthy() -> None:
    second = timedelta(seconds=1)
    assert not healthy(Node("new", 1), NOW)
    assert healthy(Node("seen", 1, seen_at=NOW - SEEN_WITHIN), NOW)
    assert not healthy(Node("silent", 1, seen_at=NOW - SEEN_WITHIN - second), NOW)
    assert not healthy(Node("lost by somebody", 1, seen_at=NOW, lost_at=NOW - second), NOW)
    assert healthy(Node("back", 1, seen_at=NOW, lost_at=NOW - LOST_FOR - second), NOW)
