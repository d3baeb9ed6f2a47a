"""kill -9 of `web` and of `worker` in the middle of 2,000 bookings over real HTTP, with letters by real SMTP.

Nothing acknowledged is lost, nothing is doubled, and each booking is confirmed by one letter: at most two when nobody
can know whether the first left, and then the message says so. A client that got no answer sends the same form again,
as a person does: the form's own key makes it one registration.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from bench import region
from bench.http import Client
from bench.place import free_port, wait_for
from legalaid.kernel.bus import database_conninfo

BOOKINGS, CLIENTS = 2_000, 24
WITH_LETTER = 8
"""Every eighth leaves an e-mail: letters cost more than bookings, and the test must end."""
WEB_DIES, WORKER_DIES = (0.2, 0.6), (0.4, 0.8)
"""Shares of the bookings after which a process dies."""
PATIENCE = 300
"""Seconds for what is left after the last booking: a loaded machine works off two thousand jobs in its own time."""
ROOT = Path(__file__).resolve().parents[2]


class Mailbox:
    """What the SMTP server was given: letters by addressee."""

    def __init__(self) -> None:
        self.letters: Counter[str] = Counter()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        assert "@legalaid>" in message_from_bytes(envelope.content)["Message-ID"]
        self.letters[envelope.rcpt_tos[0]] += 1
        return "250 OK"


@dataclass
class Running:
    """The product's processes, each in a group of its own, so that a kill leaves no child behind."""

    environment: dict[str, str]
    socket: Path
    logs: Path
    groups: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self.groups[name] = subprocess.Popen(
                [sys.executable, "-m", "legalaid.ops.cli", name], env=self.environment, cwd=ROOT, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        if name == "web":
            wait_for(self.socket, self.groups[name])

    def kill(self, name: str) -> None:
        group = self.groups[name]
        os.killpg(group.pid, signal.SIGKILL)
        group.wait(10)

    def kill_and_start(self, name: str) -> None:
        self.kill(name)
        self.start(name)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


@pytest.fixture
def running(mailbox: tuple[Mailbox, int], tmp_path: Path) -> Iterator[Running]:
    socket = tmp_path / "web.sock"
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    away = {"DB_POOL", "LEGALAID_TEST_STATE", "PUBLIC_URL"}
    (tmp_path / "static").mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in away} | {
        "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "legalaid.config.settings", "STATE_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY, "DEMO": "0", "BUS_URL": "postgres:", "WEB_SOCKET": str(socket),
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox[1]}",
    }  # fmt: skip
    processes = Running(environment, socket, tmp_path)
    try:
        for name in ("web", "worker"):
            processes.start(name)
        yield processes
    finally:
        for name in processes.groups:
            if processes.groups[name].poll() is None:
                processes.kill(name)


@dataclass
class Clerks:
    """Clients at the desks: each form is sent until it is acknowledged; `cut` counts answers that never came."""

    socket: Path
    cookies: list[dict[str, str]]
    forms: Iterator[tuple[int, dict[str, str]]]
    acknowledged: set[str] = field(default_factory=set)
    cut: int = 0
    again: Counter[str] = field(default_factory=Counter)

    async def work(self) -> None:
        for branch, form in self.forms:
            while not await self._sent(branch, form):  # noqa: ASYNC110 - another process is waited for
                await asyncio.sleep(0.1)

    async def _sent(self, branch: int, form: dict[str, str]) -> bool:
        client = Client(self.socket, self.cookies[branch])
        try:
            async with asyncio.timeout(20):
                status, _head, _body = await client.post("/desk/new/", form)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.cut += 1
            return False
        if status == 302:
            self.acknowledged.add(form["submission"])
        else:
            self.again[form["submission"]] += 1
            assert self.again[form["submission"]] < 20, f"{status} again and again"
        return status == 302


def _forms(made: region.Region) -> Iterator[tuple[int, dict[str, str]]]:
    """As many forms as wanted, each with a post and a booth of its own time."""
    number = 0
    for day in region.days(3, 30):
        for start in region.starts(day):
            places = [branch for branch in range(len(made.branches)) for _ in range(3)]
            wishes = [topic for topic in made.topics for _ in range(6)]
            for branch, topic in zip(places, wishes, strict=False):
                form = region.registration(topic=topic, start=start, name=f"Гражданка {number}")
                if number % WITH_LETTER:
                    form["email"] = ""
                yield branch, form
                number += 1
                if number == BOOKINGS:
                    return


async def _register(clerks: Clerks, running: Running) -> None:
    """Everybody works while processes die."""
    deaths = sorted([(share, "web") for share in WEB_DIES] + [(share, "worker") for share in WORKER_DIES])

    async def killer() -> None:
        for share, name in deaths:
            while len(clerks.acknowledged) < share * BOOKINGS:  # noqa: ASYNC110 - a count is waited for
                await asyncio.sleep(0.02)
            await asyncio.to_thread(running.kill_and_start, name)

    await asyncio.gather(killer(), *(clerks.work() for _ in range(CLIENTS)))


