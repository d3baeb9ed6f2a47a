"""Calls between real browsers over bad lines: runs tests/net once and puts its figures beside their goals.

Needs root, network namespaces and coturn, as `make e2e-net` does; without them it says so and has no rows. There is no
floor: nothing simpler carries a picture between two browsers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Row, judged, processor
from tests.net.lab import why_not

ROOT = Path(__file__).resolve().parent.parent


def rows() -> list[Row]:
    """Every figure the suite notes, judged against the goal it names itself."""
    if reason := why_not():
        sys.stdout.write(f"network: not measured, {reason}\n")
        return []
    with tempfile.TemporaryDirectory() as folder, processor() as load:
        kept = Path(folder, "figures.json")
        subprocess.run(
            [sys.executable, "-m", "pytest", "tests/net", "-m", "network", "-q", "-p", "no:randomly"],
            cwd=ROOT, env={**os.environ, "NET_FIGURES": str(kept)}, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    return [_row(figure, load.foreign_cpu) for figure in found]


def _row(figure: dict[str, object], foreign_cpu: float) -> Row:
    value, goal, at_most = float(str(figure["value"])), float(str(figure["goal"])), bool(figure["at_most"])
    return judged(
        name=f"network_{figure['name']}", product=value, floor=None, unit=str(figure["unit"]),
        goal=f"{'≤' if at_most else '≥'} {goal:g}", foreign_cpu=foreign_cpu,
        holds=lambda product, _ratio: product <= goal if at_most else product >= goal,
    )  # fmt: skip
