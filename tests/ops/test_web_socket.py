"""Pages behind a proxy: one queue before all processes, on a Unix socket."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from legalaid.ops import doctor
from legalaid.ops.place import Place, PlaceError, require_free_socket, web_socket

ASKED = 24


class OverUnix(http.client.HTTPConnection):
    """As the proxy speaks."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@contextlib.contextmanager
def web(state: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """`legalaid web` with two processes, and nothing left of it afterwards."""
    environment = os.environ | {"STATE_DIR": str(state), "SECRET_KEY": "of-this-test-alone", "DB_POOL": "0",
                                "WEB_WORKERS": "2", "LOG_LEVEL": "ERROR"} | environment  # fmt: skip
    command = [sys.executable, "-m", "legalaid.ops.cli", "web"]
    service = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield service
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(service.pid, signal.SIGKILL)
        service.wait(10)


def status(path: Path) -> tuple[int, str | None]:
    asked = OverUnix(path)
    with contextlib.closing(asked):
        asked.request("GET", "/healthz")
        answer = asked.getresponse()
        answer.read()
        return answer.status, answer.getheader("Connection")


def until_it_answers(path: Path, service: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and service.poll() is None:
        with contextlib.suppress(OSError):
            assert status(path) == (200, "close")
            return
        time.sleep(0.1)
    pytest.fail("the pages do not answer on their socket")


def processes(service: subprocess.Popen[bytes]) -> list[int]:
    """Those that serve: they have the product loaded."""
    children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
    return [int(child) for child in children if "_psycopg" in Path(f"/proc/{child}/maps").read_text()]


def hang(process: int) -> None:
    """Stop it, and wait until it stands: until one of its threads has taken the signal, the others go on accepting."""
    os.kill(process, signal.SIGSTOP)
    until = time.monotonic() + 30
    while any(
        "T (stopped)" not in (thread / "status").read_text() for thread in Path(f"/proc/{process}/task").iterdir()
    ):
        assert time.monotonic() < until, "the process does not stop"
        time.sleep(0.01)


def test_a_process_that_hangs_leaves_its_requests_to_the_others(tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    with web(tmp_path, WEB_SOCKET=str(path)) as service:
        until_it_answers(path, service)
        until = time.monotonic() + 60
        while len(found := processes(service)) < 2:
            assert time.monotonic() < until, "the second process does not start"
            time.sleep(0.2)
        for hung in found:
            hang(hung)
            with ThreadPoolExecutor(8) as clerks:
                answers = list(clerks.map(lambda _: status(path), range(ASKED)))
            os.kill(hung, signal.SIGCONT)
            assert answers == [(200, "close")] * ASKED
        assert path.stat().st_mode & 0o777 == 0o660


def test_what_a_killed_server_left_does_not_hinder_the_next(tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(path))
    assert path.is_socket()
    require_free_socket(path)
    assert not path.exists()


def test_another_service_on_the_socket_is_said_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen(1)
        with pytest.raises(PlaceError, match="уже отвечает другая служба"):
            require_free_socket(path)
        assert path.is_socket()


def test_a_file_is_never_taken_for_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "memo.txt"
    path.write_text("нужное")
    with pytest.raises(PlaceError, match="не сокет"):
        require_free_socket(path)
    assert path.read_text() == "нужное"


@pytest.mark.parametrize(
    ("said", "words"), [("/нет/такой/папки/web.sock", "нет папки"), ("/var/" + "ы" * 60, "длиннее")]
)
def test_a_socket_that_cannot_be_made_is_said_in_words(said: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_SOCKET", said)
    with pytest.raises(PlaceError, match=words):
        web_socket()


def test_the_doctor_names_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_SOCKET", str(tmp_path / "web.sock"))
    assert doctor.port(Place(tmp_path, "127.0.0.1", 8000)).words == str(tmp_path / "web.sock")
