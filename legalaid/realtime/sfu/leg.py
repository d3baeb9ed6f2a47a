"""One participant in one room of a media node: a session with a handle that publishes and one that receives.

The page makes one offer (what it sends) and answers ours (what it receives); everything else of Janus's ways stays
here. A feed is named `<participant>.<random>` by us, so nobody can be taken for somebody else.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from legalaid.realtime.sfu import keys
from legalaid.realtime.sfu.link import NO_SUCH_FEED, ROOM_EXISTS, Event, Link, NodeLost, Refused

log = logging.getLogger(__name__)

PLUGIN = "janus.plugin.videoroom"
ROOM_BITRATE = 700_000
"""Bits a second one publisher may send; a browser's 640×480 needs 500 k, the low layer comes on top."""
MOST_PUBLISHERS = 24
"""Connections a room takes at once, not people: of those there are six, and our door counts them. Who loads her page
anew comes with another one while the node still keeps her last for whoever claims it."""

Tell = Callable[..., None]


@dataclass(frozen=True, slots=True)
class RoomKey:
    """Which room, and what opens it."""

    secret: str
    dialogue: str
    epoch: int

    @property
    def name(self) -> str:
        return keys.room_name(self.secret, self.dialogue, self.epoch)

    def token(self) -> str:
        return keys.room_token(self.secret, self.name, now=time.time())

    def creation(self) -> dict[str, Any]:
        """Private, entered with a token only; nobody records, nobody raises the rate."""
        return {
            "request": "create", "room": self.name, "admin_key": keys.admin_key(self.secret), "permanent": False,
            "is_private": True, "signed_tokens": True, "secret": keys.room_secret(self.secret, self.name),
            "publishers": MOST_PUBLISHERS, "bitrate": ROOM_BITRATE, "bitrate_cap": True, "fir_freq": 0,
            "videocodec": "vp8", "audiocodec": "opus", "opus_fec": True, "record": False, "lock_record": True,
            "notify_joining": False,
        }  # fmt: skip


