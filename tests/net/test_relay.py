"""Everything through our relay: nobody learns an address. The last file of the suite: it starts the product anew."""

from __future__ import annotations

import time

import pytest

from tests.net.call import Call
from tests.net.conftest import Figures
from tests.net.cost import cost_of_a_packet, rooms_a_core

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]


def test_the_only_relay_dies_and_is_started_again(relayed: Call, figures: Figures) -> None:
    """Everything passes the relay (TURN_ONLY): nobody learns an address, and a new relay is found."""
    call = relayed
    hers, _ = call.join()
    figures.note("join_relay", hers, goal=0.5, slack=4, spare=3.0)
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
