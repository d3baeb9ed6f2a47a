"""`/ws/live?ticket=…`: tells a page *that* something it may see has changed, never *what*."""

from __future__ import annotations

import time

from starlette.websockets import WebSocket, WebSocketDisconnect

from legalaid.kernel.tickets import BadTicket, read_live
from legalaid.realtime import protocol
from legalaid.realtime.doorway import frames, origin_allowed
from legalaid.realtime.hub import Hub, Outlet

BURST, RATE = 20, 2.0
"""Frames at once and a second; a page only pings."""


async def live_socket(websocket: WebSocket, hub: Hub) -> None:
    """Serve one page's socket. Refused before it is opened: foreign origin, ticket that is forged or expired."""
    try:
        topics = read_live(websocket.query_params.get("ticket", ""))
    except BadTicket:
        topics = None
    if topics is None or not origin_allowed(websocket):
        await websocket.close()
        return
    await websocket.accept()
    outlet = Outlet(websocket, on_slow=lambda: hub.forget(outlet))
    hub.watch(outlet, topics)
    outlet.send(protocol.say("ready"))
    bucket = protocol.Bucket(burst=BURST, rate=RATE, now=time.monotonic())
    try:
        async for text in frames(websocket):
            if outlet.closing:
                break
            if not bucket.take(time.monotonic()):
                outlet.close(protocol.TOO_FAST)
                break
            _answer(outlet, text)
    except protocol.BadFrame as error:
        outlet.close(error.code)
    except WebSocketDisconnect:
        pass
    finally:
        hub.forget(outlet)
        await outlet.finished()


def _answer(outlet: Outlet, text: str) -> None:
    try:
        if isinstance(protocol.read(text), protocol.Ping):
            outlet.send(protocol.say("pong"))
    except protocol.UnknownKind:
        outlet.send(protocol.say("error", code="unknown"))
