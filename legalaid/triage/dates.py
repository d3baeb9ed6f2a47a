"""When it happened, as people say it: «вчера», «недели две назад», «пятого ноября», «полгода как умерла», «в среду»."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_TEENS = (
    "десят", "одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат",
    "восемнадцат", "девятнадцат",
)  # fmt: skip
_ONES = {
    "один": 1, "одна": 1, "одну": 1, "одного": 1, "одной": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3,
    "четыре": 4, "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8,
    "восьми": 8, "девять": 9, "девяти": 9,
}  # fmt: skip
_ROUND = {
    "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30, "сорок": 40, "сорока": 40, "пятьдесят": 50,
    "пятидесяти": 50, "шестьдесят": 60, "шестидесяти": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90,
    "сто": 100,
}  # fmt: skip
_VAGUE = {"полтора": 1, "полторы": 1, "полутора": 1, "пара": 2, "пару": 2, "пары": 2, "несколько": 3, "нескольких": 3}
_NUMBERS = _ONES | _ROUND | _VAGUE | {f"{one}{end}": at for at, one in enumerate(_TEENS, 10) for end in "ьи"}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


NUMBER = rf"(?:\d{{1,3}}|(?:{_any(_ROUND)})(?: (?:{_any(_ONES)}))?|(?:{_any(_TEENS)})[ьи]|{_any(_ONES)}|{_any(_VAGUE)})"
"""A number as people write or say it, in the cases that stand before «назад»."""
_UNIT = r"(?:день|дн(?:я|ей)|сут(?:ки|ок)|недел[иьюя]|месяц(?:а|ев)?|год(?:а|ов)?|лет)"
LENGTH = (
    rf"(?:{NUMBER} {_UNIT}|(?:дн(?:я|ей)|недел[иь]|месяц(?:а|ев)|года|лет) {NUMBER}|день|сутки|недел[юя]|месяц|год|"
    r"полгода|полмесяца|(?:(?<=больше )|(?<=более )|(?<=около )|(?<=свыше ))(?:недели|месяца|года))"
)
"""A length of time: «две недели», «недели две», «полгода». «Дней» without a number says nothing."""
_PAST = r"(?:прош(?:л[оаи]|ел)|минул[оа]?|миновал[оа]?)"
_AGO = (
    re.compile(rf"\b(?P<length>{LENGTH}) (?:тому назад|назад|тому|как)\b"),
    re.compile(rf"\b{_PAST}(?: уже| только| почти)? (?P<length>{LENGTH})\b"),
    re.compile(rf"\b(?P<length>{LENGTH})(?: уже)? {_PAST}\b"),
)
_ABOUT = re.compile(r"\b(?:больше|более|свыше|почти|около|примерно|где то|где-то) $")
_DAYS = {"сегодня": 0, "вчера": 1, "вчерась": 1, "позавчера": 2, "третьего дня": 2, "на днях": 3}
_NAMED = re.compile(rf"\b({_any(_DAYS)})\b")
_WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
WEEKDAY = rf"во? (?P<which>(?:прошл|эт|минувш|т)[а-я]{{1,2}} )?(?P<weekday>{_any(_WEEKDAYS)})[уе]?"
_WEEKDAY = re.compile(rf"\b{WEEKDAY}\b")
_SPAN = re.compile(r"\b(?:на (?P<week>прошлой|той|этой) неделе|в (?P<month>прошлом|том|этом) месяце)\b")
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTH = r"(?P<month>январ|феврал|март|апрел|ма(?=[йяе]\b)|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{0,2}"
_SHORT = r"(?P<short>янв|фев|мар|апр|авг|сен|сент|окт|ноя|нояб|дек)"
_ORDINALS = {
    f"{stem}{end}": number
    for number, stem, end in (
        *((at, one, "ого") for at, one in enumerate(("перв", "втор"), 1)), (3, "третьего", ""),
        *((at, one, "ого") for at, one in enumerate(("четверт", "пят", "шест", "седьм", "восьм", "девят"), 4)),
        (20, "двадцатого", ""), (30, "тридцатого", ""),
        *((at, one, "ого") for at, one in enumerate(_TEENS, 10)),
    )
}  # fmt: skip
_ORDINAL = rf"(?:(?:двадцать|тридцать) )?(?:{_any(_ORDINALS)})"
DAY_MONTH = (
    rf"(?:(?P<day>\d{{1,2}})(?:-?[ое]?го)?|(?P<said>{_ORDINAL})) "
    rf"(?:(?:{_MONTH}|{_SHORT})\b(?: (?P<year>\d{{4}}))?|числа)"
)
_DAY_MONTH = re.compile(rf"\b{DAY_MONTH}\b")
_FIGURES = re.compile(r"\b(?P<day>\d{1,2})\.(?P<m>\d{1,2})(?:\.(?P<year>\d{4}|\d{2}))?(?=г?\b)")
_SLASHES = re.compile(r"\b(?P<day>\d{1,2})(?P<between>[/-])(?P<m>\d{1,2})(?P=between)(?P<year>\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<m>\d{1,2})-(?P<day>\d{1,2})\b")
_IN_MONTH = re.compile(rf"\bв (?:конце |начале |середине )?{_MONTH}\b(?: (?P<year>\d{{4}}))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day found in a text and the words that name it. `rough`: the day is a guess, early rather than late."""

    day: date
    words: str
    rough: bool = False


