"""What `legalaid doctor` looks at: each check answers in words what is well, or what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg

from legalaid.ops import janus, postgres
from legalaid.ops.place import Place, PlaceError, port_is_free, web_socket
from legalaid.ops.turn_probe import TurnProbe, TurnRefused, credential

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
NODE = 20
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
"""A clock before this day is certainly wrong."""


@dataclass(frozen=True)
class Finding:
    """`ok` None means: not well, but nothing that stops the service."""

    subject: str
    ok: bool | None
    words: str


def python(place: Place) -> Finding:
    return Finding("Python", True, ".".join(map(str, sys.version_info[:3])))  # an older one could not have started us


def node(place: Place) -> Finding:
    found = shutil.which("node")
    if found is None:
        return Finding("Node.js", None, f"не найден. Он нужен только для сборки страниц: поставьте Node.js {NODE}+")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = said.removeprefix("v").split(".")[0]
    if not major.isdigit() or int(major) < NODE:
        return Finding("Node.js", None, f"{said}, а для сборки страниц нужен {NODE} или новее")
    return Finding("Node.js", True, said)


def state_dir(place: Place) -> Finding:
    probe = place.state_dir / ".probe"
    try:
        place.state_dir.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return Finding("Папка данных", False, f"в {place.state_dir} нельзя писать: {error.strerror}. См. STATE_DIR")
    free = shutil.disk_usage(place.state_dir).free // 2**20
    if free < 500:
        return Finding("Папка данных", None, f"{place.state_dir}: мало места, {free} МБ")
    return Finding("Папка данных", True, f"{place.state_dir}, свободно {free} МБ")


def secret_key(place: Place) -> Finding:
    if os.environ.get("SECRET_KEY"):
        return Finding("Секретный ключ", True, "задан в SECRET_KEY")
    if os.environ.get("DEMO") in {"1", "true", "True", "on"}:
        return Finding("Секретный ключ", True, "демонстрация хранит свой ключ в папке данных")
    return Finding("Секретный ключ", None, "SECRET_KEY не задан: запустится только legalaid demo")


def port(place: Place) -> Finding:
    if path := web_socket():
        return Finding("Сокет страниц", True, str(path))
    if port_is_free(place.host, place.port):
        return Finding("Порт", True, f"{place.port} свободен")
    return Finding("Порт", None, f"{place.port} занят: служба уже работает или порт взяла другая программа. См. PORT")


def binaries(place: Place) -> Finding:
    if os.environ.get("DATABASE_URL"):
        return Finding("Программы PostgreSQL", True, "не нужны: задан DATABASE_URL")
    try:
        found = postgres.find_binaries()
    except postgres.PostgresError as error:
        return Finding("Программы PostgreSQL", False, str(error))
    return Finding("Программы PostgreSQL", True, f"версия {found.major}, из {found.origin}")


def database(place: Place) -> Finding:
    url = os.environ.get("DATABASE_URL") or postgres.url(place.state_dir)
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
            names = connection.execute("select name from pg_available_extensions").fetchall()
    except psycopg.OperationalError as error:
        if os.environ.get("DATABASE_URL"):
            return Finding("База данных", False, f"не отвечает по DATABASE_URL: {str(error).strip()}")
        return Finding("База данных", None, "сейчас не запущена: её запустит legalaid demo или legalaid serve")
    if version < postgres.OLDEST:
        return Finding("База данных", False, f"PostgreSQL {version}, а нужен {postgres.OLDEST} или новее")
    missing = sorted(set(EXTENSIONS) - {name for (name,) in names})
    if missing:
        return Finding("База данных", False, f"нет расширений {', '.join(missing)}: apt-get install postgresql-contrib")
    return Finding("База данных", True, f"PostgreSQL {version}, расширения на месте")


def migrations(place: Place) -> Finding:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        django.setup()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except ImproperlyConfigured as error:
        if not os.environ.get("SECRET_KEY"):
            return Finding("Таблицы", None, "не проверены: не задан SECRET_KEY")
        return Finding("Таблицы", False, f"настройки не читаются: {error}")
    except DatabaseError:
        return Finding("Таблицы", None, "не проверены: база данных не отвечает")
    if waiting:
        return Finding("Таблицы", False, f"не обновлены ({len(waiting)} шагов): выполните legalaid migrate")
    return Finding("Таблицы", True, "обновлены")


def office(place: Place) -> Finding:
    """Whether somebody can enter the office and invite the others; asked after `migrations`, which sets Django up."""
    from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
    from django.db import DatabaseError

    try:
        from legalaid.people.staff_queries import office_has_anybody

        found = office_has_anybody(datetime.now(UTC))
    except (AppRegistryNotReady, ImproperlyConfigured, DatabaseError):
        return Finding("Проектный офис", None, "не проверен: база данных не отвечает")
    if not found:
        return Finding("Проектный офис", None, "в нём никого: выполните legalaid invite")
    return Finding("Проектный офис", True, "есть кому войти")


def client(place: Place) -> Finding:
    manifest = Path(__file__).resolve().parents[1] / "web/static/client/.vite/manifest.json"
    if not manifest.exists():
        return Finding("Сборка страниц", False, "не сделана: выполните make setup")
    return Finding("Сборка страниц", True, "на месте")


def clock(place: Place) -> Finding:
    name = os.environ.get("REGION_TIME_ZONE", "Europe/Moscow")
    try:
        here = datetime.now(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return Finding("Часы", False, f"часовой пояс {name} неизвестен: apt-get install tzdata")
    if here < EPOCH or abs(time.time() - here.timestamp()) > 5:
        return Finding("Часы", False, f"на часах {here:%d.%m.%Y %H:%M}: проверьте время сервера")
    return Finding("Часы", True, f"{here:%d.%m.%Y %H:%M}, {name}")


def chromium(place: Place) -> Finding:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        return Finding("Chromium", None, "не найден; нужен только для make test: apt-get install chromium")
    return Finding("Chromium", True, found)


def relay(place: Place) -> Finding:
    """Whether our relay gives an allocation for a credential of ours; asked over UDP, as most browsers do."""
    addresses = [url for url in os.environ.get("TURN_URLS", "").split(",") if url.startswith("turn:")]
    if not addresses:
        return Finding("Реле (TURN)", None, "не задано: через строгие сети видеосвязь не пройдёт. См. TURN_URLS")
    host, _, port = addresses[0].removeprefix("turn:").split("?")[0].rpartition(":")
    user, password = credential(os.environ.get("TURN_SECRET", ""), int(time.time()) + 60)
    try:
        probe = TurnProbe(host.strip("[]"), int(port), user, password)
        try:
            probe.allocate()
        finally:
            probe.close()
    except TurnRefused as refused:
        return Finding("Реле (TURN)", False, f"{host} отказывает (код {refused.code}): сверьте TURN_SECRET и часы")
    except (OSError, ValueError):
        return Finding("Реле (TURN)", False, f"{host}:{port} не отвечает")
    return Finding("Реле (TURN)", True, f"{host}:{port} даёт место")


def media_servers(place: Place) -> Finding:
    """Whether every media server of the pool answers and knows us; without one dialogues hold four people."""
    from django.db import DatabaseError

    subject = "Медиасерверы (SFU)"
    try:
        from legalaid.dialogue.media_queries import media_nodes

        nodes = media_nodes()
    except Exception as error:  # settings or tables that are not there have a finding of their own
        if not isinstance(error, DatabaseError | RuntimeError | ImportError):
            raise
        return Finding(subject, None, "не проверены: база данных не отвечает")
    if not nodes:
        hint = "поставьте janus (scripts/janus.sh)" if janus.program() is None else "см. legalaid sfu --help"
        return Finding(subject, None, f"нет: в диалоге не больше четырёх человек, связь только напрямую; {hint}")
    found = []
    for node in nodes:
        try:
            found.append(f"{node.name}: Janus {janus.probe(node.url)}")
        except OSError:
            return Finding(subject, None if node.draining else False, f"{node.name} ({node.url}) не отвечает")
        except PlaceError as error:
            return Finding(subject, False, f"{node.name}: {error}")
    return Finding(subject, True, ", ".join(found))


CHECKS: tuple[Callable[[Place], Finding], ...] = (
    python, node, state_dir, secret_key, port, binaries, database, migrations, office, client, clock, relay,
    media_servers, chromium,
)  # fmt: skip


def examine(place: Place) -> list[Finding]:
    """Run every check, in the order a person should mend things."""
    if not os.environ.get("SECRET_KEY") and (place.state_dir / "secret_key").exists():
        os.environ.setdefault("DEMO", "1")  # the folder belongs to a demo, which keeps its own key there
    return [check(place) for check in CHECKS]
