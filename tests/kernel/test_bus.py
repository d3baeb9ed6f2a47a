"""Every bus tells everyone, survives what it must, and never speaks inside a transaction."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from legalaid.kernel import bus as module
from legalaid.kernel.bus import Bus, MemoryBus, PartJoiner, PostgresBus, RedisBus, bus_from, database_conninfo, to_parts
from legalaid.kernel.events import publish_on_commit

Heard = list[tuple[str, dict[str, Any]]]
BIG = {"text": "ы" * 9_000, "noise": [hash(str(n)) for n in range(2_000)]}


class RedisDouble:
    """Enough of RESP3 to publish and subscribe where no server is installed: our side of the talk is tested."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.subscribers: list[socket.socket] = []
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"

    def close(self) -> None:
        for one in [self.listener, *self.open]:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        file = client.makefile("rb")
        while line := file.readline():
            words = [self._bulk(file) for _ in range(int(line[1:]))]
            self._answer(client, words)

    @staticmethod
    def _bulk(file: Any) -> bytes:
        size = int(file.readline()[1:])
        return bytes(file.read(size + 2)[:-2])

    def _answer(self, client: socket.socket, words: list[bytes]) -> None:
        name = words[0].upper()
        if name == b"HELLO":
            client.sendall(b"%1\r\n$5\r\nproto\r\n:3\r\n")
        elif name == b"PING":
            client.sendall(b"+PONG\r\n" if len(words) == 1 else self._text(words[1]))
        elif name == b"SUBSCRIBE":
            self.subscribers.append(client)
            client.sendall(b">3\r\n$9\r\nsubscribe\r\n" + self._text(words[1]) + b":1\r\n")
        elif name == b"PUBLISH":
            for one in self.subscribers:
                one.sendall(b">3\r\n$7\r\nmessage\r\n" + self._text(words[1]) + self._text(words[2]))
            client.sendall(b":%d\r\n" % len(self.subscribers))
        else:
            client.sendall(b"+OK\r\n")

    @staticmethod
    def _text(word: bytes) -> bytes:
        return b"$%d\r\n%s\r\n" % (len(word), word)


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    server = shutil.which("valkey-server") or shutil.which("redis-server")
    if server is None:
        double = RedisDouble()
        yield double.url
        double.close()
        return
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", str(port), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL
    )
    for _ in range(100):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture(params=["memory", "postgres", "redis"])
def bus(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Bus]:
    if request.param == "redis":
        made: Bus = RedisBus(request.getfixturevalue("redis_url"))
    else:
        made = bus_from(f"{request.param}:", database_conninfo())
    yield made
    made.close()


def listen(bus: Bus, act: Callable[[Heard], Awaitable[None]], subscribers: int = 1) -> list[Heard]:
    """Run `act` while subscribers listen; return what each heard."""

    async def main() -> list[Heard]:
        heard: list[Heard] = [[] for _ in range(subscribers)]
        ready = [asyncio.Event() for _ in range(subscribers)]
        tasks = [
            asyncio.create_task(
                bus.subscribe_all(lambda topic, payload, to=to: to.append((topic, payload)), ready=event.set)
            )
            for to, event in zip(heard, ready, strict=True)
        ]
        for event in ready:
            async with asyncio.timeout(5):
                await event.wait()
        await act(heard[0])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return heard

    return asyncio.run(main())


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.01)


def test_every_subscriber_hears_all_in_order(bus: Bus) -> None:
    async def act(heard: Heard) -> None:
        for n in range(50):
            await asyncio.to_thread(bus.publish, f"queue:{n % 3}", {"v": n, "слово": "да"})
        await until(lambda: len(heard) == 50)
        await asyncio.sleep(0.05)

    for heard in listen(bus, act, subscribers=2):
        assert [payload["v"] for _, payload in heard] == list(range(50))
        assert heard[0] == ("queue:0", {"v": 0, "слово": "да"})


