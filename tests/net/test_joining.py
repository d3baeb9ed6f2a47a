"""From the click to the first picture, on lines good and bad."""

from __future__ import annotations

from typing import Any

import pytest

from bench.bare import Bare
from tests.net.conftest import TRIES, Calls, Figures, Goal
from tests.net.lab import Lab

pytestmark = [pytest.mark.network, pytest.mark.timeout(240)]


@pytest.mark.parametrize(
    ("name", "weather", "goal"),
    [
        ("join_direct", {}, Goal(0.5, experiment=0.225)),
        ("join_200ms", {"delay": 100}, Goal(1.5, experiment=1.34)),
        ("join_200ms_5_percent", {"delay": 100, "loss": 5}, Goal(2.5, experiment=1.9)),
        ("join_udp_blocked", {"udp": False}, Goal(0.5, experiment=0.341)),
        ("join_udp_blocked_200ms_5_percent", {"udp": False, "delay": 100, "loss": 5}, Goal(4.0, experiment=2.95)),
    ],
)
def test_the_first_picture_comes_soon(
    lab: Lab, calls: Calls, bare: Bare, figures: Figures, name: str, weather: dict[str, Any], goal: Goal
) -> None:
    lab.product_with(TURN_ONLY="0")
    hers, floor = [], []
    for _ in range(TRIES):
        floor.append(bare.join(weather))
        with calls() as call:
            lab.weather("cit", **weather)
            hers.append(call.join()[0])
            if weather.get("udp") is False:
                assert call.sums(call.citizen)["pair"] == "relay/tcp"
            if name == "join_udp_blocked" and len(hers) == TRIES:
                # Packets pass again, as on a line that lost the first ones: the call climbs from TCP by itself.
                lab.weather("cit")
                call.until_pair(call.citizen, "host/udp", timeout=30)
                call.until_frames(call.citizen, more=10)
    figures.beside(name, hers, floor, goal=goal)
