"""What a page says of its media over a media server. `epoch` names the room; a word about an older one is late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from legalaid.realtime.protocol.codes import MAX_FRAME, BadFrame
from legalaid.realtime.protocol.fields import flag, number, text

MOST_LAYERS, MOST_FEEDS = 24, 12


@dataclass(frozen=True, slots=True)
class SfuPublish:
    """An offer of what the page sends; `fresh` for a new connection, otherwise an ICE restart of the old one."""

    epoch: int
    sdp: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class SfuAccept:
    """The answer to our offer of what the page receives."""

    epoch: int
    sdp: str


@dataclass(frozen=True, slots=True)
class SfuCandidate:
    """An ICE candidate of the connection that receives, or of the one that sends; None ends the list."""

    epoch: int
    receiving: bool
    candidate: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class SfuLayers:
    """(m-line, layer) of pictures the page receives: 1 high, 0 low, -1 none."""

    epoch: int
    layers: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class SfuRestart:
    """A new ICE connection for what is received."""

    epoch: int


@dataclass(frozen=True, slots=True)
class SfuResume:
    """Go on with the signed leg of a socket that was lost; `have` are the feeds the page receives."""

    leg: str
    have: list[str]


SfuMessage = SfuPublish | SfuAccept | SfuCandidate | SfuLayers | SfuRestart | SfuResume


def _candidate(row: Mapping[str, Any]) -> SfuCandidate:
    candidate = row.get("candidate")
    if candidate is not None and not isinstance(candidate, dict):
        raise BadFrame
    return SfuCandidate(number(row, "epoch"), flag(row, "receiving"), candidate)


def _layers(row: Mapping[str, Any]) -> SfuLayers:
    rows = row.get("layers")
    if not isinstance(rows, list) or len(rows) > MOST_LAYERS or not all(isinstance(one, dict) for one in rows):
        raise BadFrame
    if any(isinstance(one.get("layer"), bool) or one.get("layer") not in (-1, 0, 1) for one in rows):
        raise BadFrame
    return SfuLayers(number(row, "epoch"), [(text(one, "mid", 16), one["layer"]) for one in rows])


def _resume(row: Mapping[str, Any]) -> SfuResume:
    have = row.get("have")
    if not isinstance(have, list) or len(have) > MOST_FEEDS or not all(isinstance(one, str) for one in have):
        raise BadFrame
    return SfuResume(text(row, "leg", 2_000), have)


SFU_READERS: Mapping[str, Callable[[Mapping[str, Any]], SfuMessage]] = {
    "sfu-publish": lambda row: SfuPublish(number(row, "epoch"), text(row, "sdp", MAX_FRAME), flag(row, "fresh")),
    "sfu-accept": lambda row: SfuAccept(number(row, "epoch"), text(row, "sdp", MAX_FRAME)),
    "sfu-candidate": _candidate,
    "sfu-layers": _layers,
    "sfu-restart": lambda row: SfuRestart(number(row, "epoch")),
    "sfu-resume": _resume,
}
