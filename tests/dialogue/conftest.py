"""The bus keeps a connection of its own; it must be gone before the test database is dropped."""

from collections.abc import Iterator

import pytest

from legalaid.kernel.bus import get_bus


@pytest.fixture(autouse=True)
def _bus_lets_go() -> Iterator[None]:
    yield
    get_bus().close()
