"""A gateway for text messages on a real local port, that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOST = 0
"""Instead of a status: take the message and drop the line without an answer."""


class Gateway:
    """What it was asked, and the statuses it answers with, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers = [202]
        self.url = ""

    def answer(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running() -> Iterator[Gateway]:
    gateway = Gateway()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.asked.append(json.loads(body))
            gateway.headers.append(dict(self.headers))
            status = gateway.answer()
            if status == LOST:
                self.close_connection = True
                return
            content = json.dumps({"id": f"g-{len(gateway.asked)}"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/send?v=1"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
