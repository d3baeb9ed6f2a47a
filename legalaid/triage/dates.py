"""When it happened, as people say it: «вчера», «20 дней назад», «5 ноября», «две недели как уволили»."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_NUMBERS = {
    "один": 1, "одну": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8,
    "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "пятнадцать": 15, "двадцать": 20,
    "двадцать пять": 25, "тридцать": 30, "полтора": 1, "пару": 2, "несколько": 3,
}  # fmt: skip
_NUMBER = r"(?P<n>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit>дн\w*|день|сут\w+|недел\w+|месяц\w*|год\w*|лет)"
_AGO = re.compile(rf"\b(?:{_NUMBER} )?{_UNIT}(?: тому)? назад\b")
_SINCE = re.compile(rf"\b(?:уже |прошло |прошла |вот ){{1,2}}(?:{_NUMBER} )?{_UNIT}(?= как\b|$|\W)")
_SINCE_BARE = re.compile(rf"\b(?:{_NUMBER} )?{_UNIT} как\b")
_DAYS = {"сегодня": 0, "вчера": 1, "позавчера": 2, "на днях": 2, "на той неделе": 7, "на прошлой неделе": 7,
         "в прошлом месяце": 30}  # fmt: skip
_NAMED = re.compile(r"\b(" + "|".join(_DAYS) + r")\b")
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MONTH = r"(?P<month>январ|феврал|март|апрел|ма(?=[йяе])|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{0,2}"
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:-?го)? {_MONTH}(?: (?P<year>\d{{4}}))?\b")
_FIGURES = re.compile(r"\b(?P<day>\d{1,2})\.(?P<m>\d{1,2})(?:\.(?P<year>\d{4}|\d{2}))?\b")
_IN_MONTH = re.compile(rf"\bв (?:конце |начале |середине )?{_MONTH}\b(?! \d{{4}})")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day found in a text and the words that name it. `rough`: the day is a guess, early rather than late."""

    day: date
    words: str
    rough: bool = False


def moments(text: str, today: date) -> list[Moment]:
    """All past days that a normal text names, in the order of the text. A day in the future is not what happened."""
    found: list[tuple[int, Moment]] = []
    for pattern in (_AGO, _SINCE, _SINCE_BARE):
        for hit in pattern.finditer(text):
            day, rough = _back(today, hit["n"], hit["unit"])
            found.append((hit.start(), Moment(day, hit[0], rough)))
    found.extend(
        (hit.start(), Moment(today - timedelta(days=_DAYS[hit[1]]), hit[0], _DAYS[hit[1]] > 2))
        for hit in _NAMED.finditer(text)
    )
    for hit in (*_DAY_MONTH.finditer(text), *_FIGURES.finditer(text)):
        at = _calendar(hit, today)
        if at is not None:
            found.append((hit.start(), Moment(at, hit[0])))
    for hit in _IN_MONTH.finditer(text):
        month = _month(hit["month"])
        found.append((hit.start(), Moment(_latest(today, month, 1), hit[0], rough=True)))
    past = sorted((one for one in found if one[1].day <= today), key=lambda one: (one[0], -len(one[1].words)))
    unique: list[Moment] = []
    end = -1
    for start, moment in past:
        if start > end:
            unique.append(moment)
            end = start + len(moment.words) - 1
    return unique


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or its last day."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _back(today: date, number: str | None, unit: str) -> tuple[date, bool]:
    count = 1 if number is None else _NUMBERS.get(number) or int(number)
    try:
        if unit.startswith(("дн", "день", "сут")):
            return today - timedelta(days=count), False
        if unit.startswith("недел"):
            return today - timedelta(weeks=count), True
        return add_months(today, -count * (1 if unit.startswith("месяц") else 12)), True
    except (ValueError, OverflowError):
        return today, True


def _month(start: str) -> int:
    return _MONTHS.index(start) + 1


def _calendar(hit: re.Match[str], today: date) -> date | None:
    groups = hit.groupdict()
    try:
        month = _month(groups["month"]) if groups.get("month") else int(groups["m"])
        year = groups.get("year")
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, int(groups["day"]))
        return _latest(today, month, int(groups["day"]))
    except ValueError:
        return None


def _latest(today: date, month: int, day: int) -> date:
    """The last such day that is not after today."""
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)
