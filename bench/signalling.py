"""A signalling frame from one participant to the other, with 1,000 sockets open in the process.

Product: `legalaid live`: tickets, rate limit, typed messages. Floor: bare asyncio that passes the bytes on, before and
after. Both sides of each dialogue are in this process, so one clock measures.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import uvloop

from bench.measure import Row, judged, percentile, processor
from bench.place import database, process
from bench.sockets import Page, floor_server, many_files, open_pages

DIALOGUES = 40
SOCKETS = 1_000
FRAMES = 40
"""Frames a dialogue: as many as a call costs at its start."""
EVERY = 0.004
"""Seconds between frames of all dialogues together: 250 a second, sixteen calls that start at once."""
CANDIDATE = {"candidate": {"candidate": "candidate:1 1 udp 2122260223 192.0.2.1 54400 typ host " + "x" * 120}}


@dataclass
class Arrivals:
    """Milliseconds each frame took, by the mark it carried."""

    began: dict[str, float] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)

    def stamp(self, mark: str) -> None:
        self.began[mark] = time.perf_counter()

    def heard(self, body: bytes) -> None:
        at = body.find(b"mark-")
        if at >= 0:
            mark = body[at : at + 12].decode()
            self.times.append((time.perf_counter() - self.began[mark]) * 1000)


def rows() -> list[Row]:
    """The 99th percentile of milliseconds."""
    many_files()
    with database(), process("live") as port, floor_server() as floor:
        tickets = _seed()
        first = uvloop.run(_floor(floor))
        with processor() as load:
            product = uvloop.run(_product(port, tickets))
        second = uvloop.run(_floor(floor))
    assert len(product) == DIALOGUES * FRAMES, f"{len(product)} frames of {DIALOGUES * FRAMES} arrived"
    return [
        judged(
            name="signalling_p99", product=round(percentile(product, 0.99), 2),
            floor=round((percentile(first, 0.99) + percentile(second, 0.99)) / 2, 2), unit="ms", goal="≤ 5 ms",
            foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: product <= 5,
        )
    ]  # fmt: skip


async def _floor(port: int) -> list[float]:
    arrivals = Arrivals()
    names = [f"/p{n}" for n in range(SOCKETS)]
    pages = await open_pages(port, names, lambda page, body: arrivals.heard(body))
    for number in range(DIALOGUES * FRAMES):
        pair = number % DIALOGUES
        mark = f"mark-{number:07d}"
        body = json.dumps({**CANDIDATE, "m": mark}).encode()
        arrivals.stamp(mark)
        pages[2 * pair].send(b"p%d " % (2 * pair + 1) + body)
        await asyncio.sleep(EVERY)
    return await _close(pages, arrivals)


async def _product(port: int, tickets: list[tuple[str, str]]) -> list[float]:
    from legalaid.kernel.tickets import live_from_page, sign_page

    arrivals, welcomed, inside = Arrivals(), {}, asyncio.Event()

    def heard(page: Page, body: bytes) -> None:
        if b'"welcome"' in body:
            welcomed[page] = json.loads(body)["you"]
            if len(welcomed) == 2 * DIALOGUES:
                inside.set()
        else:
            arrivals.heard(body)

    live = live_from_page(sign_page(["queue:1"], user_id=None), user_id=None)
    others = await open_pages(port, [f"/ws/live?ticket={live}"] * (SOCKETS - 2 * DIALOGUES), heard)
    pages = await open_pages(port, ["/ws/dialogue"] * (2 * DIALOGUES), heard)
    for page, ticket in zip(pages, [one for pair in tickets for one in pair], strict=True):
        page.send(json.dumps({"t": "hello", "ticket": ticket, "inst": "bench", "since": 0}).encode())
    async with asyncio.timeout(30):
        await inside.wait()
    await asyncio.sleep(1)
    for number in range(DIALOGUES * FRAMES):
        pair = number % DIALOGUES
        mark = f"mark-{number:07d}"
        data = {"candidate": {**CANDIDATE["candidate"], "usernameFragment": mark}}
        body = json.dumps({"t": "signal", "to": welcomed[pages[2 * pair + 1]], "data": data}).encode()
        arrivals.stamp(mark)
        pages[2 * pair].send(body)
        await asyncio.sleep(EVERY)
    return await _close(pages + others, arrivals)


async def _close(pages: list[Page], arrivals: Arrivals) -> list[float]:
    await asyncio.sleep(0.5)
    for page in pages:
        page.transport.abort()
    await asyncio.sleep(0.5)
    return arrivals.times


def _seed() -> list[tuple[str, str]]:
    """Live dialogues with an expert each; returns the tickets of citizen and expert."""
    from legalaid.dialogue import services
    from legalaid.dialogue.models import Dialogue
    from legalaid.directory.models import Area, Authority, Topic
    from legalaid.intake.models import HelpRequest
    from legalaid.intake.states import RequestState
    from legalaid.kernel.actor import Actor, Grant
    from legalaid.people.models import Citizen, User
    from legalaid.people.states import Channel

    now = datetime.now(UTC)
    authority = Authority.objects.create(code="a", name="Орган", short="Орган", plain="орган", timezone="UTC")
    area = Area.objects.create(code="a", name="Раздел")
    topic = Topic.objects.create(code="a.a", area=area, authority=authority, title="Тема", ask="Что?")
    tickets = []
    for number in range(DIALOGUES):
        expert = User.objects.create_user(email=f"e{number}@example.org", name=f"Специалист {number}")
        citizen = Citizen.objects.create(name=f"Гражданка {number}", created_at=now)
        request = HelpRequest.objects.create(
            number=f"61-{number:04d}", state=RequestState.IN_DIALOGUE, channel=Channel.HOME, citizen=citizen,
            story="Вопрос", topic=topic, authority=authority, created_at=now,
        )  # fmt: skip
        dialogue = Dialogue.objects.create(
            help_request=request, state="live", expert=expert, opened_at=now, admitted_at=now, named_at=now
        )
        staff = Actor.staff(expert.pk, (Grant("expert", authority_id=authority.pk),))
        pair = [
            services.join(dialogue_id=dialogue.pk, actor=actor, now=now) for actor in (Actor.citizen(request.pk), staff)
        ]
        tickets.append((pair[0], pair[1]))
    return tickets
