"""The product as its users meet it: `legalaid demo` in a folder of its own, and real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from legalaid.ops import postgres

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream=device-count=2",
    "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]  # fmt: skip
SCREENS = Path(__file__).parent / "screens"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
START_TIMEOUT = 180.0
ZONES = (
    "Europe/Moscow", "Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Krasnoyarsk", "Asia/Vladivostok",
    "Asia/Kamchatka",
)  # fmt: skip
WORKING = (9, 10, 11, *range(14, 20), 8, 20, 7)
"""Hours in which a suite may begin, the best first: whenever it is, one of ZONES has one of them."""
SUITE = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "BUS_URL", "PUBLIC_URL", "DEMO", "LEGALAID_TEST_STATE"}
"""Settings of the test run that the demo must not inherit."""
# Every connection of the page is kept where a test can ask it how many frames and samples arrived.
WATCH_PEERS = """
  window.__peers = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real { constructor(...a) { super(...a); window.__peers.push(this); } };
  // Milliseconds from the start of the page's loading to the first picture of somebody else.
  document.addEventListener('loadeddata', (event) => {
    if (event.target.dataset?.part === 'face-video') window.__firstPicture ??= performance.now();
  }, true);
"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
# Words that stand letter under letter because their column has no room; vertical headings mean to.
SQUEEZED = r"""() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), holder = walk.currentNode.parentElement;
    if (!/\p{L}{6,}/u.test(text) || !holder.checkVisibility() || holder.closest('.sr-only')) continue;
    const style = getComputedStyle(holder), letter = parseFloat(style.fontSize), range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect(), upright = style.writingMode.startsWith('horizontal');
    if (upright && box.width > 2 && box.width < letter * 2.5 && box.height > letter * 4) found.push(text.slice(0, 40));
  }
  return found;
}"""
# The same attributes the server writes for the mode (legalaid/web/appearance); the page is not loaded again, so a
# dialogue goes on while its picture is taken.
LOW_VISION = """() => {
  const root = document.documentElement, was = {};
  const mode = { 'data-vision': 'on', 'data-size': '150', 'data-scheme': 'black-on-white' };
  for (const [name, value] of Object.entries(mode)) {
    was[name] = root.getAttribute(name);
    root.setAttribute(name, value);
  }
  return was;
}"""
USUAL = """was => {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(was)) {
    if (value === null) root.removeAttribute(name);
    else root.setAttribute(name, value);
  }
}"""
RECEIVED = """async () => {
  const sum = { frames: 0, samples: 0, energy: 0 };
  for (const peer of window.__peers) {
    if (peer.connectionState === 'closed') continue;
    for (const row of (await peer.getStats()).values()) {
      if (row.type !== 'inbound-rtp') continue;
      if (row.kind === 'video') sum.frames += row.framesDecoded ?? 0;
      if (row.kind === 'audio') sum.samples += row.totalSamplesReceived ?? 0;
      if (row.kind === 'audio') sum.energy += row.totalAudioEnergy ?? 0;
    }
  }
  return sum;
}"""


@dataclass
class Product:
    """A running demo."""

    address: str
    logins: dict[str, str]
    state: Path

    def staff(self) -> dict[str, str]:
        """E-mail → one-click login, for everybody who works in the demo."""
        found: dict[str, str] = json.loads((self.state / "staff.json").read_text(encoding="utf-8"))
        return found

    def begin_in(self, number: str, minutes: int) -> None:
        """Let the booked time of the request `number` begin `minutes` from now (negative: it began), for ten minutes.

        The day of the demo cannot be waited for: its bookings are hours away, and at night it has none.
        """
        at = "date_trunc('minute', now()) + make_interval(mins => %s)"
        span = f"tstzrange({at}, {at} + interval '10 minutes')"
        with psycopg.connect(postgres.url(self.state)) as connection:
            moved = connection.execute(
                f"UPDATE reception_booking SET during = {span}, occupies = {span}"  # noqa: S608 - constants above
                " WHERE help_request_id = (SELECT id FROM intake_helprequest WHERE number = %s)"
                " AND state IN ('confirmed', 'checked_in')",
                [minutes, minutes, minutes, minutes, number],
            )
            assert moved.rowcount == 1

    def link_of_interpreter(self) -> str:
        """The path of the link that the last booked interpreter was sent."""
        with psycopg.connect(postgres.url(self.state)) as connection:
            found = connection.execute(
                r"SELECT substring(body from '/interpreter/\S+/') FROM messaging_message"
                " WHERE about LIKE 'interpreter:%' ORDER BY id DESC LIMIT 1"
            ).fetchone()
        assert found is not None
        return str(found[0])


