"""Softmax regression in its dual form: small data, many features, one convex problem, the same answer every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, Any]

Kernel = Callable[[Matrix], Matrix]
"""The product of the kernel matrix with a matrix, however it is computed."""

STEPS = 40
RANK = 256
"""Directions of the kernel that get a step of their own."""


def fit(kernel: Kernel, target: Matrix, penalty: float, steep: tuple[Matrix, Matrix]) -> Matrix:
    """Coefficients (rows × classes) of softmax regression with an L2 penalty; scores are kernel(coefficients).

    Accelerated gradient steps in the space of functions. A step is the inverse of the loss's steepest slope, so it
    cannot diverge: one for each of the directions of `steep`, one for all others. With one for everything, as many
    steps as here are a quarter of the way. Deterministic.
    """
    sides, sizes = steep
    rest = np.float32(1 / (sizes[-1] / 2 + penalty))
    own = (1 / (sizes / 2 + penalty) - rest).astype(np.float32)[:, None]
    now = np.zeros_like(target)
    ahead = now
    pace = 1.0
    for _ in range(STEPS):
        slope = softmax(kernel(ahead)) - target + np.float32(penalty) * ahead
        after = ahead - rest * slope - sides @ (own * (sides.T @ slope))
        quicker = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = after + np.float32((pace - 1) / quicker) * (after - now)
        now, pace = after, quicker
    return now


def constant(kernel: Kernel, rows: int) -> np.float32:
    """What to add to every entry of a centred kernel so that classes may be more and less common.

    As much as the steepest direction has: a constant that outweighs it (an uncentred kernel, or plain 1) leaves the
    words too little.
    """
    return np.float32(_largest(kernel, rows) / rows)


def softmax(scores: Matrix) -> Matrix:
    """Probabilities of each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares


def steepest(kernel: Kernel, rows: int, rank: int) -> tuple[Matrix, Matrix]:
    """The steepest directions of a kernel (columns of length 1) and how steep, a little too much; the last for all."""
    rank = min(rank, rows)
    sides = np.random.default_rng(1).standard_normal((rows, rank), dtype=np.float32)
    for _ in range(4):
        sides = np.linalg.qr(kernel(sides))[0]
    small = sides.T @ kernel(sides)
    sizes, turn = np.linalg.eigh((small + small.T) / 2)
    return (sides @ turn[:, ::-1]).astype(np.float32), np.maximum(sizes[::-1], 0) * 1.1


def _largest(kernel: Kernel, rows: int) -> float:
    """The largest eigenvalue of a kernel, by power iteration, a little too large rather than too small."""
    vector = np.sin(np.arange(1, rows + 1, dtype=np.float32))[:, None]  # neither constant nor by chance
    vector /= np.linalg.norm(vector)
    size = 0.0
    for _ in range(30):
        vector = kernel(vector)
        size = float(np.linalg.norm(vector))
        vector /= np.float32(size)
    return size * 1.02
