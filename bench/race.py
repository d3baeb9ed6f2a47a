"""The last places: 1,000 clients at once for the 100 places that ten posts have at ten starts, over real HTTP.

Whoever comes first gets a place; everybody else is told in words, keeps what was typed and sees what is free now. The
clients are the desk's own page: it sends the form by script and swaps in what comes back. The floor of the time is that
of as many bookings written by hand: the goal of 5 s is of a machine that makes 4,600 of them a second.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import psycopg

from bench import floor as floor_of
from bench import region
from bench.http import Client
from bench.measure import Row, judged, processor
from bench.place import database, pages
from bench.sockets import many_files
from legalaid.ops.postgres import url

CLIENTS, PLACES, STARTS = 1_000, 100, 10
BRANCHES, BOOTHS_EACH = 22, 10
CONNECTIONS = 32
"""Of the floor: a database has no thousand."""
TIME_GOAL = 5.0
"""Seconds, on a machine that makes floor.GOAL whole bookings a second."""
REFUSED = "Это время только что заняли".encode()


def rows() -> list[Row]:
    """Places booked, answers that were neither a booking nor a refusal in words, and how long it took."""
    many_files()
    with database() as state, pages() as socket:
        made = region.make(authorities=1, posts_each=PLACES // STARTS, branches=BRANCHES, booths_each=BOOTHS_EACH)
        cookies = [region.operator(branch) for branch in made.branches]
        day, other = region.days(3, 12)[:2]
        asyncio.run(_race(socket, cookies, made.topics[0], region.starts(other)[:STARTS], clients=40))  # warm
        floor_of.prepare(state)
        first = floor_of.transactions(state, CONNECTIONS)
        began = time.monotonic()
        with processor() as load:
            seen = asyncio.run(_race(socket, cookies, made.topics[0], region.starts(day)[:STARTS], clients=CLIENTS))
        took = time.monotonic() - began
        floor = CLIENTS * 2 / (first + floor_of.transactions(state, CONNECTIONS))
        with psycopg.connect(url(state)) as connection:
            (booked,) = connection.execute(
                "select count(*) from reception_booking where lower(during)::date = %s", [day]
            ).fetchone() or (0,)
    multiple = TIME_GOAL * floor_of.GOAL / CLIENTS
    wrong = sum(seen.values()) - seen["booked"] - seen["refused"]
    assert booked == seen["booked"], f"{booked} bookings, {dict(seen)}"
    return [
        judged(name="race_1000_100", product=booked, floor=PLACES, unit="places", goal="exactly 100",
               foreign_cpu=0.0, holds=lambda product, ratio: product == PLACES),
        judged(name="race_1000_100_wrong", product=wrong, floor=None, unit="answers", goal="0",
               foreign_cpu=0.0, holds=lambda product, ratio: product == 0),
        judged(name="race_1000_100_time", product=round(took, 1), floor=round(floor, 2), unit="s",
               goal=f"≤ {multiple:.0f} × floor", foreign_cpu=load.foreign_cpu,
               holds=lambda product, ratio: (ratio or multiple + 1) <= multiple),
    ]  # fmt: skip


async def _race(
    socket: Path, cookies: list[dict[str, str]], topic: str, starts: list[object], *, clients: int
) -> Counter[str]:
    """Every client on a connection of its own asks once; all are let go together."""
    seen: Counter[str] = Counter()
    go = asyncio.Event()

    async def one(number: int) -> None:
        client = Client(socket, cookies[number % len(cookies)])
        form = region.registration(topic=topic, start=starts[number % len(starts)], name=f"Гражданка {number}")
        await go.wait()
        try:
            status, head, body = await client.post("/desk/new/", form, by_script=True)
        except (OSError, asyncio.IncompleteReadError) as error:
            seen[type(error).__name__] += 1
            return
        booked, refused = b"hx-redirect:" in head.lower(), REFUSED in body
        seen["booked" if booked else "refused" if status == 200 and refused else f"{status}"] += 1

    tasks = [asyncio.create_task(one(number)) for number in range(clients)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    return seen
