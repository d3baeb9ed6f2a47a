"""The link to a media node: it ends when told to, and knows a node that fell silent from a pause of its own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from legalaid.realtime.sfu.link import PING_EVERY, SILENT_AFTER, Link


class Refusing(Link):
    """A link whose node refuses at the moment the test chooses."""

    def __init__(self) -> None:
        super().__init__("one", "ws://127.0.0.1:9/", "secret", lambda _link, _up: None)
        self.refusal: asyncio.Future[ClientConnection] = asyncio.get_running_loop().create_future()

    async def _connect(self) -> ClientConnection:
        return await self.refusal


@pytest.mark.parametrize("turns", range(6))
def test_a_link_told_to_end_while_it_is_refused_ends(turns: int) -> None:
    """`asyncio.wait_for` of Python 3.11 drops a cancellation that comes with the result; the process never ended."""

    async def end() -> bool:
        link = Refusing()
        task = asyncio.create_task(link.run())
        await asyncio.sleep(0.01)
        link.refusal.set_exception(ConnectionRefusedError())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=1)
        ended = bool(done)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return ended

    assert asyncio.run(end())


class Node:
    """Answers pings as a media node does, until it is told to hear and say nothing more."""

    def __init__(self) -> None:
        self.mute = False

    async def __call__(self, socket: ServerConnection) -> None:
        async for text in socket:
            if not self.mute:
                await socket.send(json.dumps({"janus": "pong", "transaction": json.loads(text)["transaction"]}))


def with_a_node(scene: Callable[[Node, Link, list[bool]], Awaitable[None]]) -> None:
    async def play() -> None:
        node, words = Node(), [Subprotocol("janus-protocol")]
        async with serve(node, "127.0.0.1", 0, subprotocols=words) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            seen: list[bool] = []  # it came, it was lost, …
            link = Link("one", f"ws://127.0.0.1:{port}/", "secret", lambda _link, up: seen.append(up))
            task = asyncio.create_task(link.run())
            await link.tried.wait()
            await scene(node, link, seen)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())


def test_a_node_that_says_nothing_more_is_lost_after_so_many_pings() -> None:
    async def scene(node: Node, link: Link, seen: list[bool]) -> None:
        await asyncio.sleep(3 * PING_EVERY)
        assert seen == [True]
        node.mute = True
        began = time.monotonic()
        while link.up:  # noqa: ASYNC110 - a link calls nobody but its owner
            await asyncio.sleep(0.01)
        assert link.silent
        assert time.monotonic() - began >= (SILENT_AFTER - 1) * PING_EVERY

    with_a_node(scene)


def test_a_process_that_stood_still_itself_does_not_call_the_node_lost() -> None:
    async def scene(_node: Node, _link: Link, seen: list[bool]) -> None:
        for _ in range(2):
            time.sleep(2 * SILENT_AFTER * PING_EVERY)  # noqa: ASYNC251 - the standstill
            await asyncio.sleep(3 * PING_EVERY)
        assert seen == [True]

    with_a_node(scene)