@dataclass
class Person:
    """One browser context: its own cookies, its own devices, and a note of everything that must not happen."""

    context: BrowserContext
    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.address + path)

    def shot(self, name: str) -> None:
        """Save the page as it stands at phone and desk size, and as the low-vision mode draws it."""
        SCREENS.mkdir(exist_ok=True)
        before = self.page.viewport_size or DESK
        for label, size in (("phone", PHONE), ("desk", DESK)):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict of two sizes
            self.page.screenshot(path=str(SCREENS / f"{name}-{label}.png"), full_page=True)
            assert self.page.evaluate(FITS), f"{name} overflows sideways at {label} size"
        was = self.page.evaluate(LOW_VISION)
        self.page.screenshot(path=str(SCREENS / f"{name}-low-vision.png"), full_page=True)
        squeezed = self.page.evaluate(SQUEEZED)
        assert not squeezed, f"{name} has no room for its words in the low-vision mode: {squeezed}"
        self.page.evaluate(USUAL, was)
        self.page.set_viewport_size(before)

    def first_picture(self) -> int:
        """Milliseconds from the start of the page's loading to the first picture of the other person."""
        self.page.wait_for_function("window.__firstPicture !== undefined")
        return int(self.page.evaluate("window.__firstPicture"))

    def received(self) -> dict[str, float]:
        found: dict[str, float] = self.page.evaluate(RECEIVED)
        return found

    def wait_for_media(self, timeout: float = 20) -> float:
        """Wait until pictures and sound arrive and go on growing; return the seconds it took."""
        began = time.monotonic()
        first = self.received()
        while time.monotonic() - began < timeout:
            now = self.received()
            if all(now[what] > first[what] for what in ("frames", "samples", "energy")):
                return time.monotonic() - began
            time.sleep(0.1)
        pytest.fail(f"no pictures and sound within {timeout} s: {first} → {self.received()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Start the demo as a person would, wait for its logins, and stop it as Ctrl-C does.

    E2E_DEMO=<STATE_DIR of a running demo> uses that one instead, for work on a single test.
    """
    if running := os.environ.get("E2E_DEMO"):
        logins: dict[str, str] = json.loads(Path(running, "logins.json").read_text(encoding="utf-8"))
        address = urlsplit(logins["citizen"])
        yield Product(f"{address.scheme}://{address.netloc}", logins, Path(running))
        return
    state = Path(tempfile.mkdtemp(prefix="legalaid-e2e-"))
    port = _free_port()
    environment = {k: v for k, v in os.environ.items() if k not in SUITE}
    environment |= {"PORT": str(port), "STATE_DIR": str(state), "REGION_TIME_ZONE": _zone_by_day()}
    command = Path(sys.executable).with_name("legalaid")
    log = (state / "demo.log").open("wb")
    demo = subprocess.Popen([command, "demo"], env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        logins = _wait_for_logins(demo, state)
        yield Product(f"http://localhost:{port}", logins, state)
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(30)
        finally:
            log.close()
            shutil.rmtree(state, ignore_errors=True)


def _zone_by_day() -> str:
    """A zone where it is day, and not nearly lunch, while the suite runs: no test meets midnight or quiet hours."""
    hours = {datetime.now(ZoneInfo(zone)).hour: zone for zone in ZONES}
    return next(hours[hour] for hour in WORKING if hour in hours)


def _wait_for_logins(demo: subprocess.Popen[bytes], state: Path) -> dict[str, str]:
    deadline = time.monotonic() + START_TIMEOUT
    log = state / "demo.log"
    while time.monotonic() < deadline:
        if demo.poll() is not None:
            break
        if "Ctrl-C" in log.read_text(encoding="utf-8"):
            found: dict[str, str] = json.loads((state / "logins.json").read_text(encoding="utf-8"))
            return found
        time.sleep(0.2)
    pytest.fail(f"the demo did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class People:
    """Makes persons and, at the end, asks that none of them met trouble."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser, self.product, self.all = browser, product, list[Person]()

    def arrive(self, role: str = "", *, phone: bool = False, script: bool = True) -> Person:
        """A person with a browser of her own: nobody yet, a role of logins.json, or somebody's e-mail of staff.json."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a plain dict of two sizes
            locale="ru-RU", permissions=["camera", "microphone"], java_script_enabled=script,
        )  # fmt: skip
        if script:
            context.add_init_script(WATCH_PEERS)
        page = context.new_page()
        person = Person(context, page, self.product.address)
        self._watch(person)
        if role:
            person.go((self.product.staff() if "@" in role else self.product.logins)[role])
        self.all.append(person)
        return person

    def _watch(self, person: Person) -> None:
        own = urlsplit(self.product.address).netloc

        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc not in {own, ""}:
                person.troubles.append(f"asked a foreign host: {request.url}")

        def said(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
                person.troubles.append(message.text)

        person.context.on("request", asked)
        person.context.on("console", said)
        person.context.on("weberror", lambda error: person.troubles.append(f"script error: {error.error}"))

    def leave(self) -> None:
        troubles = [trouble for person in self.all for trouble in person.troubles]
        for person in self.all:
            person.context.close()
        assert troubles == []


@pytest.fixture
def people(browser: Browser, product: Product) -> Iterator[People]:
    made = People(browser, product)
    yield made
    made.leave()
