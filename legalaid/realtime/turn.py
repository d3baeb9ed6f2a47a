"""Time-limited credentials for our own relays (coturn `use-auth-secret`, draft-uberti-behave-turn-rest). Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

CREDENTIAL_LIFE = 600
"""Seconds. coturn checks expiry only when an allocation is made, so a call is not cut; quality.md asks for ≤ 10 min."""


def ice_servers(*, participant: str, urls: Sequence[str], secret: str, now: float) -> dict[str, Any]:
    """`{"iceServers": […], "ttl": seconds}` for one participant; no relays are set in the demo: browsers meet directly.

    No public STUN is ever listed: nothing third-party is contacted.
    """
    if not urls or not secret:
        return {"iceServers": [], "ttl": CREDENTIAL_LIFE}
    user = f"{int(now) + CREDENTIAL_LIFE}:{participant}"
    password = base64.b64encode(hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()).decode()
    return {"iceServers": [{"urls": list(urls), "username": user, "credential": password}], "ttl": CREDENTIAL_LIFE}
