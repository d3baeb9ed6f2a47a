"""What both sockets do before a frame is looked at: where does it come from, and how to reach the database."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from starlette.websockets import WebSocket, WebSocketDisconnect

from legalaid.realtime import protocol

P = ParamSpec("P")
R = TypeVar("R")


def origin_allowed(websocket: WebSocket) -> bool:
    """Whether the page that opens the socket is ours: browsers let any page open a socket anywhere, with cookies."""
    origin = websocket.headers.get("origin", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == websocket.headers.get("host", "")


async def frames(websocket: WebSocket) -> AsyncIterator[str]:
    """Text frames until the socket is closed; a binary frame is answered as malformed.

    Raises WebSocketDisconnect with the close code of the other side.
    """
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code") or 1006)
        text = message.get("text")
        if text is None:
            raise protocol.BadFrame
        yield text


class Database:
    """Runs services in threads, so that the event loop never waits for a disk."""

    def __init__(self, threads: int = 8) -> None:
        self._connections: list[BaseDatabaseWrapper] = []
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="live-db", initializer=self._note_connection)

    def _note_connection(self) -> None:
        self._connections.append(connections["default"])  # each thread has its own

    async def run(self, service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `service` in a thread with a healthy connection; its exceptions come through."""
        call = functools.partial(service, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, _with_connection, call)

    def close(self) -> None:
        """Finish what was begun and let go of the threads' connections."""
        self._threads.shutdown(wait=True)
        for connection in self._connections:
            connection.inc_thread_sharing()
            connection.close()


def _with_connection(call: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
