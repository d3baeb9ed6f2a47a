"""Benchmarks are run by hand, so what they import may go without notice: each is loaded here."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from bench import network, sfu

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_finds_what_it_measures(name: str) -> None:
    assert importlib.import_module(f"bench.{name}").__doc__


# A child starts a grandchild and ends at once; the orphan works half a second and ends without anybody waiting for it.
ORPHAN = """
import subprocess, sys
from bench import measure

WORK = "import time; end = time.process_time() + 0.5\\nwhile time.process_time() < end: pass"
START = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {WORK!r}])"
if sys.argv[1] == "without":
    measure.adopt_orphans = lambda: None
with measure.processor() as load:
    subprocess.run([sys.executable, "-c", START], stdout=subprocess.PIPE, check=True)  # reads until the orphan ends
print(load.own_cpu)
"""


@pytest.mark.parametrize(("adopting", "seen"), [("with", True), ("without", False)])
def test_work_of_orphans_that_ended_is_our_own(adopting: str, seen: bool) -> None:
    words = [sys.executable, "-c", ORPHAN, adopting]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert (float(found.stdout) > 0.45) is seen, "starting two interpreters costs much less"


# A part of a suite that measures one thing, fails at the next, and a part that never ends.
SUITE = """
import json, os, pathlib, pytest, time

pytestmark = pytest.mark.network


def note(*names):
    rows = [{"name": name, "value": 1, "goal": 2, "unit": "s", "at_most": True} for name in names]
    pathlib.Path(os.environ["NET_FIGURES"]).write_text(json.dumps(rows))


def test_fails():
    note("first")
    assert not "the line", "nothing came over it"


def test_hangs():
    note("first", "third")
    time.sleep(600)
"""


def test_every_figure_has_a_row_whatever_became_of_its_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "why_not", lambda: "")
    suite = tmp_path / "test_suite.py"
    suite.write_text(SUITE, encoding="utf-8")
    asked = {f"{suite}::test_fails": ["first", "second"], f"{suite}::test_hangs": ["third", "fourth"]}
    found = {row.name: row for row in network.measured(asked, most=30)}
    assert [(name, row.product) for name, row in found.items()] == [
        ("network_first", 1), ("network_second", None), ("network_third", 1), ("network_fourth", None),
    ]  # fmt: skip
    assert "nothing came over it" in found["network_second"].why
    assert "stopped after" in found["network_fourth"].why


def test_without_a_laboratory_every_row_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "why_not", lambda: "network namespaces need root")
    found = network.rows()
    assert len(found) == sum(len(names) for names in network.CALLS.values())
    assert {(row.product, row.met, row.why) for row in found} == {(None, None, "network namespaces need root")}


@pytest.mark.parametrize("suite", [network.CALLS, sfu.SERVERS])
def test_each_figure_asked_for_is_noted_where_it_is_looked_for(suite: dict[str, list[str]]) -> None:
    for part, names in suite.items():
        text = (ROOT / part.partition("::")[0]).read_text(encoding="utf-8")
        assert [name for name in names if f'"{name}"' not in text] == [], part
