"""Calls between real browsers over bad lines: runs tests/net once and puts its figures beside their goals.

Needs root, network namespaces and coturn, as `make e2e-net` does; without them every row says so. The floor of
a join and of a reload are two bare pages in the same browsers, on the same lines, in turn with the product's
(bench/bare.py); such a figure is judged by its ratio. Of the rest there is no floor.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import Row, judged, not_measured, processor
from tests.net.lab import why_not

MOST = 12 * 60
"""Seconds the suite may take: some three minutes on a machine of its own."""
CLEARING = 60
"""Seconds it may take to clear its namespaces away after it was told to stop."""
ROOT = Path(__file__).resolve().parent.parent

CALLS = {
    "tests/net/test_joining.py": [
        "join_direct", "join_200ms", "join_200ms_5_percent", "join_udp_blocked", "join_udp_blocked_200ms_5_percent",
    ],
    "tests/net/test_breaking.py": [
        "link_down_10_s_picture_back", "address_change", "reload", "socket_cut_state_back",
        "fps_while_the_server_is_dead", "server_killed_state_back",
    ],
    "tests/net/test_narrow.py": [
        "fps_5_percent_200ms", "frozen_5_percent_200ms", "concealed_5_percent_200ms", "fps_256_kbps",
        "sound_only_after", "concealed_64_kbps_sound_only", "concealed_64_kbps_from_the_first_second",
        "picture_back_by_hand",
    ],
    "tests/net/test_relay.py": [
        "join_relay", "join_relay_200ms_5_percent", "relay_dialogues_of_two_a_core", "relay_killed_picture_back",
    ],
}  # fmt: skip
"""What pytest is asked for → the figures it notes, in their order."""


def rows() -> list[Row]:
    """Every figure of calls between two browsers, judged against the goal it names itself."""
    return measured(CALLS)


def measured(suite: Mapping[str, Sequence[str]], most: float = MOST) -> list[Row]:
    """A row for each figure these parts of the suite note; one that could not be measured says why."""
    if reason := why_not():
        return [not_measured(f"network_{name}", reason) for names in suite.values() for name in names]
    with tempfile.TemporaryDirectory() as folder, processor() as load:
        kept, log = Path(folder, "figures.json"), Path(folder, "suite.log")
        began = time.monotonic()
        stopped = _run([*suite], kept, log, most)
        took, said = time.monotonic() - began, log.read_text(encoding="utf-8", errors="replace")
        found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    figures = {str(figure["name"]): _row(figure, load.foreign_cpu) for figure in found}
    late = f"the suite was stopped after {took:.0f} s" if stopped else ""
    return [
        figures.get(name) or not_measured(f"network_{name}", _why(said, part) or late or "its test did not reach it")
        for part, names in suite.items()
        for name in names
    ]


def _run(parts: list[str], kept: Path, log: Path, most: float) -> bool:
    """Run these parts of the suite; True if it had to be stopped. It clears up after itself, then and otherwise."""
    words = [
        sys.executable,
        "-m",
        "pytest",
        *parts,
        "-m",
        "network",
        "-v",
        "-rfE",
        "-p",
        "no:randomly",
        "-o",
        "timeout_func_only=true",
    ]
    with log.open("w", encoding="utf-8") as out:
        suite = subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "NET_FIGURES": str(kept), "COLUMNS": "200"}, stdin=subprocess.DEVNULL,
            stdout=out, stderr=out,
        )  # fmt: skip
        try:
            suite.wait(most)
        except subprocess.TimeoutExpired:
            suite.send_signal(signal.SIGINT)
            try:
                suite.wait(CLEARING)
            except subprocess.TimeoutExpired:
                suite.kill()
                suite.wait()
            return True
    return False


def _why(said: str, part: str) -> str:
    """What pytest's summary says of a part that failed."""
    name = part.rpartition("/")[2]
    found = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR ")) and name in line]
    return found[0].partition(" - ")[2][:120] or "its test failed" if found else ""


def _row(figure: dict[str, object], foreign_cpu: float) -> Row:
    value, goal, at_most = float(str(figure["value"])), float(str(figure["goal"])), bool(figure["at_most"])
    floor = float(str(figure["floor"])) if "floor" in figure else None
    most = float(str(figure.get("goal_ratio", 0)))

    def holds(product: float, ratio: float | None) -> bool:
        if ratio is not None:
            return ratio <= most
        return product <= goal if at_most else product >= goal

    return judged(
        name=f"network_{figure['name']}", product=value, floor=floor, unit=str(figure["unit"]),
        goal=f"≤ {most:.2f} × bare pages ({goal:g} s)" if floor else f"{'≤' if at_most else '≥'} {goal:g}",
        foreign_cpu=foreign_cpu, holds=holds,
    )  # fmt: skip