class Leg:
    """Lives as long as the participant's stay in this room; survives the loss of our words with the node (`claim`)."""

    def __init__(self, link: Link, room: RoomKey, participant: str, tell: Tell) -> None:
        self.link, self.room, self.participant, self._tell = link, room, participant, tell
        self.session = self.pub = self.sub = 0
        self.feed = ""
        self.published = False
        self.feeds: dict[str, None] = {}  # publishers in the room, in the order they came
        self.have: set[str] = set()
        self._offered = False
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # --- what the page asks for -----------------------------------------------------------------------------------

    async def publish(self, sdp: str) -> None:
        """Send what the offer says, or offer again (an ICE restart); answer the page, then offer it the others."""
        async with self._lock:
            if not self.session:
                await self._open()
            answer = await self._join(sdp)
            self.published = True
            self._tell("sfu-answer", epoch=self.room.epoch, sdp=answer["jsep"]["sdp"])
            self._see(answer["plugindata"]["data"].get("publishers", []))
        self._tell("sfu-leg", epoch=self.room.epoch, leg=self.words())
        await self.follow()

    async def accept(self, sdp: str) -> None:
        """The page's answer to our last offer."""
        async with self._lock:
            await self._message(self.sub, {"request": "start"}, {"type": "answer", "sdp": sdp})
            self._offered = False
        await self.follow()

    async def candidate(self, *, receiving: bool, candidate: dict[str, Any] | None) -> None:
        async with self._lock:  # the first ones come while the handle is being made
            handle = self.sub if receiving else self.pub
        if handle:
            row = {"janus": "trickle", "handle_id": handle, "candidate": candidate or {"completed": True}}
            await self.link.say({**row, "session_id": self.session})

    async def layer(self, rows: list[tuple[str, int]]) -> None:
        """(m-line, layer: 1 high, 0 low, -1 none) of pictures this participant receives. A refusal changes nothing."""
        streams = [{"mid": mid, "send": layer >= 0, "substream": max(layer, 0)} for mid, layer in rows]
        try:
            if self.sub:
                await self._message(self.sub, {"request": "configure", "streams": streams})
        except (Refused, NodeLost) as error:
            log.info("a layer was not chosen: %s", error)

    async def restart(self) -> None:
        """A new ICE connection for what is received; for what is sent the page offers again by itself."""
        async with self._lock:
            if self.sub:
                self._offer(await self._message(self.sub, {"request": "configure", "restart": True}))

    async def follow(self) -> None:
        """Receive the newest feed of everybody else, and nothing else; wait while the page owes an answer."""
        stale = False
        async with self._lock:
            if self._offered or not self.published:
                return
            wanted = self._wanted()
            new, old = [{"feed": feed} for feed in wanted - self.have], [{"feed": f} for f in self.have - wanted]
            if not new and not (old and self.sub):
                return
            if not self.sub:
                self.sub = await self._attach()
                body = {"request": "join", "ptype": "subscriber", "room": self.room.name, "token": self.room.token(),
                        "streams": new}  # fmt: skip
            elif old and new:
                body = {"request": "update", "subscribe": new, "unsubscribe": old}
            elif new:
                body = {"request": "subscribe", "streams": new}
            else:
                body = {"request": "unsubscribe", "streams": old}
            try:
                self._offer(await self._message(self.sub, body))
            except Refused as error:
                if error.code != NO_SUCH_FEED:
                    raise
                stale = True  # somebody left while we asked
                await self._list()
        if stale:
            await self.follow()

    async def claim(self, session: int, pub: int, sub: int, feed: str, have: set[str]) -> None:
        """Take up a session whose connection is gone, of another process or socket. Raises Refused, NodeLost."""
        await self.link.ask({"janus": "claim", "session_id": session})
        self.session, self.pub, self.sub, self.feed, self.have = session, pub, sub, feed, have
        self.published, self._offered = True, False
        self.link.listen(session, self._hear)
        if feed not in await self._list():
            raise Refused(0, "no longer published")
        if not self.have <= self._wanted():  # an offer of the node was lost meanwhile
            await self.restart()
        await self.follow()

    async def reclaim(self) -> None:
        """After our connection to the node came back: go on with the same session. Raises Refused, NodeLost."""
        if self.session and self.published:
            await self.claim(self.session, self.pub, self.sub, self.feed, self.have)

    async def close(self) -> None:
        """Leave the room."""
        for task in list(self._tasks):
            task.cancel()
        session, self.session = self.session, 0
        if session:
            self.link.forget(session, self._hear)
            await self.link.say({"janus": "destroy", "session_id": session})

    def let_go(self) -> None:
        """Hear no more, but leave the session standing for whoever claims it."""
        for task in list(self._tasks):
            task.cancel()
        if self.session:
            self.link.forget(self.session, self._hear)

    async def put_out(self, participant: str) -> None:
        """Put somebody who was removed out of the room."""
        for feed in [feed for feed in self.feeds if self._owner(feed) == participant]:
            secret = keys.room_secret(self.room.secret, self.room.name)
            await self._message(self.pub, {"request": "kick", "room": self.room.name, "secret": secret, "id": feed})

    def lost(self) -> None:
        """The node knows this session no more: the page starts anew."""
        self.let_go()
        self.session = 0
        self._tell("sfu-lost", epoch=self.room.epoch)

    def words(self) -> dict[str, Any]:
        """What names this leg to another process; the caller signs it."""
        return {"session": self.session, "pub": self.pub, "sub": self.sub, "feed": self.feed, "node": self.link.name,
                "dialogue": self.room.dialogue, "epoch": self.room.epoch, "participant": self.participant}  # fmt: skip

    # --- Janus ------------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        self.session = (await self.link.ask({"janus": "create"}))["data"]["id"]
        self.link.listen(self.session, self._hear)
        self.pub = await self._attach()

    async def _attach(self) -> int:
        answer = await self.link.ask({"janus": "attach", "session_id": self.session, "plugin": PLUGIN})
        return int(answer["data"]["id"])

    async def _join(self, sdp: str) -> Event:
        jsep = {"type": "offer", "sdp": sdp}
        if self.published:
            return await self._message(self.pub, {"request": "configure"}, jsep)
        if self.feed:  # the room is entered, what was sent had ended
            return await self._message(self.pub, {"request": "publish"}, jsep)
        await self._make_room()  # before: a join that is refused would leave half a connection behind
        feed = f"{self.participant}.{secrets.token_hex(4)}"
        body = {"request": "joinandconfigure", "ptype": "publisher", "room": self.room.name, "id": feed,
                "token": self.room.token()}  # fmt: skip
        answer = await self._message(self.pub, body, jsep)
        self.feed = feed
        return answer

    async def _list(self) -> set[str]:
        """Look who publishes in the room."""
        body = {"request": "listparticipants", "room": self.room.name}
        rows = (await self._message(self.pub, body))["plugindata"]["data"]["participants"]
        present = {row["id"] for row in rows if row.get("publisher")}
        known = [feed for feed in self.feeds if feed in present]
        self.feeds = dict.fromkeys([*known, *sorted(present - set(known) - {self.feed})])
        return present

    async def _make_room(self) -> None:
        try:
            await self._message(self.pub, self.room.creation())
        except Refused as error:
            if error.code != ROOM_EXISTS:  # somebody came before us
                raise

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None) -> Event:
        request = {"janus": "message", "session_id": self.session, "handle_id": handle, "body": body}
        return await self.link.ask({**request, "jsep": jsep} if jsep else request)

    def _hear(self, event: Event) -> None:
        kind, sender = event.get("janus"), event.get("sender")
        receiving = sender == self.sub
        if kind == "trickle":
            self._tell("sfu-candidate", epoch=self.room.epoch, receiving=receiving, candidate=event["candidate"])
        elif kind == "hangup":
            self._hung_up(receiving=receiving)
        elif kind == "timeout":
            self.session = 0
            self._tell("sfu-lost", epoch=self.room.epoch)
        elif kind == "event" and receiving and "jsep" in event:
            self._offer(event)  # somebody has left
        elif kind == "event":
            said = event.get("plugindata", {}).get("data", {})
            self._see(said.get("publishers", []))
            for name in ("unpublished", "leaving", "kicked"):
                self.feeds.pop(said.get(name, ""), None)
            self._later(self.follow)

    def _hung_up(self, *, receiving: bool) -> None:
        if receiving:
            self.sub, self.have, self._offered = 0, set(), False
            self._tell("sfu-hangup", epoch=self.room.epoch, receiving=True)
            self._later(self.follow)
        else:
            self.published = False
            self._tell("sfu-hangup", epoch=self.room.epoch, receiving=False)

    def _see(self, publishers: list[dict[str, Any]]) -> None:
        for row in publishers:
            self.feeds.pop(row["id"], None)
            self.feeds[row["id"]] = None

    def _wanted(self) -> set[str]:
        newest = {self._owner(feed): feed for feed in self.feeds}
        newest.pop(self.participant, None)
        return set(newest.values())

    def _offer(self, answer: Event) -> None:
        data = answer.get("plugindata", {}).get("data", {})
        streams = [row for row in data.get("streams", []) if row.get("feed_id")]
        if streams or "streams" in data:
            self.have = {row["feed_id"] for row in streams if row.get("type") != "data"}
        jsep = answer.get("jsep")
        if jsep is None:
            return
        self._offered = True
        rows = [
            {"mid": row["mid"], "who": self._owner(row["feed_id"]), "slot": row.get("feed_mid"), "kind": row["type"],
             "feed": row["feed_id"]}
            for row in streams
        ]  # fmt: skip
        self._tell("sfu-offer", epoch=self.room.epoch, sdp=jsep["sdp"], streams=rows, leg=self.words())

    @staticmethod
    def _owner(feed: str) -> str:
        return feed.rpartition(".")[0]

    def _later(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            try:
                await work()
            except (NodeLost, Refused):
                log.info("a step with a media node did not succeed")

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
