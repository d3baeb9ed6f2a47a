"""Everything through our relay: nobody learns an address. The last file of the suite: it starts the product anew."""

from __future__ import annotations

import time

import pytest

from bench.bare import Bare
from tests.net.call import Call
from tests.net.conftest import TRIES, Calls, Figures, Goal
from tests.net.cost import cost_of_a_packet, rooms_a_core
from tests.net.lab import Lab

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]


def test_the_first_picture_comes_soon_through_the_relay(lab: Lab, calls: Calls, bare: Bare, figures: Figures) -> None:
    lab.product_with(TURN_ONLY="1")
    hers, floor = [], []
    for _ in range(TRIES):
        floor.append(bare.join({}, relay_only=True))
        with calls() as call:
            hers.append(call.join()[0])
            assert call.sums(call.citizen)["pair"].startswith("relay/")
    figures.beside("join_relay", hers, floor, goal=Goal(0.5, experiment=0.34))


def test_the_only_relay_dies_and_is_started_again(relayed: Call, figures: Figures) -> None:
    """Everything passes the relay (TURN_ONLY): nobody learns an address, and a new relay is found."""
    call = relayed
    call.join()
    for page in (call.citizen, call.expert):
        call.until_pair(page, "relay/udp", timeout=30)  # TCP may come first; then it climbs after 4 or 12 s
    call.until_frames(call.citizen, more=20)
    # both sides are relayed, so every packet passes twice
    cost, _ = cost_of_a_packet(call.lab.processes["relay"].pid, [call.citizen, call.expert], 8, passes=2)
    figures.at_least("relay_dialogues_of_two_a_core", rooms_a_core(cost), goal=225, unit="dialogues", slack=8)
    call.lab.kill("relay")
    time.sleep(1)
    call.lab.start_relay()
    began = time.monotonic()
    call.until_silent(call.citizen)
    call.until_frames(call.citizen)
    figures.note("relay_killed_picture_back", time.monotonic() - began, goal=4.0, slack=3)
