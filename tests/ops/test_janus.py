"""A real Janus with the configuration we write: whom it serves and whom it refuses. Words only, no media."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from legalaid.ops import janus
from legalaid.ops.place import PlaceError
from legalaid.realtime.sfu import config, keys
from legalaid.realtime.sfu.leg import RoomKey
from legalaid.realtime.sfu.link import ROOM_EXISTS, Link, NodeLost, Refused

SECRET = "only-for-tests"
UNAUTHORISED, NO_SUCH_PLUGIN, NO_SUCH_SESSION, NOT_ALLOWED = 403, 460, 458, 433
ROOM = RoomKey(SECRET, "a dialogue", 1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The control address of a running Janus."""
    program, folder, port = janus.program(), tmp_path_factory.mktemp("janus"), _free_port()
    assert program is not None, "Janus is not installed: scripts/janus.sh"
    config.write(folder, config.files(secret=SECRET, address="127.0.0.1", port=port, media_ports=(23000, 23100)))
    with (folder / "janus.log").open("wb") as log:
        process = subprocess.Popen([program, "-F", str(folder)], stdout=log, stderr=log)
    try:
        _wait(folder, port)
        yield f"ws://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(folder: Path, port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail((folder / "janus.log").read_text(errors="replace")[-2000:])


@asynccontextmanager
async def linked(url: str, secret: str = "") -> AsyncIterator[Link]:
    up = asyncio.Event()
    link = Link("node", url, secret or keys.api_secret(SECRET), lambda _link, _up: up.set())
    task = asyncio.create_task(link.run())
    try:
        async with asyncio.timeout(10):
            await up.wait()
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Desk:
    """A session with one handle to the rooms."""

    def __init__(self, link: Link, session: int, handle: int) -> None:
        self.link, self.session, self.handle = link, session, handle

    @classmethod
    async def open(cls, link: Link) -> Desk:
        session = (await link.ask({"janus": "create"}))["data"]["id"]
        plugin = {"janus": "attach", "session_id": session, "plugin": "janus.plugin.videoroom"}
        return cls(link, session, (await link.ask(plugin))["data"]["id"])

    async def ask(self, **body: Any) -> dict[str, Any]:
        row = {"janus": "message", "session_id": self.session, "handle_id": self.handle, "body": body}
        return dict((await self.link.ask(row))["plugindata"]["data"])


async def code_of(asked: Awaitable[object]) -> int:
    """With which number Janus refuses; 0 when it does not."""
    try:
        await asked
    except Refused as refused:
        return refused.code
    return 0


def told(url: str, test: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with linked(url) as link:
            await test(await Desk.open(link))

    asyncio.run(run())


def signed(words: str, secret: str) -> str:
    return f"{words}:{base64.b64encode(hmac.new(secret.encode(), words.encode(), hashlib.sha1).digest()).decode()}"


def test_who_does_not_know_the_secret_gets_nothing(node: str) -> None:
    async def run() -> None:
        async with linked(node, "wrong") as link:
            assert await code_of(link.ask({"janus": "create"})) == UNAUTHORISED

    asyncio.run(run())


def test_a_signed_token_of_somebody_else_opens_no_session(node: str) -> None:
    async def run() -> None:
        async with linked(node, "wrong") as link:
            forged = signed(f"{int(time.time()) + 60},janus,janus.plugin.videoroom", "another secret")
            assert await code_of(link.ask({"janus": "create", "token": forged})) == UNAUTHORISED

    asyncio.run(run())


def test_there_is_nothing_but_rooms(node: str) -> None:
    async def test(desk: Desk) -> None:
        for plugin in config.PLUGINS:
            row = {"janus": "attach", "session_id": desk.session, "plugin": f"janus.plugin.{plugin}"}
            assert await code_of(desk.link.ask(row)) == NO_SUCH_PLUGIN, plugin

    told(node, test)


def test_a_room_is_made_with_the_key_entered_with_its_token_and_changed_with_its_secret(node: str) -> None:
    name = ROOM.name
    now = int(time.time())
    bad_tokens = {
        "none": None,
        "of another room": keys.room_token(SECRET, "other", now=now),
        "expired": keys.room_token(SECRET, name, now=now - keys.TOKEN_LIFE - 5),
        "forged": signed(f"{now + 60},{keys.REALM},room={name}", "another secret"),
    }

    async def test(desk: Desk) -> None:
        assert await code_of(desk.ask(**{**ROOM.creation(), "admin_key": "guess"})) != 0
        assert await code_of(desk.ask(request="exists", room=name)) == 0
        assert not (await desk.ask(request="exists", room=name))["exists"], "the refusal made no room"
        await desk.ask(**ROOM.creation())
        assert await code_of(desk.ask(**ROOM.creation())) == ROOM_EXISTS
        for ptype in ("publisher", "subscriber"):
            streams = {"streams": [{"feed": "nobody"}]} if ptype == "subscriber" else {}
            for what, token in bad_tokens.items():
                words = {"token": token} if token else {}
                code = await code_of(desk.ask(request="join", ptype=ptype, room=name, **streams, **words))
                assert code == NOT_ALLOWED, (ptype, what)
        for request in ("edit", "destroy", "kick", "enable_recording"):
            assert await code_of(desk.ask(request=request, room=name, secret="guess", id="x", record=True)) != 0
        assert name not in {row["room"] for row in (await desk.ask(request="list"))["list"]}, "rooms are not listed"
        joined = await desk.ask(request="join", ptype="publisher", room=name, token=ROOM.token(), id="a.1")
        assert joined["videoroom"] == "joined"

    told(node, test)


def test_another_process_takes_a_session_up_after_the_first_has_died(node: str) -> None:
    async def run() -> None:
        async with linked(node) as second:
            async with linked(node) as first:
                desk = await Desk.open(first)
            heard: list[dict[str, Any]] = []
            await second.ask({"janus": "claim", "session_id": desk.session})
            second.listen(desk.session, heard.append)
            assert not (await Desk(second, desk.session, desk.handle).ask(request="exists", room="none"))["exists"]
            assert await code_of(second.ask({"janus": "claim", "session_id": 1})) == NO_SUCH_SESSION

    asyncio.run(run())


def test_a_node_that_is_away_is_told_from_one_that_refuses(node: str, settings: Any) -> None:
    settings.SFU_SECRET = SECRET
    assert janus.probe(node)[0].isdigit()
    settings.SFU_SECRET = "another"
    with pytest.raises(PlaceError):
        janus.probe(node)
    with pytest.raises(OSError, match=r"не отвечает|refused|Connect"):
        janus.probe(f"ws://127.0.0.1:{_free_port()}")


def test_what_is_asked_of_a_lost_node_fails_at_once() -> None:
    async def run() -> None:
        link = Link("gone", f"ws://127.0.0.1:{_free_port()}", "x", lambda _link, _up: None)
        with pytest.raises(NodeLost):
            await link.ask({"janus": "create"})

    asyncio.run(run())
