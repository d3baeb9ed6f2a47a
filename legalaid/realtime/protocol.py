"""What is said on the sockets: frames in, typed messages out. Pure: no clock, no database, no socket.

Every frame is one JSON object with a `t`. A client ignores a `t` it does not know, so the server may grow;
the server answers an unknown `t` with an error and goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

VERSION = 1
MAX_FRAME = 64 * 1024
"""Bytes; a session description of a browser is 3-8 kB."""

# Close codes of the dialogue's socket (4000-4999 are the application's own).
REPLACED = 4001  # opened in another tab or device
REFUSED = 4003  # removed, or never allowed
ENDED = 4004  # the dialogue is over
SILENT = 4008  # the client's own: the network died without closing the socket
BAD_TICKET = 4010
TOO_FAST = 4029
SLOW = 1013  # the reader does not keep up
TROUBLE = 1011  # ours: come back
MALFORMED = 1007
TOO_BIG = 1009


class BadFrame(Exception):
    """A frame outside the protocol; `code` is a close code, the socket that sent it is closed with it."""

    def __init__(self, code: int = MALFORMED) -> None:
        self.code = code
        super().__init__(code)


class UnknownKind(Exception):
    """A frame of a kind this server does not know; it is answered, not punished."""


@dataclass(frozen=True, slots=True)
class Hello:
    """First frame: the ticket; `inst` names the loaded page (a reload is another), `since` the last event it has."""

    ticket: str
    inst: str
    since: int


@dataclass(frozen=True, slots=True)
class Signal:
    """A session description or an ICE candidate for one other participant of the same dialogue."""

    to: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chat:
    """A line of chat; `cid` is made by the page, so that a line sent again is said once."""

    cid: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Media:
    """Whether the participant's microphone and camera are on."""

    audio: bool
    video: bool


@dataclass(frozen=True, slots=True)
class Since:
    """A gap was seen: send the events after `number` again."""

    number: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The page's own heartbeat: a browser does not show the protocol's pings to scripts."""


@dataclass(frozen=True, slots=True)
class AskIce:
    """Fresh relay credentials, before an ICE restart."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The participant goes away on purpose."""


Message = Hello | Signal | Chat | Media | Since | Ping | AskIce | Leave


def read(text: str) -> Message:
    """Turn a frame into a message; BadFrame when it is not one, UnknownKind when `t` is not known."""
    if len(text) > MAX_FRAME or len(text.encode(errors="surrogatepass")) > MAX_FRAME:
        raise BadFrame(TOO_BIG)
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame from error
    if not isinstance(row, dict) or not isinstance(row.get("t"), str):
        raise BadFrame
    reader = _READERS.get(row["t"])
    if reader is None:
        raise UnknownKind
    return reader(row)


def _text(row: Mapping[str, Any], name: str, limit: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or len(value) > limit:
        raise BadFrame
    return value


def _number(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadFrame
    return value


def _flag(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name)
    if not isinstance(value, bool):
        raise BadFrame
    return value


def _hello(row: Mapping[str, Any]) -> Hello:
    return Hello(ticket=_text(row, "ticket", 2_000), inst=_text(row, "inst", 64), since=_number(row, "since"))


def _signal(row: Mapping[str, Any]) -> Signal:
    data = row.get("data")
    if not isinstance(data, dict) or set(data) not in ({"description"}, {"candidate"}):
        raise BadFrame
    if "description" in data:
        description = data["description"]
        if not isinstance(description, dict) or description.get("type") not in {"offer", "answer"}:
            raise BadFrame
        _text(description, "sdp", MAX_FRAME)
    elif data["candidate"] is not None and not isinstance(data["candidate"], dict):
        raise BadFrame
    return Signal(to=_text(row, "to", 36), data=data)


def _chat(row: Mapping[str, Any]) -> Chat:
    try:
        cid = UUID(_text(row, "cid", 36))
    except ValueError as error:
        raise BadFrame from error
    return Chat(cid=cid, text=_text(row, "text", MAX_FRAME))


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "hello": _hello,
    "signal": _signal,
    "chat": _chat,
    "media": lambda row: Media(audio=_flag(row, "audio"), video=_flag(row, "video")),
    "since": lambda row: Since(number=_number(row, "n")),
    "ping": lambda row: Ping(),
    "ice": lambda row: AskIce(),
    "leave": lambda row: Leave(),
}


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
    away: bool = False


def say(kind: str, /, **fields: Any) -> str:
    """One frame to a client."""
    return json.dumps({"t": kind, **fields}, ensure_ascii=False, separators=(",", ":"))


def welcome(
    *, you: Peer, state: str, last: int, peers: list[Peer], ice: dict[str, Any], events: list[dict[str, Any]]
) -> str:
    """First answer. The newcomer offers to each of `peers`; `events` are those after its `since`, `last` the newest."""
    return say(
        "welcome",
        v=VERSION,
        you=you.id,
        state=state,
        last=last,
        peers=[asdict(peer) for peer in peers],
        ice=ice,
        events=events,
    )


def peer_joined(peer: Peer, *, offer: bool) -> str:
    """Somebody came or came back; `offer` says that this client is the one to make the offer."""
    return say("peer-joined", peer=asdict(peer), offer=offer)


class Bucket:
    """Allows `burst` frames at once and `rate` a second after that; the caller brings the clock (seconds)."""

    __slots__ = ("_burst", "_level", "_rate", "_then")

    def __init__(self, *, burst: float, rate: float, now: float) -> None:
        self._burst, self._rate = burst, rate
        self._level, self._then = burst, now

    def take(self, now: float) -> bool:
        self._level = min(self._burst, self._level + (now - self._then) * self._rate)
        self._then = now
        if self._level < 1:
            return False
        self._level -= 1
        return True
