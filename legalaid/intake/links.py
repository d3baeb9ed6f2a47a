"""The citizen's secret link: her place in line, and the only key to her page.

The token is the request's id and 96 bits of HMAC-SHA256 under the installation's key, so it cannot be guessed, is not
stored, and can be printed again at the desk.
"""

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings

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
