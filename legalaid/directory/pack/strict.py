"""JSON and texts of a pack, read without trust: no numbers beyond sense, no doubles, no markup, no unseen signs."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from legalaid.directory.pack.refusals import PackRefused, damaged

DIGITS = 9
"""Of the longest number in a pack."""
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control signs, halves of signs and what turns the direction of writing; of all these only a new line is allowed."""
MARKUP = re.compile(r"<\s*[a-z/!?]|(?:javascript|vbscript)\s*:|data:\s*\w+/|!\[", re.IGNORECASE)
"""HTML, addresses that run, pictures from elsewhere."""
CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:\d[\s()–-]*){10,}")
"""An e-mail address or ten digits in a row: by these a person could be found."""


def parse(raw: bytes, name: str) -> Any:
    """A file of JSON. Refuses floats, huge numbers, doubled names, nesting without end."""
    try:
        return json.loads(
            raw.decode("utf-8"), parse_int=_whole, parse_float=_never, parse_constant=_never, object_pairs_hook=_once
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise damaged(name) from error


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError("a number beyond sense")
    return int(digits)


def _never(said: str) -> NoReturn:
    raise ValueError("no such numbers in a pack")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def clean(value: str, where: str) -> str:
    """A text as it may be shown; refuses markup and signs nobody sees."""
    if UNSEEN.search(value):
        raise PackRefused(_("В тексте есть невидимые знаки: %(where)s.") % {"where": where})
    if MARKUP.search(value):
        raise PackRefused(_("В тексте есть разметка HTML, картинка или скрипт: %(where)s.") % {"where": where})
    return value.strip(" \n")


def holds_contact(text: str) -> bool:
    """Whether a text has what a person could be found by: an e-mail address or a telephone."""
    return CONTACT.search(text) is not None
