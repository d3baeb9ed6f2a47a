"""A page's socket: told that something changed, never what, and only about its own topics."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from legalaid.kernel import tickets
from legalaid.kernel.bus import Bus
from legalaid.realtime import protocol
from legalaid.realtime.app import Sockets
from tests.realtime.running import Client, Process


def watch(process: Process, *topics: str) -> Client:
    ticket = tickets.live_from_page(tickets.sign_page(list(topics), user_id=1), user_id=1)
    client = Client(process.open(f"/ws/live?ticket={ticket}"))
    client.expect("ready")
    return client


def test_watchers_of_the_topic_are_told_and_no_others(process: Process, bus: Bus) -> None:
    desk, expert = watch(process, "day:1", "queue:1"), watch(process, "queue:2")
    bus.publish("queue:1", {"v": 5})
    assert desk.expect("changed") == {"t": "changed", "topic": "queue:1", "v": 5}
    assert expert.hears_no("changed")


def test_nothing_but_topic_and_version_leaves(process: Process, bus: Bus) -> None:
    desk = watch(process, "request:1")
    bus.publish("request:1", {"v": 1, "name": "Анна Ивановна"})
    assert desk.expect("changed") == {"t": "changed", "topic": "request:1", "v": 1}


@pytest.mark.parametrize("ticket", ["", "abc", "1:2:3"])
def test_bad_ticket_is_refused_before_the_socket_opens(process: Process, ticket: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        process.open(f"/ws/live?ticket={ticket}")
    assert refused.value.response.status_code == 403


def test_ticket_of_a_page_is_no_live_ticket(process: Process) -> None:
    with pytest.raises(InvalidStatus):
        process.open(f"/ws/live?ticket={tickets.sign_page(['office'], user_id=None)}")


def test_a_page_that_misbehaves_is_closed_alone(process: Process, bus: Bus) -> None:
    good, bad = watch(process, "office"), watch(process, "office")
    bad.socket.send("не JSON")
    assert bad.closed() == protocol.MALFORMED
    bus.publish("office", {})
    good.expect("changed")
    flooder = watch(process, "office")
    with contextlib.suppress(ConnectionClosed):  # the door may shut while the flood still comes
        for _ in range(100):
            flooder.send("ping")
    assert flooder.closed() == protocol.TOO_FAST


def test_closed_sockets_are_forgotten(process: Process) -> None:
    client = watch(process, "office", "queue:1")
    assert process.sockets.counts()["sockets"] == 1
    client.socket.close()
    gone(process.sockets)


def deaf(process: Process, topic: str) -> socket.socket:
    """A page that opens its socket and never reads again."""
    ticket = tickets.live_from_page(tickets.sign_page([topic], user_id=1), user_id=1)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", process.port))
    raw.sendall(
        f"GET /ws/live?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1:{process.port}\r\nOrigin: {process.origin}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in raw.recv(64)
    return raw


def test_a_reader_that_falls_behind_is_closed(process: Process, bus: Bus) -> None:
    """Its line is bounded, the hub forgets it at once, and the others are told meanwhile."""
    good = watch(process, "queue:1")
    with deaf(process, "office"):
        deadline = time.monotonic() + 20
        while process.sockets.counts()["sockets"] > 1 and time.monotonic() < deadline:
            for _ in range(100):
                bus.publish("office", {"v": "x" * 8_000})
            time.sleep(0.01)
        assert process.sockets.counts()["sockets"] == 1
        bus.publish("queue:1", {"v": 1})
        good.expect("changed")


def gone(running: Sockets) -> None:
    for _ in range(200):
        if running.counts()["sockets"] == 0:
            return
        time.sleep(0.01)
    raise AssertionError(running.counts())
