"""The citizen's secret link: her place in line, and the only key to her page.

The token is the request's id and 96 bits of HMAC-SHA256 under the installation's key, so it cannot be guessed, is not
stored, and can be printed again at the desk.
"""

import base64
import binascii
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings

from legalaid.intake.paper_numbers import PHOTO_LIFE

_MAC_BYTES = 12


def _mac(raw: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"help-request-link" + raw, "sha256")[:_MAC_BYTES]


def token_for(help_request_id: UUID) -> str:
    """Return the token of `/z/<token>/` for a request."""
    raw = help_request_id.bytes
    return base64.urlsafe_b64encode(raw + _mac(raw)).rstrip(b"=").decode()


def id_from(token: str) -> UUID | None:
    """Return the request's id, or None for anything that this installation did not sign."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    raw, mac = data[:16], data[16:]
    if len(raw) != 16 or not hmac.compare_digest(mac, _mac(raw)):
        return None
    found = UUID(bytes=raw)
    return found if token_for(found) == token else None  # the last letter has bits to spare: one spelling is ours


def photo_token(help_request_id: UUID, now: datetime) -> str:
    """The code a telephone scans: it only takes photos for this request, and only for PHOTO_LIFE."""
    raw = help_request_id.bytes + int((now + PHOTO_LIFE).timestamp()).to_bytes(5, "big")
    return base64.urlsafe_b64encode(raw + _photo_mac(raw)).rstrip(b"=").decode()


def request_of_photos(token: str, now: datetime) -> UUID | None:
    """Whose photos a telephone may send now; None for anything we did not sign, or signed too long ago."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    raw, mac = data[:21], data[21:]
    if len(raw) != 21 or not hmac.compare_digest(mac, _photo_mac(raw)):
        return None
    return UUID(bytes=raw[:16]) if now.timestamp() < int.from_bytes(raw[16:], "big") else None


def _photo_mac(raw: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"help-request-photos" + raw, "sha256")[:_MAC_BYTES]
