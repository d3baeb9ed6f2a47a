"""Where this installation stands: its folder, port and database, read from the environment before Django starts."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from legalaid.ops.postgres import Cluster

LONGEST_SOCKET = 107
"""Bytes of a Unix socket's path: `sun_path` of Linux is 108 with its end."""


class PlaceError(Exception):
    """The command cannot start here; the text says in Russian what is wrong and what to do."""


@dataclass(frozen=True)
class Place:
    """STATE_DIR, HOST and PORT of one installation on one host."""

    state_dir: Path
    host: str
    port: int

    @classmethod
    def from_environment(cls) -> Place:
        """Read STATE_DIR (./var), HOST (127.0.0.1) and PORT (8000); PlaceError when PORT is not a port."""
        said = os.environ.get("PORT", "8000")
        if not said.isdecimal() or len(said) > 5 or not 0 < int(said) < 65_536:
            raise PlaceError(f"PORT должен быть числом от 1 до 65535, а задано «{said}».")
        state_dir = Path(os.environ.get("STATE_DIR", "./var")).resolve()
        return cls(state_dir, os.environ.get("HOST", "127.0.0.1"), int(said))

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def prepare(self) -> None:
        """Make STATE_DIR and the defaults of the environment that children and Django will read."""
        try:
            self.state_dir.mkdir(parents=True, exist_ok=True)
            for name in ("logs", "static"):
                (self.state_dir / name).mkdir(exist_ok=True)
        except OSError as error:
            raise PlaceError(f"Нельзя писать в папку {self.state_dir}: {error.strerror}.") from error
        os.environ["STATE_DIR"] = str(self.state_dir)
        os.environ["PORT"] = str(self.port)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")

    def log(self, name: str) -> Path:
        return self.state_dir / "logs" / f"{name}.log"

    @contextlib.contextmanager
    def alone(self, patience: float = 12.0) -> Iterator[None]:
        """Hold STATE_DIR for one supervisor; wait `patience` seconds for one that is just stopping."""
        with (self.state_dir / "supervisor.lock").open("w") as lock:
            deadline = time.monotonic() + patience
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise PlaceError(
                            f"В папке {self.state_dir} уже работает другой запуск. Остановите его (Ctrl-C в его окне) "
                            "или задайте другую папку в STATE_DIR и другой PORT."
                        ) from None
                    time.sleep(0.2)
            yield

    def require_free_port(self, patience: float = 5.0) -> None:
        """Raise PlaceError when the port is taken; wait a little for processes that are just ending."""
        deadline = time.monotonic() + patience
        while not port_is_free(self.host, self.port):
            if time.monotonic() > deadline:
                raise PlaceError(
                    f"Порт {self.port} занят другой программой. "
                    f"Задайте другой, например: PORT={self.port + 80} make demo"
                )
            time.sleep(0.2)


def web_socket() -> Path | None:
    """WEB_SOCKET: the Unix socket where a proxy finds the pages, or None; PlaceError when it cannot be made there."""
    said = os.environ.get("WEB_SOCKET")
    if not said:
        return None
    path = Path(said).absolute()
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        raise PlaceError(f"Путь WEB_SOCKET длиннее {LONGEST_SOCKET} байт, система такого сокета не сделает: {path}")
    if not path.parent.is_dir():
        raise PlaceError(f"Для WEB_SOCKET нет папки {path.parent}. Создайте её и отдайте службе.")
    return path


def require_free_socket(path: Path) -> None:
    """Raise PlaceError when somebody listens there or the file is no socket; remove what a killed server left."""
    if not path.exists():
        return
    if not path.is_socket():
        raise PlaceError(f"WEB_SOCKET указывает на файл, который не сокет: {path}")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(os.fspath(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
    raise PlaceError(f"На сокете {path} уже отвечает другая служба. Остановите её или задайте другой WEB_SOCKET.")


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def database(place: Place) -> Iterator[Cluster | None]:
    """A database that answers while the block runs: DATABASE_URL's (None), or the private one of STATE_DIR.

    A private server found running is used and left running.
    """
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    cluster = Cluster(place.state_dir)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
