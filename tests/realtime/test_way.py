"""With a real media node: a weak line moves the dialogue over to it, and a process that starts anew moves nothing."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.media_queries import way_of
from legalaid.dialogue.models import Dialogue, LineSample, MediaNode, MediaRoom
from legalaid.dialogue.states import ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import Bus
from legalaid.realtime.sfu.link import CONNECT_WITHIN
from tests.dialogue.scene import NOW, Scene, citizen_of
from tests.dialogue.test_inviting import guest
from tests.ops.test_janus import SECRET, node
from tests.realtime.running import Client, Process, serving

__all__ = ["node"]
SYSTEM = Actor.system("test")
GOOD = {"level": 3, "step": 0, "rtt": 40, "lost": 0, "kbps": 900}
WEAK = {"level": 1, "step": 1, "rtt": 900, "lost": 140, "kbps": 120}


@pytest.fixture
def pooled(bus: Bus, node: str, settings: Any) -> Iterator[Process]:
    """A process that reaches the one node of the pool."""
    settings.SFU_SECRET = SECRET
    services.put_node(name="one", url=node, actor=SYSTEM, now=NOW)
    with serving(bus) as process:
        yield process


def people(process: Process, scene: Scene, dialogue: Dialogue) -> list[Client]:
    """Citizen, expert and a helper come in."""
    actors = [citizen_of(dialogue), scene.expert()]
    clients = [process.enter(services.join(dialogue_id=dialogue.pk, actor=one, now=NOW)) for one in actors]
    helper = Actor.guest(guest(scene, dialogue, ParticipantRole.HELPER).pk)
    return [*clients, process.enter(services.join(dialogue_id=dialogue.pk, actor=helper, now=NOW))]


def gone_over(bus: Bus, scene: Scene, url: str) -> Dialogue:
    """A dialogue of three over the pool's first node; the process that moved it is gone."""
    services.put_node(name="one", url=url, actor=SYSTEM, now=NOW)
    dialogue = scene.live()
    with serving(bus) as process:
        client = people(process, scene, dialogue)[0]
        client.send("line", **WEAK)
        client.expect("mode")
    return dialogue


def test_a_line_that_turns_weak_moves_three_people_to_a_server_within_seconds(pooled: Process, scene: Scene) -> None:
    dialogue = scene.live()
    clients = people(pooled, scene, dialogue)
    clients[0].send("line", **GOOD)
    assert clients[1].expect("line")["level"] == 3
    assert clients[1].hears_no("mode", within=1.0), "three with good lines are best off with each other"
    time.sleep(2.2)  # a note every three seconds at most
    clients[0].send("line", **WEAK)
    for client in clients:
        assert client.expect("mode") == {"t": "mode", "mode": "sfu", "epoch": 1}
    assert way_of(dialogue.pk).node == "one"
    assert LineSample.objects.filter(participant_id=clients[0].me).count() == 2, "kept although 15 s have not gone by"


def test_two_with_a_weak_line_stay_with_each_other(pooled: Process, scene: Scene) -> None:
    dialogue = scene.live()
    first, second = (
        pooled.enter(services.join(dialogue_id=dialogue.pk, actor=one, now=NOW))
        for one in (citizen_of(dialogue), scene.expert())
    )
    first.send("line", **WEAK)
    assert second.expect("line")["level"] == 1
    assert second.hears_no("mode", within=1.0)
    assert not MediaRoom.objects.exists()


def test_a_swinging_line_is_not_noted_at_every_swing(pooled: Process, scene: Scene) -> None:
    dialogue = scene.live()
    client = pooled.enter(services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW))
    for _ in range(10):
        client.send("line", **WEAK)
        client.send("line", **GOOD)
    client.send("ping")
    client.expect("pong")
    time.sleep(0.5)
    assert LineSample.objects.count() == 1


def test_a_process_that_starts_anew_knows_its_node_before_it_lets_people_in(
    bus: Bus, node: str, scene: Scene, settings: Any
) -> None:
    """Otherwise the first to come back would move a dialogue of three off its server, and the next one back."""
    settings.SFU_SECRET = SECRET
    dialogue = gone_over(bus, scene, node)
    with serving(bus) as second:
        for actor in (citizen_of(dialogue), scene.expert()):
            client = second.enter(services.join(dialogue_id=dialogue.pk, actor=actor, now=timezone.now()))
            modes = [frame for frame in client.heard if frame["t"] == "mode"]
            assert modes == [{"t": "mode", "mode": "sfu", "epoch": 1}]
        client.send("sfu-publish", epoch=1, sdp="v=0", fresh=False)
        assert client.expect("sfu-lost")["epoch"] == 1, "a restart of a connection the node does not know is not one"
    assert way_of(dialogue.pk).epoch == 1


class Door(socketserver.ThreadingTCPServer):
    """Stands before a node; whoever knocks waits until `open_at`, as a busy machine lets wait."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Knock)
        self.open_at = 0.0
        self.node = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self.url = f"ws://127.0.0.1:{self.server_address[1]}"


class Knock(socketserver.BaseRequestHandler):
    server: Door

    def handle(self) -> None:
        time.sleep(max(0.0, self.server.open_at - time.monotonic()))
        with socket.create_connection(self.server.node) as node:
            back = threading.Thread(target=_pour, args=(node, self.request), daemon=True)
            back.start()
            _pour(self.request, node)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def door(node: str) -> Iterator[Door]:
    with Door(node) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield door
        door.shutdown()


def test_a_process_slow_to_reach_the_node_leaves_the_dialogue_on_it(
    bus: Bus, node: str, door: Door, scene: Scene, settings: Any
) -> None:
    """Although it reaches another one at once, and nobody has seen any of them since it died."""
    settings.SFU_SECRET = SECRET
    dialogue = gone_over(bus, scene, door.url)
    services.put_node(name="two", url=node, actor=SYSTEM, now=NOW)
    MediaNode.objects.update(seen_at=timezone.now() - timedelta(seconds=25))
    door.open_at = time.monotonic() + CONNECT_WITHIN + 1.5
    with serving(bus) as second:
        second.enter(services.join(dialogue_id=dialogue.pk, actor=scene.expert(), now=timezone.now()))
        assert second.sockets.legs.counts()["sfu_nodes"] == 2, "the slow one is hoped for"
        time.sleep(CONNECT_WITHIN + 2.5)
    assert (way_of(dialogue.pk).node, way_of(dialogue.pk).epoch) == ("one", 1)


def test_a_node_that_is_never_reached_loses_its_dialogue(
    bus: Bus, node: str, door: Door, scene: Scene, settings: Any
) -> None:
    """Hope ends: otherwise a lost host would keep its people for ever once we too were restarted."""
    settings.SFU_SECRET = SECRET
    dialogue = gone_over(bus, scene, door.url)
    services.put_node(name="two", url=node, actor=SYSTEM, now=NOW)
    door.open_at = time.monotonic() + 3600
    with serving(bus) as second:
        client = second.enter(services.join(dialogue_id=dialogue.pk, actor=scene.expert(), now=timezone.now()))
        while client.expect("mode") != {"t": "mode", "mode": "sfu", "epoch": 2}:
            pass
    assert way_of(dialogue.pk).node == "two"
