"""Counts what is sent to the server, by the ORM and by hand: Django's own count does not see the latter."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg


@contextmanager
def statements() -> Iterator[list[Any]]:
    """The statements executed in the block, besides the ones that begin and end transactions."""
    said: list[Any] = []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        said.append(query)
        return execute(self, query, *args, **kwargs)

    with patch.object(psycopg.Cursor, "execute", noted):
        yield said
