"""What a topic may say: fields in normal form, law and when somebody last read it, how the deadline is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.directory.pack.fields import WrongValue
from legalaid.directory.pack.kinds import FIELDS, KINDS, Body
from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.states import TermUnit
from legalaid.triage.terms import TERMS, Term

TOPIC = KINDS["topic"]
YEAR = 365
"""Days after which a law is read again (issue 5: «older than a year since its check»)."""
WANTED: Mapping[str, str | Promise] = {
    "title": gettext_lazy("Напишите название: одна строка, до 200 знаков."),
    "ask": gettext_lazy("Напишите вопрос, как его задал бы гражданин: одна строка, до 400 знаков."),
    "area": gettext_lazy("Выберите раздел."),
    "authority": gettext_lazy("Выберите орган, который отвечает."),
    "also": gettext_lazy("Дополнительные органы: не больше 20, без повторов."),
    "documents": gettext_lazy("Документы: по одному в строке, до 300 знаков каждый, не больше 60, без повторов."),
    "law": gettext_lazy("Закон: у нормы нужно название акта, до 400 знаков; статьи до 200 знаков; без повторов."),
    "deadline": gettext_lazy("Срок: одна строка, до 300 знаков."),
    "minutes": gettext_lazy("Минут на диалог: целое число от 5 до 60."),
    "lead_minutes": gettext_lazy("За сколько минут закрывается запись: целое число от 0 до 30000 или пусто."),
    "horizon_days": gettext_lazy("На сколько дней вперёд открыта запись: целое число от 0 до 366 или пусто."),
    "free_aid_case": gettext_lazy("Случай 324-ФЗ: код из списка или пусто."),
    "keywords": gettext_lazy("Слова людей: по одному в строке, без запятых, до 120 знаков, до 100 слов, без повторов."),
    "memo": gettext_lazy("Выберите шаблон памятки из списка или оставьте пустым."),
    "short_answer": gettext_lazy("Короткий ответ: до 4000 знаков."),
    "term": gettext_lazy("Счёт срока: нужны вопрос (до 200 знаков) и число от 1 до 999."),
}
"""What each field wants, said to whoever filled it in wrongly."""
LATIN = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", (
    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
    "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
), strict=True))  # fmt: skip
MARKS = re.compile(r"\*\*|(?m:^\s*[-*]\s+)")
"""Of a short answer: bold words and the dashes of a list."""


class Check(StrEnum):
    """Whether a topic's law was read by somebody within a year."""

    FRESH = "fresh"
    OLD = "old"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, in words."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """Codes a topic may name."""

    areas: Collection[str]
    authorities: Collection[str]
    memos: Collection[str]
    cases: Collection[str]


def checked_topic(typed: Mapping[str, Any], known: Known) -> tuple[Body, list[Fault]]:
    """The fields of a topic in the normal form of a pack, and what is wrong with the others."""
    body: Body = {}
    faults = []
    for name, rule in TOPIC.shape.items():
        if name in TOPIC.optional and typed.get(name) is None:
            continue
        try:
            body[name] = rule(typed.get(name), str(FIELDS[name]))
        except WrongValue:
            faults.append(Fault(name, str(WANTED[name])))
        except PackRefused as error:
            faults.append(Fault(name, str(error.text)))
    return body, faults + list(_strangers(body, known))


def _strangers(body: Body, known: Known) -> Iterable[Fault]:
    """Names of what is not there."""
    named: list[tuple[str, Collection[str], Sequence[str]]] = [
        ("area", known.areas, [body.get("area", "")]), ("authority", known.authorities, [body.get("authority", "")]),
        ("also", known.authorities, body.get("also", [])), ("memo", known.memos, [body.get("memo", "")]),
        ("free_aid_case", known.cases, [body.get("free_aid_case", "")]),
    ]  # fmt: skip
    for field, codes, said in named:
        for code in said:
            if code and code not in codes:
                yield Fault(field, _("В каталоге нет такого кода: «%(code)s».") % {"code": code})
    if body.get("authority") and body["authority"] in body.get("also", []):
        yield Fault("also", _("Орган уже назван главным: уберите его из дополнительных."))


def changed_fields(before: Body, after: Body) -> list[str]:
    """Fields that differ, in the order of the form."""
    return [name for name in TOPIC.shape if before.get(name) != after.get(name)]


def with_checks(law: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Norms as they are written now; one whose act and articles are the same keeps who checked it and when."""
    known = {(one["act"], one.get("articles", "")): one for one in before}
    kept = []
    for norm in law:
        was = known.get((norm["act"], norm["articles"]), {})
        kept.append({"act": norm["act"], "articles": norm["articles"], "checked_at": was.get("checked_at"),
                     "checked_by": was.get("checked_by")})  # fmt: skip
    return kept


def check_of(law: Sequence[Mapping[str, Any]], today: date) -> tuple[Check, date | None]:
    """Whether somebody has read all norms within a year, and the day of the oldest reading."""
    days = [one.get("checked_at") for one in law]
    if not days or not all(days):
        return Check.NEVER, None
    oldest = min(date.fromisoformat(str(day)) for day in days)
    return (Check.OLD if (today - oldest).days > YEAR else Check.FRESH), oldest


def term_of(code: str, own: Mapping[str, Any] | None) -> Term | None:
    """How the deadline of a topic is counted: as the office says, else as the programme knows; None: it is not."""
    if own is None:
        return TERMS.get(code)
    if not own:
        return None
    unit, count = own["unit"], own["count"]
    return Term(
        own["question"], days=0 if unit == TermUnit.MONTHS else count, months=count if unit == TermUnit.MONTHS else 0,
        working=unit == TermUnit.WORKING, moves=own["moves"],
    )  # fmt: skip


def told_term(term: Term | None) -> dict[str, Any]:
    """A term as an object of a pack has it; {} for none."""
    if term is None:
        return {}
    unit = TermUnit.MONTHS if term.months else TermUnit.WORKING if term.working else TermUnit.DAYS
    return {"question": term.question, "count": term.months or term.days, "unit": unit.value, "moves": term.moves}


def own_term(code: str, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is kept of a wanted term: nothing when it is what the programme counts anyway."""
    return None if wanted == told_term(TERMS.get(code)) else wanted


def plain_answer(text: str) -> str:
    """A short answer without its marks, for memos."""
    return MARKS.sub("", text)


def new_word(said: str, most: int) -> str:
    """What people call something, in Latin letters: the same words give the same code."""
    letters = "".join(LATIN.get(sign, sign) for sign in said.casefold())
    return "_".join(re.findall(r"[a-z0-9]+", letters))[:most].rstrip("_") or "other"


def new_code(area: str, title: str) -> str:
    """The code of a topic, of its area and title."""
    return f"{area}.{new_word(title, 56 - len(area) - 1)}"
