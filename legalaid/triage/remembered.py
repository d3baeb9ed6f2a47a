"""Embeddings that were counted before, in a file: training again costs only the texts that are new."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from legalaid.triage import embedding


class Remembered:
    """Embeds texts, and keeps what it counted in `path`; without a path it only remembers while it lives."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._found: dict[str, Any] = {}
        if path is not None and path.exists():
            with np.load(path, allow_pickle=False) as kept:
                self._found = dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))

    def embed(self, text: str) -> Any:
        """The vector of a normal text."""
        name = hashlib.sha256(embedding.beginning(text).encode()).hexdigest()
        if name not in self._found:
            self._found[name] = embedding.by_engine(text)
        return self._found[name]

    def keep(self) -> None:
        """Write everything to the file, whole or not at all."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half = self._path.with_suffix(".half.npz")
        np.savez(half, names=np.array(list(self._found)), vectors=np.array(list(self._found.values())))
        half.replace(self._path)
