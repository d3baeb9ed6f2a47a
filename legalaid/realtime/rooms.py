"""Dialogues as this process knows them: who holds a socket here, who elsewhere, and what is passed between them.

Everything here is transient: events of the dialogue live in the database and are only carried; session descriptions
are never kept. Each process knows its own sockets and hears of the others' through the bus (topic `wire:<dialogue>`):
`hello` announces a socket, `here` answers it, `to` carries a frame to somebody else's socket, `away` and `gone` say
that a socket was lost or its grace has run out. A connection's id comes from the database, so of two connections of
one person the greater is the later, in whatever process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from legalaid.dialogue import states
from legalaid.dialogue.media_rules import MESH_WITH_WEAK
from legalaid.realtime import protocol
from legalaid.realtime.hub import Outlet
from legalaid.realtime.places import Place, Room
from legalaid.realtime.protocol import Peer, peer_joined, say

log = logging.getLogger(__name__)

LoadEvents = Callable[[str, int], Awaitable[list[dict[str, Any]]]]
"""Dialogue and number → what comes after it: events, or lines of the experts among themselves."""
Heard = Callable[[str, dict[str, Any]], None]
Gone = Callable[[int], Awaitable[None]]
SendWire = Callable[[str, dict[str, Any]], None]
OVER = frozenset({"ended", "missed", "failed"})
ASIDE_ROLES: frozenset[str] = frozenset(str(role) for role in states.ASIDE_ROLES)


class Rooms:
    """All rooms of this process. Lives in one event loop; no locks, no database of its own."""

    def __init__(
        self, *, node: str, wire: SendWire, load: LoadEvents, asides: LoadEvents, gone: Gone, grace: float,
        heard: Heard | None = None,
    ) -> None:  # fmt: skip
        self._heard = heard
        self.node = node
        self._wire, self._load, self._load_asides, self._gone, self._grace = wire, load, asides, gone, grace
        self._rooms: dict[str, Room] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.knocks = protocol.Knocks()

    def counts(self) -> dict[str, int]:
        return {"dialogues": len(self._rooms), "dialogue_sockets": sum(len(r.here()) for r in self._rooms.values())}

    def dialogues(self) -> list[str]:
        """Dialogues with somebody here."""
        return list(self._rooms)

    def crowded(self) -> list[str]:
        """Dialogues of three and more: those whose media may want another way."""
        return [room.id for room in self._rooms.values() if len(room.places) > MESH_WITH_WEAK]

    def is_crowded(self, dialogue: str) -> bool:
        room = self._rooms.get(dialogue)
        return room is not None and len(room.places) > MESH_WITH_WEAK

    def is_live(self, dialogue: str) -> bool:
        """Whether pictures may meet there."""
        room = self._rooms.get(dialogue)
        return room is not None and room.live

    def tell(self, dialogue: str, text: str) -> None:
        """Send a frame to everybody of the dialogue here."""
        room = self._rooms.get(dialogue)
        if room is not None:
            room.tell(text)

    def connections(self) -> list[int]:
        """Connections whose sockets this process holds."""
        return [place.connection for room in self._rooms.values() for place in room.here()]

    # --- a socket of this process -------------------------------------------------------------------------------

    def expect(self, dialogue: str) -> Room:
        """Start listening for the dialogue before its state is read, so that nothing falls between."""
        room = self._rooms.setdefault(dialogue, Room(dialogue))
        room.joining += 1
        return room

    def unexpect(self, room: Room) -> None:
        room.joining -= 1
        self._tidy(room)
        if room.wanted > room.last and not room.joining and room.id in self._rooms:
            self._fetch(room)

    def join(self, room: Room, peer: Peer, connection: int, outlet: Outlet, last: int, *, live: bool) -> list[Peer]:
        """Give the participant her place; return the others, to whom she makes offers. Call between expect/unexpect.

        An earlier socket of the same person is closed with REPLACED.
        """
        room.live = room.live or live
        if room.here():
            room.wanted = max(room.wanted, last)  # the others may still miss what the newcomer has read
        else:
            room.last = max(room.last, last)
        old = room.places.get(peer.id)
        if old is not None:
            old.cancel()
            if old.outlet is not None:
                old.outlet.close(protocol.REPLACED)
        others = [place.peer for place in room.places.values() if place.peer.id != peer.id]
        room.places[peer.id] = Place(peer, connection, self.node, outlet)
        room.tell(peer_joined(peer, offer=False), but=peer.id)
        self._send_wire(room, "hello", peer=asdict(peer), connection=connection)
        return others

    def signal(self, dialogue: str, sender: Peer, to: str, data: dict[str, Any]) -> None:
        """Pass a session description or candidate to one other participant of the same dialogue, wherever she is."""
        room = self._rooms.get(dialogue)
        if room is not None and room.live:  # before the expert has admitted the citizen nobody's pictures meet
            text = say("signal", **{"from": sender.id, "inst": sender.inst, "data": data})
            self.hand_to(dialogue, sender, to, text)

    def hand_to(self, dialogue: str, sender: Peer, to: str, text: str) -> None:
        """Pass a frame to one other participant of the same dialogue; to strangers nothing is passed."""
        room = self._rooms.get(dialogue)
        place = room.places.get(to) if room else None
        if room is None or place is None or to == sender.id:
            return
        if place.outlet is not None:
            place.outlet.send(text)
        elif place.node != self.node:
            self._send_wire(room, "to", to=to, text=text)

    def pass_on(self, dialogue: str, sender: str, text: str, *, keep: bool = False) -> None:
        """Send a passing frame to all the others; `keep` shows it to those who come later as well."""
        room = self._rooms.get(dialogue)
        if room is not None:
            self._pass_on(room, sender, text, keep=keep)
            self._send_wire(room, "all", sender=sender, text=text, keep=keep)

    def look_of(self, dialogue: str) -> str:
        """The frame that says how the shown page is looked at right now; empty when nobody has moved it."""
        room = self._rooms.get(dialogue)
        return room.look if room else ""

    def media(self, dialogue: str, participant: str, sources: protocol.Media) -> None:
        """Tell the others what she sends."""
        room = self._rooms.get(dialogue)
        place = room.places.get(participant) if room else None
        if room is None or place is None:
            return
        place.peer = replace(place.peer, **asdict(sources))
        self._show_media(room, place.peer, sources)
        self._send_wire(room, "media", id=participant, sources=asdict(sources))

    def lost(self, dialogue: str, participant: str, connection: int) -> None:
        """The socket closed without a farewell: the others learn that she is away; after the grace she has left."""
        room, place = self._place(dialogue, participant, connection)
        if room is None or place is None or place.outlet is None:
            return
        place.outlet = None
        self._mark_away(room, place)
        self._send_wire(room, "away", id=participant, connection=connection)
        place.timer = asyncio.get_running_loop().call_later(self._grace, self._expire, room, place)

    def leave(self, dialogue: str, participant: str, connection: int) -> None:
        """She left on purpose."""
        room, place = self._place(dialogue, participant, connection)
        if room is None or place is None:
            return
        self._remove(room, place, "left")
        self._send_wire(room, "gone", id=participant, connection=connection, reason="left")
        self._tidy(room)

    def _expire(self, room: Room, place: Place) -> None:
        if room.places.get(place.peer.id) is not place:
            return
        self._remove(room, place, "lost")
        self._send_wire(room, "gone", id=place.peer.id, connection=place.connection, reason="lost")
        self._start(self._gone(place.connection))
        self._tidy(room)

    # --- what the bus brings ------------------------------------------------------------------------------------

    def changed(self, dialogue: str, version: Any, aside: Any = None) -> None:
        """Events up to number `version`, or the experts' line `aside`, stand in the database; None means: look."""
        room = self._rooms.get(dialogue)
        if room is None:
            return
        if (aside is not None or version is None) and any(p.peer.role in ASIDE_ROLES for p in room.here()):
            self._start(self._tell_asides(room))
        if aside is not None:
            return
        room.wanted = max(room.wanted, version if isinstance(version, int) else room.last + 1)
        if room.wanted > room.last and not room.joining:
            self._fetch(room)

    def look_for_events(self) -> None:
        """Look in every dialogue for events that nobody told of."""
        for room in list(self._rooms.values()):
            self.changed(room.id, None)

    def look_everywhere(self) -> None:
        """The bus was away: look for events in every dialogue and say again who is here."""
        self.look_for_events()
        for room in self._rooms.values():
            for place in room.here():
                self._send_wire(room, "hello", peer=asdict(place.peer), connection=place.connection)

    def wired(self, dialogue: str, payload: dict[str, Any]) -> None:
        """A message of another process about a dialogue; those of our own and of strange dialogues are ignored."""
        room = self._rooms.get(dialogue)
        if room is None or payload.get("node") == self.node:
            return
        act = {"hello": self._on_hello, "here": self._on_here, "to": self._on_to, "media": self._on_media,
               "all": self._on_all}  # fmt: skip
        if (kind := payload["kind"]) in act:
            act[kind](room, payload)
        elif kind in {"away", "gone"}:
            _, place = self._place(dialogue, payload["id"], payload["connection"])
            if place is not None and kind == "gone":
                self._remove(room, place, payload["reason"])
            elif place is not None:
                self._mark_away(room, place)

    def _on_hello(self, room: Room, payload: dict[str, Any]) -> None:
        ours = [place for place in room.here() if place.peer.id != payload["peer"]["id"]]
        if self._learn(room, payload, offer=False) and ours:
            rows = [{"peer": asdict(place.peer), "connection": place.connection} for place in ours]
            self._send_wire(room, "here", to_node=payload["node"], places=rows, look=room.look)

    def _on_here(self, room: Room, payload: dict[str, Any]) -> None:
        if payload["to_node"] == self.node:
            for row in payload["places"]:
                self._learn(room, {**row, "node": payload["node"]}, offer=True)
            if payload["look"] and not room.look:
                self._pass_on(room, "", payload["look"], keep=True)

    def _on_to(self, room: Room, payload: dict[str, Any]) -> None:
        place = room.places.get(payload["to"])
        if place is not None and place.outlet is not None:
            place.outlet.send(payload["text"])

    def _on_all(self, room: Room, payload: dict[str, Any]) -> None:
        self._pass_on(room, payload["sender"], payload["text"], keep=payload["keep"])

    def _pass_on(self, room: Room, sender: str, text: str, *, keep: bool) -> None:
        if keep:
            room.look = text
        room.tell(text, but=sender)

    def _on_media(self, room: Room, payload: dict[str, Any]) -> None:
        place = room.places.get(payload["id"])
        if place is not None and place.outlet is None:
            place.peer = replace(place.peer, **payload["sources"])
            self._show_media(room, place.peer, protocol.Media(**payload["sources"]))

    def _learn(self, room: Room, row: dict[str, Any], *, offer: bool) -> bool:
        """Note a socket of another process. False when a later connection of the same person stands here."""
        peer = Peer(**row["peer"])
        known = room.places.get(peer.id)
        if known is not None and known.connection > row["connection"]:
            return False
        fresh = known is None or known.connection != row["connection"] or known.peer.away
        if known is not None:
            known.cancel()
            if known.outlet is not None:
                known.outlet.close(protocol.REPLACED)
        room.places[peer.id] = Place(peer, row["connection"], row["node"])
        if fresh:
            room.tell(peer_joined(peer, offer=offer), but=peer.id)
        return True

    # --- events -------------------------------------------------------------------------------------------------

    def _fetch(self, room: Room) -> None:
        if room.loading is None or room.loading.done():
            room.loading = self._start(self._load_until_whole(room))

    async def _load_until_whole(self, room: Room) -> None:
        while room.wanted > room.last:
            before, wanted = room.last, room.wanted
            for event in await self._load(room.id, room.last):
                if event["n"] > room.last:
                    room.last = event["n"]
                    room.tell(say("event", **event))
                    self._follow(room, event)
            if room.last == before and room.wanted == wanted:
                room.wanted = room.last  # there was nothing: the hint was about something else

    def _follow(self, room: Room, event: dict[str, Any]) -> None:
        """What an event means for the sockets themselves."""
        if self._heard is not None:
            self._heard(room.id, event)
        if event["kind"] in OVER:
            self._finish(room)
        elif event["kind"] == "left":
            self._forget(room, event["who"])
        elif event["kind"] == "admitted":
            room.live = True
        elif event["kind"] == "removed":
            self._put_out(room, event["who"])
        elif event["kind"] == "led":
            self._change_lead(room, event["who"], event["data"]["from"])
        elif event["kind"] in {"shown", "hidden"}:
            room.look = ""

    async def _tell_asides(self, room: Room) -> None:
        for note in await self._load_asides(room.id, room.aside):
            if note["id"] > room.aside:
                room.aside = note["id"]
                room.tell(say("aside", **note), roles=ASIDE_ROLES)

    def _put_out(self, room: Room, participant: str) -> None:
        """The lead has removed somebody: her socket, if it is here, is closed for good."""
        place = room.places.get(participant)
        if place is not None:
            if place.outlet is not None:
                place.outlet.close(protocol.REFUSED)
            self._remove(room, place, "removed")
            self._tidy(room)

    def _change_lead(self, room: Room, lead: str, former: str) -> None:
        for participant, role in ((lead, "expert"), (former, "colleague")):
            place = room.places.get(participant)
            if place is not None:
                place.peer = replace(place.peer, role=role)
                room.tell(say("role", id=participant, role=role))

    def _forget(self, room: Room, participant: str) -> None:
        """The database says that she has left; if no socket of ours says otherwise, her process died without a word."""
        place = room.places.get(participant)
        if place is not None and place.outlet is None:
            self._remove(room, place, "lost")
            self._tidy(room)

    def _finish(self, room: Room) -> None:
        for place in room.here():
            if place.outlet is not None:
                place.outlet.close(protocol.ENDED)
            place.cancel()
        self._rooms.pop(room.id, None)

    # --- small things -------------------------------------------------------------------------------------------

    def _place(self, dialogue: str, participant: str, connection: int) -> tuple[Room | None, Place | None]:
        """The place if it still belongs to that very connection."""
        room = self._rooms.get(dialogue)
        place = room.places.get(participant) if room else None
        return room, place if place is not None and place.connection == connection else None

    def _mark_away(self, room: Room, place: Place) -> None:
        place.peer = replace(place.peer, away=True)
        room.tell(say("peer-away", id=place.peer.id), but=place.peer.id)

    def _remove(self, room: Room, place: Place, reason: str) -> None:
        place.cancel()
        room.places.pop(place.peer.id, None)
        room.tell(say("peer-left", id=place.peer.id, reason=reason))

    def _show_media(self, room: Room, peer: Peer, sources: protocol.Media) -> None:
        room.tell(say("media", id=peer.id, **asdict(sources)), but=peer.id)

    def _tidy(self, room: Room) -> None:
        """Forget a dialogue nobody here takes part in; places with a running grace keep it."""
        mine = any(place.node == self.node for place in room.places.values())
        if not mine and not room.joining:
            self._rooms.pop(room.id, None)

    def _send_wire(self, room: Room, kind: str, **fields: Any) -> None:
        self._wire(f"wire:{room.id}", {"node": self.node, "kind": kind, **fields})

    def _start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def run() -> None:
            try:
                await work
            except Exception:
                log.exception("a background step of a dialogue failed")

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
