"""Two people, a server and a relay in network namespaces of their own; the lines of the two can be spoilt.

`net`: routes between all, and holds the server (203.0.113.1) and the relay (203.0.113.2).
`cit`, `exp`: the citizen's and the expert's computer, each behind a line of tests/net/shim.py.
The addresses are those of documentation (RFC 5737); no packet leaves the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from legalaid.ops import coturn

ROOT = Path(__file__).resolve().parents[2]
SERVER, RELAY, PORT = "203.0.113.1", "203.0.113.2", 9200
ADDRESS = f"http://{SERVER}:{PORT}"
BARE_PORT = 9300
BARE = f"http://{SERVER}:{BARE_PORT}"
"""Where the bare pages of bench/bare.py stand, the floor of the product's figures."""
PEOPLE = {"cit": ("198.51.100.2", "198.51.100.1"), "exp": ("192.0.2.2", "192.0.2.1")}
SECRET = "only-for-tests"
START = 240.0
"""Seconds the product may take to answer; three on a quiet machine, a minute and more where memory is short."""
READY = """
import sys, time, urllib.request
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    try:
        urllib.request.urlopen(sys.argv[1], timeout=10)
        sys.exit()
    except OSError:
        time.sleep(0.1)
sys.exit(1)
"""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream=device-count=2",
    "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
    f"--unsafely-treat-insecure-origin-as-secure={ADDRESS},{BARE}",
]  # fmt: skip


