"""A dialogue moved by the duty officer: nobody's socket closes, the offers between browsers pass, all are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from legalaid.dialogue import services
from legalaid.dialogue.states import MoveReason
from legalaid.kernel.bus import get_bus
from legalaid.people.states import Role
from tests.dialogue.scene import NOW, Scene, _member, actor_of, citizen_of, make_scene
from tests.realtime.running import Process, serving
from tests.realtime.test_room_of_six import SIGNAL, come_in, until


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


@pytest.fixture
def process(scene: Scene) -> Iterator[Process]:
    with serving(get_bus()) as running:
        yield running


def test_the_citizens_socket_and_signalling_outlive_the_move(scene: Scene, process: Process) -> None:
    dialogue = scene.live()
    former, citizen = come_in(process, dialogue, scene.expert()), come_in(process, dialogue, citizen_of(dialogue))
    scene.on_duty(1)
    officer = actor_of(_member("duty@example.org", "Дежурная Вера", Role.DUTY_OFFICER))
    invitation = services.offer_lead(
        dialogue_id=dialogue.pk, topic_code=None, reason=MoveReason.BAD_LINE, actor=officer, now=NOW
    )
    for client in (former, citizen):
        told = client.expect("event", kind="invited")
        assert (told["name"], told["data"]["reason"]) == ("Дежурная Вера", "line")
    services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
    for client in (former, citizen):
        led = client.expect("event", kind="led")
        assert led["name"] == "Мария Петрова 2"
        assert led["data"] == {"from": former.me, "reason": "line"}
        assert client.expect("role", id=former.me)["role"] == "colleague"
    taker = come_in(process, dialogue, scene.expert(1))
    assert {peer["role"] for peer in taker.welcome["peers"]} == {"citizen", "colleague"}
    assert citizen.expect("peer-joined")["peer"]["role"] == "expert"
    former.send("signal", to=citizen.me, data=SIGNAL)  # the former's pictures go on between the same two
    assert until(citizen, "signal")[-1]["from"] == former.me
    taker.send("signal", to=citizen.me, data=SIGNAL)
    assert until(citizen, "signal")[-1]["from"] == taker.me
    assert citizen.hears_no("peer-left", "ended", "left"), "nobody was put out"
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)
    citizen.expect("event", kind="ended")
