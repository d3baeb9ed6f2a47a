"""Reading the fields of a frame; BadFrame when they are not what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from legalaid.realtime.protocol.codes import BadFrame


def text(row: Mapping[str, Any], name: str, limit: int) -> str:
    """A string of at most `limit` letters."""
    value = row.get(name)
    if not isinstance(value, str) or len(value) > limit:
        raise BadFrame
    return value


def number(row: Mapping[str, Any], name: str) -> int:
    """A whole number from 0."""
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadFrame
    return value


def flag(row: Mapping[str, Any], name: str) -> bool:
    """True or false, nothing that resembles them."""
    value = row.get(name)
    if not isinstance(value, bool):
        raise BadFrame
    return value
