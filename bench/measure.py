"""What every bench needs: one shape of a row, the share of the processor that others took, percentiles."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")
PR_SET_CHILD_SUBREAPER = 36
FOREIGN_LIMIT = 0.25
"""With a larger share of the processor taken by others a figure is not judged."""


@dataclass(frozen=True)
class Row:
    """One figure with its floor measured in the same run. `ratio` is product ÷ floor; `met` None = not judged.

    One that could not be measured has no product, and says `why`.
    """

    name: str
    product: float | None
    floor: float | None
    unit: str
    goal: str
    met: bool | None
    foreign_cpu: float
    ratio: float | None = field(default=None)
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def judged(
    *, name: str, product: float, floor: float | None, unit: str, goal: str, foreign_cpu: float,
    holds: Callable[[float, float | None], bool],
) -> Row:  # fmt: skip
    """A row whose `holds(product, ratio)` decides, unless too much of the machine belonged to others."""
    ratio = product / floor if floor else None
    met = holds(product, ratio) if foreign_cpu <= FOREIGN_LIMIT else None
    return Row(name, product, floor, unit, goal, met, foreign_cpu, ratio)


def not_measured(name: str, why: str) -> Row:
    """The row of a figure that this run does not have."""
    return Row(name, None, None, "", "–", None, 0.0, why=why)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0…1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class Load:
    """Processor of one span: seconds of the wall, of our processes, and the share of the machine that others took."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    foreign_cpu: float = 0.0


def adopt_orphans() -> None:
    """Descendants whose parents end become ours, and stay readable in /proc after their own end.

    A browser kills what it started and waits for none of it: without this its work counts as that of others.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "orphans cannot be adopted")


@contextmanager
def processor() -> Iterator[Load]:
    """Measure the span of the block; our processes are this one and all its descendants, those that ended as well."""
    adopt_orphans()
    load = Load()
    wall, busy, own = time.monotonic(), _busy(), _own()
    yield load
    load.seconds = time.monotonic() - wall
    load.own_cpu = max(0.0, _own() - own)
    others = max(0.0, _busy() - busy - load.own_cpu)
    load.foreign_cpu = round(others / (load.seconds * (os.cpu_count() or 1)), 3)


def total(loads: Sequence[Load]) -> Load:
    """Several spans as one; the share of others is weighed by their lengths."""
    seconds = sum(load.seconds for load in loads)
    foreign = sum(load.foreign_cpu * load.seconds for load in loads) / seconds
    return Load(seconds, sum(load.own_cpu for load in loads), round(foreign, 3))


def _busy() -> float:
    user, nice, system, _idle, _wait, irq, softirq, *_ = (
        int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / TICK


def _own() -> float:
    parents: dict[int, int] = {}
    times: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        times[pid] = sum(int(n) for n in fields[11:15]) / TICK
    return sum(spent for pid, spent in times.items() if _descends(pid, parents))


def _descends(pid: int, parents: dict[int, int]) -> bool:
    me = os.getpid()
    while pid not in {0, 1, me}:
        pid = parents.get(pid, 0)
    return pid == me
