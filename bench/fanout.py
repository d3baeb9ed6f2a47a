"""A change reaches every screen: from the publish after commit to the last of N sockets of one process.

Product: `legalaid live` with PostgreSQL's bus and real tickets. Floor: bare asyncio that writes one ready-made frame to
N sockets, without any bus, in the same run before and after.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median

import uvloop

from bench.measure import Row, judged, processor
from bench.place import database, process
from bench.sockets import Page, floor_server, many_files, open_pages

SIZES = (1_000, 5_000)
ROUNDS = 9
PAUSE = 0.15
SILENCE_LIMIT = 20.0


class Count:
    """Notes when the last of `wanted` sockets has heard."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.left, self.last = wanted, 0, 0.0
        self.all = asyncio.Event()

    def begin(self) -> float:
        self.left = self.wanted
        self.all.clear()
        return time.perf_counter()

    def heard(self, _page: Page, body: bytes) -> None:
        if b"changed" not in body:
            return
        self.left -= 1
        if self.left == 0:
            self.last = time.perf_counter()
            self.all.set()


def rows() -> list[Row]:
    """Milliseconds to the last socket, for each size."""
    many_files()
    with database(), process("live") as port, floor_server() as floor:
        return [_row(size, port, floor) for size in SIZES]


def _row(size: int, port: int, floor_port: int) -> Row:
    first = uvloop.run(_floor(size, floor_port))
    with processor() as load:
        product = uvloop.run(_product(size, port))
    second = uvloop.run(_floor(size, floor_port))
    if size < 5_000:
        goal, most, share = "≤ 60 ms", 60.0, None
    else:
        goal, most, share = "≤ 2 × floor", None, 2.0
    return judged(
        name=f"fanout_{size}", product=round(product, 1), floor=round((first + second) / 2, 1), unit="ms", goal=goal,
        foreign_cpu=load.foreign_cpu,
        holds=lambda product, ratio: product <= most if most else (ratio or 99) <= (share or 0),
    )  # fmt: skip


async def _floor(size: int, port: int) -> float:
    count = Count(size)
    pages = await open_pages(port, [f"/p{n}" for n in range(size)], count.heard)

    async def trigger() -> None:
        pages[0].send(b"all")

    return await _rounds(count, pages, trigger)


async def _product(size: int, port: int) -> float:
    from legalaid.kernel.bus import get_bus
    from legalaid.kernel.tickets import live_from_page, sign_page

    ticket = live_from_page(sign_page(["queue:1", "day:1"], user_id=None), user_id=None)
    count, version, bus = Count(size), iter(range(1_000)), get_bus()
    pages = await open_pages(port, [f"/ws/live?ticket={ticket}"] * size, count.heard)

    async def trigger() -> None:
        await asyncio.to_thread(bus.publish, "queue:1", {"v": next(version)})

    await trigger()  # the publisher's first call opens its connection
    await asyncio.sleep(1)
    try:
        return await _rounds(count, pages, trigger)
    finally:
        bus.close()


async def _rounds(count: Count, pages: list[Page], trigger: object) -> float:
    """Median milliseconds from the trigger to the last socket; the first round only warms."""
    times = []
    for _ in range(ROUNDS + 1):
        began = count.begin()
        await trigger()  # type: ignore[operator]
        async with asyncio.timeout(SILENCE_LIMIT):
            await count.all.wait()
        times.append((count.last - began) * 1000)
        await asyncio.sleep(PAUSE)
    for page in pages:
        page.transport.abort()
    await asyncio.sleep(0.5)
    return median(times[1:])
