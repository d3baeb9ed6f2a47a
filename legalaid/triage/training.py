"""Making the weights of `model/` of statements. Needs the extra `triage` (numpy, embeddings); ranking does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from legalaid.triage import embedding
from legalaid.triage.fitting import Matrix, constant, fit
from legalaid.triage.model import Sentences, Words
from legalaid.triage.statements import NOTHING, UNCLEAR, Statement
from legalaid.triage.text import features, inverse_frequency, normal, weigh

ALSO = 0.25
"""Share of a statement's target that its other acceptable topics get."""
PENALTY_WORDS = PENALTY_SENTENCES = 1 / 30
"""Of the L2 penalty, chosen by cross-validation over hands."""
LEAST = 3
"""Texts that must have a feature: with 2 the weights are half as large again and no better."""

Embed = Callable[[str], Any]
Rows = np.ndarray[Any, Any]
"""Numbers of rows of a lesson."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Statements as numbers: weights of words with how alike they make texts, embeddings, targets over classes."""

    classes: list[str]
    idf: dict[str, float]
    words: Matrix
    alike: Matrix
    vectors: Matrix
    target: Matrix


def lesson(statements: Sequence[Statement], embed: Embed = embedding.embed) -> Lesson:
    """Statements as numbers. Each is embedded once: this is what takes the time."""
    classes = sorted({one.topic for one in statements} | {NOTHING, UNCLEAR})
    texts = [normal(one.text) for one in statements]
    vectors = np.array([embed(text) for text in texts], dtype=np.float32)
    bags = [features(text) for text in texts]
    idf = inverse_frequency(bags, LEAST)
    place = {name: at for at, name in enumerate(idf)}
    words = np.zeros((len(bags), len(idf)), dtype=np.float32)
    for row, bag in zip(words, bags, strict=True):
        for name, value in weigh(bag, idf).items():
            row[place[name]] = value
    return Lesson(classes, idf, words, words @ words.T, vectors, _target(statements, classes))


def _target(statements: Sequence[Statement], classes: Sequence[str]) -> Matrix:
    place = {name: at for at, name in enumerate(classes)}
    target = np.zeros((len(statements), len(classes)), dtype=np.float32)
    for row, one in zip(target, statements, strict=True):
        also = [place[name] for name in one.also if name in place]
        row[place[one.topic]] = 1 - ALSO if also else 1
        for at in also:
            row[at] += ALSO / len(also)
    return target


def train_words(data: Lesson, rows: Rows) -> Words:
    """The model of words, learnt from some rows of a lesson: their weights about the mean."""
    kernel = data.alike[np.ix_(rows, rows)]
    middle = kernel.mean(axis=0)
    kernel -= middle
    kernel -= middle[:, None] - middle.mean()
    level = constant(lambda one: kernel @ one, len(rows))
    found = fit(lambda one: kernel @ one + level * one.sum(axis=0), data.target[rows], PENALTY_WORDS)
    often = found.sum(axis=0)
    whole = np.zeros_like(data.target)
    whole[rows] = found
    mean = data.words[rows].mean(axis=0)
    weights = data.words.T @ whole - np.outer(mean, often)
    return Words.from_floats(data.classes, data.idf, weights, level * often - mean @ weights)


def train_sentences(data: Lesson, rows: Rows) -> Sentences:
    """The model of sentences, learnt from some rows: embeddings about their mean, each of length 1."""
    vectors = data.vectors[rows]
    mean = vectors.mean(axis=0)
    matrix = vectors - mean
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    level = constant(lambda one: matrix @ (matrix.T @ one), len(rows))
    found = fit(
        lambda one: matrix @ (matrix.T @ one) + level * one.sum(axis=0), data.target[rows], PENALTY_SENTENCES
    )  # fmt: skip
    return Sentences(
        data.classes, mean.astype(np.float16), (matrix.T @ found).astype(np.float16),
        (level * found.sum(axis=0)).astype(np.float16),
    )  # fmt: skip
