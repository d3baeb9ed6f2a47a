"""How long somebody may wait, as both doors and the waiting page say it."""

from __future__ import annotations

import pytest

from legalaid.reception.estimate_rules import Estimate
from legalaid.web.waiting_words import how_long


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
    assert how_long(Estimate(low, high)) == said
