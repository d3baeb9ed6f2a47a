"""A line with delay, loss and a rate, where the kernel has no netem: packets pass between two TUN devices.

Runs as a process of its own (`python -m tests.net.shim …`) and reads its weather from a small JSON file, again and
again, so that a test can change it while a call is going on.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLONE_NEWNET = 0x4000_0000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x4004_54CA, 0x0001, 0x1000
UDP = 17
WEATHER_EVERY = 0.1
QUEUE = 0.3
"""Seconds of packets a slow line holds before it drops."""


def open_tun(namespace: str, name: str, own: str, other: str) -> int:
    """A TUN device in a namespace, up and addressed; its file stays ours although we go back to our own namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
        for words in (f"addr add {own} peer {other} dev {name}", f"link set {name} mtu 1500 up"):
            subprocess.run(["ip", *words.split()], check=True)
        libc.setns(home, CLONE_NEWNET)
    finally:
        os.close(home)
        os.close(there)
    return device


@dataclass
class Weather:
    """One way of the line: `delay` in ms, `loss` in %, `kbps` 0 = as fast as it goes."""

    delay: float = 0.0
    loss: float = 0.0
    kbps: float = 0.0
    udp: bool = True
    up: bool = True


@dataclass
class Line:
    """Both ways between two devices."""

    devices: tuple[int, int]
    weather: Weather = field(default_factory=Weather)
    waiting: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    free_at: dict[int, float] = field(default_factory=dict)
    count: int = 0

    def take(self, device: int, packet: bytes, now: float) -> None:
        """Let a packet in, or lose it."""
        weather = self.weather
        is_udp = packet[0] >> 4 == 4 and packet[9] == UDP
        lost = random.random() * 100 < weather.loss
        if not weather.up or lost or (is_udp and not weather.udp):
            return
        at = now
        if weather.kbps:
            takes = len(packet) * 8 / (weather.kbps * 1000)
            begin = max(self.free_at.get(device, 0.0), now)
            if begin + takes - now > QUEUE:
                return
            self.free_at[device] = at = begin + takes
        self.count += 1
        other = self.devices[1] if device == self.devices[0] else self.devices[0]
        heapq.heappush(self.waiting, (at + weather.delay / 1000, self.count, other, packet))

    def deliver(self, now: float) -> float:
        """Hand over what is due; return the seconds until the next is."""
        while self.waiting and self.waiting[0][0] <= now:
            _, _, device, packet = heapq.heappop(self.waiting)
            with contextlib.suppress(OSError):  # the device is gone or full: that packet is lost
                os.write(device, packet)
        return min(WEATHER_EVERY, max(0.0, self.waiting[0][0] - now)) if self.waiting else WEATHER_EVERY


def run(line: Line, forecast: Path) -> None:
    """Carry packets until killed."""
    seen, look_at = 0, 0.0
    while True:
        now = time.monotonic()
        if now >= look_at:
            look_at = now + WEATHER_EVERY
            if (changed := forecast.stat().st_mtime_ns) != seen:
                seen, told = changed, json.loads(forecast.read_text())
                line.weather = Weather(**told)
        ready, _, _ = select.select(line.devices, [], [], line.deliver(now))
        for device in ready:
            for _ in range(64):
                try:
                    packet = os.read(device, 2048)
                except OSError:
                    break
                line.take(device, packet, time.monotonic())


def main(arguments: list[str]) -> None:
    first, own, second, other, name, forecast = arguments
    near = open_tun(first, name, own, other)
    far = open_tun(second, name, other, own)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    run(Line((near, far)), Path(forecast))


if __name__ == "__main__":
    told: list[Any] = sys.argv[1:]
    main(told)
