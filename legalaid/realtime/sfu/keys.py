"""Secrets of the media nodes, all derived from one; names of rooms nobody can guess. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac

REALM = "janus.plugin.videoroom"
TOKEN_LIFE = 3 * 60 * 60
"""Seconds a room's token is good for. Janus asks again for every request, so it outlives any dialogue."""


def derive(secret: str, purpose: str) -> str:
    """The secret for one purpose; knowing it says nothing about the others."""
    return hmac.new(secret.encode(), f"legalaid.sfu:{purpose}".encode(), hashlib.sha256).hexdigest()


def api_secret(secret: str) -> str:
    """What every request of ours to a node carries; browsers never see it."""
    return derive(secret, "api")


def admin_key(secret: str) -> str:
    """Without it no room is made."""
    return derive(secret, "rooms")


def token_secret(secret: str) -> str:
    """What signs tokens."""
    return derive(secret, "tokens")


def room_name(secret: str, dialogue: str, epoch: int) -> str:
    """The room of a dialogue on its node. A new epoch is a new room, so nobody of the old one is in it."""
    return derive(secret, f"room:{dialogue}:{epoch}")[:32]


def room_secret(secret: str, room: str) -> str:
    """Changes the room and puts people out."""
    return derive(secret, f"room-secret:{room}")


def room_token(secret: str, room: str, *, now: float) -> str:
    """Lets one participant into one room: `<expiry>,<realm>,room=<room>:<base64 HMAC-SHA1>`, as Janus reads it."""
    words = f"{int(now) + TOKEN_LIFE},{REALM},room={room}"
    mac = hmac.new(token_secret(secret).encode(), words.encode(), hashlib.sha1).digest()
    return f"{words}:{base64.b64encode(mac).decode()}"
