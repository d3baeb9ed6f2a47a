"""Two people over a media server that dies, and over one that vanishes: how soon the pictures are back.

Two and not six: six browsers' pages need more than two cores, and the figure would be theirs.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page

from legalaid.dialogue.media_queries import way_of
from tests.net.call import Call
from tests.net.conftest import Figures
from tests.net.test_sfu import Node, pool, wait
from tests.net.test_sfu_safety import by_server, carrying, over

__all__ = ["by_server", "pool"]
pytestmark = [pytest.mark.network, pytest.mark.timeout(180)]
OPENED = "window.__peers.length"
# Pictures decoded by connections that were opened after the first so many.
FRAMES_SINCE = """async (opened) => {
  let frames = 0;
  for (const peer of window.__peers.slice(opened))
    for (const row of (await peer.getStats()).values())
      if (row.type === 'inbound-rtp' && row.kind === 'video') frames += row.framesDecoded ?? 0;
  return frames;
}"""


def back(page: Page, opened: int, began: float) -> float:
    """Seconds since `began` until pictures come over connections younger than the first `opened`."""
    wait(lambda: page.evaluate(FRAMES_SINCE, opened) >= 2, 60)
    return time.monotonic() - began


def test_pictures_come_back_from_a_death_and_from_a_loss(
    by_server: dict[str, Node], call: Call, figures: Figures
) -> None:
    over(call)
    pages = (call.citizen, call.expert)
    for page in pages:
        call.until_frames(page, more=20)
    opened, node = [page.evaluate(OPENED) for page in pages], carrying(by_server, call)
    began = time.monotonic()
    node.kill()
    node.start()
    hers = back(call.citizen, opened[0], began)
    back(call.expert, opened[1], began)
    figures.note("sfu_killed_and_restarted", hers, goal=1.0, slack=20)
    call.until_frames(call.citizen, more=20)
    time.sleep(3)  # the node has been seen again; what follows is measured from here
    before, opened = way_of(call.dialogue.pk), [page.evaluate(OPENED) for page in pages]
    began = time.monotonic()
    by_server[before.node or ""].vanish()
    hers = back(call.citizen, opened[0], began)
    back(call.expert, opened[1], began)
    figures.note("sfu_host_lost", hers, goal=5.0, slack=8)
    moved = way_of(call.dialogue.pk)
    assert moved.epoch > before.epoch
    assert moved.node not in {None, before.node}
