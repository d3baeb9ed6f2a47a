"""`/ws/dialogue`: one socket per participant, for signalling, chat and the dialogue's numbered events.

It holds no rules: a frame becomes a typed message, a message becomes a service call or a frame to somebody else.
Signalling touches no database; chat and comings and goings do, in threads.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import DatabaseError
from starlette.websockets import WebSocket, WebSocketDisconnect

from legalaid.dialogue import refusals, services
from legalaid.dialogue.states import DialogueState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.tickets import BadTicket, DialogueTicket, read_dialogue, read_entrance
from legalaid.realtime import acts, protocol
from legalaid.realtime.acts import ACTS
from legalaid.realtime.doorway import Database, frames, origin_allowed
from legalaid.realtime.hub import Outlet
from legalaid.realtime.places import Room
from legalaid.realtime.protocol import BadFrame, Peer, say
from legalaid.realtime.rooms import Rooms
from legalaid.realtime.sfu import acts as sfu
from legalaid.realtime.sfu.legs import Legs

HELLO_WITHIN = 8.0
"""Seconds a socket may stay silent before it says who it is; its ticket is being fetched, over a bad line perhaps."""
BURST, RATE = 150, 15.0
"""Frames at once and a second. One peer costs 20-40 candidates at the start of a call."""
FAREWELL = 5.0
"""Seconds for chat lines sent just before leaving."""
LOOK_RESTS = 0.7
"""Seconds a shown page lies still before that is written down."""
SLOW_WORK = 32
"""Chat lines and replays that may wait for the database, per socket."""


Step = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


async def dialogue_socket(websocket: WebSocket, rooms: Rooms, legs: Legs, database: Database) -> None:
    """Serve one participant's socket from its first frame, which brings the ticket, to its close."""
    if not origin_allowed(websocket):
        await websocket.close()
        return
    await websocket.accept()
    outlet = Outlet(websocket)
    incoming = frames(websocket)
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            hello = protocol.read(await anext(incoming))
        if not isinstance(hello, protocol.Hello):
            raise BadFrame
        ticket = await _ticket_of(hello, rooms, database)
        conversation = Conversation(outlet, rooms, legs, database, ticket, hello)
        if await conversation.enter():
            await conversation.follow(incoming)
    except BadTicket:
        outlet.close(protocol.BAD_TICKET)
    except (BadFrame, protocol.UnknownKind) as error:
        outlet.close(getattr(error, "code", protocol.MALFORMED))
    except (WebSocketDisconnect, TimeoutError):
        outlet.close(protocol.BAD_TICKET)
    except DatabaseError:
        log.exception("a participant could not enter: the database is away")
        outlet.close(protocol.TROUBLE)
    finally:
        await outlet.finished()


async def _ticket_of(hello: protocol.Hello, rooms: Rooms, database: Database) -> DialogueTicket:
    """What lets her in: her ticket, or one for the entrance of her page. Why it is refused a POST says in words."""
    if not hello.page:
        ticket = read_dialogue(hello.ticket)
        _knock(rooms, ticket.participant)
        return ticket
    request = read_entrance(hello.page)
    _knock(rooms, str(request))
    try:
        text = await database.run(
            services.join_waiting_room, help_request_id=request, actor=Actor.citizen(request), now=datetime.now(UTC)
        )
    except DomainError as refusal:
        raise BadTicket from refusal
    return read_dialogue(text)


def _knock(rooms: Rooms, who: str) -> None:
    """Raise BadFrame for somebody who comes in more often than any page of ours."""
    if not rooms.knocks.allow(who, time.monotonic()):
        raise BadFrame(protocol.TOO_FAST)


