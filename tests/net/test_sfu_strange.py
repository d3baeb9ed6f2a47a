"""What comes the way of a participant's own media, and who greets a media server before she does (ASVS 5.0, V17.2)."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.net.call import Call
from tests.net.lab import ROOT, Lab
from tests.net.test_sfu import MEDIA_PORTS, Node, pool
from tests.net.test_sfu_safety import by_server, carrying, over

__all__ = ["by_server", "pool"]
pytestmark = [pytest.mark.network, pytest.mark.timeout(240)]
FLOOD = 6
"""Seconds."""
# The pair of addresses over which the page sends its picture.
SENDS = """async () => {
  for (const peer of window.__peers) {
    if (peer.connectionState !== 'connected') continue;
    const rows = await peer.getStats();
    const sent = [...rows.values()]
      .find((row) => row.type === 'outbound-rtp' && row.kind === 'video' && row.packetsSent);
    if (!sent) continue;
    const pair = rows.get(rows.get(sent.transportId).selectedCandidatePairId);
    const [own, other] = [rows.get(pair.localCandidateId), rows.get(pair.remoteCandidateId)];
    return [own.address, own.port, other.address, other.port];
  }
  return null;
}"""
# A greeting of DTLS as a browser's library makes it, sent from a stranger's address to every port of media.
GREET = """
import signal, socket, subprocess, sys, time
address, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
told = []
signal.signal(signal.SIGTERM, lambda *_: told.append("enough"))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
    ear.bind(("127.0.0.1", 0))
    ear.settimeout(10)
    words = ["openssl", "s_client", "-dtls1_2", "-use_srtp", "SRTP_AES128_CM_SHA1_80", "-connect",
             f"127.0.0.1:{ear.getsockname()[1]}"]
    asks = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    hello = ear.recv(2048)
    asks.kill()
    asks.wait()
assert hello[0] == 22 and hello[13] == 1, "a ClientHello"
print("ready", flush=True)
answers = 0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
    out.setblocking(False)
    while not told:
        for port in range(first, last + 1):
            out.sendto(hello, (address, port))
            if port % 20 == 0:
                time.sleep(0.005)
        try:
            while out.recv(2048):
                answers += 1
        except OSError:
            pass
print(answers)
"""


def arrived(lab: Lab, node: Node) -> int:
    """Datagrams that reached a socket on the host of a media server."""
    words = ["ip", "netns", "exec", lab.space(node.name), "cat", "/proc/net/snmp"]
    names, values = [
        line.split() for line in subprocess.check_output(words, text=True).splitlines() if line.startswith("Udp:")
    ]
    return int(values[names.index("InDatagrams")])


def start(lab: Lab, name: str, *words: str) -> subprocess.Popen[str]:
    """A program in a namespace, whose words are read here."""
    inside = ["ip", "netns", "exec", lab.space(name), *words]
    return subprocess.Popen(inside, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def received(call: Call, page: Page) -> int:
    return int(call.sums(page)["packets"])


def test_malformed_forged_and_repeated_packets_from_her_own_pair(by_server: dict[str, Node], call: Call) -> None:
    """They reach the server's socket, none of them is passed on, and the call goes on."""
    over(call)
    for page in (call.citizen, call.expert):
        call.until_frames(page, more=20)
    node = carrying(by_server, call)
    assert node.process is not None
    pair: list[Any] = call.citizen.evaluate(SENDS)
    assert pair, "she sends her picture"
    assert pair[2] == node.address
    before = received(call, call.expert)
    call.expert.wait_for_timeout(FLOOD * 1000)
    usual = received(call, call.expert) - before
    words = [sys.executable, "-m", "tests.net.inject", "tcit", *map(str, pair), str(FLOOD)]
    there = arrived(call.lab, node)
    flood = start(call.lab, "cit", *words)
    assert flood.stdout is not None
    assert int(flood.stdout.readline()) > 20, "packets of hers were heard"
    before = received(call, call.expert)
    seen = call.watch(call.expert, FLOOD)
    passed_on = received(call, call.expert) - before
    said, _ = flood.communicate(timeout=60)
    sent = int(said)
    assert sent > 5 * usual / 2, "far more than she sends herself"
    assert arrived(call.lab, node) - there > 0.9 * sent, "the control: they came to the server's socket"
    assert passed_on < 1.5 * usual + 100, f"{sent} strange packets, {passed_on} passed on, {usual} usually"
    assert seen.fps > 5
    assert seen.concealed < 0.3
    call.until_frames(call.citizen, more=5)
    assert node.process.poll() is None


def test_a_strangers_greeting_before_hers_takes_nothing_from_her(by_server: dict[str, Node], call: Call) -> None:
    """DTLS is begun by whoever proved her address with ICE; greetings from elsewhere get no word, however early."""
    floods = [  # each greets until it is told that it is enough
        start(call.lab, "exp", sys.executable, "-c", GREET, node.address, *map(str, MEDIA_PORTS))
        for node in by_server.values()
    ]
    for flood in floods:
        assert flood.stdout is not None
        assert flood.stdout.readline().strip() == "ready"
    over(call)
    for page in (call.citizen, call.expert):
        call.until_frames(page, more=20)
    for flood in floods:
        flood.terminate()
        said, _ = flood.communicate(timeout=60)
        assert int(said) == 0, "a stranger was answered"
