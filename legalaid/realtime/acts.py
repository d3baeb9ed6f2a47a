"""What each frame of a participant does, and the capability it needs. Rules are the services' business."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from legalaid.dialogue import queries, services, turn
from legalaid.dialogue.media_rules import is_weak
from legalaid.dialogue.rules import LINE_EVERY, LINE_TURNED
from legalaid.kernel.errors import DomainError
from legalaid.realtime import protocol
from legalaid.realtime.protocol import say
from legalaid.realtime.sfu.acts import SFU_ACTS

if TYPE_CHECKING:
    from legalaid.realtime.dialogue_socket import Conversation


def _signal(talk: Conversation, message: protocol.Signal) -> None:
    talk.rooms.signal(talk.ticket.dialogue, talk.peer, message.to, message.data)


def _media(talk: Conversation, message: protocol.Media) -> None:
    talk.rooms.media(talk.ticket.dialogue, talk.peer.id, message)


def _chat(talk: Conversation, message: protocol.Chat) -> None:
    talk.later(functools.partial(_say, talk, message))


async def _say(talk: Conversation, chat: protocol.Chat) -> None:
    """The line comes back to its author as an event, like to everybody else."""
    try:
        await talk.database.run(
            services.say,
            participant_id=UUID(talk.ticket.participant),
            cid=chat.cid,
            text=chat.text,
            actor=talk.ticket.actor,
            now=datetime.now(UTC),
        )
    except DomainError as error:
        talk.outlet.send(say("refused", cid=str(chat.cid), text=error.text))


def _aside(talk: Conversation, message: protocol.Aside) -> None:
    talk.later(functools.partial(_say_aside, talk, message))


async def _say_aside(talk: Conversation, aside: protocol.Aside) -> None:
    """The line comes back to its author with the other experts'; rights are asked of the database once more."""
    try:
        await talk.database.run(
            services.say_aside, participant_id=UUID(talk.ticket.participant), cid=aside.cid, text=aside.text,
            actor=talk.ticket.actor, now=datetime.now(UTC),
        )  # fmt: skip
    except DomainError as error:
        talk.outlet.send(say("refused", cid=str(aside.cid), text=error.text))


def _seen(talk: Conversation, message: protocol.Seen) -> None:
    talk.later(functools.partial(_mark_seen, talk, message))


async def _mark_seen(talk: Conversation, seen: protocol.Seen) -> None:
    with contextlib.suppress(DomainError):  # removed meanwhile: nobody needs her receipt
        await talk.database.run(
            services.mark_seen, participant_id=UUID(talk.ticket.participant), delivered=seen.delivered,
            read=seen.read, actor=talk.ticket.actor, now=datetime.now(UTC),
        )  # fmt: skip
        frame = say("receipt", id=talk.peer.id, delivered=seen.delivered, read=seen.read)
        talk.rooms.pass_on(talk.ticket.dialogue, talk.peer.id, frame)


def _look(talk: Conversation, message: protocol.Look) -> None:
    frame = say("look", by=talk.peer.id, **asdict(message))
    talk.rooms.pass_on(talk.ticket.dialogue, talk.peer.id, frame, keep=True)
    talk.look_settles(message)


async def note_look(talk: Conversation, message: protocol.Look) -> None:
    """The page has come to rest: the record learns how it lies, so that no restart of ours loses it."""
    with contextlib.suppress(DomainError):  # the dialogue is over, or she was removed
        await talk.database.run(
            services.note_look, participant_id=UUID(talk.ticket.participant), look=services.Look(**asdict(message)),
            actor=talk.ticket.actor, now=datetime.now(UTC),
        )  # fmt: skip


def _point(talk: Conversation, message: protocol.Point) -> None:
    at = {"x": message.at[0], "y": message.at[1]} if message.at else {"x": None, "y": None}
    talk.rooms.pass_on(talk.ticket.dialogue, talk.peer.id, say("point", by=talk.peer.id, **at))


def _caption(talk: Conversation, message: protocol.Caption) -> None:
    """Captions pass and are not kept: what was said is the chat's and the memo's business."""
    frame = say("caption", by=talk.peer.id, text=message.text, last=message.last)
    talk.rooms.pass_on(talk.ticket.dialogue, talk.peer.id, frame)


def _line(talk: Conversation, message: protocol.LineReport) -> None:
    """The others learn it at once, the record now and then."""
    talk.rooms.pass_on(talk.ticket.dialogue, talk.peer.id, say("line", id=talk.peer.id, level=message.level))
    now, weak = time.monotonic(), is_weak(message.level, message.step)
    since, turned = now - talk.line_noted, weak and not talk.line_weak
    if since >= LINE_EVERY.total_seconds() or (turned and since >= LINE_TURNED.total_seconds()):
        talk.line_noted, talk.line_weak = now, weak
        talk.later(functools.partial(_note_line, talk, message))


async def _note_line(talk: Conversation, report: protocol.LineReport) -> None:
    with contextlib.suppress(DomainError):  # the dialogue is over meanwhile: that line concerns nobody
        await talk.database.run(
            services.note_line,
            participant_id=UUID(talk.ticket.participant),
            level=report.level,
            step=report.step,
            rtt_ms=report.rtt,
            lost=report.lost,
            kbps=report.kbps,
            actor=talk.ticket.actor,
            now=datetime.now(UTC),
        )
        if is_weak(report.level, report.step) and talk.rooms.is_crowded(talk.ticket.dialogue):
            talk.legs.consider(talk.ticket.dialogue)  # who sends two copies over it may be better off with a server


def _limit(talk: Conversation, message: protocol.Limit) -> None:
    text = say("limit", **{"from": talk.peer.id, "step": message.step})
    talk.rooms.hand_to(talk.ticket.dialogue, talk.peer, message.to, text)


def _since(talk: Conversation, message: protocol.Since) -> None:
    talk.later(functools.partial(_replay, talk, message.number))


async def _replay(talk: Conversation, number: int) -> None:
    rows = await talk.database.run(queries.events_after, UUID(talk.ticket.dialogue), number)
    for row in rows:
        talk.outlet.send(say("event", **row))


def _ping(talk: Conversation, _message: protocol.Ping) -> None:
    talk.outlet.send(say("pong"))


def _ice(talk: Conversation, _message: protocol.AskIce) -> None:
    talk.outlet.send(say("ice", ice=relays(talk)))


def relays(talk: Conversation) -> dict[str, object]:
    """Fresh credentials of our relays for this participant."""
    return turn.relays(talk.ticket.participant, relay_only=talk.relay_only)


ACTS: dict[type, tuple[str, Callable[[Any, Any], None]]] = {
    protocol.Signal: ("signal", _signal),
    protocol.Media: ("", _media),
    protocol.LineReport: ("", _line),
    protocol.Limit: ("signal", _limit),
    protocol.Chat: ("chat", _chat),
    protocol.Aside: ("aside", _aside),
    protocol.Seen: ("", _seen),
    protocol.Look: ("show", _look),
    protocol.Point: ("point", _point),
    protocol.Caption: ("caption", _caption),
    protocol.Since: ("", _since),
    protocol.Ping: ("", _ping),
    protocol.AskIce: ("", _ice),
    **SFU_ACTS,
}
"""Message → the capability its sender must have (empty: everybody has it) and what it does. `Leave` ends the socket."""
