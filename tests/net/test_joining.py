"""From the click to the first picture, on lines good and bad."""

from __future__ import annotations

import pytest

from tests.net.call import Call
from tests.net.conftest import Figures

pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("name", "weather", "goal"),
    [
        ("join_direct", {}, 0.5),
        ("join_200ms", {"delay": 100}, 1.5),
        ("join_200ms_5_percent", {"delay": 100, "loss": 5}, 2.5),
        ("join_udp_blocked", {"udp": False}, 0.5),
        ("join_udp_blocked_200ms_5_percent", {"udp": False, "delay": 100, "loss": 5}, 4.0),
    ],
)
def test_the_first_picture_comes_soon(
    call: Call, figures: Figures, name: str, weather: dict[str, float], goal: float
) -> None:
    call.lab.weather("cit", **weather)
    hers, _ = call.join()
    if weather.get("udp") is False:
        assert call.sums(call.citizen)["pair"] == "relay/tcp"
    figures.note(name, hers, goal=goal, spare=3.0)
    if name == "join_udp_blocked":
        # Packets pass again, as on a line that lost the first ones: the call climbs from TCP without being asked.
        call.lab.weather("cit")
        call.until_pair(call.citizen, "host/udp", timeout=30)
        call.until_frames(call.citizen, more=10)
