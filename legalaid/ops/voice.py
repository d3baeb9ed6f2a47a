"""How commands speak, and how they end when something foreseen goes wrong: with words, not with a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import django
import typer
from rich.console import Console
from rich.text import Text

from legalaid.ops.place import Place, PlaceError, database
from legalaid.ops.postgres import PostgresError

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def here() -> Iterator[Place]:
    """The place from the environment; foreseen troubles end the command with words."""
    try:
        place = Place.from_environment()
        place.prepare()
        yield place
    except (PlaceError, PostgresError) as error:
        refuse(str(error))


@contextmanager
def region() -> Iterator[None]:
    """With the region's database at hand; a refusal of the product ends the command with its words."""
    with here() as place, database(place):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
        django.setup()
        from legalaid.kernel.errors import DomainError

        try:
            yield
        except DomainError as error:
            refuse(str(error.text))


def refuse(text: str) -> NoReturn:
    """End the command with the reason, in words."""
    console.print("[bold red]Не получилось.[/]", Text(text))
    raise typer.Exit(1) from None


def say(text: str) -> None:
    """One line, as it stands."""
    console.print(text, markup=False)
