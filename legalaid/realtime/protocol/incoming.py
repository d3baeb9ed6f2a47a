"""Frames of a client, as typed messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from legalaid.realtime.protocol.codes import (
    CAPTION_LIMIT,
    LAST_LEVEL,
    LAST_STEP,
    MAX_FRAME,
    TOO_BIG,
    BadFrame,
    UnknownKind,
)  # fmt: skip
from legalaid.realtime.protocol.sfu import SFU_READERS, SfuMessage


@dataclass(frozen=True, slots=True)
class Hello:
    """First frame: the ticket; `inst` names the loaded page (a reload is another), `since` the last event it has.

    `page`: instead of a ticket, the entrance that a citizen's page brought along.
    """

    ticket: str
    inst: str
    since: int
    page: str = ""


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
    """What the participant sends right now; `step` is her step of the ladder (client/src/dialogue/ladder.ts)."""

    audio: bool
    video: bool
    screen: bool = False
    document: bool = False
    step: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that the experts of the dialogue alone read."""

    cid: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How far events have reached the page (`delivered`) and the eyes (`read`), by their numbers."""

    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class Look:
    """How the page shown to all is looked at: quarter turns to the right, enlargement, the middle of what is seen.

    `paper` says which page this is about; positions are thousandths of its width and height.
    """

    paper: int
    page: int
    turn: int
    zoom: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Point:
    """Where the sender points on the page shown to all, in thousandths of its unturned width and height; None: away."""

    at: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Caption:
    """Words of the one who speaks, typed by a person; `last` ends the line."""

    text: str
    last: bool


@dataclass(frozen=True, slots=True)
class LineReport:
    """How the participant's line was in the last seconds: `rtt` in ms, `lost` in thousandths."""

    level: int
    step: int
    rtt: int
    lost: int
    kbps: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Ask one other participant to send no more than this step of the ladder."""

    to: str
    step: int


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


Message = (
    Hello | Signal | Chat | Aside | Seen | Look | Point | Caption | Media | Since | Ping | AskIce | Leave | LineReport
    | Limit | SfuMessage
)  # fmt: skip


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
    page = _text(row, "page", 2_000) if "page" in row else ""
    ticket = "" if page else _text(row, "ticket", 2_000)
    return Hello(ticket=ticket, inst=_text(row, "inst", 64), since=_number(row, "since"), page=page)


def _signal(row: Mapping[str, Any]) -> Signal:
    data = row.get("data")
    if not isinstance(data, dict) or set(data) not in ({"description"}, {"candidate"}):
        raise BadFrame
    if "description" in data:
        description = data["description"]
        if not isinstance(description, dict) or description.get("type") not in ("offer", "answer"):
            raise BadFrame
        _text(description, "sdp", MAX_FRAME)
    elif data["candidate"] is not None and not isinstance(data["candidate"], dict):
        raise BadFrame
    return Signal(to=_text(row, "to", 36), data=data)


def _cid(row: Mapping[str, Any]) -> UUID:
    try:
        return UUID(_text(row, "cid", 36))
    except ValueError as error:
        raise BadFrame from error


def _within(row: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = _number(row, name)
    if not least <= value <= most:
        raise BadFrame
    return value


def _look(row: Mapping[str, Any]) -> Look:
    return Look(
        paper=_number(row, "paper"), page=_number(row, "page"), turn=_within(row, "turn", 0, 3),
        zoom=_within(row, "zoom", 100, 800), x=_within(row, "x", 0, 1000), y=_within(row, "y", 0, 1000),
    )  # fmt: skip


def _point(row: Mapping[str, Any]) -> Point:
    if row.get("x") is None:
        return Point(at=None)
    return Point(at=(_within(row, "x", 0, 1000), _within(row, "y", 0, 1000)))


def _media(row: Mapping[str, Any]) -> Media:
    step = _number({"step": 0, **row}, "step")
    if step > LAST_STEP:
        raise BadFrame
    more = {"screen": False, "document": False, **row}
    return Media(
        audio=_flag(row, "audio"), video=_flag(row, "video"), screen=_flag(more, "screen"),
        document=_flag(more, "document"), step=step,
    )  # fmt: skip


def _line(row: Mapping[str, Any]) -> LineReport:
    report = LineReport(**{name: _number(row, name) for name in ("level", "step", "rtt", "lost", "kbps")})
    if report.level > LAST_LEVEL or report.step > LAST_STEP:
        raise BadFrame
    return report


def _limit(row: Mapping[str, Any]) -> Limit:
    step = _number(row, "step")
    if step > LAST_STEP:
        raise BadFrame
    return Limit(to=_text(row, "to", 36), step=step)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "hello": _hello,
    "signal": _signal,
    "chat": lambda row: Chat(cid=_cid(row), text=_text(row, "text", MAX_FRAME)),
    "aside": lambda row: Aside(cid=_cid(row), text=_text(row, "text", MAX_FRAME)),
    "seen": lambda row: Seen(delivered=_number(row, "delivered"), read=_number(row, "read")),
    "look": _look,
    "point": _point,
    "caption": lambda row: Caption(text=_text(row, "text", CAPTION_LIMIT), last=_flag(row, "last")),
    "media": _media,
    "line": _line,
    "limit": _limit,
    "since": lambda row: Since(number=_number(row, "n")),
    "ping": lambda row: Ping(),
    "ice": lambda row: AskIce(),
    "leave": lambda row: Leave(),
    **SFU_READERS,
}
