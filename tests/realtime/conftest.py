"""Sockets write through threads of their own, so their tests need committed rows."""

from collections.abc import Iterator

import pytest

from legalaid.kernel.bus import Bus, get_bus
from tests.dialogue.scene import Scene, make_scene
from tests.realtime.running import Process, serving


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


@pytest.fixture
def bus(transactional_db: None) -> Iterator[Bus]:
    yield get_bus()
    get_bus().close()


@pytest.fixture
def process(bus: Bus) -> Iterator[Process]:
    with serving(bus) as process:
        yield process
