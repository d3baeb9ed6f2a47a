"""A real coturn with the configuration we write: whom it serves, whom it refuses, where it does not lead."""

from __future__ import annotations

import dataclasses
import ipaddress
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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


def test_a_channel_leads_no_further_than_a_permission(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    asked = probe(start(usual()))
    asked.allocate()
    asked.bind(PUBLIC)
    for number, peer in enumerate(INSIDE):
        assert refused(lambda peer=peer, number=number: asked.bind(peer, 0x4001 + number)) == 403, peer


INSIDE6 = [
    "fd00::1",
    "fc00::5",
    "fe80::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
    "2001::1",
    "2002:a00:1::1",
]
PUBLIC6 = "2a02:6b8::feed:ff"


def test_an_ipv6_relay_leads_to_the_world_but_not_inside(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    asked = probe(start(usual(relay="::1")))
    assert asked.allocate(ipv6=True)[0] == "::1"
    asked.permit(PUBLIC6)
    asked.bind(PUBLIC6)
    assert {peer: refused(lambda peer=peer: asked.permit(peer)) for peer in INSIDE6} == dict.fromkeys(INSIDE6, 403)
    for number, peer in enumerate(INSIDE6):
        assert refused(lambda peer=peer, number=number: asked.bind(peer, 0x4001 + number)) == 403, peer


def test_without_our_list_an_ipv6_relay_would_lead_inside(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    """The negative control of the test above: every address there would be reached."""
    asked = probe(start(usual(relay="::1", denied=())))
    asked.allocate(ipv6=True)
    reached = [peer for peer in INSIDE6 if not _refuses(asked, peer)]
    assert {"fd00::1", "fe80::1", "64:ff9b::a00:1", "2001::1", "2002:a00:1::1"} <= set(reached), reached


def _refuses(asked: TurnProbe, peer: str) -> bool:
    try:
        asked.permit(peer)
    except TurnRefused:
        return True
    return False


def test_an_ipv4_relay_gives_no_ipv6_at_all(start: Callable[[coturn.Relay], coturn.Relay]) -> None:
    asked = probe(start(usual()))
    assert refused(lambda: asked.allocate(ipv6=True)) == 440
    asked.allocate()
    assert {refused(lambda peer=peer: asked.permit(peer)) for peer in (*INSIDE6, "::1")} <= {403, 443}


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[str, str]:
    """A certificate for an address and its key, made here and believed by the test alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = folder / "turn.pem", folder / "turn.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(cert_file), str(key_file)


def test_tls_where_only_https_passes(start: Callable[[coturn.Relay], coturn.Relay], tmp_path: Path) -> None:
    """The way of last resort: TURN over TLS, here on a free port, with the same refusals; old TLS is not spoken."""
    cert, key = certificate(tmp_path)
    relay = start(usual(certificate=cert, key=key, tls_port=_free_port()))
    asked = TurnProbe("127.0.0.1", relay.tls_port, *credential(SECRET, int(time.time()) + 60), timeout=10, trust=cert)
    OPEN.append(asked)
    assert asked.wire.version() in {"TLSv1.2", "TLSv1.3"}  # type: ignore[attr-defined]  # an SSLSocket
    assert asked.allocate()[0] == "127.0.0.1"
    asked.permit(PUBLIC)
    assert {refused(lambda peer=peer: asked.permit(peer)) for peer in INSIDE} == {403}
    assert refused(lambda: asked.bind("10.0.0.1")) == 403
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", relay.tls_port), 2) as plain,
        pytest.raises((ssl.SSLError, TimeoutError)),
    ):
        old.wrap_socket(plain)


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
