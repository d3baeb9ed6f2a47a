"""Bare asyncio on both ends: a page's socket for the benches, and the floor, a server that does nothing but pass bytes.

The floor speaks just enough WebSocket for the same client: it holds N sockets, sends one ready-made frame to all of
them when told to, or passes a frame on to the socket it is addressed to.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import uvloop

from bench.place import free_port, wait_for

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CHANGED = b'{"t":"changed","topic":"queue:1","v":1}'


def many_files() -> None:
    """A process may hold as many sockets as the system lets it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def frame(body: bytes, *, masked: bool) -> bytes:
    """One text frame; a client's is masked with zeros, which changes nothing and costs nothing."""
    flag, size = 0x80 if masked else 0, len(body)
    head = bytes((0x81, flag | size)) if size < 126 else bytes((0x81, flag | 126)) + size.to_bytes(2, "big")
    return head + (b"\0\0\0\0" if masked else b"") + body


class Page(asyncio.Protocol):
    """A page's socket. `heard` is called with each frame's body; `up` is set after the answer to the handshake."""

    def __init__(self, heard: Callable[[Page, bytes], None]) -> None:
        self.up: asyncio.Event = asyncio.Event()
        self._heard, self._rest = heard, b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but descent

    def hello(self, port: int, path: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def send(self, body: bytes) -> None:
        self.transport.write(frame(body, masked=True))

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if not self.up.is_set():
            head, end, self._rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            assert b" 101 " in head.split(b"\r\n", 1)[0], head
            self.up.set()
        while (body := self._next()) is not None:
            self._heard(self, body)

    def _next(self) -> bytes | None:
        if len(self._rest) < 2:
            return None
        size, at = self._rest[1] & 0x7F, 2
        if size == 126:
            size, at = int.from_bytes(self._rest[2:4], "big"), 4
        if len(self._rest) < at + size or (at == 4 and len(self._rest) < 4):
            return None
        body, self._rest = self._rest[at : at + size], self._rest[at + size :]
        return body


async def open_pages(port: int, paths: list[str], heard: Callable[[Page, bytes], None]) -> list[Page]:
    """Open one socket a path, some at a time, and wait until all stand."""
    loop = asyncio.get_running_loop()
    pages: list[Page] = []
    for start in range(0, len(paths), 200):
        batch = []
        for path in paths[start : start + 200]:
            _, page = await loop.create_connection(lambda: Page(heard), "127.0.0.1", port)
            page.hello(port, path)
            batch.append(page)
        async with asyncio.timeout(30):
            await asyncio.gather(*(page.up.wait() for page in batch))
        pages += batch
    return pages


class Floor(asyncio.Protocol):
    """The least that can be done: hold the sockets, write bytes."""

    def __init__(self, everyone: dict[bytes, asyncio.Transport]) -> None:
        self._everyone, self._up, self._name = everyone, False, b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._up:
            self._act(data)
            return
        key, name = re.search(rb"Key: (\S+)", data), re.search(rb"GET /(\S*)", data)
        assert key
        assert name
        accept = base64.b64encode(hashlib.sha1(key.group(1) + GUID, usedforsecurity=False).digest())
        self._transport.write(
            b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept
            + b"\r\n\r\n"
        )
        self._up, self._name = True, name.group(1)
        self._everyone[self._name] = self._transport

    def _act(self, data: bytes) -> None:
        body = data[6 if data[1] & 0x7F < 126 else 8 :]
        if body == b"all":
            ready = frame(CHANGED, masked=False)
            for transport in self._everyone.values():
                transport.write(ready)
            return
        to, _, rest = body.partition(b" ")
        if to in self._everyone:
            self._everyone[to].write(frame(rest, masked=False))

    def connection_lost(self, exc: Exception | None) -> None:
        self._everyone.pop(self._name, None)


@contextmanager
def floor_server() -> Iterator[int]:
    """The floor in a process of its own; yields its port."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "bench.sockets", str(port)]) as server:
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()


async def _serve(port: int) -> None:
    everyone: dict[bytes, asyncio.Transport] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Floor(everyone), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    many_files()
    uvloop.run(_serve(int(sys.argv[1])))
