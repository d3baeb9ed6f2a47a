"""`legalaid sfu …`: the pool of media servers, and the configuration of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import django
import typer

from legalaid.ops import janus
from legalaid.ops.coturn import own_address
from legalaid.ops.place import PlaceError, database
from legalaid.ops.voice import here, say

if TYPE_CHECKING:
    from legalaid.kernel.actor import Actor

app = typer.Typer(help="Медиасерверы для диалогов, где людей больше четырёх.", no_args_is_help=True)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
    django.setup()


@contextmanager
def _pool() -> Iterator[Actor]:
    """With the database at hand; gives who acts."""
    with here() as place, database(place):
        _django()
        from legalaid.kernel.actor import Actor
        from legalaid.kernel.errors import NotFound

        try:
            yield Actor.system("command")
        except NotFound:
            raise PlaceError("Такого медиасервера в списке нет: legalaid sfu list") from None


@app.command()
def config(
    address: Annotated[str, typer.Option(help="Свой адрес, откуда идут звук и картинка.")] = "",
    port: Annotated[int, typer.Option(help="Порт управления: его видит только служба.")] = janus.CONTROL_PORT,
    public: Annotated[str, typer.Option(help="Внешний адрес, если сервер стоит за NAT.")] = "",
    first: Annotated[int, typer.Option(help="Первый порт UDP для звука и картинки.")] = janus.MEDIA_PORTS[0],
    last: Annotated[int, typer.Option(help="Последний порт UDP.")] = janus.MEDIA_PORTS[1],
) -> None:
    """Записать настройки Janus в STATE_DIR/janus; ключи выводятся из SFU_SECRET."""
    with here() as place:
        _django()
        found = address or own_address()
        if found is None:
            raise PlaceError("У этой машины нет адреса в сети: укажите --address.")
        folder = janus.write(place, address=found, port=port, media_ports=(first, last), public=public)
        say(f"Записано: {folder}. Запуск: legalaid sfu run. В список: legalaid sfu add ИМЯ ws://{found}:{port}")


@app.command()
def run() -> None:
    """Медиасервер: стать Janus с настройками из STATE_DIR."""
    with here() as place:
        janus.run(place)


@app.command()
def add(
    name: str, url: str, weight: Annotated[int, typer.Option(min=1, help="Доля диалогов против других.")] = 1
) -> None:
    """Добавить медиасервер в список, сменить его адрес или вернуть в работу."""
    with _pool() as actor:
        from legalaid.dialogue import services

        services.put_node(name=name, url=url, weight=weight, actor=actor, now=datetime.now(UTC))
        say(f"{name}: в списке.")


@app.command()
def drain(name: str, back: Annotated[bool, typer.Option(help="Вернуть в работу.")] = False) -> None:
    """Не давать медиасерверу новых диалогов: перед обновлением."""
    with _pool() as actor:
        from legalaid.dialogue import services

        services.drain_node(name=name, draining=not back, actor=actor, now=datetime.now(UTC))
        say(f"{name}: {'снова в работе' if back else 'новых диалогов не получит'}.")


@app.command()
def remove(name: str) -> None:
    """Убрать медиасервер из списка, когда его диалоги закончились."""
    with _pool() as actor:
        from legalaid.dialogue import services

        services.remove_node(name=name, actor=actor, now=datetime.now(UTC))
        say(f"{name}: убран.")


@app.command("list")
def list_() -> None:
    """Список медиасерверов и их состояние."""
    with _pool():
        from legalaid.dialogue.media_queries import nodes_with_load
        from legalaid.dialogue.media_words import health_words

        for node in nodes_with_load():
            words = health_words(node, datetime.now(UTC))
            load = node.dialogues  # type: ignore[attr-defined]  # annotated by the query
            say(f"{node.name}  {node.url}  вес {node.weight}  диалогов {load}  {words}")
