"""Time-limited credentials for our own relays (coturn `use-auth-secret`, draft-uberti-behave-turn-rest)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings

CREDENTIAL_LIFE = 600
"""Seconds. coturn checks expiry only when an allocation is made, so a call is not cut; quality.md asks for ≤ 10 min."""


def ice_servers(
    *, participant: str, urls: Sequence[str], secret: str, now: float, relay_only: bool = False
) -> dict[str, Any]:
    """`{"iceServers": […], "ttl": seconds, "policy": "all" | "relay"}` for one participant.

    No public STUN is ever listed: nothing third-party is contacted. Without relays browsers meet directly; with
    `relay_only` they show each other no address of their own.
    """
    answer: dict[str, Any] = {"iceServers": [], "ttl": CREDENTIAL_LIFE, "policy": "relay" if relay_only else "all"}
    if urls and secret:
        user = f"{int(now) + CREDENTIAL_LIFE}:{participant}"
        password = base64.b64encode(hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()).decode()
        listed = sorted(urls, key=_turn_of)
        answer["iceServers"] = [{"urls": listed, "username": user, "credential": password}]
    return answer


def _turn_of(url: str) -> int:
    """UDP first, then TCP, then TLS on 443, which passes where nothing else does."""
    if url.startswith("turns:"):
        return 2
    return 1 if "transport=tcp" in url else 0


def has_relays() -> bool:
    """Whether this installation has relays of its own."""
    return bool(settings.TURN_URLS and settings.TURN_SECRET)


def relays(participant: str, *, relay_only: bool = False) -> dict[str, Any]:
    """Fresh credentials of this installation's relays; `relay_only` is the wish of the dialogue's authority."""
    return ice_servers(
        participant=participant, urls=settings.TURN_URLS, secret=settings.TURN_SECRET, now=time.time(),
        relay_only=settings.TURN_ONLY or relay_only,
    )  # fmt: skip