def why_not() -> str:
    """Why this machine cannot make the laboratory; empty when it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "the program ip is missing (apt-get install iproute2)"
    if not Path("/dev/net/tun").exists():
        return "/dev/net/tun is missing"
    if coturn.program() is None:
        return "coturn is missing (scripts/coturn.sh)"
    probe = subprocess.run(["ip", "netns", "add", "legalaid-probe"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", "legalaid-probe"], capture_output=True, check=False)
    return probe.stderr.strip() if probe.returncode else ""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Lab:
    """The running laboratory. Names of namespaces carry our pid, so that two laboratories do not meet."""

    folder: Path
    prefix: str = field(default_factory=lambda: f"la{os.getpid()}")
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def space(self, name: str) -> str:
        return f"{self.prefix}-{name}"

    def build(self) -> None:
        for name in ("net", *PEOPLE):
            ip("netns", "add", self.space(name))
            ip("-n", self.space(name), "link", "set", "lo", "up")
        for setting in ("net.ipv4.ip_forward=1", "net.ipv4.conf.all.promote_secondaries=1"):
            self.run("net", "sysctl", "-qw", setting).wait(10)
        for address in (SERVER, RELAY):
            ip("-n", self.space("net"), "addr", "add", f"{address}/32", "dev", "lo")
        for name in PEOPLE:
            self._line(name)

    def _line(self, name: str) -> None:
        own, gate = PEOPLE[name]
        self.weather(name)
        words = [sys.executable, "-m", "tests.net.shim", self.space(name), own, self.space("net"), gate]
        device = f"t{name}"
        line = subprocess.Popen(
            [*words, device, str(self._forecast(name))], stdout=subprocess.PIPE, stderr=self.log("lines"), cwd=ROOT
        )
        self.processes[f"line-{name}"] = line
        assert line.stdout
        assert line.stdout.readline().strip() == b"up", (self.folder / "lines.log").read_text()
        line.stdout.close()
        ip("-n", self.space(name), "route", "add", "default", "via", gate, "dev", device)

    def _forecast(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def weather(self, name: str, **how: float | bool) -> None:
        """Change one person's line: delay (ms, one way), loss (%, each way), kbps, udp, up. Nothing = a good line."""
        draft = self._forecast(name).with_suffix(".new")
        draft.write_text(json.dumps(how))
        draft.replace(self._forecast(name))
        time.sleep(0.25)  # the line looks for it every tenth of a second

    def move(self, name: str, address: str) -> None:
        """Give a person another address, as when Wi-Fi gives way to a mobile network."""
        gate, device = PEOPLE[name][1], f"t{name}"
        was = self.addresses.get(name, PEOPLE[name][0])
        if was == address:
            return
        ip("-n", self.space("net"), "route", "replace", f"{address}/32", "dev", device)
        ip("-n", self.space(name), "addr", "del", was, "peer", gate, "dev", device)
        ip("-n", self.space(name), "addr", "add", address, "peer", gate, "dev", device)
        ip("-n", self.space(name), "route", "replace", "default", "via", gate, "dev", device)
        self.addresses[name] = address

    def run(self, name: str, *words: str, log: str = "lab", **more: Any) -> subprocess.Popen[bytes]:
        """Start a program in a namespace."""
        inside = ["ip", "netns", "exec", self.space(name), *words]
        return subprocess.Popen(inside, stdout=self.log(log), stderr=subprocess.STDOUT, cwd=ROOT, **more)

    def log(self, name: str) -> int:
        return os.open(self.folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def start_relay(self) -> None:
        relay = coturn.Relay(secret=SECRET, realm="lab", listen=[RELAY], relay=RELAY)
        coturn.write(relay, self.folder / "turn.conf")
        words = coturn.command(self.folder / "turn.conf", self.folder)
        self.processes["relay"] = self.run("net", *words, log="relay")

    def start_product(self) -> None:
        """Pages and sockets on one address, as in the demo, with the database of the tests."""
        words = [sys.executable, "-m", "legalaid.ops.cli", "live", "--pages"]
        self.processes["product"] = self.run("net", *words, log="product", env=self.environment)

    def product_with(self, **settings: str) -> None:
        """The product with these settings, started anew if it has others."""
        if all(self.environment.get(name) == value for name, value in settings.items()):
            return
        self.kill("product")
        self.environment |= settings
        self.start_product()
        self.wait_for_product()

    def kill(self, name: str) -> None:
        """kill -9, and the address is free again."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def wait_for_product(self, timeout: float = START) -> None:
        assert self.wait_for(f"{ADDRESS}/healthz", timeout), (
            f"no answer within {timeout:.0f} s: {(self.folder / 'product.log').read_text()[-4000:]}"
        )

    def wait_for(self, address: str, timeout: float = START) -> bool:
        """Until it answers. One program asks all the while: to start one for each question would slow the start."""
        asking = self.run("net", sys.executable, "-c", READY, address, str(timeout), log="ready")
        return asking.wait(timeout + 30) == 0

    def browser_path(self, name: str, chromium: str) -> Path:
        """A program that is Chromium in that person's namespace."""
        path = self.folder / f"chromium-{name}"
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.space(name)} {chromium} "$@"\n')
        path.chmod(0o755)
        return path

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait(10)
        for name in ("net", *PEOPLE):
            subprocess.run(["ip", "netns", "del", self.space(name)], capture_output=True, check=False)


@contextlib.contextmanager
def laboratory(folder: Path, database: str, more: Mapping[str, str] | None = None) -> Iterator[Lab]:
    """Build everything, start relay and product, take it all down afterwards."""
    lab = Lab(folder)
    urls = f"turn:{RELAY}:3478?transport=udp,turn:{RELAY}:3478?transport=tcp"
    lab.environment = {
        **os.environ, "DATABASE_URL": database, "BUS_URL": "postgres:", "DEMO": "0", "SECRET_KEY": SECRET,
        "PUBLIC_URL": ADDRESS, "ALLOWED_HOSTS": SERVER, "HOST": SERVER, "PORT": str(PORT), "STATE_DIR": str(folder),
        "TURN_URLS": urls, "TURN_SECRET": SECRET, "DJANGO_SETTINGS_MODULE": "legalaid.config.settings",
        "DB_POOL": "4", "TURN_ONLY": "0", **(more or {}),
    }  # fmt: skip
    try:
        lab.build()
        lab.start_relay()
        lab.start_product()
        lab.wait_for_product()
        yield lab
    finally:
        lab.close()
