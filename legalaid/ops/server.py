"""The processes of a real installation: `web`, `live`, `worker`, and all three on one host."""

from __future__ import annotations

import os
import sys
from typing import Any

from legalaid.ops.place import Place, PlaceError, database, require_free_socket, web_socket
from legalaid.ops.supervisor import Child, Say, Stopped, Supervisor, stop_on_signals

WAITING = "4096"
"""Connections that may wait for a free thread; Linux takes no more than net.core.somaxconn (4,096)."""


def web(place: Place) -> None:
    """Become granian with WEB_WORKERS processes (one a core) of WEB_THREADS (2) threads each; does not return.

    With WEB_SOCKET pages are served on that Unix socket to a proxy, and wait in one queue before all processes
    (decision 22); otherwise on HOST and PORT. PlaceError when another server listens on the socket.
    """
    workers = os.environ.get("WEB_WORKERS") or str(os.cpu_count() or 1)
    threads = os.environ.get("WEB_THREADS", "2")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--http", "1"]  # no proxy speaks HTTP/2 to what stands behind it; not guessing saves 3 % of a booking
    command += ["--workers", workers, "--blocking-threads", threads]
    if path := web_socket():
        require_free_socket(path)
        command += ["--uds", str(path), "--uds-permissions", "432"]  # 0o660: whoever runs it and the proxy's group
        # A connection is one request, and a process takes no more of them than it has threads: the others stay in the
        # kernel's queue until somebody is free, instead of behind whoever took them first.
        command += ["--no-http1-keep-alive", "--backpressure", threads, "--backlog", WAITING]
    else:
        command += ["--host", place.host, "--port", str(place.port)]
    command += [
        "--respawn-failed-workers",
        "--no-access-log",
        "--log-level",
        "warning",
        "legalaid.config.wsgi:application",
    ]
    os.execv(sys.executable, command)  # noqa: S606 - our own words


def live(place: Place, *, pages: bool) -> None:
    """Serve sockets, and with `pages` everything else too, from one uvicorn process until a signal."""
    import uvicorn

    from legalaid.realtime.server import uvicorn_options

    os.environ.setdefault("DB_POOL", "16" if pages else "4")
    # A bounded end: an orphan that waits for its last reader would keep the port from the next start.
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 5, **uvicorn_options()}
    application = "legalaid.config.asgi:application" if pages else "legalaid.config.live:application"
    uvicorn.run(application, host=place.host, port=place.port, **options)


def worker() -> None:
    """Run jobs until a signal; a job that was running when a worker died is found again by the sweep."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("procrastinate", "worker", "--concurrency", os.environ.get("WORKER_CONCURRENCY", "4"))


def migrate() -> None:
    """Bring the tables up to date."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def serve(place: Place, say: Say) -> None:
    """Keep `web` on PORT, `live` on LIVE_PORT (PORT + 1) and one `worker` alive until a signal.

    A proxy in front sends /ws/ to LIVE_PORT and the rest to WEB_SOCKET or PORT; docs/configuration.md shows one.
    """
    live_port = int(os.environ.get("LIVE_PORT") or place.port + 1)
    if not os.environ.get("SECRET_KEY"):
        raise PlaceError("Задайте SECRET_KEY: без него служба не запускается (кроме legalaid demo).")
    stop_on_signals()
    supervisor = Supervisor()
    try:
        with place.alone(), database(place) as cluster:
            path = web_socket()
            if path is None:
                place.require_free_port()
            migrate()
            supervisor.start(Child("web", ["web"], dict(os.environ), place.log("web")))
            supervisor.start(Child("live", ["live"], os.environ | {"PORT": str(live_port)}, place.log("live")))
            supervisor.start(Child("worker", ["worker"], dict(os.environ), place.log("worker")))
            pages, logs = path or f"порт {place.port}", place.state_dir / "logs"
            say(f"Страницы: {pages}; сокеты /ws/: порт {live_port}. Журналы: {logs}")
            try:
                supervisor.watch(cluster, say)
            finally:
                supervisor.stop()
    except Stopped:
        say("Всё остановлено.")
