"""What an agreement says, in words: clauses filled in, terms, warnings due. Pure: no clock, no database."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from legalaid.directory.states import ExchangeDirection
from legalaid.kernel.clock import day_period
from legalaid.kernel.errors import DomainError

WARN_AHEAD = (60, 30, 7)
"""Days before the end on which both sides are warned (product.md: 60/30/7)."""
BLANKS = ("term", "agree_days", "hold_days", "wait_minutes", "norm_posts", "norm_hours", "number", "authority")
"""Words a clause may have in braces: `{term}`, `{agree_days}`, …"""
_BRACES = re.compile(r"\{([^{}]*)\}")
_MANY = 21


class ClauseRefused(DomainError):
    """A clause cannot be as written; `field` says which part."""

    code = "clause"


class Exchanged(NamedTuple):
    """One line of the annex on data exchange."""

    direction: str
    what: str
    kept: str


USUAL_EXCHANGE = (
    Exchanged(ExchangeDirection.TO_AUTHORITY, "Имя гражданина и способ связи", "1 год"),
    Exchanged(ExchangeDirection.TO_AUTHORITY, "Суть вопроса, тема, срок по закону", "1 год"),
    Exchanged(ExchangeDirection.TO_AUTHORITY, "Документы, которые гражданин показал", "30 дней"),
    Exchanged(ExchangeDirection.TO_CENTRE, "График приёма и постов на месяц", "пока действует соглашение"),
    Exchanged(ExchangeDirection.TO_CENTRE, "Результат разговора и памятка", "3 года"),
    Exchanged(ExchangeDirection.TO_CENTRE, "Время начала и конца разговора", "1 год"),
)
"""What a new draft begins with; terms of keeping as in product.md (request 1 year, memo 3 years, papers 30 days)."""


def fill(text: str, words: Mapping[str, str]) -> str:
    """A clause with its blanks filled in; a blank nobody knows stays as it is written."""
    return _BRACES.sub(lambda found: words.get(found[1], found[0]), text)


def check_clause(title: str, text: str) -> tuple[str, str]:
    """A clause as it is kept: spaces tidied, paragraphs left. Raises ClauseRefused."""
    named, lines = " ".join(title.split()), [" ".join(line.split()) for line in text.splitlines()]
    said = "\n".join(line for line in lines if line)
    if not named or len(named) > 200:
        raise ClauseRefused(_("Назовите пункт, не длиннее 200 знаков."), "title")
    if not said or len(said) > 4000:
        raise ClauseRefused(_("Напишите текст пункта, не длиннее 4000 знаков."), "text")
    unknown = [word for word in _BRACES.findall(said) if word not in BLANKS]
    if unknown:
        raise ClauseRefused(
            _("Такого слова в скобках программа не знает: %(word)s.") % {"word": "{" + unknown[0] + "}"}, "text"
        )
    return named, said


def several(number: int, one: str, many: str) -> str:
    """«1 рабочего дня», «5 рабочих дней»: a number with its noun in the genitive."""
    single = number % 10 == 1 and number % 100 != _MANY - 10
    return f"{number} {one if single else many}"


def term_words(valid_from: date, valid_until: date | None) -> str:
    """«с 1 марта 2026 года по 28 февраля 2027 года включительно» or «с 1 марта 2026 года бессрочно».

    For the document, which is Russian whatever language the reader's pages have.
    """
    first = formats.date_format(valid_from, "j E Y")
    if valid_until is None:
        return f"с {first} года бессрочно"
    last = formats.date_format(valid_until, "j E Y")
    return f"с {first} года по {last} года включительно"


def term_of(valid_from: date, valid_until: date | None, zone: str) -> tuple[datetime, datetime | None]:
    """[from, to) in UTC of a term whose last day is `valid_until` on the clocks of `zone`; None = бессрочно.

    The last day is said on pages and in the text («по 31 декабря включительно»); the moment the term is over is the
    midnight after it, which belongs to it no more.
    """
    return day_period(valid_from, zone).start, day_period(valid_until, zone).end if valid_until else None


def warning_due(valid_until: date | None, today: date) -> int | None:
    """Which warning an agreement should have had by now: the nearest of WARN_AHEAD, None while none is due."""
    if valid_until is None or valid_until < today:
        return None
    left = (valid_until - today) // timedelta(days=1)
    return min((days for days in WARN_AHEAD if left <= days), default=None)


def clean_exchange(items: Sequence[Exchanged]) -> list[Exchanged]:
    """Lines with something in them, spaces tidied. An unknown direction is for the caller to refuse."""
    tidy = [Exchanged(one.direction, " ".join(one.what.split())[:300], " ".join(one.kept.split())[:200])
            for one in items]  # fmt: skip
    return [one for one in tidy if one.what]
