"""The socket of a room of several: capabilities for every frame, words aside, pictures only after the name."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue, Participant
from legalaid.dialogue.policies import CAPS
from legalaid.dialogue.states import ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import get_bus
from legalaid.realtime import protocol
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene, media_servers
from tests.dialogue.test_inviting import guest
from tests.realtime.running import Client, Process, serving

R = ParticipantRole
SIGNAL = {"description": {"type": "offer", "sdp": "v=0"}}
FRAMES: dict[str, tuple[str, dict[str, object]]] = {
    "signal": ("signal", {"to": str(uuid4()), "data": SIGNAL}),
    "chat": ("chat", {"cid": str(uuid4()), "text": "а"}),
    "show": ("look", {"paper": 1, "page": 1, "turn": 0, "zoom": 100, "x": 500, "y": 500}),
    "point": ("point", {"x": 1, "y": 2}),
    "caption": ("caption", {"text": "слова", "last": True}),
    "aside": ("aside", {"cid": str(uuid4()), "text": "а"}),
}


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    made = make_scene()
    media_servers("one", now=timezone.now())  # six are carried
    return made


@pytest.fixture
def process(scene: Scene) -> Iterator[Process]:
    with serving(get_bus()) as running:
        yield running


def until(client: Client, kind: str, /, **fields: object) -> list[dict[str, object]]:
    """Everything heard so far, the last of it a frame of this kind."""
    client.expect(kind, **fields)
    return client.heard


def come_in(process: Process, dialogue: Dialogue, actor: Actor) -> Client:
    return process.enter(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))


def actor_as(role: ParticipantRole, scene: Scene, dialogue: Dialogue) -> Actor:
    """Somebody who sits in the dialogue in this role."""
    if role == R.CITIZEN:
        return citizen_of(dialogue)
    if role == R.OPERATOR:
        return scene.desk
    if role == R.EXPERT:
        return scene.expert()
    return Actor.guest(guest(scene, dialogue, role).pk)


@pytest.mark.parametrize("role", list(ParticipantRole))
def test_every_frame_needs_its_capability(scene: Scene, process: Process, role: ParticipantRole) -> None:
    """A frame beyond one's capabilities closes the socket; the others go through."""
    dialogue = scene.live()
    come_in(process, dialogue, scene.expert()) if role != R.EXPERT else None
    for cap, (kind, fields) in FRAMES.items():
        if role not in {R.CITIZEN, R.OPERATOR, R.EXPERT}:
            Participant.objects.filter(dialogue=dialogue, role=role).update(seat=None, present=False)
        client = come_in(process, dialogue, actor_as(role, scene, dialogue))
        client.send(kind, **fields)
        if cap in CAPS[role]:
            client.send("ping")
            client.expect("pong")
        else:
            assert client.closed() == protocol.MALFORMED, f"{role} may not {cap}"


def test_before_the_name_is_confirmed_no_description_passes(scene: Scene, process: Process) -> None:
    dialogue = scene.received()
    expert, citizen = come_in(process, dialogue, scene.expert()), come_in(process, dialogue, citizen_of(dialogue))
    assert citizen.welcome["state"] == "received"
    to_expert = expert.welcome["you"]
    citizen.send("signal", to=to_expert, data=SIGNAL)
    citizen.send("chat", cid=str(uuid4()), text="Да, это я")
    seen = until(expert, "event", kind="said")
    assert all(frame["t"] != "signal" for frame in seen), "a description passed before the name was confirmed"
    services.admit(help_request_id=dialogue.help_request_id, actor=scene.expert(), now=NOW)
    until(citizen, "event", kind="admitted")
    citizen.send("signal", to=to_expert, data=SIGNAL)
    assert until(expert, "signal")[-1]["from"] == citizen.welcome["you"]


def test_words_aside_reach_experts_alone(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    sockets = {
        role: come_in(process, dialogue, actor_as(role, scene, dialogue))
        for role in (R.EXPERT, R.CITIZEN, R.OPERATOR, R.INTERPRETER, R.HELPER, R.COLLEAGUE)
    }
    sockets[R.EXPERT].send("aside", cid=str(uuid4()), text="между нами")
    for role in (R.EXPERT, R.COLLEAGUE):
        assert until(sockets[role], "aside")[-1]["text"] == "между нами"
    services.say(participant_id=sockets[R.EXPERT].welcome["you"], cid=uuid4(), text="всем", actor=scene.expert(),
                 now=NOW)  # fmt: skip
    for role in (R.CITIZEN, R.OPERATOR, R.INTERPRETER, R.HELPER):
        seen = until(sockets[role], "event", kind="said")
        assert "между нами" not in repr(seen), role
        assert "asides" not in sockets[role].welcome


def test_who_is_removed_is_closed_with_4003_and_does_not_come_back(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    come_in(process, dialogue, scene.expert())
    person = guest(scene, dialogue)
    client = come_in(process, dialogue, Actor.guest(person.pk))
    ticket = services.join(dialogue_id=dialogue.pk, actor=Actor.guest(person.pk), now=NOW)
    services.remove(dialogue_id=dialogue.pk, participant_id=person.pk, actor=scene.expert(), now=NOW)
    assert client.closed() == protocol.REFUSED
    again = Client(process.open("/ws/dialogue"))
    again.send("hello", ticket=ticket, inst="page", since=0)
    assert again.closed() == protocol.BAD_TICKET


def test_newcomers_see_how_the_page_is_turned(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    expert = come_in(process, dialogue, scene.expert())
    expert.send("look", paper=7, page=1, turn=3, zoom=200, x=10, y=20)
    expert.send("ping")
    expert.expect("pong")
    citizen = come_in(process, dialogue, citizen_of(dialogue))
    look = until(citizen, "look")[-1]
    assert (look["turn"], look["zoom"], look["x"], look["y"]) == (3, 200, 10, 20)


def test_receipts_and_pointers_pass_to_the_others(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    expert, citizen = come_in(process, dialogue, scene.expert()), come_in(process, dialogue, citizen_of(dialogue))
    citizen.send("seen", delivered=2, read=1)
    receipt = until(expert, "receipt")[-1]
    assert (receipt["id"], receipt["delivered"], receipt["read"]) == (citizen.welcome["you"], 2, 1)
    citizen.send("point", x=250, y=750)
    assert until(expert, "point")[-1]["x"] == 250
    citizen.send("point", x=None, y=None)
    assert until(expert, "point")[-1]["x"] is None


def test_the_role_of_lead_changes_for_all(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    expert, citizen = come_in(process, dialogue, scene.expert()), come_in(process, dialogue, citizen_of(dialogue))
    scene.on_duty(1)
    invitation = services.invite_authority(
        dialogue_id=dialogue.pk, authority_id=scene.authority.pk, actor=scene.expert(), now=NOW
    )
    services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
    come_in(process, dialogue, scene.expert(1))
    target = Participant.objects.get(user=scene.experts[1])
    services.hand_over(
        dialogue_id=dialogue.pk, participant_id=target.pk, topic_code=None, actor=scene.expert(), now=NOW
    )
    for _ in range(2):
        citizen.expect("role")
    roles = {frame["id"]: frame["role"] for frame in citizen.heard if frame["t"] == "role"}
    assert roles == {str(target.pk): "expert", expert.welcome["you"]: "colleague"}
