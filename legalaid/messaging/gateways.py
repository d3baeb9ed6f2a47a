"""Ways a text message leaves: into a folder (the demo), or to a gateway over HTTP."""

import hashlib
import json
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT = 10.0
"""Seconds a gateway may take to answer."""


class GatewayAway(Exception):
    """The message has certainly not left: try again later."""


class GatewayRefused(Exception):
    """The gateway will never send this message; `code` says why in its own words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:40]


class OutcomeUnknown(Exception):
    """The message may have left: the answer was lost on its way."""


class SmsGateway(Protocol):
    """Sends one text message."""

    def send(self, *, to: str, text: str, key: str) -> str:
        """Send `text` to the telephone `to` (E.164) and return the gateway's own id of it.

        `key` is the same for every attempt at one message. Raises GatewayAway, GatewayRefused, OutcomeUnknown.
        """
        ...


class Spool:
    """A file for each message in a folder: what the demo and a test look at instead of a telephone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, *, to: str, text: str, key: str) -> str:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:16]
        file = self.folder / f"{name}.txt"
        if not file.exists():
            file.write_text(f"{datetime.now(UTC).isoformat()}\n{to}\n\n{text}\n", encoding="utf-8")
        return name


class HttpGateway:
    """POST of {"to", "text", "key"} as JSON to one address; the answer 2xx holds {"id"}."""

    def __init__(self, url: str, token: str, timeout: float = TIMEOUT) -> None:
        self.address = urlsplit(url)
        self.token = token
        self.timeout = timeout

    def send(self, *, to: str, text: str, key: str) -> str:
        line = self._connect()
        body = json.dumps({"to": to, "text": text, "key": key}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        path = (self.address.path or "/") + (f"?{self.address.query}" if self.address.query else "")
        try:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            status, content = answer.status, answer.read(65_536)
        except (OSError, HTTPException) as error:
            raise OutcomeUnknown from error
        finally:
            line.close()
        return self._id(status, content)

    def _connect(self) -> HTTPConnection:
        kind = HTTPSConnection if self.address.scheme == "https" else HTTPConnection
        line = kind(self.address.hostname or "", self.address.port, timeout=self.timeout)
        try:
            line.connect()
        except OSError as error:
            raise GatewayAway from error
        return line

    @staticmethod
    def _id(status: int, content: bytes) -> str:
        if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise GatewayAway
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise GatewayRefused(f"http-{status}")
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise OutcomeUnknown
        try:
            found = json.loads(content)
        except ValueError:
            return ""  # sent, without a number to ask about it
        return str(found.get("id", ""))[:80] if isinstance(found, dict) else ""


def sms_gateway() -> SmsGateway:
    """The gateway of this installation: SMS_URL, or the folder of the demo."""
    if settings.SMS_URL:
        return HttpGateway(settings.SMS_URL, settings.SMS_TOKEN)
    return Spool(Path(settings.STATE_DIR) / "sms")
