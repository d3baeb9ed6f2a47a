"""Our own relay: a configuration for coturn that relays media and nothing else, and the process that runs it.

What it refuses and why stands in docs/security-webrtc.md; tests/ops/test_coturn.py asks a real coturn.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from legalaid.ops.place import Place, PlaceError

INTERNAL = (
    "0.0.0.0-0.255.255.255", "10.0.0.0-10.255.255.255", "100.64.0.0-100.127.255.255", "127.0.0.0-127.255.255.255",
    "169.254.0.0-169.254.255.255", "172.16.0.0-172.31.255.255", "192.0.0.0-192.0.0.255",
    "192.168.0.0-192.168.255.255", "198.18.0.0-198.19.255.255", "224.0.0.0-239.255.255.255",
    "240.0.0.0-255.255.255.255", "::1", "::ffff:0:0-::ffff:ffff:ffff", "64:ff9b::-64:ff9b::ffff:ffff",
    "2001::-2001::ffff:ffff:ffff:ffff:ffff:ffff", "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
)  # fmt: skip
"""Peers no relay of ours speaks to: a relay is a door into the network it stands in. A range from «::» would
shut out every IPv4 address as well (seen in coturn 4.6.1)."""
SAFE = (
    "use-auth-secret", "fingerprint", "no-cli", "no-multicast-peers",
    "no-tcp-relay",  # RFC 6062 goes past the lists of peers in old versions (CVE-2026-73212)
    "no-rfc5780", "no-stun-backward-compatibility", "response-origin-only-with-rfc5780",
    "stale-nonce=600", "no-tlsv1", "no-tlsv1_1", "no-software-attribute", "secure-stun",
    "max-allocate-lifetime=3600", "channel-lifetime=600", "permission-lifetime=300",
)  # fmt: skip
PORT, TLS_PORT = 3478, 443
FIRST_RELAY, LAST_RELAY = 49_152, 65_535


@dataclass(frozen=True)
class Relay:
    """One relay host. `listen` and `relay` are its own addresses, `external` what the world sees behind a NAT."""

    secret: str
    realm: str
    listen: Sequence[str]
    relay: str
    external: str = ""
    port: int = PORT
    tls_port: int = TLS_PORT
    certificate: str = ""
    key: str = ""
    allow: Sequence[str] = field(default_factory=tuple)
    user_quota: int = 12
    total_quota: int = 1200
    max_bps: int = 500_000
    denied: Sequence[str] = INTERNAL

    def __post_init__(self) -> None:
        if not self.secret or set(self.secret) & set("\r\n #"):
            raise PlaceError("Общий секрет реле (TURN_SECRET) пуст или содержит пробел, решётку или перевод строки.")
        for address in (*self.listen, self.relay, *self.allow, *([self.external] if self.external else [])):
            try:
                ipaddress.ip_address(address)
            except ValueError:
                raise PlaceError(f"«{address}» не IP-адрес.") from None
        if bool(self.certificate) != bool(self.key):
            raise PlaceError("Для TLS нужны и сертификат, и ключ.")


def configuration(relay: Relay) -> str:
    """The text of turnserver.conf. It holds the shared secret: keep it readable by coturn alone."""
    lines = [
        "# Written by `legalaid turn-config`. Secrets inside: mode 0600.",
        *(f"listening-ip={address}" for address in relay.listen), f"relay-ip={relay.relay}",
        f"listening-port={relay.port}", f"min-port={FIRST_RELAY}", f"max-port={LAST_RELAY}",
        f"realm={relay.realm}", f"static-auth-secret={relay.secret}", *SAFE,
        f"user-quota={relay.user_quota}", f"total-quota={relay.total_quota}", f"max-bps={relay.max_bps}",
        *(f"denied-peer-ip={span}" for span in relay.denied),
        # Two people who both come through this relay meet at its own address; SFU nodes are named one by one.
        *(f"allowed-peer-ip={address}" for address in dict.fromkeys((relay.relay, *relay.allow))),
    ]  # fmt: skip
    if relay.external:
        lines.append(f"external-ip={relay.external}/{relay.relay}")
    if relay.certificate:
        lines += [f"tls-listening-port={relay.tls_port}", f"cert={relay.certificate}", f"pkey={relay.key}", "no-dtls"]
    else:
        lines += ["no-tls", "no-dtls"]
    return "\n".join(lines) + "\n"


def urls(relay: Relay, host: str) -> list[str]:
    """What browsers are told, in the order they should try: UDP, then TCP, then TLS."""
    found = [f"turn:{host}:{relay.port}?transport=udp", f"turn:{host}:{relay.port}?transport=tcp"]
    if relay.certificate:
        found.append(f"turns:{host}:{relay.tls_port}?transport=tcp")
    return found


def write(relay: Relay, path: Path) -> None:
    """Write the configuration so that nobody else can read it, not even for a moment."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(configuration(relay))
    draft.replace(path)


def program() -> str | None:
    """Where coturn is, if it is installed."""
    return shutil.which("turnserver")


def command(config: Path, folder: Path) -> list[str]:
    """How coturn is started with our configuration: in the foreground, everything it writes inside `folder`."""
    where = program()
    if where is None:
        raise PlaceError("Программа turnserver не найдена: apt-get install coturn")
    return [
        where, "-c", str(config), "--pidfile", str(folder / "turn.pid"), "--userdb", str(folder / "turn.db"),
        "--log-file", "stdout", "--simple-log",
    ]  # fmt: skip


def own_address() -> str | None:
    """The address this machine would speak to the world from; nothing is sent. None with a loopback only."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if found.startswith("127.") else found


def demo_relay(place: Place) -> Relay | None:
    """The relay of `legalaid demo`; None without coturn, without a network, or when relays are set already."""
    address = own_address()
    if program() is None or os.environ.get("TURN_URLS") or address is None:
        return None
    port = _free_port(address)
    return Relay(secret=secrets.token_urlsafe(32), realm="demo", listen=[address], relay=address, port=port)


def _free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def config_path(place: Place) -> Path:
    return place.state_dir / "turnserver.conf"


def run(place: Place) -> None:
    """Become coturn with the configuration in STATE_DIR; does not return."""
    path = config_path(place)
    if not path.exists():
        raise PlaceError(f"Нет настроек реле {path}: сначала legalaid turn-config.")
    words = command(path, place.state_dir)
    os.execv(words[0], words)  # noqa: S606 - our own words
