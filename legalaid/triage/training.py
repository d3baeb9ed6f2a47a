"""Making the weights of `model/` of statements. Needs the extra `triage` (numpy, embeddings); ranking does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from legalaid.triage import embedding
from legalaid.triage.fitting import Matrix, fit, softmax
from legalaid.triage.model import Sentences, Words
from legalaid.triage.statements import NOTHING, UNCLEAR, Statement
from legalaid.triage.text import features, inverse_frequency, normal, weigh

ALSO = 0.25
"""Share of a statement's target that its other acceptable topics get."""
PENALTY_WORDS = PENALTY_SENTENCES = 1 / 30
"""Of the L2 penalty, chosen by cross-validation over hands."""
LEAST = 2
"""Texts that must have a feature."""

Embed = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Statements as numbers: bags of features, embeddings, targets over classes."""

    classes: list[str]
    bags: list[Any]
    vectors: Matrix
    target: Matrix


def lesson(statements: Sequence[Statement], embed: Embed = embedding.embed) -> Lesson:
    """Statements as numbers. Each is embedded once: this is what takes the time."""
    classes = sorted({one.topic for one in statements} | {NOTHING, UNCLEAR})
    place = {name: at for at, name in enumerate(classes)}
    target = np.zeros((len(statements), len(classes)), dtype=np.float32)
    for row, one in zip(target, statements, strict=True):
        also = [place[name] for name in one.also if name in place]
        row[place[one.topic]] = 1 - ALSO if also else 1
        for at in also:
            row[at] += ALSO / len(also)
    texts = [normal(one.text) for one in statements]
    vectors = np.array([embed(text) for text in texts], dtype=np.float32)
    return Lesson(classes, [features(text) for text in texts], vectors, target)


def part(whole: Lesson, rows: np.ndarray[Any, Any]) -> Lesson:
    """Some rows of a lesson."""
    return Lesson(whole.classes, [whole.bags[at] for at in rows], whole.vectors[rows], whole.target[rows])


def train_words(data: Lesson) -> Words:
    """The model of words."""
    idf = inverse_frequency(data.bags, LEAST)
    place = {name: at for at, name in enumerate(idf)}
    matrix = np.zeros((len(data.bags), len(idf)), dtype=np.float32)
    for row, bag in zip(matrix, data.bags, strict=True):
        for name, value in weigh(bag, idf).items():
            row[place[name]] = value
    kernel = matrix @ matrix.T + np.float32(1)
    found = fit(lambda one: kernel @ one, data.target, PENALTY_WORDS)
    return Words.from_floats(data.classes, idf, matrix.T @ found, found.sum(axis=0))


def train_sentences(data: Lesson) -> Sentences:
    """The model of sentences: embeddings about their mean, each of length 1."""
    mean = data.vectors.mean(axis=0)
    matrix = data.vectors - mean
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    found = fit(lambda one: matrix @ (matrix.T @ one) + one.sum(axis=0), data.target, PENALTY_SENTENCES)
    return Sentences(
        data.classes, mean.astype(np.float16), (matrix.T @ found).astype(np.float16),
        found.sum(axis=0).astype(np.float16),
    )  # fmt: skip


__all__ = ["Lesson", "lesson", "part", "softmax", "train_sentences", "train_words"]
