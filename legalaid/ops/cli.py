"""The command `legalaid`: everything an installation is started, prepared and examined with."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from legalaid.ops import coturn, demo_run, pack_cli, server, sfu_cli, triage_cli
from legalaid.ops import doctor as examination
from legalaid.ops.place import Place, PlaceError, database
from legalaid.ops.voice import console, here, region, say

app = typer.Typer(
    help="Правовая помощь онлайн: запуск и обслуживание.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ROLES = {
    "citizen": "Гражданин",
    "operator": "Оператор МФЦ",
    "expert": "Специалист органа",
    "coordinator": "Координатор органа",
    "office": "Проектный офис",
    "duty_officer": "Дежурный",
    "observer": "Наблюдатель",
}


@app.command()
def demo(
    tied: Annotated[bool, typer.Option(help="Остановиться, когда умрёт запустившая программа (make).")] = False,
) -> None:
    """Показать всё на одном адресе: база данных, вымышленный регион, вход в один щелчок."""
    if tied and sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    with here() as place:
        demo_run.run(place, say, lambda logins: _announce(place, logins))


def _announce(place: Place, logins: Mapping[str, str]) -> None:
    console.print(f"\n[bold]Правовая помощь онлайн[/] работает: [bold]{place.address}/[/]\n")
    for role, address in logins.items():
        console.print(f"  {ROLES[role]:<20} {address}")
    console.print(f"\nАдреса также в {place.state_dir / 'logins.json'}. Остановить: Ctrl-C.", markup=False)


@app.command()
def serve() -> None:
    """Работать на одном сервере: страницы (web), сокеты (live) и задания (worker)."""
    with here() as place:
        server.serve(place, say)


@app.command()
def web() -> None:
    """Страницы: granian, WSGI."""
    with here() as place:
        server.web(place)


@app.command()
def live(
    pages: Annotated[bool, typer.Option(help="Отвечать и за страницы: всё на одном адресе.")] = False,
) -> None:
    """Сокеты: uvicorn, ASGI."""
    with here() as place:
        server.live(place, pages=pages)


@app.command()
def worker() -> None:
    """Задания: письма, напоминания, уборка."""
    with here():
        server.worker()


@app.command()
def migrate() -> None:
    """Создать или обновить таблицы."""
    with here() as place, database(place):
        server.migrate()
        say("Таблицы обновлены.")


@app.command()
def invite(
    name: Annotated[str, typer.Argument(metavar="ИМЯ", help="Имя и фамилия, например «Анна Новая».")],
    email: Annotated[str, typer.Argument(metavar="ПОЧТА", help="Рабочая почта: на неё придёт код для входа.")],
) -> None:
    """Пригласить в проектный офис: первый человек новой установки, остальных зовёт он сам."""
    with region():
        from django.conf import settings

        from legalaid.kernel.actor import Actor
        from legalaid.people import services
        from legalaid.people.states import Role

        services.invite(
            name=name, email=email, role=Role.OFFICE, branch_id=None, authority_id=None, actor=Actor.system("console"),
            now=datetime.now(UTC),
        )  # fmt: skip
        say(f"Приглашение уйдёт письмом, как только работает служба. Вход: {settings.PUBLIC_URL}/accounts/login/")


@app.command()
def doctor() -> None:
    """Сказать словами, что не так с этой установкой."""
    try:
        place = Place.from_environment()
    except PlaceError as error:
        console.print(f"[bold red]✗[/] {error}")
        raise typer.Exit(1) from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
    findings = examination.examine(place)
    marks = {True: "[green]✓[/]", None: "[yellow]![/]", False: "[bold red]✗[/]"}
    for finding in findings:
        console.print(marks[finding.ok], f"[bold]{finding.subject}[/]:", finding.words)
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(1)


@app.command("turn-config")
def turn_config(
    listen: Annotated[list[str], typer.Option(help="Свой адрес, на котором слушать (можно несколько).")],
    realm: Annotated[str, typer.Option(help="Имя реле, например turn.example.")],
    external: Annotated[str, typer.Option(help="Внешний адрес, если сервер стоит за NAT.")] = "",
    cert: Annotated[str, typer.Option(help="Сертификат для TLS на порту 443.")] = "",
    key: Annotated[str, typer.Option(help="Ключ сертификата.")] = "",
    allow: Annotated[list[str] | None, typer.Option(help="Адрес узла SFU, с которым реле говорит.")] = None,
) -> None:
    """Записать безопасные настройки coturn в STATE_DIR/turnserver.conf; секрет берётся из TURN_SECRET."""
    with here() as place:
        relay = coturn.Relay(
            secret=os.environ.get("TURN_SECRET", ""), realm=realm, listen=listen, relay=listen[0], external=external,
            certificate=cert, key=key, allow=allow or (),
        )  # fmt: skip
        coturn.write(relay, coturn.config_path(place))
        say(f"Записано: {coturn.config_path(place)}. Для службы: TURN_URLS={','.join(coturn.urls(relay, realm))}")


@app.command()
def turn() -> None:
    """Реле: стать coturn с настройками из STATE_DIR."""
    with here() as place:
        coturn.run(place)


app.add_typer(sfu_cli.app, name="sfu")
app.add_typer(triage_cli.app, name="triage")
app.add_typer(pack_cli.app, name="pack")


@app.command("check-health")
def check_health() -> None:
    """Ответить кодом 0, если служба на этом сервере готова принимать людей."""
    with here() as place:
        if not demo_run.answers(place, "/readyz"):
            raise PlaceError(f"{place.address}/readyz не отвечает.")
        say("Служба готова.")


def main() -> None:
    """Entry of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True, encoding="utf-8")
    app()


if __name__ == "__main__":
    main()
