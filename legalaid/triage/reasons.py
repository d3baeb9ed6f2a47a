"""Which words of a story led to a topic, as the person wrote them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from legalaid.triage.model import Words
from legalaid.triage.text import features, normal, weigh

_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
LONGEST = 7
"""Words of a phrase: enough to recognise oneself."""
SMALL = 3
"""Letters of a word that is too short to be a reason by itself."""


def phrase(words: Words, story: str, code: str) -> str:
    """The stretch of the story that speaks most for a topic; '' when nothing in it does."""
    if code not in words.classes:
        return ""
    found = list(_TOKEN.finditer(story[:1500]))
    speaks = _points(words, [hit[0] for hit in found], words.classes.index(code))
    best, span = 0.0, (0, 0)
    for start in range(len(found)):
        total = 0.0
        for end in range(start, min(start + LONGEST, len(found))):
            if end > start and _stops(story[found[end - 1].end() : found[end].start()]):
                break
            total += speaks[end] - 0.04  # a word that says nothing does not lengthen the phrase
            if total > best:
                best, span = total, (start, end)
    if best <= 0:
        return ""
    return " ".join(story[found[span[0]].start() : found[span[1]].end()].split())


def _stops(between: str) -> bool:
    return any(mark in between for mark in ".!?;\n")


def _points(words: Words, tokens: Sequence[str], at: int) -> list[float]:
    """How much each word alone speaks for a class, against the mean of all."""
    count = len(words.classes)
    points = []
    for token in tokens:
        plain = normal(token)
        if len(plain) < SMALL:
            points.append(0.0)
            continue
        total = 0.0
        for name, value in weigh(features(plain), words.idf).items():
            place = words.place[name]
            row = words.weights[place * count : (place + 1) * count]
            total += value * words.scale[place] * (row[at] - sum(row) / count)
        points.append(total / 10)
    return points
