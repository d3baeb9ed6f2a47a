"""What is free: one topic, 30 days, the posts of its authority and the booths of a branch, asked by 8 clients at once.

The clients are threads of as many processes as there are cores, four each at least, as `legalaid web` has them. Half of
the post time of those asked about is booked. Twice: 60 posts × 22 branches, and 600 × 130 with the same posts an
authority: the cost grows with the posts of one authority, not with the region.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench import region
from bench.measure import Row, judged, percentile, processor
from bench.place import database

CLIENTS = 8
SECONDS = 6.0
POSTS_EACH, BOOTHS_EACH = 6, 3
SMALL, LARGE = (10, 22), (100, 130)
"""Authorities × branches."""


def rows() -> list[Row]:
    """The 95th percentile of each size; the large one against the small one of the same run."""
    small, load = _measured(*SMALL)
    large, heavier = _measured(*LARGE)
    return [
        judged(name="availability_60x22", product=round(small, 1), floor=None, unit="ms", goal="p95 ≤ 25 ms",
               foreign_cpu=load, holds=lambda product, ratio: product <= 25),
        judged(name="availability_600x130", product=round(large, 1), floor=round(small, 1), unit="ms",
               goal="≤ 2 × 60x22", foreign_cpu=max(load, heavier), holds=lambda product, ratio: (ratio or 9) <= 2),
    ]  # fmt: skip


def _measured(authorities: int, branches: int) -> tuple[float, float]:
    """Milliseconds of the 95th percentile, and the share of the machine that others took."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_region, authorities, branches).result()


def _region(authorities: int, branches: int) -> tuple[float, float]:
    with database():
        made = region.make(authorities=authorities, posts_each=POSTS_EACH, branches=branches, booths_each=BOOTHS_EACH)
        region.fill(made, share=0.5)
        _analyze()
        cores = os.cpu_count() or 1
        with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as servers:
            share = max(1, CLIENTS // cores)
            list(servers.map(_serve, [(made, share, 1.0)] * cores))  # warm: connections, plans, calendars
            with processor() as load:
                seen = [t for times in servers.map(_serve, [(made, share, SECONDS)] * cores) for t in times]
    return percentile(seen, 0.95) * 1000, load.foreign_cpu


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _serve(task: tuple[region.Region, int, float]) -> list[float]:
    """Seconds of every answer that `clients` threads got for `seconds`."""
    import django

    django.setup()
    made, clients, seconds = task
    times: list[float] = []
    threads = [threading.Thread(target=_ask, args=(made, seconds, times, n)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _ask(made: region.Region, seconds: float, times: list[float], number: int) -> None:
    from datetime import UTC, datetime

    from django.db import connection

    from legalaid.directory.models import Authority, Branch
    from legalaid.reception.queries import offered_starts

    chance = random.Random(number)
    authorities: list[Any] = list(Authority.objects.order_by("id")[:10])  # those that are half booked
    branches: list[Any] = list(Branch.objects.order_by("id"))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        found = offered_starts(
            authority=chance.choice(authorities), branch=chance.choice(branches), minutes=20, days=30,
            now=datetime.now(UTC),
        )  # fmt: skip
        times.append(time.perf_counter() - began)
        assert len(found) > 100, len(found)
    connection.close()
