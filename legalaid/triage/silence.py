"""Whether a text is about anything we know: a judgement of its own, made of what both models say of that alone."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from legalaid.triage.model import FOLDER

FILE = FOLDER / "silence.json"
NEEDLESS = 0.07
"""Share of statements with a topic that may be met with silence, over hands, who write obliquely by intent."""
NEEDLESS_PLAIN = 0.04
"""The same of the hand `point`, which says things as people do: the goal is 0.05 on people unknown."""
EASE = 0.01
"""Points below a half, so that rounding silences nobody."""
EDGE = 1e-6


def odds(share: float) -> float:
    """The logarithm of the odds of a probability; its ends are drawn in."""
    inside = min(max(share, EDGE), 1 - EDGE)
    return math.log(inside / (1 - inside))


@dataclass(frozen=True, slots=True)
class Silence:
    """Weights of hints. The first belongs to no hint; a half is the point from which nothing is suggested."""

    weights: tuple[float, ...]

    def share(self, hints: Sequence[float], against: float = 0.0) -> float:
        """Probability that a text has no topic; `against`: points that an added example speaks for one."""
        points = self.weights[0] + sum(a * b for a, b in zip(self.weights[1:], hints, strict=True)) - against
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, points))))


def fit(hints: Any, nothing: Any) -> Silence:
    """Learn weights of hints (rows × hints) from whether a text has no topic.

    Of the rows that have one, NEEDLESS lie beyond a half: what silence may cost is said here.
    """
    import numpy as np

    middle, spread = hints.mean(axis=0), hints.std(axis=0)
    spread[spread == 0] = 1
    rows = np.column_stack([np.ones(len(hints)), (hints - middle) / spread])
    found = np.zeros(rows.shape[1])
    for _ in range(25):  # Newton's steps
        said = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (said - nothing) + np.r_[0, found[1:]]
        found -= np.linalg.solve((rows * (said * (1 - said))[:, None]).T @ rows + np.eye(len(found)), slope)
    cut = np.quantile((rows @ found)[~nothing], 1 - NEEDLESS)
    plain = found[1:] / spread
    return Silence((round(float(found[0] - plain @ middle - cut), 5), *(round(float(one), 5) for one in plain)))


def eased(found: Silence, shares: Sequence[float]) -> Silence:
    """The same, with no more than NEEDLESS_PLAIN of some statements beyond a half: `shares` is what it said of them."""
    points = sorted((odds(one) for one in shares), reverse=True)
    last = points[int(len(points) * NEEDLESS_PLAIN)]  # the loudest that must not be silenced
    return found if last < 0 else Silence((round(found.weights[0] - last - EASE, 5), *found.weights[1:]))


@cache
def read(path: Path = FILE) -> dict[str, Silence]:
    """The weights of each way of ranking."""
    return {way: Silence(tuple(found)) for way, found in json.loads(path.read_text(encoding="utf-8")).items()}


def write(found: dict[str, Silence], path: Path = FILE) -> None:
    """Write the weights of each way of ranking."""
    path.write_text(json.dumps({way: one.weights for way, one in found.items()}) + "\n", encoding="utf-8")
