"""`make bench`: run every bench, print one table, keep it in bench/results/latest.json.

A bench is a module of this folder with `rows() -> list[bench.measure.Row]`. Names given as arguments choose some.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import Row, not_measured

FOLDER = Path(__file__).resolve().parent
NOT_BENCHES = {"run", "measure"}
LATEST = FOLDER / "results" / "latest.json"


def benches(wanted: list[str]) -> list[str]:
    """Names of the modules to run, in the order of the alphabet."""
    found = sorted(p.stem for p in FOLDER.glob("*.py") if p.stem not in NOT_BENCHES and "def rows(" in p.read_text())
    unknown = set(wanted) - set(found)
    if unknown:
        sys.exit(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(found)}")
    return [name for name in found if not wanted or name in wanted]


def run(name: str) -> list[Row]:
    """Rows of one bench; called in a process of its own, so that settings and caches of one never reach another."""
    found: list[Row] = importlib.import_module(f"bench.{name}").rows()
    return found


def table(rows: list[Row]) -> Table:
    """The rows as a person reads them."""
    drawn = Table("figure", "product", "floor", "unit", "ratio", "goal", "met", "foreign cpu")
    words = {True: "yes", False: "NO", None: "not judged"}
    for row in rows:
        drawn.add_row(
            row.name, _number(row.product), _number(row.floor), row.unit,
            "–" if row.ratio is None else f"{row.ratio:.3f}", row.goal, row.why or words[row.met],
            f"{row.foreign_cpu:.0%}",
        )  # fmt: skip
    return drawn


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def main(wanted: list[str]) -> None:
    """Run, print, write. Benches not asked for keep their former rows."""
    console = Console(width=140)
    rows: list[Row] = []
    for name in benches(wanted):
        began = time.monotonic()
        console.print(f"{name}…", end=" ")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
            try:
                rows += alone.submit(run, name).result()
            except Exception as trouble:  # noqa: BLE001 - the others are measured and printed all the same
                rows.append(not_measured(name, f"{type(trouble).__name__}: {trouble}"[:200]))
        console.print(f"{time.monotonic() - began:.0f} s")
    console.print(table(rows))
    fresh = {row.name for row in rows}
    kept = [r for r in json.loads(LATEST.read_text()) if r["name"] not in fresh] if wanted and LATEST.exists() else []
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps([*kept, *(row.as_json() for row in rows)], ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
