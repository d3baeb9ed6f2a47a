"""Lines that break in the middle of a call, and what comes back by itself."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from bench.bare import Bare
from tests.net.call import Call
from tests.net.conftest import TRIES, Calls, Figures, Goal
from tests.net.lab import PEOPLE, Lab

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]

CUTS = "() => document.querySelector('dialogue-room').socket.socket.close()"
SOCKET_BACK = "() => document.querySelector('dialogue-room').socket.open"


def say(call: Call, text: str) -> None:
    page = call.citizen
    if page.locator("dialogue-room").get_attribute("data-chat") != "open":
        page.locator("[data-part=chat-toggle]").click()
    page.locator("[data-part=chat-field]").fill(text)
    page.locator("[data-part=chat-field]").press("Enter")


def arrives(call: Call, text: str, within: float = 20) -> None:
    expect(call.expert.locator(".said-text", has_text=text)).to_have_count(1, timeout=within * 1000)


def test_link_down_and_address_changed(call: Call, figures: Figures) -> None:
    """One call through two breaks: ten seconds without a line, another address."""
    call.join()
    call.until_frames(call.citizen, more=20)
    call.lab.weather("cit", up=False)
    call.until_silent(call.citizen)
    say(call, "написано в обрыве")
    time.sleep(8)
    expect(call.citizen.locator("[data-part=banner]")).to_be_visible()
    call.lab.weather("cit")
    back = call.until_frames(call.citizen) + 0.25  # the line looks at its weather a little earlier
    figures.note("link_down_10_s_picture_back", back, goal=1.0, slack=6)
    arrives(call, "написано в обрыве")
    call.citizen.wait_for_function(SOCKET_BACK)
    call.lab.move("cit", "198.51.100.77")
    call.until_silent(call.citizen)
    moved = time.monotonic()
    call.until_frames(call.citizen)
    figures.note("address_change", time.monotonic() - moved + 1.4, goal=6.0, slack=3)
    call.lab.move("cit", PEOPLE["cit"][0])
    call.until_frames(call.citizen, more=30)


def test_the_page_is_loaded_again(lab: Lab, calls: Calls, bare: Bare, figures: Figures) -> None:
    """From the beginning of the reload to the first picture: page, script, camera, socket, connection."""
    lab.product_with(TURN_ONLY="0")
    hers, floor = [], []
    for _ in range(TRIES):
        floor.append(bare.reload())
        with calls() as call:
            call.join()
            call.until_frames(call.citizen, more=20)
            call.citizen.reload(wait_until="commit")
            call.citizen.wait_for_function("() => window.__first !== undefined")
            hers.append(float(call.citizen.evaluate("window.__first")) / 1000)
    figures.beside("reload", hers, floor, goal=Goal(0.6, experiment=0.395))


def test_the_server_dies_and_media_do_not_notice(call: Call, figures: Figures) -> None:
    call.join()
    call.until_frames(call.citizen, more=20)
    call.citizen.evaluate(CUTS)
    began = time.monotonic()
    call.citizen.wait_for_function(SOCKET_BACK)
    figures.note("socket_cut_state_back", time.monotonic() - began, goal=4.0, slack=2)
    call.lab.kill("product")
    dead = call.watch(call.citizen, 5)
    say(call, "сказано без сервера")
    figures.at_least("fps_while_the_server_is_dead", dead.fps, goal=15, unit="fps")
    assert dead.frozen < 3
    call.lab.start_product()
    call.lab.wait_for_product()
    up = time.monotonic()
    for page in (call.citizen, call.expert):
        page.wait_for_function(SOCKET_BACK)
    figures.note("server_killed_state_back", time.monotonic() - up, goal=4.0, slack=2.5)
    arrives(call, "сказано без сервера")
    alive = call.watch(call.citizen, 2)
    assert alive.fps > 7
