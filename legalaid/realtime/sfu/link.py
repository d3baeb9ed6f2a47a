"""One control connection to one media node: requests and answers, events of its sessions, a ping four times a second.

A process holds one such connection to every node and speaks for all its participants over it. What is lost with it
are words, not media: a node keeps a session for RECLAIM seconds, in which another connection may claim it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

log = logging.getLogger(__name__)

RECLAIM = 60
"""Seconds a node keeps a session whose connection is gone: as long as one that is silent, longer than we take to start
anew on a slow machine (25 s measured)."""
ANSWER_WITHIN = 8.0
CONNECT_WITHIN = 2.0
PING_EVERY = 0.25
SILENT_AFTER = 6
"""Pings in a row without a word after which a node counts as lost: a host that vanished does not close its connections.
Counted in pings, not in seconds: while this process itself stands still it sends none, and nobody is lost for that."""
PAUSE_FIRST, PAUSE_LAST = 0.1, 0.4
KEEP_EVERY = 20.0
"""Seconds between signs of life for a session; a node ends one that is silent for 60 s."""

Event = dict[str, Any]


class NodeLost(Exception):
    """The node does not answer."""


class Refused(Exception):
    """The node said no; `code` is Janus's own."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(f"{code} {reason}")


ROOM_EXISTS, NO_SUCH_FEED = 427, 428
"""Janus's own numbers."""


class Link:
    """Stays connected to the node until cancelled; `changed(up)` is called when it comes and when it is lost."""

    def __init__(self, name: str, url: str, secret: str, changed: Callable[[Link, bool], None]) -> None:
        self.name, self.url, self._secret, self._changed = name, url, secret, changed
        self.silent = False  # lost because nothing was heard, not because it was closed
        self.came = asyncio.Event()  # set while the node answers
        self.tried = asyncio.Event()  # set when the first attempt came to something
        self._socket: ClientConnection | None = None
        self._waiting: dict[str, tuple[asyncio.Future[Event], bool]] = {}
        self._sessions: dict[int, Callable[[Event], None]] = {}
        self._numbers = itertools.count(1)
        self._unheard = 0  # pings since the last word

    @property
    def up(self) -> bool:
        return self.came.is_set()

    async def run(self) -> None:
        """Connect, read, ping; start over when it breaks."""
        pause = PAUSE_FIRST
        while True:
            try:
                async with asyncio.timeout(CONNECT_WITHIN):
                    socket = await self._connect()
            except (OSError, WebSocketException, TimeoutError):
                self.tried.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, PAUSE_LAST)
                continue
            pause = PAUSE_FIRST
            self._socket, self._unheard, self.silent = socket, 0, False
            self._set(True)
            self.tried.set()
            try:
                await self._until_lost(socket)
            finally:
                self._fail()

    async def _connect(self) -> ClientConnection:
        words = [Subprotocol("janus-protocol")]
        return await connect(
            self.url, subprotocols=words, ping_interval=None, close_timeout=0.2, max_size=2**20, proxy=None,
            compression=None,
        )  # fmt: skip

    async def _until_lost(self, socket: ClientConnection) -> None:
        tasks = [asyncio.create_task(work(socket)) for work in (self._read, self._ping, self._keep)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(Exception):
                async with asyncio.timeout(0.3):
                    await socket.close()

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException, OSError):
            async for text in socket:
                self._unheard = 0
                try:
                    self._hear(json.loads(text))
                except Exception:  # one odd event must not cost the others their node
                    log.exception("an event of a media node was not understood")

    async def _ping(self, socket: ClientConnection) -> None:
        while self._unheard < SILENT_AFTER:
            self._unheard += 1
            with contextlib.suppress(WebSocketException, OSError):
                await socket.send(json.dumps({"janus": "ping", "transaction": "ping", "apisecret": self._secret}))
            await asyncio.sleep(PING_EVERY)
        self.silent = True

    async def _keep(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            for session in list(self._sessions):
                await self.say({"janus": "keepalive", "session_id": session})

    def _hear(self, event: Event) -> None:
        kind, transaction = event.get("janus"), event.get("transaction", "")
        waiting = self._waiting.get(transaction)
        if waiting is not None and (kind != "ack" or waiting[1]):
            del self._waiting[transaction]
            if not waiting[0].done():
                waiting[0].set_result(event)
            return
        listener = self._sessions.get(event.get("session_id", 0))
        if listener is not None and kind not in {"ack", "success", "pong"}:
            listener(event)

    async def ask(self, request: dict[str, Any], *, ack: bool = False) -> Event:
        """Send a request and return its answer. Raises NodeLost, Refused."""
        socket = self._socket
        if socket is None:
            raise NodeLost
        transaction = str(next(self._numbers))
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = (future, ack)
        try:
            await socket.send(json.dumps({**request, "transaction": transaction, "apisecret": self._secret}))
            async with asyncio.timeout(ANSWER_WITHIN):
                answer = await future
        except (OSError, WebSocketException, TimeoutError) as error:
            said = request.get("body", {}).get("request") or request["janus"]
            raise NodeLost(f"no answer to {said}") from error
        finally:
            self._waiting.pop(transaction, None)
        if answer.get("janus") == "error":
            error_row = answer.get("error", {})
            raise Refused(error_row.get("code", 0), error_row.get("reason", ""))
        said = answer.get("plugindata", {}).get("data", {})
        if "error_code" in said:
            raise Refused(said["error_code"], said.get("error", ""))
        return answer

    async def say(self, request: dict[str, Any]) -> None:
        """Send a request whose answer nobody waits for."""
        socket = self._socket
        if socket is not None:
            with contextlib.suppress(WebSocketException, OSError):
                await socket.send(json.dumps({**request, "transaction": "-", "apisecret": self._secret}))

    def listen(self, session: int, listener: Callable[[Event], None]) -> None:
        """Hear the events of a session, and keep it alive."""
        self._sessions[session] = listener

    def forget(self, session: int, listener: Callable[[Event], None] | None = None) -> None:
        """Hear no more of a session; with `listener`, only if it is still the one."""
        if listener is None or self._sessions.get(session) == listener:
            self._sessions.pop(session, None)

    def _set(self, up: bool) -> None:
        if self.up != up:
            if up:
                self.came.set()
            else:
                self.came.clear()
            self._changed(self, up)

    def _fail(self) -> None:
        self._socket = None
        for future, _ in self._waiting.values():
            if not future.done():
                future.set_exception(NodeLost())
                future.exception()  # whoever asked may be gone
        self._waiting.clear()
        self._sessions.clear()
        self._set(False)
