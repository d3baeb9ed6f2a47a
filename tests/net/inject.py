"""Strange packets that come the way of a participant's own media.

Usage: python -m tests.net.inject DEVICE OWN_ADDRESS OWN_PORT ADDRESS PORT SECONDS

Runs in the namespace of the participant. It listens to what her browser sends on that pair of addresses, and sends back
on its way, with the browser's own address and port: packets sent before, whole (a flood that authenticates and was seen
already); the same with one bit changed (what authentication must refuse); the same cut short; headers that promise more
than follows; and packets as long as the line carries. Prints how many it heard and how many it sent.
"""

from __future__ import annotations

import os
import random
import socket
import struct
import sys
import time
from collections.abc import Iterator

HEADERS = 28  # IPv4 and UDP
ALL = 0x0003  # ETH_P_ALL
WANTED = 100
"""Packets of hers to work with: a second or so of a call."""
PAUSE = 0.0005
"""Seconds between packets: some 1,500 a second, ten times what a call sends."""


def heard(device: str, own: tuple[str, int], other: tuple[str, int]) -> list[bytes]:
    """The next RTP and RTCP that the browser sends from `own` to `other`."""
    found: list[bytes] = []
    hers = (socket.inet_aton(own[0]), socket.inet_aton(other[0]), own[1], other[1])
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL)) as ear:
        ear.bind((device, ALL))
        ear.settimeout(20)
        while len(found) < WANTED:
            packet = ear.recv(2048)
            if len(packet) <= HEADERS or packet[9] != socket.IPPROTO_UDP:
                continue
            if struct.unpack("!4s4sHH", packet[12:24]) == hers and packet[HEADERS] >> 6 == 2:
                found.append(packet[HEADERS:])
    return found


def strange(real: list[bytes]) -> Iterator[bytes]:
    """One after another, for ever."""
    while True:
        packet = random.choice(real)
        at = random.randrange(12, len(packet))
        yield packet
        yield packet[:at] + bytes([packet[at] ^ 0x10]) + packet[at + 1 :]
        yield packet[: random.randrange(2, 14)]
        yield (bytes([0x9F]) + packet[1:12] + b"\xbe\xde\xff\xff" + os.urandom(20))  # no such sources
        yield bytes([0x81, 200 + random.randrange(7), 0xFF, 0xFF]) + os.urandom(24)  # RTCP longer than itself
        yield packet[:12] + os.urandom(1460)


def main(device: str, own: tuple[str, int], other: tuple[str, int], seconds: float) -> None:
    real = heard(device, own, other)
    sys.stdout.write(f"{len(real)}\n")
    sys.stdout.flush()
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as mouth:
        end = time.monotonic() + seconds
        for text in strange(real):
            if time.monotonic() > end:
                break
            udp = struct.pack("!HHHH", own[1], other[1], 8 + len(text), 0)
            ip = struct.pack(
                "!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0,
                socket.inet_aton(own[0]), socket.inet_aton(other[0]),
            )  # fmt: skip
            mouth.sendto(ip + udp + text, (other[0], 0))
            sent += 1
            time.sleep(PAUSE)
    sys.stdout.write(f"{sent}\n")


if __name__ == "__main__":
    name, mine, my_port, theirs, their_port, how_long = sys.argv[1:]
    main(name, (mine, int(my_port)), (theirs, int(their_port)), float(how_long))
