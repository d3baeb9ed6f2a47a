"""Who is to be told of what, in this process: topic → sockets, and the outgoing side of each socket.

Channels' groups cost 15-80 times a plain dictionary of sets (measured), so it is a plain dictionary of sets.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from starlette.websockets import WebSocket, WebSocketDisconnect

from legalaid.realtime import protocol
from legalaid.realtime.server import EXTENSION, Write, frame_of

LINE = 256
"""Frames that may wait for one socket; a reader who is further behind is closed and comes back for a fresh start."""


class Outlet:
    """The outgoing side of one socket: frames leave in order, callers never wait, the waiting line is bounded.

    There is no task while nothing waits, so an idle socket costs only itself. `on_slow` is called once when the
    reader fell behind and the socket is being closed.
    """

    __slots__ = ("_closing", "_line", "_socket", "_task", "_write", "on_slow")

    def __init__(self, socket: WebSocket, *, on_slow: Callable[[], None] | None = None) -> None:
        self._socket = socket
        self._write: Write | None = (socket.scope.get("extensions") or {}).get(EXTENSION)
        self._line: deque[str] = deque()
        self._task: asyncio.Task[None] | None = None
        self._closing: int | None = None
        self.on_slow = on_slow

    @property
    def closing(self) -> bool:
        return self._closing is not None

    def send(self, text: str, frame: bytes | None = None) -> None:
        """Send `text`, or put it in line; `frame` is `text` ready-made, for those who send it to many."""
        if self._closing is not None:
            return
        if self._task is None:
            if self._write is not None and self._write(frame or frame_of(text)):
                return
            self._line.append(text)
            self._start()
        elif len(self._line) < LINE:
            self._line.append(text)
        else:
            self._line.clear()
            self.close(protocol.SLOW)
            if self.on_slow is not None:
                self.on_slow()

    def close(self, code: int) -> None:
        """Close after what stands in line; nothing is taken afterwards."""
        if self._closing is None:
            self._closing = code
            if self._task is None:
                self._start()

    async def finished(self, within: float = 1.0) -> None:
        """Wait until what stands in line has left, but no longer than `within` seconds."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within)

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._line:
                await self._socket.send_text(self._line.popleft())
            if self._closing is not None:
                await self._socket.close(self._closing)
        except (WebSocketDisconnect, RuntimeError, OSError):
            # the other end is gone; the reading side of the socket hears of it too
            self._line.clear()
            self._closing = self._closing or protocol.SLOW
        self._task = None


class Hub:
    """Topics and the sockets that watch them. Lives in one event loop; no locks."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Outlet]] = {}
        self._topics: dict[Outlet, tuple[str, ...]] = {}

    def watch(self, outlet: Outlet, topics: Iterable[str]) -> None:
        self._topics[outlet] = tuple(topics)
        for topic in self._topics[outlet]:
            self._watchers.setdefault(topic, set()).add(outlet)

    def forget(self, outlet: Outlet) -> None:
        for topic in self._topics.pop(outlet, ()):
            watchers = self._watchers[topic]
            watchers.discard(outlet)
            if not watchers:
                del self._watchers[topic]

    def changed(self, topic: str, version: object = None) -> None:
        """Tell the watchers of `topic` that it changed; costs grow with them, not with all sockets."""
        if watchers := self._watchers.get(topic):
            self._tell(watchers, protocol.say("changed", topic=topic, v=version))

    def changed_all(self) -> None:
        """Tell everyone to look: events may have been lost while the bus was away."""
        self._tell(self._topics, protocol.say("changed", topic="*", v=None))

    def _tell(self, outlets: Iterable[Outlet], text: str) -> None:
        frame = frame_of(text)
        for outlet in list(outlets):
            outlet.send(text, frame)

    def counts(self) -> dict[str, int]:
        return {"sockets": len(self._topics), "topics": len(self._watchers)}