def _drain() -> None:
    """Wait until the worker has nothing left to do; what its dead predecessors had begun is let grow old."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            # The half minute and the two minutes after which the dead are believed dead, played; so are the pauses
            # (4, 16, 64 seconds …) of jobs that met a message which a dead worker seemed to be sending still.
            cursor.execute(
                "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
                " WHERE id <> (SELECT max(id) FROM procrastinate_workers)"
            )
            cursor.execute(
                "UPDATE messaging_message SET attempted_at = attempted_at - interval '1 hour'"
                " WHERE state = 'sending' AND attempted_at < now() - interval '5 seconds'"
            )
            cursor.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = now()"
                " WHERE status = 'todo' AND attempts > 0 AND scheduled_at > now()"
            )
            cursor.execute(
                "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'messaging.retry_stalled'"
                "        AND status IN ('todo', 'doing') AND queue_name = 'messages'),"
                " (SELECT count(*) FROM messaging_message WHERE state IN ('queued', 'sending'))"
            )
            left = cursor.fetchone()
        if left == (0, 0):
            return
        time.sleep(0.5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status, attempts, scheduled_at - now(), worker_id FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing') ORDER BY id"
        )
        raise AssertionError(f"jobs and messages left: {left}: {cursor.fetchall()}")


def lost(acknowledged: set[str], kept: list[str]) -> set[str]:
    """What was acknowledged and is not there."""
    return acknowledged - set(kept)


def doubled(kept: list[str]) -> set[str]:
    """What is there more than once."""
    return {one for one, times in Counter(kept).items() if times > 1}


CONFIRMED = """
    SELECT r.submission, b.id, c.email FROM reception_booking b
    JOIN intake_helprequest r ON r.id = b.help_request_id JOIN people_citizen c ON c.id = b.citizen_id
    WHERE b.state = 'confirmed'
"""


@pytest.mark.concurrency
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_a_hard_kill_loses_doubles_and_forgets_nothing(running: Running, mailbox: tuple[Mailbox, int]) -> None:
    made = region.make(authorities=10, posts_each=6, branches=22, booths_each=3)
    cookies = [region.operator(branch) for branch in made.branches]
    clerks = Clerks(running.socket, cookies, _forms(made))
    asyncio.run(_register(clerks, running))
    assert clerks.cut > 0, "nobody noticed the deaths: nothing was tried"
    with connection.cursor() as cursor:
        cursor.execute(CONFIRMED)
        rows = cursor.fetchall()
    kept = [submission for submission, _booking, _email in rows]
    assert len(clerks.acknowledged) == BOOKINGS
    assert lost(clerks.acknowledged, kept) == set()
    assert doubled(kept) == set() and len(kept) == BOOKINGS

    _drain()
    with connection.cursor() as cursor:
        cursor.execute('SELECT about, "to", doubts, state FROM messaging_message ORDER BY id')
        messages = cursor.fetchall()
    wanted = sorted((f"booking-confirmed:{booking}", email) for _submission, booking, email in rows if email)
    assert len(wanted) == BOOKINGS // WITH_LETTER
    assert sorted((about, to) for about, to, _doubts, _state in messages) == wanted
    doubts = {to: doubts for _about, to, doubts, _state in messages}
    letters = mailbox[0].letters
    for _about, to, _doubts, state in messages:
        assert state == "sent"
        assert 1 <= letters[to] <= 1 + doubts[to], f"{letters[to]} letters, doubts {doubts[to]}"


HASTY = """
import psycopg, sys, time
with psycopg.connect(sys.argv[1]) as connection:
    for number in range(1000):
        connection.execute("INSERT INTO hasty VALUES (%s)", [str(number)])
        print(number, flush=True)
        time.sleep(0.05)
        connection.commit()
"""


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_control_who_acknowledges_before_the_commit_loses() -> None:
    """The same question to a writer in a hurry: the kill must show the loss."""
    address = database_conninfo()
    with psycopg.connect(address, autocommit=True) as watcher:
        watcher.execute("CREATE TABLE hasty (submission text)")
        try:
            with subprocess.Popen([sys.executable, "-c", HASTY, address], stdout=subprocess.PIPE, text=True) as writer:
                assert writer.stdout
                acknowledged = {writer.stdout.readline().strip() for _ in range(10)}
                writer.kill()
                acknowledged |= {line.strip() for line in writer.stdout if line.strip()}
            kept = [row[0] for row in watcher.execute("SELECT submission FROM hasty")]
        finally:
            watcher.execute("DROP TABLE hasty")
    assert kept and lost(acknowledged, kept), "the loss went unnoticed"
    assert doubled([*kept, kept[0]]) == {kept[0]}
