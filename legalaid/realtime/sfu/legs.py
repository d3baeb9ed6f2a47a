"""Which way each dialogue takes and who of this process is in which room: between our sockets and the nodes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import DatabaseError

from legalaid.dialogue import services
from legalaid.dialogue.media_queries import Way
from legalaid.kernel.actor import Actor
from legalaid.realtime.doorway import Database
from legalaid.realtime.hub import Outlet
from legalaid.realtime.protocol import say
from legalaid.realtime.sfu.leg import Leg, RoomKey
from legalaid.realtime.sfu.link import NodeLost, Refused
from legalaid.realtime.sfu.nodes import FIRST_WITHIN, Nodes

log = logging.getLogger(__name__)

SALT = "legalaid.sfu-leg"
LEG_LIFE = 3 * 60 * 60
OLD_LEG = 6.0
"""Seconds the old room stands beside the new one, so that nothing is broken before the other is made."""


@dataclass(slots=True)
class Seat:
    """A socket of this process that takes part in a dialogue."""

    dialogue: str
    participant: str
    outlet: Outlet


class Legs:
    """Lives in the event loop of one process. `here()` names the dialogues with sockets here."""

    def __init__(self, database: Database, *, secret: str, actor: Actor, here: Callable[[], list[str]]) -> None:
        self._database, self._secret, self._actor, self._here = database, secret, actor, here
        self.nodes = Nodes(database, secret, actor=actor, lost=self._node_lost, back=self._node_back)
        self._ways: dict[str, Way] = {}
        self._legs: dict[tuple[str, str], Leg] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def counts(self) -> dict[str, int]:
        return {"sfu_legs": len(self._legs), "sfu_nodes": len(self.nodes.reachable())}

    # --- which way --------------------------------------------------------------------------------------------------

    async def choose(self, dialogue: str) -> Way:
        """The way the dialogue takes from now on; somebody has just come, or a node has."""
        await self.nodes.looked.wait()
        if not self.nodes.known():
            return self._ways.get(dialogue, Way())
        way = await self._database.run(
            services.choose_way, dialogue_id=UUID(dialogue), reachable=self.nodes.reachable(), actor=self._actor,
            now=datetime.now(UTC),
        )  # fmt: skip
        self._note(dialogue, way)
        return self._ways[dialogue]

    def consider(self, dialogue: str) -> None:
        """Choose again, beside whatever goes on."""
        self._start(self._choose_again(dialogue))

    async def _choose_again(self, dialogue: str) -> None:
        try:
            await self.choose(dialogue)
        except DatabaseError:
            log.exception("the way of a dialogue was not chosen")

    def heard(self, dialogue: str, payload: dict[str, Any], tell: Callable[[str], None]) -> None:
        """Another process, or we, changed the way: tell the sockets here."""
        self._note(dialogue, Way(**payload))
        frame = self.frame(dialogue)
        if frame is not None:
            tell(frame)

    def frame(self, dialogue: str) -> str | None:
        """What pages are told of the way; nothing while it was never changed. Told twice it does no harm."""
        way = self._ways.get(dialogue)
        return say("mode", mode=way.mode, epoch=way.epoch) if way is not None and way.epoch else None

    def _note(self, dialogue: str, way: Way) -> bool:
        known = self._ways.get(dialogue)
        if known is not None and known.epoch >= way.epoch:
            return False
        self._ways[dialogue] = way
        for key, leg in list(self._legs.items()):
            if key[0] == dialogue and leg.room.epoch < way.epoch:
                del self._legs[key]
                self._start(self._close_later(leg))
        return True

    def event(self, dialogue: str, event: dict[str, Any]) -> None:
        """What an event of the dialogue means for media: they may begin, or somebody is out."""
        if event["kind"] == "admitted":
            self.consider(dialogue)
        elif event["kind"] == "removed" and event["who"]:
            self.put_out(dialogue, event["who"])

    def look(self, dialogues: list[str]) -> None:
        """Every half minute: forget dialogues nobody of this process is in, look after the crowded ones."""
        for gone in self._ways.keys() - set(dialogues):
            del self._ways[gone]
        if self.nodes.known():
            for dialogue in self._here():
                self.consider(dialogue)

    async def _close_later(self, leg: Leg) -> None:
        await asyncio.sleep(OLD_LEG)
        await leg.close()

    # --- what a page asks for ---------------------------------------------------------------------------------------

    def publish(self, seat: Seat, epoch: int, sdp: str, *, fresh: bool) -> None:
        """`fresh`: a new connection of the page; otherwise an ICE restart of the one it has."""
        if (link := self._link_for(seat, epoch)) is None:
            return
        key = (seat.dialogue, seat.participant)
        leg = self._legs.get(key)
        if leg is None and not fresh:  # its connection is one the node does not know: only a new one can be published
            seat.outlet.send(say("sfu-lost", epoch=epoch))
            return
        if leg is not None and fresh:
            self._start(leg.close())
            leg = None
        if leg is None:
            room = RoomKey(self._secret, seat.dialogue, epoch)
            leg = self._legs[key] = Leg(link, room, seat.participant, self._teller(seat))
        self._do(seat, leg, leg.publish(sdp))

    def resume(self, seat: Seat, words: str, have: list[str]) -> None:
        """Go on with a leg whose socket was lost, in whatever process it was."""
        try:
            row = signing.loads(words, salt=SALT, max_age=LEG_LIFE)
        except signing.BadSignature:
            seat.outlet.send(say("sfu-lost", epoch=0))
            return
        if row["participant"] != seat.participant or row["dialogue"] != seat.dialogue:
            seat.outlet.send(say("sfu-lost", epoch=0))
            return
        if (link := self._link_for(seat, row["epoch"])) is None:
            return
        key = (seat.dialogue, seat.participant)
        if (old := self._legs.pop(key, None)) is not None:
            old.let_go()
        room = RoomKey(self._secret, seat.dialogue, row["epoch"])
        leg = self._legs[key] = Leg(link, room, seat.participant, self._teller(seat))
        self._do(seat, leg, self._claim(leg, row, set(have)))

    async def _claim(self, leg: Leg, row: dict[str, Any], have: set[str]) -> None:
        """Pages come back faster than a process that starts reaches its nodes. Raises Refused, NodeLost."""
        try:
            async with asyncio.timeout(FIRST_WITHIN):
                await leg.link.came.wait()
        except TimeoutError as error:
            raise NodeLost from error
        await leg.claim(row["session"], row["pub"], row["sub"], row["feed"], have)

    def act(self, seat: Seat, epoch: int, what: Callable[[Leg], Awaitable[None]]) -> None:
        """Do something with the leg the participant has in this epoch; a word about another one is late."""
        leg = self._legs.get((seat.dialogue, seat.participant))
        if leg is not None and leg.room.epoch == epoch:
            self._do(seat, leg, what(leg))

    def part(self, seat: Seat, *, left: bool) -> None:
        """The socket is gone. Who left leaves the room; who was lost may claim her place."""
        leg = self._legs.pop((seat.dialogue, seat.participant), None)
        if leg is not None and left:
            self._start(leg.close())
        elif leg is not None:
            leg.let_go()

    def put_out(self, dialogue: str, participant: str) -> None:
        """Somebody was removed: her own leg is closed, and others put her feed out wherever her socket is."""
        own = self._legs.pop((dialogue, participant), None)
        if own is not None:
            self._start(own.close())
        for (where, who), leg in list(self._legs.items()):
            if where == dialogue and who != participant:
                self._start(leg.put_out(participant))
                return

    def _link_for(self, seat: Seat, epoch: int) -> Any:
        way = self._ways.get(seat.dialogue, Way())
        if way.epoch != epoch or way.node is None:
            seat.outlet.send(self.frame(seat.dialogue) or say("mode", mode=Way().mode, epoch=0))
            return None
        link = self.nodes.link(way.node)
        if link is None:
            seat.outlet.send(say("sfu-lost", epoch=epoch))
        return link

    def _teller(self, seat: Seat) -> Callable[..., None]:
        def tell(kind: str, **fields: Any) -> None:
            if "leg" in fields:
                fields["leg"] = signing.dumps(fields["leg"], salt=SALT)
            seat.outlet.send(say(kind, **fields))

        return tell

    def _do(self, seat: Seat, leg: Leg, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except (NodeLost, Refused) as error:
                log.warning("a media node did not do as asked: %s", error)
                if self._legs.get((seat.dialogue, seat.participant)) is leg:
                    del self._legs[(seat.dialogue, seat.participant)]
                    seat.outlet.send(say("sfu-lost", epoch=leg.room.epoch))
                    await leg.close()

        self._start(run())

    # --- nodes ------------------------------------------------------------------------------------------------------

    def _node_back(self, name: str) -> None:
        """Our words with the node go through again: take up the sessions it kept, or say that they are lost."""
        for (dialogue, participant), leg in list(self._legs.items()):
            if leg.link.name == name:
                self._start(self._reclaim(dialogue, participant, leg))
        self._start(self._welcome_back())

    async def _welcome_back(self) -> None:
        await self.nodes.look()  # writes down that it answers
        for dialogue in self._here():
            await self._choose_again(dialogue)

    async def _reclaim(self, dialogue: str, participant: str, leg: Leg) -> None:
        try:
            await leg.reclaim()
        except (NodeLost, Refused):
            if self._legs.get((dialogue, participant)) is leg:
                del self._legs[(dialogue, participant)]
                leg.lost()

    def _node_lost(self, name: str) -> None:
        self._start(self._move_from(name))

    async def _move_from(self, name: str) -> None:
        await self.nodes.look()  # writes down that it is lost, so that no other process chooses it
        for dialogue, way in list(self._ways.items()):
            if way.node == name:
                await self._choose_again(dialogue)

    def _start(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            try:
                await work
            except (NodeLost, Refused):
                pass
            except Exception:
                log.exception("a step of a media path failed")

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
