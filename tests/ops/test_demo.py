"""`legalaid demo` as a person runs it: started, asked, killed hard, started again, stopped."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from legalaid.ops import postgres

AWAY = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "BUS_URL", "PUBLIC_URL", "DEMO", "LEGALAID_TEST_STATE"}
ROLES = {"citizen", "operator", "expert", "coordinator", "office", "observer", "duty_officer"}


class Demo:
    """One run of the command."""

    def __init__(self, state: Path, port: int, name: str) -> None:
        env = {k: v for k, v in os.environ.items() if k not in AWAY} | {"STATE_DIR": str(state), "PORT": str(port)}
        command = [str(Path(sys.executable).with_name("legalaid")), "demo"]
        self.port = port
        self.log = state.parent / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Host": "localhost"})
        status = connection.getresponse().status
        connection.close()
        return status

    def wait(self) -> None:
        """Until it has said its address; an answer alone might come from the run before, which is just ending."""
        deadline = time.monotonic() + 150
        while time.monotonic() < deadline and self.process.poll() is None:
            if "Остановить: Ctrl-C" in self.log.read_text():
                return
            time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def end(self, number: int) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def start() -> Iterator[Callable[..., Demo]]:
    runs: list[Demo] = []

    def start(*arguments: Any) -> Demo:
        runs.append(Demo(*arguments))
        runs[-1].wait()
        return runs[-1]

    yield start
    for run in runs:
        run.end(signal.SIGTERM)


def _requests(state: Path) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.url(state)) as connection:
        return connection.execute("select id, state, number from intake_helprequest order by id").fetchall()


def _still_working(state: Path) -> list[str]:
    """Processes that still work in the state folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if f"STATE_DIR={state}".encode() in environment.split(b"\0"):
            found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.timeout(420)
def test_the_demo_starts_survives_a_hard_kill_and_stops_everything(tmp_path: Path, start: Callable[..., Demo]) -> None:
    state = tmp_path / "var"
    state.mkdir(mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    first = start(state, port, "first")
    before = _requests(state)
    assert before
    logins = json.loads((state / "logins.json").read_text())
    assert set(logins) == ROLES
    for role, address in logins.items():
        assert address.startswith(f"http://localhost:{port}/demo/login/{role}/")
        assert first.get(address.partition(str(port))[2]) == 302

    first.end(signal.SIGKILL)
    second = start(state, port, "second")
    assert {row[0] for row in before} <= {row[0] for row in _requests(state)}
    for address in logins.values():  # printed addresses stay good: the key is kept
        assert second.get(address.partition(str(port))[2]) == 302

    assert second.end(signal.SIGINT) == 0
    deadline = time.monotonic() + 15
    while _still_working(state) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _still_working(state) == []
