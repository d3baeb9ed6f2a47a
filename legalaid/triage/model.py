"""The weights as files: `words` is read without any library, `sentences` with numpy."""

from __future__ import annotations

import gzip
import json
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True, slots=True)
class Sentences:
    """Scores of topics from an embedding."""

    classes: list[str]
    mean: np.ndarray[Any, Any]
    weights: np.ndarray[Any, Any]
    bias: np.ndarray[Any, Any]

    def scores(self, vector: np.ndarray[Any, Any]) -> list[float]:
        """One score for each class of a unit vector."""
        at = vector - self.mean
        at = at / (math.sqrt(float(at @ at)) or 1)
        found: list[float] = (at @ self.weights + self.bias).tolist()
        return found

    def write(self, path: Path) -> None:
        """Write the model."""
        head = json.dumps({"classes": self.classes, "size": len(self.mean)}, separators=(",", ":")).encode()
        _pack(path, head + b"\n" + b"".join(one.tobytes() for one in (self.mean, self.bias, self.weights)))

    @classmethod
    def read(cls, path: Path) -> Sentences:
        """Read the model; needs numpy."""
        import numpy as np

        text, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
        head = json.loads(text)
        size, count = head["size"], len(head["classes"])
        flat = np.frombuffer(body, dtype=np.float16).astype(np.float32)
        return cls(head["classes"], flat[:size], flat[size + count :].reshape(size, count), flat[size : size + count])


def _pack(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(body, 9, mtime=0))
