"""How long she may wait, as the waiting page says it."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from legalaid.reception.estimate_rules import Estimate
from legalaid.reception.queries.queue import Standing
from legalaid.reception.states import TicketState
from legalaid.web.citizen.place import Place

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0, 15, "Ждать, скорее всего, не больше 15 мин."),
        (10, 25, "Ждать, скорее всего, от 10 до 25 минут."),
        (40, 70, "Ждать, скорее всего, от 40 мин до 1 ч 10 мин."),
        (140, 180, "Ждать, скорее всего, от 2 ч 20 мин до 3 ч."),
    ],
)
def test_a_long_wait_is_told_in_hours(low: int, high: int, said: str) -> None:
    ticket: Any = SimpleNamespace(state=TicketState.WAITING)
    visit: Any = SimpleNamespace()
    standing = Standing(ticket, position=12, experts=1, estimate=Estimate(low, high), notes=[])
    assert Place(visit, standing, NOW).wait_words == said
