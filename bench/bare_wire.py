"""Server of bench/bare.py: the page, and a wire that hands every word of one to the other."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.net.lab import BARE_PORT, SERVER


async def _serve() -> None:
    html = Path(__file__).with_name("bare.html").read_bytes()
    present: set[ServerConnection] = set()

    def page(_connection: ServerConnection, request: Request) -> Response | None:
        if request.path == "/wire":
            return None
        headers = Headers({"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(html))})
        return Response(HTTPStatus.OK, "OK", headers, html)

    async def hand_on(connection: ServerConnection) -> None:
        present.add(connection)
        try:
            async for word in connection:
                broadcast(present - {connection}, word)
        finally:
            present.discard(connection)

    async with serve(hand_on, SERVER, BARE_PORT, process_request=page):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(_serve())
