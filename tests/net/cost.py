"""What a packet costs the server that passes it on, and how many dialogues of two that makes a core."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

TICK = os.sysconf("SC_CLK_TCK")
COUNTED = 8.0 if os.environ.get("NET_FIGURES") else 3.0
"""Seconds in which packets are counted: enough for a figure that is kept, or to see that there are any."""
TWO_PEOPLE = 202
"""Packets a second that two people send at 490 kbit/s of video and 24 of sound (docs/capacity.md)."""
PACKETS = """async () => {
  let received = 0;
  for (const peer of window.__peers) {
    if (peer.connectionState === 'closed') continue;
    for (const row of (await peer.getStats()).values())
      if (row.type === 'inbound-rtp') received += row.packetsReceived ?? 0;
  }
  return received;
}"""


def cpu_of(pid: int) -> float:
    """Seconds of processor a process has used, all its threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICK


def cost_of_a_packet(pid: int, pages: list[Page], seconds: float, *, passes: int = 1) -> tuple[float, float]:
    """Seconds of processor for one packet handed on, and how many arrive a second; each passes `passes` times."""
    cpu, before = cpu_of(pid), _received(pages)
    pages[0].wait_for_timeout(seconds * 1000)
    arrived = _received(pages) - before
    assert arrived, "nothing arrives"
    return (cpu_of(pid) - cpu) / (arrived * passes), arrived / seconds


def rooms_a_core(cost: float) -> float:
    """Dialogues of two that one core carries, all of it."""
    return 1 / (max(cost, 1e-9) * TWO_PEOPLE)


def _received(pages: list[Page]) -> int:
    return sum(int(page.evaluate(PACKETS)) for page in pages)
