"""Booking under load: the operator's one POST, with all rules, consent, journal and message job, over real HTTP.

Floor: the whole transaction written by hand (lock, check, three inserts under the same exclusion constraints) by
pgbench with as many clients on the same server. Floor and product take turns: a shared machine is a tenth faster or
slower from one ten seconds to the next. 60 posts of 10 authorities × 22 branches × 3 booths.
The 95th percentile's floor is the mean time of that transaction: the goal of 150 ms is of a machine whose floor makes
4,600 of them a second (quality.md), and another machine owes the same multiple of its own floor.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import mean

import psycopg

from bench import floor as floor_of
from bench import region
from bench.http import Client
from bench.measure import Row, judged, percentile, processor, total
from bench.place import database, pages
from legalaid.ops.postgres import url

CLIENTS = 32
P95_GOAL = 150.0
"""ms, on a machine that makes floor.GOAL whole transactions a second."""
ROUNDS, SECONDS = 5, 4.0
"""How often the product is measured between two floors, and for how long each time."""
AUTHORITIES, POSTS_EACH, BRANCHES, BOOTHS_EACH = 10, 6, 22, 3
DAYS = range(2, 30)


@dataclass(frozen=True)
class Job:
    """One registration: where, what about, when."""

    branch: int
    topic: str
    start: datetime


@dataclass
class Measured:
    """What the clients saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    refusal: bytes = b""


def rows() -> list[Row]:
    """Bookings a second against the floor, the 95th percentile, refusals (every job has a free place), CPU of each."""
    with database() as state, pages() as socket:
        cookies, jobs = _seed()
        floor_of.prepare(state)
        posts = iter(_posts(socket, cookies, jobs))
        asyncio.run(_drive(posts, Measured(), seconds=3.0))  # warm: caches, plans, pools
        _settle(state)
        before, seen, loads = _counts(state), Measured(), []
        floors = [floor_of.transactions(state, CLIENTS)]
        for _round in range(ROUNDS):
            with processor() as load:
                asyncio.run(_drive(posts, seen, seconds=SECONDS))
            loads.append(load)
            floors.append(floor_of.transactions(state, CLIENTS))
        _counts_agree(state, before, seen)
    floor, load = mean(floors), total(loads)
    rate = seen.statuses[302] / load.seconds
    p95 = percentile(seen.times, 0.95) * 1000
    multiple = P95_GOAL * floor_of.GOAL / (CLIENTS * 1000)
    return [
        judged(name=f"booking_{CLIENTS}", product=round(rate, 1), floor=round(floor, 1), unit="1/s", goal="≥ 0.10",
               foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: (ratio or 0) >= 0.10),
        judged(name=f"booking_{CLIENTS}_p95", product=round(p95, 1), floor=round(CLIENTS * 1000 / floor, 1),
               unit="ms", goal=f"< {multiple:.1f} × floor", foreign_cpu=load.foreign_cpu,
               holds=lambda product, ratio: (ratio or multiple) < multiple),
        judged(name=f"booking_{CLIENTS}_refused", product=seen.statuses[200], floor=None, unit="of all", goal="0",
               foreign_cpu=0.0, holds=lambda product, ratio: product == 0),
        judged(name=f"booking_{CLIENTS}_cpu", product=round(load.own_cpu * 1000 / seen.statuses[302], 2), floor=None,
               unit="cpu-ms", goal="–", foreign_cpu=load.foreign_cpu, holds=lambda product, ratio: True),
    ]  # fmt: skip


def _posts(socket: Path, cookies: list[dict[str, str]], jobs: list[Job]) -> list[tuple[Client, bytes]]:
    """Each job as its operator's whole request: writing it down is her work, not the machine's."""
    clients = [Client(socket, cookie) for cookie in cookies]
    return [
        (
            clients[job.branch],
            clients[job.branch].posting(
                "/desk/new/", region.registration(topic=job.topic, start=job.start, name=f"Гражданка {number}")
            ),
        )
        for number, job in enumerate(jobs)
    ]


async def _drive(posts: Iterator[tuple[Client, bytes]], seen: Measured, *, seconds: float) -> None:
    """CLIENTS clerks post jobs one after another until the time or the jobs end."""
    end = time.monotonic() + seconds

    async def clerk() -> None:
        while (began := time.monotonic()) < end and (job := next(posts, None)):
            client, request = job
            status, head, body = await client.send(request)
            seen.times.append(time.monotonic() - began)
            seen.statuses[status] += 1
            if status != 302 and not seen.refusal:
                seen.refusal = head + body

    await asyncio.gather(*(clerk() for _ in range(CLIENTS)))


def _settle(state: Path) -> None:
    """Give the server its statistics, as it has them in any region that works; in a short run they come by chance."""
    with psycopg.connect(url(state), autocommit=True) as connection:
        connection.execute("ANALYZE")


def _counts(state: Path) -> tuple[int, ...]:
    query = """
        select (select count(*) from reception_booking where state = 'confirmed'),
               (select count(*) from intake_helprequest where state = 'agreed'),
               (select count(*) from people_citizen), (select count(*) from people_consent),
               (select count(*) from procrastinate_jobs)
    """
    with psycopg.connect(url(state)) as connection:
        return tuple(connection.execute(query).fetchone() or ())


def _counts_agree(state: Path, before: tuple[int, ...], seen: Measured) -> None:
    """Every 302 left exactly one of everything; nothing overlaps; the journal tells it all."""
    assert set(seen.statuses) <= {200, 302}, f"{dict(seen.statuses)}: {seen.refusal.decode(errors='replace')[:3000]}"
    booked = seen.statuses[302]
    grown = tuple(now - then for now, then in zip(_counts(state), before, strict=True))
    assert grown == (booked,) * len(grown), f"{booked} answers, but bookings, requests, … grew by {grown}"
    overlaps = """
        select count(*) from reception_booking a join reception_booking b
            on a.id < b.id and a.during && b.during and (a.post_id = b.post_id or a.booth_id = b.booth_id)
    """
    untold = """
        select count(*) from reception_booking b where not exists (select 1 from journal_journalentry j
            where j.kind = 'booking' and j.subject = b.id::text and j.after = 'confirmed')
    """
    with psycopg.connect(url(state)) as connection:
        for query in (overlaps, untold):
            assert connection.execute(query).fetchone() == (0,), query


def _seed() -> tuple[list[dict[str, str]], list[Job]]:
    """A region without conflicts between jobs: each job has a post and a booth free at its start."""
    made = region.make(authorities=AUTHORITIES, posts_each=POSTS_EACH, branches=BRANCHES, booths_each=BOOTHS_EACH)
    return [region.operator(branch) for branch in made.branches], _jobs(made.topics)


def _jobs(topics: list[str]) -> list[Job]:
    found: list[Job] = []
    for day in region.days(DAYS.start, DAYS.stop):
        for start in region.starts(day):
            places = [branch for branch in range(BRANCHES) for _ in range(BOOTHS_EACH)]
            wishes = [topic for topic in topics for _ in range(POSTS_EACH)]
            found += [Job(place, wish, start) for place, wish in zip(places, wishes, strict=False)]
    random.Random(2).shuffle(found)
    return found
