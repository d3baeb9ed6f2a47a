"""A real coturn with the configuration we write: whom it serves, whom it refuses, where it does not lead."""

from __future__ import annotations

import dataclasses
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from legalaid.dialogue.turn import CREDENTIAL_LIFE, ice_servers
from legalaid.ops import coturn
from legalaid.ops.place import PlaceError
from legalaid.ops.turn_probe import TurnProbe, TurnRefused, credential

SECRET = "only-for-tests"
PUBLIC = "95.173.136.70"
"""A public address; permission to it is asked for, nothing is sent there."""


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(relay: coturn.Relay) -> bool:
    """Whether it listens to UDP already; a wrong secret takes no place of anybody's quota."""
    knock = TurnProbe("127.0.0.1", relay.port, *credential("wrong", int(time.time()) + 60), timeout=1)
    try:
        knock.allocate()
    except TurnRefused:
        return True
    except OSError:
        return False
    finally:
        knock.close()
    return False


def usual(**change: object) -> coturn.Relay:
    relay = coturn.Relay(secret=SECRET, realm="turn.test", listen=["127.0.0.1"], relay="127.0.0.1", port=_free_port())
    return dataclasses.replace(relay, **change)  # type: ignore[arg-type]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[coturn.Relay], coturn.Relay]]:
    running: list[subprocess.Popen[bytes]] = []

    def begin(relay: coturn.Relay) -> coturn.Relay:
        config = tmp_path / f"{relay.port}.conf"
        coturn.write(relay, config)
        log = (tmp_path / "turn.log").open("ab")
        running.append(subprocess.Popen(coturn.command(config, tmp_path), stdout=log, stderr=log, cwd=tmp_path))
        log.close()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if answers(relay):
                return relay
            time.sleep(0.05)
        pytest.fail((tmp_path / "turn.log").read_text())

    yield begin
    for process in running:
        process.terminate()
        process.wait(10)


OPEN: list[TurnProbe] = []


@pytest.fixture(autouse=True)
def _close_probes() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def asker(relay: coturn.Relay, user: str, password: str) -> TurnProbe:
    OPEN.append(TurnProbe("127.0.0.1", relay.port, user, password, timeout=10))
    return OPEN[-1]


def probe(relay: coturn.Relay, *, secret: str = SECRET, life: int = 60, who: str = "anna") -> TurnProbe:
    return asker(relay, *credential(secret, int(time.time()) + life, who))


def refused(act: Callable[[], object]) -> int:
    with pytest.raises(TurnRefused) as caught:
        act()
    return caught.value.code


def test_a_credential_of_ours_opens_it_and_others_do_not(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    relay = start(usual())
    issued = ice_servers(participant="anna", urls=["turn:x"], secret=SECRET, now=time.time())["iceServers"][0]
    ours = asker(relay, issued["username"], issued["credential"])
    address, port = ours.allocate()
    assert (address, coturn.FIRST_RELAY <= port <= coturn.LAST_RELAY) == ("127.0.0.1", True)
    assert refused(probe(relay, secret="wrong").allocate) == 401
    assert refused(probe(relay, life=-5).allocate) == 401
    strange = asker(relay, "anna", issued["credential"])
    assert refused(strange.allocate) == 401
    assert CREDENTIAL_LIFE <= 600


INSIDE = [
    "10.0.0.1",
    "172.16.5.5",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "127.0.0.53",
    "0.0.0.5",
    "224.0.0.1",
]


def test_it_leads_to_the_world_but_not_inside(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    asked = probe(start(usual()))
    asked.allocate()
    asked.permit(PUBLIC)
    assert {peer: refused(lambda peer=peer: asked.permit(peer)) for peer in INSIDE} == dict.fromkeys(INSIDE, 403)


def test_without_our_list_it_would_lead_inside(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    """The negative control of the test above."""
    asked = probe(start(usual(denied=())))
    asked.allocate()
    asked.permit("10.0.0.1")


def test_a_node_of_the_pool_is_allowed_by_name(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    asked = probe(start(usual(allow=["10.0.0.7"])))
    asked.allocate()
    asked.permit("10.0.0.7")
    assert refused(lambda: asked.permit("10.0.0.8")) == 403


def test_one_person_and_all_together_have_a_limit(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    relay = start(usual(user_quota=2, total_quota=3))
    anna = [probe(relay) for _ in range(3)]
    for one in anna[:2]:
        one.allocate()
    assert refused(anna[2].allocate) == 486
    probe(relay, who="maria").allocate()
    assert refused(probe(relay, who="olga").allocate) == 486


def test_no_channel_over_tcp_past_the_list(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    """RFC 6062 is off: an allocation for TCP is refused (442) or not offered at all."""
    relay = start(usual())
    assert "no-tcp-relay" in coturn.configuration(relay).splitlines()
    asked = probe(relay)
    asked.allocate()
    connect = 0x000A
    assert refused(lambda: asked._ask(connect, [])) in {400, 403, 405, 420, 437, 500}


@pytest.mark.parametrize(
    "change",
    [
        {"secret": ""}, {"secret": "two\nlines"}, {"listen": ["turn.example"]}, {"relay": "10.0.0.1\nno-auth"},
        {"certificate": "a.pem"}, {"allow": ["10.0.0.0/8"]},
    ],
)  # fmt: skip
def test_what_is_not_an_address_or_a_secret_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PlaceError):
        usual(**change)


def test_the_file_is_for_its_owner_alone_and_lists_tls(tmp_path: Path) -> None:
    relay = usual(certificate="/c.pem", key="/k.pem", external="203.0.113.9")
    path = tmp_path / "turnserver.conf"
    path.write_text("old")
    coturn.write(relay, path)
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text().splitlines()
    assert {"tls-listening-port=443", "external-ip=203.0.113.9/127.0.0.1", "no-dtls"} <= set(lines)
    assert [url.split(":")[0] for url in coturn.urls(relay, "t")] == ["turn", "turn", "turns"]


def test_browsers_try_udp_then_tcp_then_tls() -> None:
    urls = ["turns:t:443?transport=tcp", "turn:t:3478?transport=tcp", "turn:t:3478?transport=udp"]
    answer = ice_servers(participant="a", urls=urls, secret="s", now=0.0, relay_only=True)
    assert answer["policy"] == "relay"
    assert answer["iceServers"][0]["urls"] == list(reversed(urls))
