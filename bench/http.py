"""A raw asyncio HTTP client: a generator that parses everything would eat the machine it measures."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode


class Client:
    """One connection that is kept open; one request at a time."""

    def __init__(self, host: str, port: int, cookies: dict[str, str]) -> None:
        self._host, self._port = host, port
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, form: dict[str, str], *, by_script: bool = False) -> tuple[int, bytes, bytes]:
        """Post the form, `by_script` as htmx does on the page; return status, head and body."""
        body = urlencode(form).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self._cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            f"{'HX-Request: true' if by_script else 'Accept: text/html'}\r\n\r\n"
        )
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        return int(answer[9:12]), answer, await self._body(reader, answer.lower())

    async def _body(self, reader: asyncio.StreamReader, head: bytes) -> bytes:
        if b"content-length:" in head:
            size = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            return await reader.readexactly(size)
        if b"transfer-encoding: chunked" not in head:
            return b""
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return b"".join(parts)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
