"""Frames to a client."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from legalaid.realtime.protocol.codes import VERSION


@dataclass(frozen=True, slots=True)
class Peer:
    """How one participant is shown to the others; `place` is the authority of an expert, else empty."""

    id: str
    inst: str
    role: str
    name: str
    place: str
    audio: bool = False
    video: bool = False
    screen: bool = False
    document: bool = False
    step: int = 0
    away: bool = False


def say(kind: str, /, **fields: Any) -> str:
    """One frame to a client."""
    return json.dumps({"t": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def welcome(
    *, you: Peer, state: str, last: int, peers: list[Peer], ice: dict[str, Any], events: list[dict[str, Any]],
    receipts: dict[str, list[int]] | None = None, asides: list[dict[str, Any]] | None = None,
) -> str:  # fmt: skip
    """First answer. The newcomer offers to each of `peers`; `events` are those after its `since`, `last` the newest.

    `receipts`: participant → [delivered, read]; `asides` go to experts alone, others have no such field.
    """
    aside = {} if asides is None else {"asides": asides}
    return say(
        "welcome",
        v=VERSION,
        you=you.id,
        state=state,
        last=last,
        peers=[asdict(peer) for peer in peers],
        ice=ice,
        events=events,
        receipts=receipts or {},
        **aside,
    )


def peer_joined(peer: Peer, *, offer: bool) -> str:
    """Somebody came or came back; `offer` says that this client is the one to make the offer."""
    return say("peer-joined", peer=asdict(peer), offer=offer)
