"""What is free: one topic, 30 days, the posts of its authority and the booths of a branch, asked by 8 clients at once.

Served as `legalaid web` serves (decision 22): a process for each core, WEB_THREADS at work in it and the rest in the
queue, whose time counts. Half of the post time of those asked about is booked. Twice: 60 posts × 22 branches, and 600 ×
130 with the same posts an authority: the cost grows with the posts of one authority, not with the region.

The 95th percentile's floor is the mean time of the booking written by hand for as many clients: the goal of 25 ms is of
a machine that makes 4,600 of them a second, and another machine owes the same multiple of its own floor.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from bench import floor as floor_of
from bench import region
from bench.measure import Row, judged, percentile, processor
from bench.place import database

CLIENTS = 8
WEB_THREADS = 2
SECONDS = 6.0
P95_GOAL = 25.0
"""ms, on a machine that makes floor.GOAL whole bookings a second."""
POSTS_EACH, BOOTHS_EACH = 6, 3
SMALL, LARGE = (10, 22), (100, 130)
"""Authorities × branches."""


def rows() -> list[Row]:
    """The 95th percentile of each size; the large one against the small one of the same run."""
    small, load, floor = _measured(*SMALL)
    large, heavier, _ = _measured(*LARGE)
    multiple = P95_GOAL * floor_of.GOAL / (CLIENTS * 1000)
    return [
        judged(name="availability_60x22", product=round(small, 1), floor=round(CLIENTS * 1000 / floor, 2), unit="ms",
               goal=f"p95 ≤ {multiple:.1f} × floor", foreign_cpu=load,
               holds=lambda product, ratio: (ratio or multiple + 1) <= multiple),
        judged(name="availability_600x130", product=round(large, 1), floor=round(small, 1), unit="ms",
               goal="≤ 2 × 60x22", foreign_cpu=max(load, heavier), holds=lambda product, ratio: (ratio or 9) <= 2),
    ]  # fmt: skip


def _measured(authorities: int, branches: int) -> tuple[float, float, float]:
    """Milliseconds of the 95th percentile, the share of the machine that others took, bookings a second by hand."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_region, authorities, branches).result()


def _region(authorities: int, branches: int) -> tuple[float, float, float]:
    with database() as state:
        made = region.make(authorities=authorities, posts_each=POSTS_EACH, branches=branches, booths_each=BOOTHS_EACH)
        region.fill(made, share=0.5)
        floor_of.prepare(state)
        _analyze()
        cores = os.cpu_count() or 1
        with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as servers:
            share = max(1, CLIENTS // cores)
            list(servers.map(_serve, [(share, 1.0)] * cores))  # warm: connections, plans, calendars
            first = floor_of.transactions(state, CLIENTS)
            with processor() as load:
                seen = [t for times in servers.map(_serve, [(share, SECONDS)] * cores) for t in times]
            second = floor_of.transactions(state, CLIENTS)
    return percentile(seen, 0.95) * 1000, load.foreign_cpu, (first + second) / 2


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _serve(task: tuple[int, float]) -> list[float]:
    """Seconds of every answer that so many `clients` of one process got for `seconds`."""
    import django

    django.setup()
    from legalaid.directory.models import Authority, Branch

    clients, seconds = task
    authorities: list[Any] = list(Authority.objects.order_by("id")[:10])  # those that are half booked
    branches: list[Any] = list(Branch.objects.order_by("id"))
    times: list[float] = []
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(WEB_THREADS) as web:

        def client(number: int) -> None:
            chance = random.Random(number)
            while time.monotonic() < end:
                began = time.perf_counter()
                found = web.submit(_ask, chance.choice(authorities), chance.choice(branches)).result()
                times.append(time.perf_counter() - began)
                assert found > 100, found

        threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _ in range(WEB_THREADS):
            web.submit(_leave)
    return times


def _ask(authority: Any, branch: Any) -> int:
    from datetime import UTC, datetime

    from legalaid.reception.queries import offered_starts

    return len(offered_starts(authority=authority, branch=branch, minutes=20, days=30, now=datetime.now(UTC)))


def _leave() -> None:
    from django.db import connection

    connection.close()
    time.sleep(0.05)  # so that each thread takes one
