"""An HTTP client of bare sockets: whatever parses and wraps more would eat the machine it measures.

It stands where the proxy does, and speaks to the Unix socket of the pages as nginx does by itself: HTTP/1.0, one
request a connection.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from urllib.parse import urlencode


class Client:
    """Whoever has these cookies."""

    def __init__(self, socket: Path, cookies: dict[str, str]) -> None:
        self._socket = socket
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())

    async def post(self, path: str, form: dict[str, str], *, by_script: bool = False) -> tuple[int, bytes, bytes]:
        """Post the form, `by_script` as htmx does on the page; return status, head and body."""
        return await self.send(self.posting(path, form, by_script=by_script))

    def posting(self, path: str, form: dict[str, str], *, by_script: bool = False) -> bytes:
        """What `post` sends: to be made before the clock starts where it should cost the machine nothing."""
        body = urlencode(form).encode()
        head = (
            f"POST {path} HTTP/1.0\r\nHost: localhost\r\nCookie: {self._cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"{'HX-Request: true' if by_script else 'Accept: text/html'}\r\n\r\n"
        )
        return head.encode() + body

    async def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a whole request; return status, head and body."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX) as line:
            line.setblocking(False)
            await loop.sock_connect(line, str(self._socket))
            await loop.sock_sendall(line, request)
            answer = b""
            while more := await loop.sock_recv(line, 65_536):
                answer += more
        start, _, rest = answer.partition(b"\r\n\r\n")
        return int(start[9:12]), start, rest
