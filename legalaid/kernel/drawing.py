"""From an uploaded file to pictures of its pages, drawn in a process of its own (decision 0015)."""

import json
import subprocess
import sys
from dataclasses import dataclass

import puremagic

from legalaid.kernel.draw_numbers import KINDS, MAX_FILE

WITHIN = 40
"""Seconds for one file; the drawing process itself may use 20 s of processor."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page as a JPEG, with its size in points."""

    image: bytes
    width: int
    height: int


class NotDrawn(Exception):
    """The file cannot be shown; `why` is empty, size, kind, pages, locked or broken. What it means is said above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def draw(data: bytes) -> list[Drawn]:
    """The pages of a file, by what it contains and not by its name. Raises NotDrawn."""
    if not data:
        raise NotDrawn("empty")
    if len(data) > MAX_FILE:
        raise NotDrawn("size")
    kind = KINDS.get(_extension(data))
    if kind is None:
        raise NotDrawn("kind")
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
            [sys.executable, "-I", "-m", "legalaid.kernel.draw_program", kind], input=data, capture_output=True,
            timeout=WITHIN, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotDrawn("broken") from None
    head, _, rest = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise NotDrawn("broken")
    said = json.loads(head)
    if "refused" in said:
        raise NotDrawn(said["refused"])
    pages, at = [], 0
    for size, width, height in said["pages"]:
        pages.append(Drawn(rest[at : at + size], width, height))
        at += size
    if not pages:
        raise NotDrawn("broken")
    return pages


def _extension(data: bytes) -> str:
    """What the content is, as an extension; '' when nobody knows."""
    try:
        return str(puremagic.from_string(data)).lower()
    except (puremagic.PureError, ValueError):
        return ""
