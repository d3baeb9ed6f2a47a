"""A small TURN client over UDP or TLS (RFC 8656): asks a relay for an allocation and for permission to speak to a peer.

`legalaid doctor` and the tests use it; media of people never pass here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
import socket
import ssl
import struct
import zlib
from dataclasses import dataclass, field

COOKIE = 0x2112A442
ALLOCATE, PERMISSION, REFRESH, BIND = 0x0003, 0x0008, 0x0004, 0x0009
SUCCESS, ERROR = 0x0100, 0x0110
USERNAME, INTEGRITY, ERROR_CODE, REALM, NONCE = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015
LIFETIME, XOR_PEER, XOR_RELAYED, TRANSPORT, FINGERPRINT = 0x000D, 0x0012, 0x0016, 0x0019, 0x8028
CHANNEL, FAMILY = 0x000C, 0x0017
UDP = b"\x11\x00\x00\x00"


class TurnRefused(Exception):
    """The relay said no; `code` is its error code (401 unauthorised, 403 forbidden peer, 486 quota)."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"TURN {code}")


@dataclass
class TurnProbe:
    """One socket to a relay: UDP, or TLS when `trust` names a certificate to believe. `realm` and `nonce` come with
    its first refusal."""

    host: str
    port: int
    username: str
    password: str
    timeout: float = 3.0
    realm: bytes = b""
    nonce: bytes = b""
    trust: str = ""
    wire: socket.socket = field(init=False)
    last: bytes = field(init=False, default=b"")

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        if self.trust:
            plain = socket.create_connection((self.host, self.port), self.timeout)
            self.wire = ssl.create_default_context(cafile=self.trust).wrap_socket(plain, server_hostname=self.host)
            return
        self.wire = socket.socket(family, socket.SOCK_DGRAM)
        self.wire.settimeout(self.timeout)
        self.wire.connect((self.host, self.port))

    def close(self) -> None:
        self.wire.close()

    def allocate(self, lifetime: int = 60, *, ipv6: bool = False) -> tuple[str, int]:
        """Return the relayed address. Raises TurnRefused, or TimeoutError when nobody answers."""
        asked = [(TRANSPORT, UDP), (LIFETIME, struct.pack("!I", lifetime))]
        if ipv6:
            asked.append((FAMILY, b"\x02\x00\x00\x00"))
        try:
            answer = self._ask(ALLOCATE, asked)
        except TurnRefused as refused:
            if refused.code != 401 or not self.nonce:
                raise
            answer = self._ask(ALLOCATE, asked)
        return _address(answer[XOR_RELAYED], self.last)

    def permit(self, peer: str) -> None:
        """Ask to exchange packets with the address `peer`. Raises TurnRefused."""
        self._ask(PERMISSION, [], peer=peer)

    def bind(self, peer: str, channel: int = 0x4000) -> None:
        """Ask for a channel to the address `peer`: the other way to reach it. Raises TurnRefused."""
        self._ask(BIND, [(CHANNEL, struct.pack("!HH", channel, 0))], peer=peer)

    def release(self) -> None:
        self._ask(REFRESH, [(LIFETIME, struct.pack("!I", 0))])

    def _ask(self, method: int, attributes: list[tuple[int, bytes]], peer: str = "") -> dict[int, bytes]:
        self.last = transaction = os.urandom(12)
        if peer:
            attributes = [*attributes, (XOR_PEER, _packed(peer, transaction))]
        had_nonce = bool(self.nonce)
        if had_nonce:
            attributes = [
                *attributes, (USERNAME, self.username.encode()), (REALM, self.realm), (NONCE, self.nonce),
            ]  # fmt: skip
        self.wire.sendall(self._message(method, transaction, attributes, signed=had_nonce))
        while True:
            kind, found, back = _read(self._packet())
            if back == transaction:
                break
        if kind == method | ERROR:
            self.realm, self.nonce = found.get(REALM, self.realm), found.get(NONCE, self.nonce)
            code = found[ERROR_CODE]
            refused = TurnRefused((code[2] & 7) * 100 + code[3])
            if had_nonce and refused.code == 401:
                self.nonce = b""  # our credential, not our greeting, was refused
            raise refused
        return found

    def _packet(self) -> bytes:
        """The next message: one datagram, or from a stream its head and as much as the head says."""
        if not self.trust:
            return self.wire.recv(2048)
        head = self._exactly(20)
        return head + self._exactly(struct.unpack("!H", head[2:4])[0])

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            if not (more := self.wire.recv(count - len(found))):
                raise ConnectionError("the relay hung up")
            found += more
        return found

    def _message(self, method: int, transaction: bytes, attributes: list[tuple[int, bytes]], *, signed: bool) -> bytes:
        body = b"".join(_attribute(kind, value) for kind, value in attributes)
        if signed:
            key = hashlib.md5(b":".join((self.username.encode(), self.realm, self.password.encode()))).digest()  # noqa: S324 - the RFC's
            head = _head(method, len(body) + 24, transaction)
            body += _attribute(INTEGRITY, hmac.new(key, head + body, hashlib.sha1).digest())
        head = _head(method, len(body) + 8, transaction)
        mark = zlib.crc32(head + body) ^ 0x5354554E
        return head + body + _attribute(FINGERPRINT, struct.pack("!I", mark))


def credential(secret: str, expires: int, participant: str = "probe") -> tuple[str, str]:
    """User and password as `legalaid.dialogue.turn` issues them."""
    user = f"{expires}:{participant}"
    return user, base64.b64encode(hmac.new(secret.encode(), user.encode(), hashlib.sha1).digest()).decode()


def _head(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, COOKIE) + transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\x00" * (-len(value) % 4)


def _read(packet: bytes) -> tuple[int, dict[int, bytes], bytes]:
    kind, length, _cookie = struct.unpack("!HHI", packet[:8])
    found: dict[int, bytes] = {}
    at = 20
    while at < 20 + length:
        name, size = struct.unpack("!HH", packet[at : at + 4])
        found.setdefault(name, packet[at + 4 : at + 4 + size])
        at += 4 + size + (-size % 4)
    return kind, found, packet[8:20]


def _packed(peer: str, transaction: bytes) -> bytes:
    address, port = ipaddress.ip_address(peer), 9 ^ (COOKIE >> 16)
    family = 1 if address.version == 4 else 2
    return struct.pack("!BBH", 0, family, port) + _masked(address.packed, transaction)


def _masked(raw: bytes, transaction: bytes) -> bytes:
    mask = struct.pack("!I", COOKIE) + transaction
    return bytes(one ^ other for one, other in zip(raw, mask, strict=False))


def _address(value: bytes, transaction: bytes) -> tuple[str, int]:
    port = struct.unpack("!H", value[2:4])[0] ^ (COOKIE >> 16)
    return str(ipaddress.ip_address(_masked(value[4:], transaction))), port
