"""Everything through our relay: nobody learns an address. The last file of the suite: it starts the product anew."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bench.bare import Bare
from tests.net.call import Call
from tests.net.conftest import TRIES, Calls, Figures, Goal
from tests.net.cost import COUNTED, cost_of_a_packet, rooms_a_core
from tests.net.lab import Lab

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("name", "weather", "goal"),
    [
        ("join_relay", {}, Goal(0.5, experiment=0.34)),
        ("join_relay_200ms_5_percent", {"delay": 100, "loss": 5}, Goal(2.5, experiment=1.9)),
    ],
)
def test_the_first_picture_comes_soon_through_the_relay(
    lab: Lab, calls: Calls, bare: Bare, figures: Figures, name: str, weather: dict[str, Any], goal: Goal
) -> None:
    lab.product_with(TURN_ONLY="1")
    hers, floor = [], []
    for _ in range(TRIES):
        floor.append(bare.join(weather, relay_only=True))
        with calls() as call:
            lab.weather("cit", **weather)
            hers.append(call.join()[0])
            assert call.sums(call.citizen)["pair"].startswith("relay/")
    figures.beside(name, hers, floor, goal=goal)


def test_the_only_relay_dies_and_is_started_again(relayed: Call, figures: Figures) -> None:
    """Everything passes the relay (TURN_ONLY): nobody learns an address, and a new relay is found."""
    call = relayed
    call.join()
    for page in (call.citizen, call.expert):
        call.until_pair(page, "relay/udp", timeout=30)  # TCP may come first; then it climbs after 4 or 12 s
    call.until_frames(call.citizen, more=20)
    # both sides are relayed, so every packet passes twice
    cost, _ = cost_of_a_packet(call.lab.processes["relay"].pid, [call.citizen, call.expert], COUNTED, passes=2)
    figures.at_least("relay_dialogues_of_two_a_core", rooms_a_core(cost), goal=225, unit="dialogues", slack=8)
    call.lab.kill("relay")
    time.sleep(1)
    call.lab.start_relay()
    began = time.monotonic()
    call.until_silent(call.citizen)
    call.until_frames(call.citizen)
    figures.note("relay_killed_picture_back", time.monotonic() - began, goal=4.0, slack=3)
