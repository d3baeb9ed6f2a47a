"""A place to measure in: a durable private server of its own in a temporary folder, and the product beside it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from legalaid.ops.postgres import Cluster, url


@contextmanager
def database() -> Iterator[Path]:
    """Start PostgreSQL with fsync on, point Django at it, make the tables; yields STATE_DIR."""
    state = Path(tempfile.mkdtemp(prefix="legalaid-bench-"))
    cluster = Cluster(state)
    cluster.start()
    try:
        os.environ |= {
            "STATE_DIR": str(state), "DATABASE_URL": url(state), "SECRET_KEY": "only-for-the-bench", "DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "legalaid.config.settings", "DB_POOL": "0",
        }  # fmt: skip
        (state / "static").mkdir()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield state
    finally:
        from django.db import connections

        connections.close_all()
        cluster.stop()
        shutil.rmtree(state, ignore_errors=True)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: str, **environment: str) -> Iterator[int]:
    """Run `legalaid <command>` on a free port until the block ends; yields the port once it listens."""
    port = free_port()
    with _running(command, port, PORT=str(port), **environment):
        yield port


@contextmanager
def pages(**environment: str) -> Iterator[Path]:
    """Run `legalaid web` until the block ends; yields the Unix socket on which a proxy would find it."""
    path = Path(os.environ["STATE_DIR"]) / "web.sock"
    with _running("web", path, WEB_SOCKET=str(path), **environment):
        yield path


@contextmanager
def _running(command: str, address: int | Path, **environment: str) -> Iterator[None]:
    env = {k: v for k, v in os.environ.items() if k != "DB_POOL"} | environment
    with subprocess.Popen([sys.executable, "-m", "legalaid.ops.cli", command], env=env) as server:
        try:
            wait_for(address, server)
            yield
        finally:
            server.terminate()


def wait_for(address: int | Path, server: subprocess.Popen[bytes]) -> None:
    """Return when the server listens on the port or socket; RuntimeError when it does not within 30 s."""
    on_port = isinstance(address, int)
    family, where = (socket.AF_INET, ("127.0.0.1", address)) if on_port else (socket.AF_UNIX, str(address))
    deadline = time.monotonic() + 30
    while True:
        with socket.socket(family) as probe:
            if probe.connect_ex(where) == 0:
                return
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.1)
