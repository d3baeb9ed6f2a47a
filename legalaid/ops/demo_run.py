"""`legalaid demo`: the whole product on one address, with an invented region and one-click logins."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.db import connections

from legalaid.ops import coturn, janus
from legalaid.ops.place import Place, PlaceError, database
from legalaid.ops.postgres import Cluster
from legalaid.ops.supervisor import Child, Say, Stopped, Supervisor, stop_on_signals

READY_TIMEOUT = 60.0


def run(place: Place, say: Say, announce: Callable[[Mapping[str, str]], None]) -> None:
    """Start everything, announce the logins, and keep it alive until a signal; then stop everything.

    Raises PlaceError or PostgresError when it cannot start.
    """
    stop_on_signals()
    try:
        place.prepare()
        with place.alone():
            _environment(place)
            place.require_free_port()
            say("База данных…")
            with ThreadPoolExecutor(1) as beside:
                ready = beside.submit(django.setup)  # mere imports, two seconds of them, while the server starts
                with database(place) as cluster:
                    ready.result()
                    _serve(place, cluster, say, announce)
    except Stopped:
        say("Всё остановлено. Данные сохранены в " + str(place.state_dir))


def _environment(place: Place) -> None:
    os.environ["DEMO"] = "1"
    os.environ.setdefault("PUBLIC_URL", place.address)


def _serve(place: Place, cluster: Cluster | None, say: Say, announce: Callable[[Mapping[str, str]], None]) -> None:
    supervisor = Supervisor()
    try:
        say("Таблицы…")
        call_command("migrate", verbosity=0, interactive=False)
        # The first time nobody may look before the region is there; later the pages start beside its refreshing.
        known = (place.state_dir / "logins.json").exists()
        live = _processes(place, supervisor, say) if known else None
        say("Демонстрационный регион…")
        logins = _fill(place)
        _wait_until_ready(place, live or _processes(place, supervisor, say))
        announce(logins)
        supervisor.watch(cluster, say)
    finally:
        supervisor.stop()


def _processes(place: Place, supervisor: Supervisor, say: Say) -> Child:
    say("Страницы и диалоги…")
    _relay(place, supervisor)
    _media_server(place, supervisor)
    live = supervisor.start(Child("live", ["live", "--pages"], dict(os.environ), place.log("live")))
    supervisor.start(Child("worker", ["worker"], dict(os.environ), place.log("worker")))
    return live


def _relay(place: Place, supervisor: Supervisor) -> None:
    """Where coturn is installed the demo has a relay of its own, so that two machines can talk through a firewall."""
    relay = coturn.demo_relay(place)
    if relay is None:
        return
    coturn.write(relay, coturn.config_path(place))
    os.environ["TURN_SECRET"], os.environ["TURN_URLS"] = relay.secret, ",".join(coturn.urls(relay, relay.relay))
    supervisor.start(Child("turn", ["turn"], dict(os.environ), place.log("turn")))


def _media_server(place: Place, supervisor: Supervisor) -> None:
    """Where Janus is installed the demo has a media server of its own; without it dialogues hold four people."""
    if janus.demo_node(place) is not None:
        supervisor.start(Child("sfu", ["sfu", "run"], dict(os.environ), place.log("sfu")))


def _fill(place: Place) -> dict[str, str]:
    """Load the demo region, keep its day alive, and return role → address."""
    from legalaid.ops import demo
    from legalaid.web.demo.keys import LANDING, login_path

    users, people = demo.load(datetime.now(UTC)), demo.everybody()
    connections.close_all()
    base = os.environ["PUBLIC_URL"].rstrip("/")
    logins = {role: base + login_path(role, users.get(role)) for role in LANDING}
    # The rest of the staff is not announced: two experts of one authority are wanted by tests and by curious people.
    staff = {email: base + login_path(role, user) for email, (role, user) in people.items()}
    _keep(place, "staff.json", staff)
    _keep(place, "logins.json", logins)
    return logins


def _keep(place: Place, name: str, addresses: Mapping[str, str]) -> None:
    draft = place.state_dir / f"{name}.new"
    draft.write_text(json.dumps(addresses, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    draft.replace(place.state_dir / name)


def _wait_until_ready(place: Place, live: Child) -> None:
    deadline = time.monotonic() + READY_TIMEOUT
    while not answers(place, "/readyz"):
        if live.fallen() or time.monotonic() > deadline:
            raise PlaceError(f"Страницы не открылись. Конец журнала {live.log}:\n{live.last_words()}")
        time.sleep(0.1)


def answers(place: Place, path: str) -> bool:
    """Whether the service on this host answers 200 at `path`."""
    connection = http.client.HTTPConnection(place.host, place.port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
