"""One laboratory for the run, one call at a time in it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from bench.bare import Bare
from legalaid.kernel.bus import get_bus
from tests.dialogue import scene as scenes
from tests.net import lab as laboratory
from tests.net.call import Call
from tests.net.lab import CHROMIUM, FLAGS, Lab

DATABASE = "test_legalaid_net"
Calls = Callable[[], contextlib.AbstractContextManager[Call]]
TRIES = 3 if os.environ.get("NET_FIGURES") else 1
"""A figure that is kept is the middle of three; a change is watched over by one, in six minutes instead of eight."""
SKIP = "NET_SUITE"
"""`NET_SUITE=skip` is the documented way to do without on a machine that cannot make namespaces."""


@dataclass(frozen=True)
class Goal:
    """What a figure should be at most on a quiet machine, and what the experiment that led to it took.

    That experiment was a page without anything else, so goal ÷ experiment is how much more than bare pages a product
    may take, on whatever machine (media.md §3 and §5: the middle of the range found).
    """

    seconds: float
    experiment: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.experiment


@dataclass
class Figures:
    """What was measured, for `bench/network.py`; a bound is generous, because machines of tests are noisy.

    Each figure is written down at once: what was measured outlives a test that hangs.
    """

    found: list[dict[str, object]] = field(default_factory=list)

    def note(
        self, name: str, value: float, *, goal: float, unit: str = "s", slack: float = 3.0, spare: float = 0.0
    ) -> None:
        """Keep a figure that should be at most `goal`; fail above `slack` times of it and `spare` more."""
        self._keep(name, value, goal, unit, at_most=True)
        assert value <= goal * slack + spare, f"{name}: {value:.2f} {unit}, goal {goal}"

    def beside(self, name: str, product: Sequence[float], floor: Sequence[float], *, goal: Goal) -> None:
        """Keep seconds beside those of bare pages, measured in turn; medians. Fail far above both goals."""
        value, least = median(product), median(floor)
        ratio = value / least
        self._keep(name, value, goal.seconds, "s", at_most=True, floor=least, ratio=ratio, goal_ratio=goal.ratio)
        assert value <= 3 * goal.seconds + 3 or ratio <= 2 * goal.ratio, f"{name}: {value:.2f} s, {ratio:.1f} × bare"

    def at_least(self, name: str, value: float, *, goal: float, unit: str, slack: float = 2.0) -> None:
        self._keep(name, value, goal, unit, at_most=False)
        assert value >= goal / slack, f"{name}: {value:.2f} {unit}, goal {goal}"

    def _keep(self, name: str, value: float, goal: float, unit: str, *, at_most: bool, **beside: float) -> None:
        row = {"name": name, "value": round(value, 3), "goal": goal, "unit": unit, "at_most": at_most}
        self.found.append(row | {key: round(number, 3) for key, number in beside.items()})
        if where := os.environ.get("NET_FIGURES"):
            Path(where).write_text(json.dumps(self.found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        told = "".join(f", {key} {number:.3f}" for key, number in beside.items())
        sys.stdout.write(f"{name}: {value:.3f} {unit} (goal {'≤' if at_most else '≥'} {goal}){told}\n")


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures()


@contextlib.contextmanager
def database() -> Iterator[str]:
    """An empty, migrated database on the server of the tests; Django of this process uses it too."""
    server = os.environ["DATABASE_URL"]
    parts = urlsplit(server)
    url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
        was = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = DATABASE
        call_command("migrate", verbosity=0, interactive=False)
        yield url
        connection.close()
        connection.settings_dict["NAME"] = was
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Lab]:
    """The laboratory, with a database of its own behind its product."""
    if reason := laboratory.why_not():
        if os.environ.get(SKIP) == "skip":
            pytest.skip(reason)
        pytest.fail(f"The network suite cannot run: {reason}. To do without it: {SKIP}=skip", pytrace=False)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browsers' driver has a loop in this thread
        patch.setattr(settings, "BUS_URL", "postgres:")
        with database() as url, laboratory.laboratory(tmp_path_factory.mktemp("lab"), url) as built:
            yield built
            get_bus().close()


@pytest.fixture(scope="session")
def browsers(lab: Lab) -> Iterator[dict[str, Browser]]:
    with sync_playwright() as driver, contextlib.ExitStack() as stack:
        found = {}
        for name in ("cit", "exp"):
            path = lab.browser_path(name, CHROMIUM)
            found[name] = driver.chromium.launch(executable_path=str(path), args=FLAGS)
            stack.callback(found[name].close)
        yield found


@pytest.fixture(scope="session")
def scene(lab: Lab) -> scenes.Scene:
    from django.utils import timezone

    scenes.NOW = timezone.now()
    made = scenes.make_scene()
    made.on_duty()
    return made


@pytest.fixture
def call(lab: Lab, browsers: dict[str, Browser], scene: scenes.Scene) -> Iterator[Call]:
    """A dialogue with the expert inside and the citizen at her device check; the lines are good at first."""
    lab.product_with(TURN_ONLY="0")
    yield from _call(lab, browsers, scene)


@pytest.fixture
def relayed(lab: Lab, browsers: dict[str, Browser], scene: scenes.Scene) -> Iterator[Call]:
    """The same with TURN_ONLY."""
    lab.product_with(TURN_ONLY="1")
    yield from _call(lab, browsers, scene)


@pytest.fixture
def calls(lab: Lab, browsers: dict[str, Browser], scene: scenes.Scene) -> Calls:
    """For a figure that is measured more than once, beside bare pages: a new call each time, the line good at first."""
    return lambda: contextlib.contextmanager(_call)(lab, browsers, scene)


@pytest.fixture(scope="session")
def bare(lab: Lab, browsers: dict[str, Browser]) -> Bare:
    """Bare pages in the same browsers and namespaces (bench/bare.py)."""
    pages = Bare(lab, browsers)
    pages.start()
    return pages


def _call(lab: Lab, browsers: dict[str, Browser], scene: scenes.Scene) -> Iterator[Call]:
    for name in ("cit", "exp"):
        lab.weather(name)
        lab.move(name, laboratory.PEOPLE[name][0])
    session = Client()
    session.force_login(scene.experts[0], backend="legalaid.people.backends.StaffBackend")
    made = Call(lab, browsers, scene, session.cookies["sessionid"].value)
    try:
        made.prepare()
        yield made
    finally:
        made.close()
