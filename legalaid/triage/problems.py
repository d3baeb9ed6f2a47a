"""Two troubles in one story: parts that speak clearly of different things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from legalaid.triage.ranker import Ranker
from legalaid.triage.text import normal

_BETWEEN = re.compile(
    r"[.!?;\n]+\s*|,?\s+(?:и (?:ещ[её]|второе|второй вопрос)|а ещ[её]|ещ[её] и|а также|а(?= у меня| мне)|потом ещ[её]|"
    r"кроме того|второй вопрос|второе|во[- ]вторых|другой вопрос|плюс к этому|помимо этого|и)[,:]?\s+",
    re.IGNORECASE,
)
"""Where one trouble may end: who dictates says no full stops, and joins two with a plain «и»."""
MIN_WORDS = 3
"""Words of a part that can be a trouble of its own."""
MOST_PARTS = 6
SURE = 0.55
"""Probability from which a part speaks clearly."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a story with its topic."""

    text: str
    code: str
    share: float


def problems(ranker: Ranker, story: str) -> tuple[Problem, ...]:
    """Two parts of a story that clearly have different topics of different areas; () for a story about one thing.

    Words alone look first, so that embeddings are asked only about stories that may hold two troubles.
    """
    parts = [part.strip() for part in _BETWEEN.split(story) if len(part.split()) >= MIN_WORDS][:MOST_PARTS]
    if len(parts) < 2 or len(_clear(Ranker(ranker.words, known=ranker.known), parts)) < 2:
        return ()
    found = _clear(ranker, parts)
    return tuple(found[:2]) if len(found) > 1 else ()


def _clear(ranker: Ranker, parts: list[str]) -> list[Problem]:
    """The surest part of each area, in the order of the story."""
    best: dict[str, tuple[int, Problem]] = {}
    for at, part in enumerate(parts):
        verdict = ranker.rank(part)
        if verdict.silent or not normal(part):
            continue
        top = verdict.candidates[0]
        area = top.code.partition(".")[0]
        if top.share >= SURE and area != "other" and (area not in best or top.share > best[area][1].share):
            best[area] = (at, Problem(part, top.code, top.share))
    return [problem for _at, problem in sorted(best.values(), key=lambda pair: pair[0])]
