"""The link to a media node ends when it is told to, whatever its last attempt has just come to."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import ClientConnection

from legalaid.realtime.sfu.link import Link


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