def test_large_event_arrives_whole(bus: Bus) -> None:
    async def act(heard: Heard) -> None:
        await asyncio.to_thread(bus.publish, "dialogue:1", BIG)
        await until(lambda: bool(heard))

    assert listen(bus, act) == [[("dialogue:1", BIG)]]


def test_publish_from_many_threads(bus: Bus) -> None:
    async def act(heard: Heard) -> None:
        await asyncio.gather(*(asyncio.to_thread(bus.publish, "t", {"v": n}) for n in range(40)))
        await until(lambda: len(heard) == 40)

    (heard,) = listen(bus, act)
    assert {payload["v"] for _, payload in heard} == set(range(40))


def test_a_failing_callback_does_not_silence_the_rest(transactional_db: None) -> None:
    bus = PostgresBus(database_conninfo())
    heard = []

    def callback(topic: str, payload: dict[str, Any]) -> None:
        if payload["v"] == 1:
            raise KeyError("a bug of ours")
        heard.append(payload["v"])

    async def main() -> None:
        ready = asyncio.Event()
        task = asyncio.create_task(bus.subscribe_all(callback, ready=ready.set))
        async with asyncio.timeout(5):
            await ready.wait()
        for n in range(3):
            await asyncio.to_thread(bus.publish, "t", {"v": n})
        await until(lambda: len(heard) == 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())
    bus.close()
    assert heard == [0, 2]


def test_subscription_and_publisher_come_back_after_a_cut(transactional_db: None) -> None:
    bus = PostgresBus(database_conninfo())
    heard: Heard = []
    alive = []

    async def main() -> None:
        task = asyncio.create_task(
            bus.subscribe_all(lambda topic, payload: heard.append((topic, payload)), ready=lambda: alive.append(1))
        )
        await until(lambda: len(alive) == 1)
        await asyncio.to_thread(bus.publish, "t", {"v": 1})
        await until(lambda: len(heard) == 1)
        await asyncio.to_thread(cut_all)
        await until(lambda: len(alive) == 2)
        await asyncio.to_thread(bus.publish, "t", {"v": 2})
        await until(lambda: len(heard) == 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())
    bus.close()


def cut_all() -> None:
    with psycopg.connect(database_conninfo(), autocommit=True) as other:
        other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and query ~* 'listen|pg_notify'"
        )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_inside_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    recorder = MemoryBus()
    monkeypatch.setattr(recorder, "publish", lambda topic, payload: told.append(topic))
    monkeypatch.setattr("legalaid.kernel.events.get_bus", lambda: recorder)
    with transaction.atomic():
        publish_on_commit("office", v=1)
        assert told == []
    assert told == ["office"]
    with transaction.atomic():
        publish_on_commit("office", v=2)
        transaction.set_rollback(True)
    assert told == ["office"]


@pytest.mark.django_db(transaction=True)
def test_a_bus_that_is_away_does_not_fail_the_caller(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    away = PostgresBus("host=/nowhere dbname=none connect_timeout=1")
    monkeypatch.setattr("legalaid.kernel.events.get_bus", lambda: away)
    with transaction.atomic():
        publish_on_commit("office")
    away.close()  # waits for the sender
    assert "1 events were lost" in caplog.text


def test_parts_fit_and_join_when_interleaved() -> None:
    import secrets

    texts = ["[]" + secrets.token_hex(30_000), "[]" + secrets.token_hex(20_000)]
    first, second = (to_parts(text) for text in texts)
    assert len(first) > 1
    assert all(len(part.encode()) <= module.NOTIFY_LIMIT for part in first + second)
    joiner = PartJoiner()
    mixed = [part for pair in zip(first, second, strict=False) for part in pair] + first[len(second) :]
    whole = [joined for part in mixed if (joined := joiner.add(part))]
    assert sorted(whole) == sorted(texts)


def test_unknown_bus_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="BUS_URL"):
        bus_from("kafka://x", "")
