"""Columns of the sheets. A value becomes a cell by `told` and the cell becomes the same value again by `read`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.directory.states import TermUnit

PARTS = re.compile(r"(?<!\\)(?:\\\\)*\|")
ESCAPED = re.compile(r"\\(.)")
YES, NO = "да", "нет"
NOT_COUNTED = "не считать"
UNITS: Mapping[str, str] = {"рабочих дней": TermUnit.WORKING, "дней": TermUnit.DAYS, "месяцев": TermUnit.MONTHS}
"""Words of the file, which is Russian whoever brings it."""
Cell = str | int


class CellWrong(Exception):
    """A cell does not say what its column wants; the text says what that is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field, its Russian heading in the file, how wide, what it wants said to people."""

    field: str
    head: str
    width: int
    told: Callable[[Any], Cell]
    read: Callable[[str], Any]
    hint: str | Promise = ""


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> Cell:
    return "" if value is None else int(value)


def _read_number(said: str) -> int | None:
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 7):
        raise CellWrong(_("Здесь нужно целое число."))
    return int(said)


def _lines(value: list[str]) -> str:
    return "\n".join(value)


def _read_lines(said: str) -> list[str]:
    return [line for one in said.split("\n") if (line := one.strip(" \t"))]


def _codes(said: str) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", said) if one]


def _keywords(said: str) -> list[str]:
    return [word for one in re.split(r"[\n,]", said) if (word := one.strip(" \t"))]


def _joined(parts: list[str]) -> str:
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def _split(line: str) -> list[str]:
    """Parts of a line between bars; a bar with a backslash before it is a letter like others."""
    parts, last = [], 0
    for hit in PARTS.finditer(line):
        parts.append(line[last : hit.end() - 1])
        last = hit.end()
    return [ESCAPED.sub(r"\1", part.strip(" \t")) for part in (*parts, line[last:])]


def _law(value: list[Mapping[str, Any]]) -> str:
    return "\n".join(_joined([norm["act"], norm["articles"], norm["checked_at"] or ""]) for norm in value)


def _read_law(said: str) -> list[dict[str, Any]]:
    return [_norm(line) for line in _read_lines(said)]


def _norm(line: str) -> dict[str, Any]:
    parts = _split(line)
    if len(parts) > 3:
        raise CellWrong(_("В строке закона три части через «|»: акт, статьи, день проверки."))
    act, articles, day = [*parts, "", ""][:3]
    return {"act": act, "articles": articles, "checked_at": _read_day(day) if day else None}


def _read_day(said: str) -> str:
    hit = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", said)
    try:
        day = date(int(hit[3]), int(hit[2]), int(hit[1])) if hit else date.fromisoformat(said)
    except ValueError as error:
        raise CellWrong(_("День проверки закона пишут так: 2026-11-26 или 26.11.2026.")) from error
    return day.isoformat()


def _term(value: Mapping[str, Any] | None) -> str:
    if value is None:
        return ""
    if not value:
        return NOT_COUNTED
    unit = next(word for word, code in UNITS.items() if code == value["unit"])
    return _joined([str(value["count"]), unit, value["question"], YES if value["moves"] else NO])


def _read_term(said: str) -> dict[str, Any] | None:
    if not said:
        return None
    if said.casefold() == NOT_COUNTED:
        return {}
    parts = _split(said)
    if len(parts) != 4 or parts[1].casefold() not in UNITS or parts[3].casefold() not in {YES, NO}:
        raise CellWrong(_("Счёт срока: пусто, «не считать» или «10 | рабочих дней | Когда вы получили отказ? | да»."))
    count, unit, question, moves = parts
    return {"question": question, "count": _read_number(count), "unit": UNITS[unit.casefold()].value,  # type: ignore[attr-defined]  # a TextChoices
            "moves": moves.casefold() == YES}  # fmt: skip


def _flag(value: Any) -> str:
    return YES if value else ""


def _read_flag(said: str) -> bool:
    if said.casefold() in {"", NO}:
        return False
    if said.casefold() == YES:
        return True
    raise CellWrong(_("Здесь пишут «да» или ничего."))


TOPIC_SHEET, AREA_SHEET, GUIDE_SHEET = "Темы", "Разделы", "Справочник"
AREAS = (
    Column("code", "Код", 18, _word, str), Column("name", "Название", 50, _word, str),
    Column("position", "Порядок", 10, _number, _read_number),
)  # fmt: skip
TOPICS = (
    Column("code", "Код", 24, _word, str, gettext_lazy("Не меняйте. У новой темы оставьте пустым.")),
    Column("area", "Раздел", 14, _word, str, gettext_lazy("Код с листа «Разделы».")),
    Column("title", "Название", 34, _word, str), Column("ask", "Вопрос гражданина", 40, _word, str),
    Column("authority", "Кто отвечает", 14, _word, str, gettext_lazy("Код с листа «Справочник».")),
    Column("also", "Кто ещё", 14, _lines, _codes, gettext_lazy("Коды, по одному в строке.")),
    Column("documents", "Документы", 34, _lines, _read_lines, gettext_lazy("По одному в строке.")),
    Column("law", "Закон", 60, _law, _read_law, gettext_lazy("Строка на норму: акт | статьи | день проверки.")),
    Column("deadline", "Срок по закону", 30, _word, str),
    Column("term", "Счёт срока", 34, _term, _read_term, gettext_lazy("Пусто: как знает программа.")),
    Column("minutes", "Минут", 8, _number, _read_number),
    Column("lead_minutes", "Запись закрывается за, минут", 12, _number, _read_number),
    Column("horizon_days", "Запись вперёд, дней", 12, _number, _read_number),
    Column("free_aid_case", "Случай 324-ФЗ", 10, _word, str), Column("keywords", "Слова людей", 34, _lines, _keywords),
    Column("memo", "Шаблон памятки", 16, _word, str, gettext_lazy("Код с листа «Справочник».")),
    Column("short_answer", "Короткий ответ", 60, _word, str), Column("retired", "Снята", 8, _flag, _read_flag),
)  # fmt: skip
"""Headings are Russian whatever the language of who exports: the file must come back."""
