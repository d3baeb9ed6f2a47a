"""Making the weights of `model/` of statements. Needs the extra `triage` (numpy, embeddings); ranking does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from legalaid.triage import embedding
from legalaid.triage.fitting import RANK, Kernel, Matrix, constant, fit, softmax, steepest
from legalaid.triage.model import Sentences, Words, as_bytes, unit
from legalaid.triage.silence import EDGE
from legalaid.triage.statements import ABOUT, NOTHING, SILENT, UNCLEAR, Statement
from legalaid.triage.text import features, inverse_frequency, normal, weigh

ALSO = 0.25
"""Share of a statement's target that its other acceptable topics get."""
PENALTY_WORDS = PENALTY_SENTENCES = 1 / 30
"""Of the L2 penalty, chosen by cross-validation over hands."""
RANK_SENTENCES = 400
"""All directions that embeddings have: each step is the best there is."""
DIRECTIONS = 128
"""Of an embedding's 384, those in which statements are compared, the steep ones drawn in: the fourth root of how steep
they are is taken out, or a few directions decide alone what is near."""
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

    @property
    def nothing(self) -> Matrix:
        """How far each statement has no topic, and how far it has one."""
        silent = self.target[:, [self.classes.index(label) for label in SILENT]].sum(axis=1)
        return np.column_stack([silent, 1 - silent]).astype(np.float32)


def lesson(statements: Sequence[Statement], embed: Embed = embedding.by_engine) -> Lesson:
    """Statements as numbers. Each is embedded once: this is what takes the time."""
    classes = sorted({one.topic for one in statements} | {NOTHING, UNCLEAR})
    texts = [normal(one.text) for one in statements]
    vectors = np.array([embed(text) for text in texts], dtype=np.float32)
    bags = [features(text) for text in texts]
    idf = inverse_frequency(bags, LEAST)
    place = {name: at for at, name in enumerate(idf)}
    weights = [weigh(bag, idf) for bag in bags]
    places = [[place[name] for name in one] for one in weights]
    values = [np.fromiter(one.values(), dtype=np.float32, count=len(one)) for one in weights]
    columns = np.zeros((len(idf), len(bags)), dtype=np.float32)
    for at, (rows, value) in enumerate(zip(places, values, strict=True)):
        columns[rows, at] = value
    alike = np.empty((len(bags), len(bags)), dtype=np.float32)
    for row, its, value in zip(alike, places, values, strict=True):
        row[:] = value @ columns[its]  # a text has few of the features: a hundredth of the whole product
    return Lesson(classes, idf, columns.T, alike, vectors, _target(statements, classes))


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
    found = _both(lambda one: kernel @ one + level * one.sum(axis=0), data, rows, PENALTY_WORDS, RANK)
    often = found.sum(axis=0)
    whole = np.zeros((len(data.words), found.shape[1]), dtype=np.float32)
    whole[rows] = found
    part = np.zeros(len(data.words), dtype=np.float32)
    part[rows] = 1 / len(rows)
    mean = data.words.T @ part
    weights = data.words.T @ whole - np.outer(mean, often)
    return Words.from_floats([*data.classes, ABOUT], data.idf, weights, level * often - mean @ weights)


def train_sentences(data: Lesson, rows: Rows) -> Sentences:
    """The model of sentences, learnt from some rows: embeddings about their mean, each of length 1."""
    vectors = data.vectors[rows]
    mean = vectors.mean(axis=0)
    matrix = vectors - mean
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    level = constant(lambda one: matrix @ (matrix.T @ one), len(rows))
    found = _both(
        lambda one: matrix @ (matrix.T @ one) + level * one.sum(axis=0), data, rows, PENALTY_SENTENCES, RANK_SENTENCES
    )  # fmt: skip
    sizes, sides = np.linalg.eigh(matrix.T @ matrix)
    basis = sides[:, : -DIRECTIONS - 1 : -1] * (sizes[: -DIRECTIONS - 1 : -1] / sizes[-1]) ** -0.25
    silent = data.nothing[rows, 0] > data.nothing[rows, 1]
    kept = matrix[np.argsort(~silent, kind="stable")] @ basis
    return Sentences(
        [*data.classes, ABOUT], half(mean), half(matrix.T @ found), half(level * found.sum(axis=0)), half(basis),
        unit(as_bytes(kept)), int(silent.sum()),
    )  # fmt: skip


def half(one: Matrix) -> Matrix:
    """Numbers as they will be read from the file."""
    return one.astype(np.float16).astype(np.float32)


def _both(kernel: Kernel, data: Lesson, rows: Rows, penalty: float, rank: int) -> Matrix:
    """Coefficients of the classes and, as one column more, of having no topic: one question asked by itself."""
    sides = steepest(kernel, len(rows), rank)
    classes = fit(kernel, data.target[rows], penalty, sides)
    nothing = fit(kernel, data.nothing[rows], penalty, sides)
    return np.column_stack([classes, nothing[:, :1] - nothing[:, 1:]])


def hints(data: Lesson, rows: Rows, words: Words, sentences: Sentences) -> dict[str, Matrix]:
    """What both models say of whether rows have a topic, as `Ranker` asks them, for each way of ranking."""
    count = len(words.classes)
    scale = np.frombuffer(words.scale, dtype=np.float32)[:, None]
    table = np.frombuffer(words.weights, dtype=np.int8).reshape(-1, count) * scale
    by_words = data.words.T[:, rows].T @ table + np.array(words.bias, dtype=np.float32)
    at = data.vectors[rows] - sentences.mean
    at /= np.linalg.norm(at, axis=1, keepdims=True)
    by_sentences = at @ sentences.weights + sentences.bias
    silent = np.isin(data.classes, SILENT)
    columns = []
    for scores in (by_words, by_sentences):
        shares = softmax(scores[:, :-1].astype(np.float64))
        columns += [_odds(shares[:, silent].sum(axis=1)), scores[:, -1], _odds(shares[:, ~silent].max(axis=1))]
    near = sentences.near(data.vectors[rows])
    return {"words": np.column_stack(columns[:3]), "together": np.column_stack([*columns, near])}


def _odds(shares: Matrix) -> Matrix:
    inside = np.clip(shares, EDGE, 1 - EDGE)
    found: Matrix = np.log(inside / (1 - inside))
    return found
