"""The processes of a real installation: `web`, `live`, `worker`, and all three on one host."""

from __future__ import annotations

import os
import sys
from typing import Any

from legalaid.ops.place import Place, PlaceError, database
from legalaid.ops.supervisor import Child, Say, Stopped, Supervisor, stop_on_signals


def web(place: Place) -> None:
    """Become granian with WEB_WORKERS processes (one a core) of WEB_THREADS (4) threads each; does not return."""
    workers = os.environ.get("WEB_WORKERS") or str(os.cpu_count() or 1)
    threads = os.environ.get("WEB_THREADS", "4")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", place.host]
    command += ["--port", str(place.port), "--workers", workers, "--blocking-threads", threads]
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

    A proxy in front sends /ws/ to LIVE_PORT and the rest to PORT; docs/configuration.md shows one.
    """
    live_port = int(os.environ.get("LIVE_PORT") or place.port + 1)
    if not os.environ.get("SECRET_KEY"):
        raise PlaceError("Задайте SECRET_KEY: без него служба не запускается (кроме legalaid demo).")
    stop_on_signals()
    supervisor = Supervisor()
    try:
        with place.alone(), database(place) as cluster:
            place.require_free_port()
            migrate()
            supervisor.start(Child("web", ["web"], dict(os.environ), place.log("web")))
            supervisor.start(Child("live", ["live"], os.environ | {"PORT": str(live_port)}, place.log("live")))
            supervisor.start(Child("worker", ["worker"], dict(os.environ), place.log("worker")))
            say(f"Страницы: порт {place.port}; сокеты /ws/: порт {live_port}. Журналы: {place.state_dir / 'logs'}")
            try:
                supervisor.watch(cluster, say)
            finally:
                supervisor.stop()
    except Stopped:
        say("Всё остановлено.")
