"""The floor of a join: two bare pages in the laboratory of tests/net, on the same lines as the product's."""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from legalaid.dialogue.turn import ice_servers
from tests.net.lab import ADDRESS, CHROMIUM, FLAGS, PEOPLE, RELAY, SECRET, Lab

TRIES = 3
URLS = [f"turn:{RELAY}:3478?transport=udp", f"turn:{RELAY}:3478?transport=tcp"]
JOINS: dict[str, tuple[dict[str, Any], str]] = {
    "join_direct": ({}, "all"),
    "join_relay": ({}, "relay"),
    "join_200ms": ({"delay": 100}, "all"),
    "join_200ms_5_percent": ({"delay": 100, "loss": 5}, "all"),
    "join_udp_blocked": ({"udp": False}, "all"),
    "join_udp_blocked_200ms_5_percent": ({"udp": False, "delay": 100, "loss": 5}, "all"),
}
"""Figure of tests/net → the weather of the citizen's line, and the policy of ICE."""


def floors() -> dict[str, float]:
    """Seconds from the click to the first picture between two bare pages, the median of TRIES, for each of JOINS."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        lab = Lab(Path(folder))
        try:
            lab.build()
            lab.start_relay()
            lab.processes["product"] = lab.run("net", sys.executable, "-m", "bench.bare_wire", log="product")
            lab.wait_for_product()
            browsers = [
                driver.chromium.launch(executable_path=str(lab.browser_path(name, CHROMIUM)), args=FLAGS)
                for name in PEOPLE
            ]
            return {
                name: statistics.median(_join(lab, browsers, weather, policy) for _ in range(TRIES))
                for name, (weather, policy) in JOINS.items()
            }
        finally:
            lab.close()


def _join(lab: Lab, browsers: list[Browser], weather: dict[str, Any], policy: str) -> float:
    lab.weather("cit", **weather)
    ice = ice_servers(participant=secrets.token_hex(4), urls=URLS, secret=SECRET, now=time.time())
    pages: list[Page] = []
    try:
        for browser in browsers:
            page = browser.new_context(permissions=["camera", "microphone"]).new_page()
            pages.append(page)
            page.goto(f"{ADDRESS}/")
            page.evaluate("() => window.ready")
        hers = pages[0]
        hers.evaluate("(how) => window.join(how)", {"iceServers": ice["iceServers"], "iceTransportPolicy": policy})
        hers.wait_for_function("() => window.first !== undefined", timeout=40_000)
        return float(hers.evaluate("window.first - window.clicked")) / 1000
    finally:
        for page in pages:
            page.context.close()
