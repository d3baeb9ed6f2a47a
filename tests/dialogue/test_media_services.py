"""The way of a dialogue and the pool of nodes, in the database."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from legalaid.dialogue import services
from legalaid.dialogue.media_queries import Way, media_nodes, nodes_with_load, places_now, way_of
from legalaid.dialogue.models import Dialogue, DialoguePolicy, LineSample, MediaNode, MediaRoom, Participant
from legalaid.dialogue.states import MediaMode, MediaPolicy, ParticipantRole
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.models import User
from tests.concurrency.test_admit import together
from tests.dialogue.scene import NOW, Scene, make_scene
from tests.dialogue.scene import media_servers as pool

LIVE = Actor.system("live")
LATER = timedelta(seconds=30)


def fill(dialogue: Dialogue, people: int) -> None:
    """So many are in the dialogue: its citizen, its expert, and operators beside them."""
    seats = {ParticipantRole.CITIZEN: 1, ParticipantRole.EXPERT: 2}
    for role, seat in list(seats.items())[:people]:
        user = dialogue.expert if role == ParticipantRole.EXPERT else None
        Participant.objects.update_or_create(
            dialogue=dialogue, role=role, defaults={"user": user, "seat": seat, "present": True}
        )
    for _ in range(people - 2):
        sit(dialogue)


def sit(dialogue: Dialogue) -> None:
    """One more comes in."""
    seat = Participant.objects.filter(dialogue=dialogue, present=True).count() + 1
    user = User.objects.create_user(email=f"p{seat}-{dialogue.pk}@example.org", name=f"Сотрудник {seat}")
    Participant.objects.create(dialogue=dialogue, role=ParticipantRole.OPERATOR, user=user, seat=seat, present=True)


def choose(dialogue: Dialogue, *reachable: str, at: object = NOW) -> Way:
    return services.choose_way(
        dialogue_id=dialogue.pk, reachable=list(reachable), actor=LIVE, now=at,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()


def test_five_people_go_over_to_a_server_and_the_journal_says_so(scene: Scene) -> None:
    pool("one", "two")
    dialogue = scene.live()
    fill(dialogue, 4)
    assert choose(dialogue, "one", "two") == Way()
    assert not MediaRoom.objects.exists()
    sit(dialogue)
    way = choose(dialogue, "one", "two")
    assert (way.mode, way.epoch) == ("sfu", 1)
    assert way.node in {"one", "two"}
    assert choose(dialogue, "one", "two") == way == way_of(dialogue.pk)
    entry = JournalEntry.objects.get(action="media")
    assert entry.data == {"epoch": 1, "node": way.node}


def test_a_lost_node_is_left_and_a_draining_one_only_gets_no_more(scene: Scene) -> None:
    pool("one", "two")
    dialogue = scene.live()
    fill(dialogue, 5)
    first = choose(dialogue, "one", "two")
    assert first.node is not None
    services.drain_node(name=first.node, actor=LIVE, now=NOW)
    assert choose(dialogue, "one", "two") == first, "what it has it keeps"
    other = ({"one", "two"} - {first.node}).pop()
    services.note_nodes(seen=[other], lost=[first.node], actor=LIVE, now=NOW)
    moved = choose(dialogue, other)
    assert (moved.mode, moved.epoch, moved.node) == ("sfu", 2, other)
    services.note_nodes(seen=[], lost=[other], actor=LIVE, now=NOW)
    assert choose(dialogue) == moved, "five are too many for the mesh: they wait"
    Participant.objects.filter(dialogue=dialogue, present=True).update(present=False)
    assert choose(dialogue).mode == "mesh"


def test_a_draining_node_is_not_chosen_while_there_is_another(scene: Scene) -> None:
    pool("one", "two")
    services.drain_node(name="one", actor=LIVE, now=NOW)
    for _ in range(4):
        dialogue = scene.live()
        fill(dialogue, 5)
        assert choose(dialogue, "one", "two").node == "two"
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)


def test_a_node_nobody_here_reaches_is_not_chosen(scene: Scene) -> None:
    pool("one", "two")
    dialogue = scene.live()
    fill(dialogue, 5)
    assert choose(dialogue, "two").node == "two"
    silent = scene.live(1)
    fill(silent, 5)
    assert choose(silent, "one", "two", at=NOW + LATER) == Way(), "nobody has heard of either for half a minute"


def test_what_an_authority_wants(scene: Scene) -> None:
    pool("one")
    dialogue = scene.live()
    fill(dialogue, 2)
    policy = DialoguePolicy.objects.create(authority=scene.authority, media=MediaPolicy.SERVER)
    assert choose(dialogue, "one").mode == MediaMode.SFU
    policy.media = MediaPolicy.MESH
    policy.save()
    assert choose(dialogue, "one").mode == MediaMode.MESH
    assert places_now(dialogue, NOW) == 4, "four is the most without a server"
    policy.media = MediaPolicy.AUTO
    policy.save()
    assert places_now(dialogue, NOW) == 6
    assert places_now(dialogue, NOW + LATER) == 6, "a server that is just started again keeps its promise"
    assert places_now(dialogue, NOW + 2 * LATER) == 4, "nobody has heard of it for a minute"
    sit(dialogue)
    sit(dialogue)
    sit(dialogue)
    assert choose(dialogue, "one").node == "one"
    services.drain_node(name="one", actor=LIVE, now=NOW)
    assert places_now(dialogue, NOW) == 6, "it carries this dialogue already"
    assert places_now(scene.live(1), NOW) == 4, "and takes no new one"


def test_three_with_a_weak_line_go_over_to_a_server(scene: Scene) -> None:
    pool("one")
    dialogue = scene.live()
    fill(dialogue, 3)
    assert choose(dialogue, "one").mode == MediaMode.MESH
    citizen = Participant.objects.get(dialogue=dialogue, role=ParticipantRole.CITIZEN)
    LineSample.objects.create(participant=citizen, at=NOW, level=1, step=0, rtt_ms=900, lost=80, kbps=200)
    assert choose(dialogue, "one", at=NOW + LATER * 2).mode == MediaMode.MESH, "that was a minute ago"
    assert choose(dialogue, "one").mode == MediaMode.SFU


def test_only_the_system_decides(scene: Scene) -> None:
    pool("one")
    dialogue = scene.live()
    fill(dialogue, 5)
    before = (list(MediaNode.objects.values()), MediaRoom.objects.count(), JournalEntry.objects.count())
    stranger = scene.expert()
    with pytest.raises(NotFound):
        services.choose_way(dialogue_id=dialogue.pk, reachable=["one"], actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        services.choose_way(dialogue_id=UUID(int=0), reachable=["one"], actor=LIVE, now=NOW)
    with pytest.raises(NotFound):
        services.note_nodes(seen=[], lost=["one"], actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        services.put_node(name="x", url="ws://x", actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        services.drain_node(name="one", actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        services.drain_node(name="unknown", actor=LIVE, now=NOW)
    with pytest.raises(NotFound):
        services.remove_node(name="one", actor=stranger, now=NOW)
    assert (list(MediaNode.objects.values()), MediaRoom.objects.count(), JournalEntry.objects.count()) == before


def test_the_pool_is_kept_and_counted(scene: Scene) -> None:
    pool("one")
    dialogue = scene.live()
    fill(dialogue, 5)
    choose(dialogue, "one")
    assert [node.dialogues for node in nodes_with_load()] == [1]  # type: ignore[attr-defined]
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    services.remove_node(name="one", actor=LIVE, now=NOW)
    assert media_nodes() == []


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_many_that_move_a_dialogue_at_once_one_does() -> None:
    scene = make_scene()
    names = ["one", "two", "three", "four"]
    pool(*names)
    dialogue = scene.live()
    fill(dialogue, 5)

    def blind(name: str) -> None:
        """The negative control: whoever writes last wins, and each believes it was he."""
        way = way_of(dialogue.pk)
        MediaRoom.objects.update_or_create(
            dialogue=dialogue,
            defaults={"mode": "sfu", "node": MediaNode.objects.get(name=name), "epoch": way.epoch + 1,
                      "changed_at": NOW},
        )  # fmt: skip
        told.append(name)

    told: list[str] = []
    together(*(lambda name=name: blind(name) for name in names[:3]))
    assert len(set(told)) > 1, "without compare-and-set several nodes are told"
    for round_ in range(8):
        MediaRoom.objects.all().delete()
        before = JournalEntry.objects.filter(action="media").count()
        ways = together(*(lambda name=name: choose(dialogue, name) for name in names))
        told_of = {(way.epoch, way.node) for way in ways if isinstance(way, Way)}
        epochs = {epoch for epoch, _node in told_of}
        assert len(told_of) == len(epochs), f"round {round_}: nobody hears of two nodes in one epoch"
        assert max(epochs) == way_of(dialogue.pk).epoch
        assert JournalEntry.objects.filter(action="media").count() == before + max(epochs)
