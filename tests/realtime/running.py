"""A real uvicorn with our sockets, in a thread of the test, and a small client that speaks the protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from legalaid.kernel.bus import Bus
from legalaid.realtime.app import Sockets
from legalaid.realtime.server import uvicorn_options

SOON = 15.0
"""Seconds a test waits for what must come: a machine of tests may be busy with others."""


@dataclass
class Process:
    """One live process of the test."""

    sockets: Sockets
    port: int
    opened: contextlib.ExitStack

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, path: str, origin: str | None = None) -> ClientConnection:
        address = f"ws://127.0.0.1:{self.port}{path}"
        return self.opened.enter_context(
            connect(address, origin=origin or self.origin, open_timeout=SOON, close_timeout=1, ping_interval=None)
        )

    def enter(self, ticket: str, *, inst: str = "page", since: int = 0) -> Client:
        client = Client(self.open("/ws/dialogue"))
        client.send("hello", ticket=ticket, inst=inst, since=since)
        client.welcome = client.expect("welcome")
        return client


@contextlib.contextmanager
def serving(bus: Bus, *, grace: float = 20.0) -> Iterator[Process]:
    """Run a live process in a thread until the block ends."""
    sockets = Sockets(bus, grace=grace)
    app = Starlette(routes=sockets.routes(), lifespan=sockets.running)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", loop="asyncio", timeout_graceful_shutdown=2, **uvicorn_options())
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        with contextlib.ExitStack() as opened:
            yield Process(sockets, listener.getsockname()[1], opened)
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
        assert not thread.is_alive()


@dataclass
class Client:
    """One socket as a page would hold it."""

    socket: ClientConnection
    welcome: dict[str, Any] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def me(self) -> str:
        return str(self.welcome["you"])

    def send(self, kind: str, /, **fields: Any) -> None:
        self.socket.send(json.dumps({"t": kind, **fields}))

    def say(self, text: str, cid: str | None = None) -> str:
        cid = cid or str(uuid4())
        self.send("chat", cid=cid, text=text)
        return cid

    def expect(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """The next frame of this kind with these fields; others are kept in `heard`."""
        deadline = time.monotonic() + SOON
        while True:
            frame = json.loads(self.socket.recv(timeout=max(0.01, deadline - time.monotonic())))
            self.heard.append(frame)
            if frame["t"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                return dict(frame)

    def meets(self, other: Client) -> dict[str, Any]:
        """How the other participant came to be known here: by the welcome, when her process was faster, or after it.

        Whoever finds somebody in her welcome makes the offer.
        """
        if found := [peer for peer in self.welcome["peers"] if peer["id"] == other.me]:
            return {"peer": found[0], "offer": True}
        return self.expect("peer-joined")

    def hears_no(self, *kinds: str, within: float = 0.3) -> bool:
        """Whether for a while no frame of these kinds comes (nor has come before)."""
        deadline = time.monotonic() + within
        with contextlib.suppress(TimeoutError):
            while (left := deadline - time.monotonic()) > 0:
                self.heard.append(json.loads(self.socket.recv(timeout=left)))
        return not [frame for frame in self.heard if frame["t"] in kinds or frame.get("kind") in kinds]

    def closed(self) -> int:
        """Wait for the server to close the socket; return the code."""
        deadline = time.monotonic() + SOON
        try:
            while True:
                self.heard.append(json.loads(self.socket.recv(timeout=max(0.01, deadline - time.monotonic()))))
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    def kill(self) -> None:
        """The network dies: no farewell, no close frame."""
        self.socket.socket.shutdown(socket.SHUT_RDWR)


def offer() -> dict[str, Any]:
    return {"description": {"type": "offer", "sdp": "v=0"}}
