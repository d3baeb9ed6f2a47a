"""Softmax regression in its dual form: small data, many features, one convex problem, the same answer every time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, Any]

Kernel = Callable[[Matrix], Matrix]
"""The product of the kernel matrix with a matrix, however it is computed."""

STEPS = 150


def fit(kernel: Kernel, target: Matrix, penalty: float) -> Matrix:
    """Coefficients (rows × classes) of softmax regression with an L2 penalty; scores are kernel(coefficients).

    Accelerated gradient steps in the space of functions; the step is the inverse of the loss's steepest slope, so it
    cannot diverge. Deterministic.
    """
    rate = np.float32(1.0 / (_largest(kernel, len(target)) / 2 + penalty))
    now = np.zeros_like(target)
    ahead = now
    pace = 1.0
    for _ in range(STEPS):
        after = ahead - rate * (softmax(kernel(ahead)) - target + np.float32(penalty) * ahead)
        quicker = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = after + np.float32((pace - 1) / quicker) * (after - now)
        now, pace = after, quicker
    return now


def constant(kernel: Kernel, rows: int) -> np.float32:
    """What to add to every entry of a centred kernel so that classes may be more and less common.

    As much as the steepest direction has: a constant that outweighs it (an uncentred kernel, or plain 1) makes steps
    so small that 150 of them are not a quarter of the way.
    """
    return np.float32(_largest(kernel, rows) / rows)


def softmax(scores: Matrix) -> Matrix:
    """Probabilities of each row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Matrix = raised / raised.sum(axis=1, keepdims=True)
    return shares


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