class Conversation:
    """One participant's socket while it is open."""

    def __init__(
        self, outlet: Outlet, rooms: Rooms, legs: Legs, database: Database, ticket: DialogueTicket,
        hello: protocol.Hello,
    ) -> None:  # fmt: skip
        self.outlet, self.rooms, self.legs, self.database = outlet, rooms, legs, database
        self.ticket, self.hello = ticket, hello
        self.relay_only = False  # as the authority wishes; known with the seat
        self.peer = Peer(id=ticket.participant, inst=hello.inst, role=ticket.role, name="", place="")
        self.bucket = protocol.Bucket(burst=BURST, rate=RATE, now=time.monotonic())
        self.work: asyncio.Queue[Step] = asyncio.Queue(SLOW_WORK)
        self.line_noted = -math.inf  # when a sample of her line was kept last
        self.line_weak = False  # what it said
        self._look: tuple[asyncio.TimerHandle, protocol.Look] | None = None  # how the page was left, not noted yet
        outlet.on_slow = self._lose  # its reading side may not hear of the close for a while

    async def enter(self) -> bool:
        """Take the participant's place and welcome her; False when the database refused her ticket."""
        room = self.rooms.expect(self.ticket.dialogue)
        try:
            seat = await self.database.run(
                services.connected,
                connection_id=self.ticket.connection,
                participant_id=UUID(self.ticket.participant),
                since=self.hello.since,
                actor=self.ticket.actor,
                now=datetime.now(UTC),
            )
            await self.legs.choose(self.ticket.dialogue)
            self._welcome(room, seat)
        except refusals.DialogueOver:
            self.outlet.close(protocol.ENDED)
            return False
        except (refusals.TicketUsed, refusals.DialogueFull):
            self.outlet.close(protocol.BAD_TICKET)  # a full dialogue says so in words when she asks for the next ticket
            return False
        finally:
            self.rooms.unexpect(room)
        return True

    def _welcome(self, room: Room, seat: services.Seat) -> None:
        self.relay_only = seat.relay_only
        self.peer = Peer(id=self.peer.id, inst=self.peer.inst, role=seat.role, name=seat.name, place=seat.place)
        live = seat.state == DialogueState.LIVE
        others = self.rooms.join(room, self.peer, self.ticket.connection, self.outlet, seat.last, live=live)
        if (way := self.legs.frame(self.ticket.dialogue)) is not None:
            self.outlet.send(way)  # first, so that nobody calls the others a way that is not taken
        frame = protocol.welcome(
            you=self.peer, state=seat.state, last=seat.last, peers=others, ice=acts.relays(self), events=seat.events,
            receipts=seat.receipts, asides=seat.asides,
        )  # fmt: skip
        self.outlet.send(frame)
        if look := self.rooms.look_of(self.ticket.dialogue):
            self.outlet.send(look)

    async def follow(self, incoming: AsyncIterator[str]) -> None:
        """Act on frames until the socket closes or its sender breaks the rules."""
        worker = asyncio.create_task(self._work_off())
        code, left = 1006, False
        try:
            async for text in incoming:
                if not self.bucket.take(time.monotonic()):
                    raise BadFrame(protocol.TOO_FAST)
                if self.outlet.closing or (left := self._act(text)):
                    break
        except WebSocketDisconnect as error:
            code = error.code
        except BadFrame as error:
            code = error.code
            self.outlet.close(code)
        finally:
            if left:  # what she said before leaving is said
                await asyncio.wait({asyncio.ensure_future(self.work.join())}, timeout=FAREWELL)
            worker.cancel()
            await self._go(left, 1000 if left else code)

    async def _go(self, left: bool, code: int) -> None:
        """Give the place up. The others learn it first: the database may be away."""
        self.legs.part(sfu.seat(self), left=left or code == protocol.REFUSED)
        if left:
            self.rooms.leave(self.ticket.dialogue, self.peer.id, self.ticket.connection)
            self.outlet.close(1000)
        else:
            self._lose()
        now = datetime.now(UTC)
        try:
            if (look := self._resting()) is not None:
                await acts.note_look(self, look)
            await self.database.run(services.disconnected, connection_id=self.ticket.connection, code=code, now=now)
            if left:
                await self.database.run(services.leave, connection_id=self.ticket.connection, now=now)
        except DatabaseError:
            log.exception("the end of a connection was not noted")

    def _lose(self) -> None:
        self.rooms.lost(self.ticket.dialogue, self.peer.id, self.ticket.connection)

    def _act(self, text: str) -> bool:
        """Do what one frame asks for; True when the participant leaves."""
        try:
            message = protocol.read(text)
        except protocol.UnknownKind:
            self.outlet.send(say("error", code="unknown"))
            return False
        if isinstance(message, protocol.Leave):
            return True
        cap, act = ACTS.get(type(message), (None, None))
        if act is None or (cap and cap not in self.ticket.caps):
            raise BadFrame
        act(self, message)
        return False

    def look_settles(self, look: protocol.Look) -> None:
        """The shown page was moved: note how it lies when it has rested a moment."""
        self._resting()
        self._look = (asyncio.get_running_loop().call_later(LOOK_RESTS, self._note_look), look)

    def _resting(self) -> protocol.Look | None:
        """What was not noted yet; it is the caller's now."""
        resting, self._look = self._look, None
        if resting is None:
            return None
        resting[0].cancel()
        return resting[1]

    def _note_look(self) -> None:
        look = self._resting()
        if look is not None and not self.work.full():  # otherwise the database is busy: the next rest is noted
            self.later(functools.partial(acts.note_look, self, look))

    def later(self, step: Step) -> None:
        """Do a step that needs the database after those before it, without holding up signalling."""
        if self.work.full():
            raise BadFrame(protocol.TOO_FAST)
        self.work.put_nowait(step)

    async def _work_off(self) -> None:
        while True:
            step = await self.work.get()
            try:
                await step()
            except DatabaseError:
                # the page keeps what was not confirmed and sends it again when it is back
                log.exception("a step of a dialogue met a database that is away")
                self.outlet.close(protocol.TROUBLE)
            finally:
                self.work.task_done()
