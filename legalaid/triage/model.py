"""The weights as files: `words` is read without any library, `sentences` with numpy."""

from __future__ import annotations

import gzip
import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import numpy as np

_numpy: Any = import_module("numpy") if find_spec("numpy") else None
"""Words need it only to be quicker."""
FOLDER = Path(__file__).parent / "model"


@dataclass(frozen=True, slots=True)
class Words:
    """Scores of topics from features: one signed byte for each feature and class, a scale for each feature."""

    classes: list[str]
    place: dict[str, int]
    idf: dict[str, float]
    scale: array[float]
    weights: array[int]
    bias: list[float]

    @classmethod
    def from_floats(cls, classes: list[str], idf: dict[str, float], weights: Any, bias: Any) -> Words:
        """Round float weights (features × classes) to bytes."""
        top = abs(weights).max(axis=1)
        top[top == 0] = 1
        rounded = (weights / top[:, None] * 127).round().astype("int8")
        return cls(
            classes, {name: at for at, name in enumerate(idf)}, {k: round(v, 4) for k, v in idf.items()},
            array("f", (top / 127).tolist()), array("b", rounded.tobytes()), [round(float(one), 4) for one in bias],
        )  # fmt: skip

    def scores(self, weights: Mapping[str, float]) -> list[float]:
        """One score for each class; `weights` are those of `text.weigh`."""
        count = len(self.classes)
        if _numpy is not None and weights:
            rows = [self.place[name] for name in weights]
            table = _numpy.frombuffer(self.weights, dtype="int8").reshape(-1, count)[rows]
            scale = _numpy.frombuffer(self.scale, dtype="float32")[rows]
            by_row = _numpy.fromiter(weights.values(), dtype="float64") * scale
            quick: list[float] = (by_row @ table + _numpy.array(self.bias)).tolist()
            return quick
        total = list(self.bias)
        for name, value in weights.items():
            at = self.place[name]
            by = value * self.scale[at]
            row = self.weights[at * count : (at + 1) * count]
            total = [sum_ + by * one for sum_, one in zip(total, row, strict=True)]
        return total

    def write(self, path: Path) -> None:
        """Write the model; the same model is the same bytes."""
        head = {"classes": self.classes, "features": list(self.idf), "idf": list(self.idf.values()), "bias": self.bias}
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        _pack(path, text + b"\n" + self.scale.tobytes() + self.weights.tobytes())

    @classmethod
    def read(cls, path: Path) -> Words:
        """Read the model."""
        text, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
        head = json.loads(text)
        names = head["features"]
        scale, weights = array("f"), array("b")
        scale.frombytes(body[: 4 * len(names)])
        weights.frombytes(body[4 * len(names) :])
        return cls(
            head["classes"], {name: at for at, name in enumerate(names)},
            dict(zip(names, head["idf"], strict=True)), scale, weights, head["bias"],
        )  # fmt: skip


NEAREST = 8
"""Statements of a kind whose likeness is told: one alone is chance."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Scores of topics from an embedding, and how alike the nearest statements are."""

    classes: list[str]
    mean: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]
    bias: np.ndarray[Any, Any]
    basis: np.ndarray[Any, Any]
    """Directions in which statements differ most (columns)."""
    kept: np.ndarray[Any, Any]
    """Statements learnt from, along those directions, as signed bytes: those without a topic first."""
    silent: int
    """How many have no topic."""

    def scores(self, vector: np.ndarray[Any, Any]) -> list[float]:
        """One score for each class of a unit vector."""
        found: list[float] = (self._placed(vector[None])[0] @ self.weights + self.bias).tolist()
        return found

    def near(self, vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """For unit vectors (rows): mean likeness of the NEAREST without a topic, and of those with one."""
        at = self._placed(vectors) @ self.basis
        at /= _numpy.sqrt((at * at).sum(axis=1, keepdims=True)) + 1e-9
        alike = at @ self.kept.T
        sides = [
            -_numpy.partition(-one, min(NEAREST, one.shape[1]) - 1, axis=1)[:, :NEAREST].mean(axis=1)
            for one in (alike[:, : self.silent], alike[:, self.silent :])
        ]
        return cast("np.ndarray[Any, Any]", _numpy.column_stack(sides))

    def _placed(self, vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        at = vectors - self.mean
        return cast("np.ndarray[Any, Any]", at / (_numpy.sqrt((at * at).sum(axis=1, keepdims=True)) + 1e-9))

    def write(self, path: Path) -> None:
        """Write the model."""
        head = json.dumps({
            "classes": self.classes, "size": len(self.mean), "directions": self.basis.shape[1], "silent": self.silent,
        }, separators=(",", ":")).encode()  # fmt: skip
        half = (one.astype(_numpy.float16).tobytes() for one in (self.mean, self.bias, self.weights, self.basis))
        _pack(path, head + b"\n" + b"".join(half) + as_bytes(self.kept).tobytes())

    @classmethod
    def read(cls, path: Path) -> Sentences:
        """Read the model; needs numpy."""
        import numpy as np

        text, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
        head = json.loads(text)
        size, count, directions = head["size"], len(head["classes"]), head["directions"]
        halves = size + count + size * count + size * directions
        flat = np.frombuffer(body, dtype=np.float16, count=halves).astype(np.float32)
        mean, bias, weights, basis = np.split(flat, np.cumsum([size, count, size * count]))
        kept = np.frombuffer(body, dtype=np.int8, offset=2 * halves).reshape(-1, directions)
        return cls(
            head["classes"], mean, weights.reshape(size, count), bias, basis.reshape(size, directions), unit(kept),
            head["silent"],
        )  # fmt: skip


def as_bytes(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Rows as signed bytes, each as loud as it goes: only directions matter."""
    loud = abs(rows).max(axis=1, keepdims=True) + 1e-9
    return cast("np.ndarray[Any, Any]", _numpy.rint(rows * (127 / loud)).astype(_numpy.int8))


def unit(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Rows of length 1."""
    whole = rows.astype(_numpy.float32)
    return cast("np.ndarray[Any, Any]", whole / (_numpy.sqrt((whole * whole).sum(axis=1, keepdims=True)) + 1e-9))


def _pack(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(body, 9, mtime=0))
