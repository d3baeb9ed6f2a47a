"""The sockets of one process: routes, hub, rooms, the bus subscription and the wire to other processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from starlette.applications import Starlette
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from legalaid.dialogue import queries, services
from legalaid.dialogue.rules import GRACE, SEEN_EVERY
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import Bus, get_bus
from legalaid.realtime.dialogue_socket import dialogue_socket
from legalaid.realtime.doorway import Database
from legalaid.realtime.hub import Hub
from legalaid.realtime.live_socket import live_socket
from legalaid.realtime.rooms import Rooms
from legalaid.realtime.sfu.legs import Legs

log = logging.getLogger(__name__)

LOOK_EVERY = SEEN_EVERY.total_seconds()
"""Seconds between looks for events that the bus may have lost; the same figure as for pages."""
PROCESS = Actor.system("live")
WIRE_LINE = 10_000
"""Frames for other processes that may wait for the bus; signalling is repeated by browsers, so the rest is dropped."""


class Sockets:
    """Everything one process needs to serve sockets; starts and stops with the server."""

    def __init__(self, bus: Bus, *, grace: float = GRACE.total_seconds()) -> None:
        self.bus = bus
        self.hub = Hub()
        self.database = Database()
        self.rooms = Rooms(
            node=secrets.token_hex(6),
            wire=self._put_on_wire,
            load=self._load,
            asides=self._asides,
            gone=self._gone,
            grace=grace,
            heard=self._on_event,
        )
        self.legs = Legs(
            self.database, secret=settings.SFU_SECRET or settings.SECRET_KEY, actor=PROCESS, here=self.rooms.crowded
        )
        self._line: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(WIRE_LINE)

    def routes(self) -> list[BaseRoute]:
        async def dialogue(websocket: WebSocket) -> None:
            await dialogue_socket(websocket, self.rooms, self.legs, self.database)

        async def live(websocket: WebSocket) -> None:
            await live_socket(websocket, self.hub)

        return [WebSocketRoute("/ws/dialogue", dialogue), WebSocketRoute("/ws/live", live)]

    def counts(self) -> dict[str, int]:
        """What is open right now, for health pages and tests."""
        return {**self.hub.counts(), **self.rooms.counts(), **self.legs.counts()}

    @contextlib.asynccontextmanager
    async def running(self, _app: Starlette | None = None) -> AsyncIterator[None]:
        """Listen to the bus while the server runs."""
        listening = asyncio.Event()
        tasks = [
            asyncio.create_task(self.bus.subscribe_all(self._on_bus, ready=lambda: self._on_ready(listening))),
            asyncio.create_task(self._send_wire()),
            asyncio.create_task(self._look()),
            asyncio.create_task(self.legs.nodes.run()),
        ]
        with contextlib.suppress(TimeoutError):  # a bus that is away must not keep pages from being served
            async with asyncio.timeout(5):
                await listening.wait()
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.database.close)

    def _on_event(self, dialogue: str, event: dict[str, Any]) -> None:
        self.legs.event(dialogue, event)

    def _on_bus(self, topic: str, payload: dict[str, Any]) -> None:
        kind, _, name = topic.partition(":")
        if kind == "wire":
            self.rooms.wired(name, payload)
            return
        if kind == "media":
            self.legs.heard(name, payload, lambda text: self.rooms.tell(name, text))
            return
        if kind == "dialogue":
            self.rooms.changed(name, payload.get("v"), payload.get("aside"))
        self.hub.changed(topic, payload.get("v"))

    def _on_ready(self, listening: asyncio.Event) -> None:
        if listening.is_set():  # not the first time: something may have been missed
            self.rooms.look_everywhere()
            self.hub.changed_all()
        listening.set()

    def _put_on_wire(self, topic: str, payload: dict[str, Any]) -> None:
        try:
            self._line.put_nowait((topic, payload))
        except asyncio.QueueFull:
            log.warning("the wire to other processes is full: a frame was dropped")

    async def _send_wire(self) -> None:
        while True:
            topic, payload = await self._line.get()
            try:
                await self.database.run(self.bus.publish, topic, payload)
            except Exception:  # whatever the bus's driver raises, the next frame is tried again
                log.exception("a frame for another process was lost")

    async def _look(self) -> None:
        """Every half minute: look for events that got lost, say which sockets are held, miss those nobody holds."""
        healthy = False
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.rooms.look_for_events()
            self.legs.look(self.rooms.dialogues())
            now = datetime.now(UTC)
            try:
                await self.database.run(
                    services.keep_alive, connection_ids=self.rooms.connections(), actor=PROCESS, now=now
                )
                if healthy:  # after an outage the other processes have their say first
                    await self.database.run(services.let_the_silent_leave, actor=PROCESS, now=now)
                healthy = True
            except DatabaseError:
                healthy = False
                log.exception("which sockets are open was not noted")

    async def _load(self, dialogue: str, number: int) -> list[dict[str, Any]]:
        return await self.database.run(queries.events_after, UUID(dialogue), number)

    async def _asides(self, dialogue: str, after: int) -> list[dict[str, Any]]:
        return await self.database.run(queries.asides_after, UUID(dialogue), after)

    async def _gone(self, connection: int) -> None:
        try:
            await self.database.run(services.leave, connection_id=connection, now=datetime.now(UTC))
        except DatabaseError:
            log.exception("a participant's absence was not noted")


def sockets_app() -> Starlette:
    """The application of the `live` processes: sockets and nothing else."""
    sockets = Sockets(get_bus())
    app = Starlette(routes=sockets.routes(), lifespan=sockets.running)
    app.state.sockets = sockets
    return app
