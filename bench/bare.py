"""The floor of a join and of a reload: two bare pages in the laboratory of tests/net, on the same lines.

A page of theirs is one small file with one script, one socket to a bare asyncio server and one connection; devices,
relay, credentials and browsers are those of the product's calls, which are measured right before and after.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from legalaid.dialogue.turn import ice_servers
from tests.net.lab import BARE, PEOPLE, RELAY, SECRET, Lab

URLS = [f"turn:{RELAY}:3478?transport=udp", f"turn:{RELAY}:3478?transport=tcp"]
SETTLED = "() => document.getElementById('theirs').currentTime > 1"


@dataclass
class Bare:
    """Bare pages beside the product, at an address of their own; nothing of them runs between two measurements."""

    lab: Lab
    browsers: dict[str, Browser]

    def start(self) -> None:
        self.lab.processes["bare"] = self.lab.run("net", sys.executable, "-m", "bench.bare_wire", log="bare")
        assert self.lab.wait_for(BARE), (self.lab.folder / "bare.log").read_text()

    def join(self, weather: dict[str, Any], *, relay_only: bool = False) -> float:
        """Seconds from the citizen's click to her first picture; the sockets and the cameras are open by then."""
        with self._pages(weather) as (hers, _his):
            return self._join(hers, relay_only=relay_only)

    def reload(self) -> float:
        """Seconds from the beginning of a reload in the midst of a call to the first picture."""
        with self._pages({}) as (hers, _his):
            self._join(hers, relay_only=False)
            hers.wait_for_function(SETTLED)
            hers.reload(wait_until="commit")
            hers.wait_for_function("() => window.first !== undefined", timeout=40_000)
            return float(hers.evaluate("window.first")) / 1000

    def _join(self, hers: Page, *, relay_only: bool) -> float:
        ice = ice_servers(
            participant=secrets.token_hex(4), urls=URLS, secret=SECRET, now=time.time(), relay_only=relay_only
        )
        how = {"iceServers": ice["iceServers"], "iceTransportPolicy": ice["policy"]}
        hers.evaluate("(how) => { window.join(how); }", how)
        hers.wait_for_function("() => window.first !== undefined", timeout=40_000)
        return float(hers.evaluate("window.first - window.clicked")) / 1000

    @contextmanager
    def _pages(self, weather: dict[str, Any]) -> Iterator[list[Page]]:
        self.lab.weather("cit")
        pages: list[Page] = []
        try:
            for name in PEOPLE:
                page = self.browsers[name].new_context(permissions=["camera", "microphone"]).new_page()
                pages.append(page)
                page.goto(f"{BARE}/")
                page.evaluate("() => window.ready")
            self.lab.weather("cit", **weather)
            yield pages
        finally:
            for page in pages:
                page.context.close()
