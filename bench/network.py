"""Calls between real browsers over bad lines: runs tests/net once and puts its figures beside their goals.

Needs root, network namespaces and coturn, as `make e2e-net` does; without them it says so and has no rows. The floor of
a join are two bare pages on the same lines in the same run (bench/bare.py); of the rest there is none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.bare import floors
from bench.measure import Row, judged, processor
from tests.net.lab import why_not

MOST = 20 * 60
"""Seconds the suite may take; a few minutes on a machine of its own."""
ROOT = Path(__file__).resolve().parent.parent


CALLS = [
    "tests/net/test_joining.py",
    "tests/net/test_breaking.py",
    "tests/net/test_narrow.py",
    "tests/net/test_relay.py",
]


def rows() -> list[Row]:
    """Every figure of calls between two browsers, judged against the goal it names itself; joins beside their floor."""
    if why_not():
        return measured(CALLS)
    found = floors()
    return [
        replace(row, floor=found[name], ratio=row.product / found[name])
        if (name := row.name.removeprefix("network_")) in found
        else row
        for row in measured(CALLS)
    ]


def measured(suite_files: list[str]) -> list[Row]:
    """The figures these files of the suite note."""
    if reason := why_not():
        sys.stdout.write(f"network: not measured, {reason}\n")
        return []
    with tempfile.TemporaryDirectory() as folder, processor() as load:
        kept = Path(folder, "figures.json")
        log = Path(folder, "suite.log")
        with log.open("w", encoding="utf-8") as out:
            suite = subprocess.run(
                [sys.executable, "-m", "pytest", *suite_files, "-m", "network", "-q", "-p", "no:randomly"],
                cwd=ROOT, env={**os.environ, "NET_FIGURES": str(kept)}, stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, timeout=MOST, check=False,
            )  # fmt: skip
        if suite.returncode:  # a figure far off its goal fails its test, and is a row all the same
            sys.stdout.write(f"network: not all tests passed\n{log.read_text(encoding='utf-8')[-2000:]}\n")
        found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    return [_row(figure, load.foreign_cpu) for figure in found]


def _row(figure: dict[str, object], foreign_cpu: float) -> Row:
    value, goal, at_most = float(str(figure["value"])), float(str(figure["goal"])), bool(figure["at_most"])
    return judged(
        name=f"network_{figure['name']}", product=value, floor=None, unit=str(figure["unit"]),
        goal=f"{'≤' if at_most else '≥'} {goal:g}", foreign_cpu=foreign_cpu,
        holds=lambda product, _ratio: product <= goal if at_most else product >= goal,
    )  # fmt: skip
