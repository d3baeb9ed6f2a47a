"""One plain question that separates two topics: written for the pairs that people confuse."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("questions.json")


@dataclass(frozen=True, slots=True)
class Question:
    """The question and, for each of the two topics, the answer that leads to it."""

    text: str
    answers: dict[str, str]


@cache
def _written() -> dict[frozenset[str], Question]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {frozenset(row["pair"]): _question(row["ask"], row["pair"], row["answers"]) for row in rows}


def _question(text: str, pair: list[str], answers: list[str]) -> Question:
    return Question(text, dict(zip(pair, answers, strict=True)))


def question(one: str, other: str) -> Question | None:
    """The question written for a pair of topics; None when there is none."""
    return _written().get(frozenset((one, other)))
