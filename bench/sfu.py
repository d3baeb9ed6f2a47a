"""What media servers and relays carry: dialogues a core, and how soon pictures are back when one of them dies.

Real browsers, two at a time, send through a real Janus and a real coturn in the laboratory of tests/net; the processor
time of the server is divided by the packets it handed on. There is no floor: nothing simpler does their work.
"""

from __future__ import annotations

from bench.measure import Row
from bench.network import measured

MOST = 8 * 60
"""Seconds; some two minutes on a machine of its own."""
SERVERS = {
    "tests/net/test_sfu_return.py": ["sfu_killed_and_restarted", "sfu_host_lost"],
    "tests/net/test_sfu_safety.py::test_suites_are_good_and_a_flood_of_junk_does_not_stop_the_pictures": [
        "sfu_rooms_of_two_a_core"
    ],
    "tests/net/test_sfu.py::test_a_narrow_line_gets_the_low_layer": ["sfu_fps_on_256_kbit"],
    "tests/net/test_relay.py": ["join_relay", "relay_dialogues_of_two_a_core", "relay_killed_picture_back"],
}


def rows() -> list[Row]:
    """Dialogues of two a core of the media server and of the relay; seconds until pictures are back."""
    return measured(SERVERS, MOST)
