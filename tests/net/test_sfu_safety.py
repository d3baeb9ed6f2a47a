"""Two people over a media server: what guards their media (ASVS 5.0, V17.2), and what a packet costs the server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from legalaid.dialogue.media_queries import way_of
from legalaid.dialogue.models import DialoguePolicy
from legalaid.dialogue.states import MediaPolicy
from tests.dialogue import scene as scenes
from tests.net.call import Call
from tests.net.conftest import Figures
from tests.net.cost import COUNTED, cost_of_a_packet, rooms_a_core
from tests.net.test_sfu import MEDIA_PORTS, Node, pool

__all__ = ["pool"]
pytestmark = [pytest.mark.network, pytest.mark.timeout(240)]
GOOD_CIPHERS = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
}  # fmt: skip
GOOD_PROFILES = {"SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM",
                 "AES_CM_128_HMAC_SHA1_80", "SRTP_AES128_CM_HMAC_SHA1_80", "SRTP_AES128_CM_SHA1_80"}  # fmt: skip
GUARDS = """async () => {
  const found = [];
  for (const peer of window.__peers) {
    if (peer.connectionState !== 'connected') continue;
    for (const row of (await peer.getStats()).values())
      if (row.type === 'transport') found.push([row.tlsVersion, row.dtlsCipher, row.srtpCipher, row.dtlsState]);
  }
  return found;
}"""
# Bytes that look like the beginnings of RTP, DTLS (a ClientHello) and STUN, and bytes that look like nothing.
JUNK = """
import os, socket, sys
address, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
hello = b'\\x16\\xfe\\xff' + bytes(8) + b'\\x00\\x20\\x01'
heads = [b'\\x80\\x60', hello, b'\\x00\\x01\\x00\\x08!\\x12\\xa4B', b'']
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for turn in range(20):
    for port in range(first, last + 1):
        out.sendto(heads[(port + turn) % 4] + os.urandom(40 + 60 * (turn % 5)), (address, port))
"""
# The page's words to the server are changed on their way: another certificate than the one it will show.
FORGE = """
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const forged = String(text).includes('"sfu-publish"')
      ? text.replace(/(a=fingerprint:sha-256 )([0-9A-F]{2})/g, (_, a, b) => a + (b === '00' ? '11' : '00')) : text;
    return send.call(this, forged);
  };
"""


@pytest.fixture
def by_server(scene: scenes.Scene, pool: dict[str, Node]) -> Iterator[dict[str, Node]]:
    """Every dialogue goes over the pool, however few are in it."""
    policy = DialoguePolicy.objects.create(authority=scene.authority, media=MediaPolicy.SERVER)
    try:
        yield pool
    finally:
        policy.delete()


def over(call: Call) -> None:
    call.join()
    for page in (call.citizen, call.expert):
        expect(page.locator("dialogue-room")).to_have_attribute("data-way", "sfu", timeout=60_000)
        page.wait_for_function("() => window.__peers.filter((one) => one.connectionState === 'connected').length === 2")


def carrying(nodes: dict[str, Node], call: Call) -> Node:
    return nodes[way_of(call.dialogue.pk).node or ""]


def test_suites_are_good_and_a_flood_of_junk_does_not_stop_the_pictures(
    by_server: dict[str, Node], call: Call, figures: Figures
) -> None:
    over(call)
    for page in (call.citizen, call.expert):
        found: list[list[str]] = page.evaluate(GUARDS)
        assert found
        for version, cipher, profile, state in found:
            assert state == "connected"
            assert version in {"FEFD", "FEFC"}, "DTLS 1.2 or 1.3"
            assert cipher in GOOD_CIPHERS
            assert profile in GOOD_PROFILES
    node = carrying(by_server, call)
    assert node.process is not None
    cost, a_second = cost_of_a_packet(node.process.pid, [call.citizen, call.expert], COUNTED)
    figures.at_least("sfu_rooms_of_two_a_core", rooms_a_core(cost), goal=40, unit="rooms", slack=8)
    assert a_second > 50, "sound alone is a hundred packets a second"
    first, last = MEDIA_PORTS
    flood = call.lab.run("exp", sys.executable, "-c", JUNK, node.address, str(first), str(last))
    seen = call.watch(call.citizen, 6)
    assert flood.wait(60) == 0
    assert seen.fps > 5
    call.until_frames(call.expert, more=5)
    assert node.process.poll() is None


def test_a_forged_fingerprint_carries_nothing_over_a_server(by_server: dict[str, Node], call: Call) -> None:
    """The one before this is its negative control."""
    call.citizen.evaluate(f"() => {{ {FORGE} }}")
    call.citizen.evaluate("document.querySelector('[data-part=enter]').click()")
    expect(call.citizen.locator("dialogue-room")).to_have_attribute("data-way", "sfu", timeout=60_000)
    call.citizen.wait_for_function("() => window.__peers.length >= 2", timeout=60_000)
    call.citizen.wait_for_timeout(8_000)
    found: dict[str, Any] = call.sums(call.expert)
    assert found["frames"] == 0, "nothing of hers is passed on"
    assert found["packets"] == 0
