"""Versions of what the office edits: an editor writes over what she has seen, or is told what stands there now."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

BRANCH = ("name", "municipality", "address", "timezone", "population", "phone", "email", "hours")
AUTHORITY = ("name", "short", "plain", "level", "timezone", "address", "phone", "email")
TERM_FIELDS = ("number", "valid_from", "valid_until", "signer_body", "signer_centre", "norm_posts", "norm_hours",
         "agree_days", "hold_days", "wait_minutes")  # fmt: skip


def version_of(value: object) -> str:
    """A short name that changes with any of it."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def row_version(row: Any, names: Iterable[str]) -> str:
    """The version of these fields of a row."""
    return version_of({name: getattr(row, name) for name in names})


def annex_version(cells: Iterable[tuple[int, int | None]]) -> str:
    """The version of an annex: a set of (topic, branch or None)."""
    return version_of(sorted(f"{topic}@{branch}" for topic, branch in cells))
