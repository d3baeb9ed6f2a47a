"""What media servers and relays carry: dialogues a core, and how soon pictures are back when one of them dies.

Real browsers send through a real Janus and a real coturn in the laboratory of tests/net; the processor time of the
server is divided by the packets it handed on. There is no floor: nothing simpler does their work.
"""

from __future__ import annotations

from bench.measure import Row
from bench.network import measured

SERVERS = ["tests/net/test_sfu.py", "tests/net/test_sfu_safety.py", "tests/net/test_relay.py"]


def rows() -> list[Row]:
    """Dialogues of two a core of the media server and of the relay; seconds until pictures are back."""
    return measured(SERVERS)
