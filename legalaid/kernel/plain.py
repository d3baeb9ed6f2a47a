"""Words of people on their way into documents of other programs."""

import json
import unicodedata
from collections.abc import Mapping, Sequence


def printable(text: str) -> str:
    """`text` without control and hidden characters, which XML (DOCX, XLSX) does not allow; new lines stay."""
    return "".join(sign for sign in text if sign == "\n" or not unicodedata.category(sign).startswith("C"))


def drawable(data: object) -> str:
    """`data` as JSON for a document drawn by typst: what its font has no sign for becomes «?», or it draws nothing.

    The font is Libertinus Serif, which typst brings along; tried sign by sign under PDF/UA-1.
    """
    return json.dumps(_drawn(data), ensure_ascii=False)


def _drawn(data: object) -> object:
    if isinstance(data, str):
        return "".join(sign if _is_drawn(ord(sign)) else "?" for sign in printable(data))
    if isinstance(data, Mapping):
        return {key: _drawn(value) for key, value in data.items()}
    return [_drawn(value) for value in data] if isinstance(data, Sequence) else data


_DRAWN = (
    (0x0A, 0x0A), (0x20, 0x24F), (0x370, 0x4FF), (0x2000, 0x206F), (0x20A0, 0x20BA), (0x20BD, 0x20BF),
    (0x2100, 0x214B), (0x2190, 0x22FF),
)  # fmt: skip
"""First and last sign of what the font draws."""


def _is_drawn(code: int) -> bool:
    return any(first <= code <= last for first, last in _DRAWN)