def moments(text: str, today: date) -> list[Moment]:
    """All past days that a normal text names, in the order of the text. A day in the future is not what happened."""
    found: list[tuple[int, Moment]] = []
    for pattern in _AGO:
        for hit in pattern.finditer(text):
            day, rough = _back(today, hit["length"])
            found.append((hit.start(), Moment(day, hit[0], rough or bool(_ABOUT.search(text[: hit.start("length")])))))
    found.extend(
        (hit.start(), Moment(today - timedelta(days=_DAYS[hit[1]]), hit[0], _DAYS[hit[1]] > 2))
        for hit in _NAMED.finditer(text)
    )
    found.extend((hit.start(), Moment(_weekday(hit, today), hit[0], rough=True)) for hit in _WEEKDAY.finditer(text))
    found.extend((hit.start(), Moment(_span(hit, today), hit[0], rough=True)) for hit in _SPAN.finditer(text))
    for pattern in (_DAY_MONTH, _FIGURES, _SLASHES, _ISO):
        for hit in pattern.finditer(text):
            at = _calendar(hit, today)
            if at is not None:
                found.append((hit.start(), Moment(at, hit[0])))
    for hit in _IN_MONTH.finditer(text):
        month = _month(hit["month"])
        at = date(int(hit["year"]), month, 1) if hit["year"] and int(hit["year"]) else _latest(today, month, 1)
        found.append((hit.start(), Moment(at, hit[0], rough=True)))
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


def _back(today: date, length: str) -> tuple[date, bool]:
    """The day so long ago, and whether it is a guess: «недели две», «полтора года», anything but a count of days."""
    if length in {"полгода", "полмесяца"}:
        return (add_months(today, -6) if length == "полгода" else today - timedelta(days=15)), True
    words = length.split()
    turned = words[0].startswith(("дн", "недел", "месяц", "год", "лет"))  # «дней десять»: about so many
    unit = words[0] if turned or len(words) == 1 else words[-1]
    said = [one for one in words if one != unit]
    count = sum(int(one) if one.isdecimal() else _NUMBERS[one] for one in said) if said else 1
    half = any(one.startswith(("полтор", "полутор")) for one in said)
    rough = (turned and bool(said)) or any(one in _VAGUE for one in said)
    try:
        if unit.startswith(("дн", "день", "сут")):
            return today - timedelta(days=count), rough
        if unit.startswith("недел"):
            return today - timedelta(weeks=count, days=4 * half), True
        if unit.startswith("месяц"):
            return add_months(today, -count) - timedelta(days=15 * half), True
        return add_months(today, -12 * count - 6 * half), True
    except (ValueError, OverflowError):
        return today, True


def _weekday(hit: re.Match[str], today: date) -> date:
    """The last such day before today; «в прошлую среду» may be that of the week before, and the earlier is safe."""
    at = next(at for at, one in enumerate(_WEEKDAYS) if hit["weekday"].startswith(one))
    if (hit["which"] or "").startswith(("прошл", "минувш")):
        return today - timedelta(days=today.weekday() + 7 - at)
    return today - timedelta(days=(today.weekday() - at) % 7 or 7)


def _span(hit: re.Match[str], today: date) -> date:
    """The first day of a week or a month."""
    if hit["week"]:
        return today - timedelta(days=today.weekday() + (0 if hit["week"] == "этой" else 7))
    return add_months(today.replace(day=1), 0 if hit["month"] == "этом" else -1)


def _month(start: str) -> int:
    return _MONTHS.index(start[:3]) + 1


def _calendar(hit: re.Match[str], today: date) -> date | None:
    groups = hit.groupdict()
    try:
        day = int(groups["day"]) if groups["day"] else sum(_ordinal(one) for one in groups["said"].split())
        name = groups.get("month") or groups.get("short")
        if not name and not groups.get("m"):
            return _of_month(today, day)
        month = _month(name) if name else int(groups["m"])
        year = groups.get("year")
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        return _latest(today, month, day)
    except ValueError:
        return None


def _ordinal(word: str) -> int:
    return _ORDINALS.get(word) or _ROUND[word]


def _of_month(today: date, day: int) -> date:
    """«Пятого числа»: the last such day."""
    return today.replace(day=day) if day <= today.day else add_months(today.replace(day=1), -1).replace(day=day)


def _latest(today: date, month: int, day: int) -> date:
    """The last such day that is not after today."""
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)
