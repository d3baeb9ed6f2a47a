"""What stands in a story, for the expert's card: people, dates and sums as they were written. Nothing is made up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from legalaid.triage.dates import DAY_MONTH, LENGTH, WEEKDAY

_KIN = (
    "мать|мама|отец|папа|муж|жена|супруг|супруга|сын|дочь|дочка|брат|сестра|бабушка|дедушка|дед|внук|внучка|тетя|дядя|"
    "свекровь|свекор|теща|тесть|зять|невестка|сноха|племянник|племянница|сожитель|опекун|ребенок|дети|"
    "бывший муж|бывшая жена|отчим|мачеха|сосед|соседка|соседи|работодатель|начальник|директор|хозяин|хозяйка|"
    "бухгалтер|пристав|нотариус|продавец|врач|участковый|застройщик|арендатор|квартиранты|коллекторы"
)
_FORMS = {
    "мать": "мат(?:ь|ери|ерью)", "мама": "мам(?:а|у|е|ы|ой)", "отец": "от(?:ец|ца|цу|цом|це)",
    "папа": "пап(?:а|у|е|ы|ой)",
    "муж": "муж(?:а|у|ем|е)?", "жена": "жен(?:а|у|е|ы|ой)", "сын": "сын(?:а|у|ом|е|овья)?", "дочь": "доч(?:ь|ери|ерью)",
    "дочка": "дочк(?:а|у|е|и|ой)", "брат": "брат(?:а|у|ом|е|ья)?", "сестра": "сестр(?:а|у|е|ы|ой)",
    "дед": "дед(?:а|у|ом)?",
    "внук": "внук(?:а|у|ом|и|ов)?", "внучка": "внучк(?:а|у|е|и|ой)", "дети": "дет(?:и|ей|ям|ьми)",
    "ребенок": "ребен(?:ок|ка|ку|ком)", "сосед": "сосед(?:а|у|ом)?", "соседи": "сосед(?:и|ей|ям)",
    "дядя": "дяд(?:я|ю|е|и)",
    "тетя": "тет(?:я|ю|е|и|ка|ку)", "врач": "врач(?:а|у|ом|и)?", "пристав": "пристав(?:а|у|ом|ы|ов|ам)?",
}  # fmt: skip
_PEOPLE = tuple(
    (name, re.compile(rf"\b{_FORMS.get(name, name[:-1] + '(?:' + name[-1] + '|[а-я]{1,2})')}\b"))
    for name in _KIN.split("|")
)
_SURNAME = "[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын|ск|цк|ко|ук|юк|ян|дзе|швили)(?:а|у|ой|ым|ий|ая|ого|ому|ом)?"
_NAMES = re.compile(
    rf"\b(?:{_SURNAME}\s+)?[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?:вич|вна|ична|инична)(?:а|у|ем|ой|е|ы)?(?:\s+{_SURNAME})?\b"
    r"|\b[А-ЯЁ][а-яё]+\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.|\bООО\s+[«\"][^»\"]{2,40}[»\"]|\b(?:АО|ПАО|УК|ЖСК|СНТ)\s+[«\"][^»\"]{2,40}[»\"]"
)
_SPOKEN = (
    "полторы|полтора|пол|од(?:на|ну|ин)|две|два|три|четыре|пять|шесть|семь|восемь|девять|[а-яё]{3,7}надцать|десять|двадцать|"
    "тридцать|сорок|[а-яё]{4,6}десят|девяносто|сто|двести|триста|четыреста|[а-яё]{4,6}сот"
)
"""Numbers as they are said; «пол» stands before «миллиона» in one word."""
_BIG = r"(?:тыс(?:яч\w*|\b\.?)|тыщ\w*|млн\b\.?|миллион\w*|лям\w*)"
_MONEY = r"(?:руб\w*|р\.|₽)"
_SUM = re.compile(
    r"(?<![\d.,])(?:\d{1,3}(?:[ \u00a0]\d{3})+|\d{1,12})(?:[.,]\d{1,2})?\s?"
    rf"(?:{_BIG}(?:\s(?:{_SPOKEN})\b)*(?:\s?{_MONEY})?|{_MONEY}|к\b)"
    rf"|\b(?:миллион\w*\s)?(?:(?:{_SPOKEN})\s)+{_BIG}(?:\s(?:{_SPOKEN})\b)*(?:\s{_MONEY})?|\bполмиллион\w*"
    rf"|\b(?:(?:{_SPOKEN})\s)+{_MONEY}"
    r"|\b\d{1,3}(?:[ \u00a0]\d{3})+\b"
    r"|(?<=пенси[яию]\s)\d{4,6}\b|(?<=зарплата\s)\d{4,6}\b|(?<=долг\s)\d{4,7}\b|(?<=минус\s)\d{3,7}\b",
    re.IGNORECASE,
)


def _inside(pattern: str) -> str:
    """A pattern of normal texts to stand inside another that reads stories as written: no named groups, «ё» too."""
    return re.sub(r"е(?![^\[\]]*\])", "[её]", re.sub(r"\?P<\w+>", "?:", pattern))


_MONTH = r"(?:январ|феврал|март|апрел|ма[йяе]|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]{0,2}\b"
_YEAR = r"(?:19|20)\d{2}(?:-?го)?(?:\sг(?:ода|оду|\.)?)?\b"
_DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b|\b\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?(?=г?\b)(?!\s?(?:{_BIG}|{_MONEY}))|\b\d{{1,2}}(?:-?го)?\s{_MONTH}(?:\s{_YEAR})?"
    rf"|\b(?:с|в|до|к)\s{_MONTH}(?:\s{_YEAR})?"
    rf"|\b(?:[св]\s)?{_YEAR}(?!\s?(?:{_BIG}|{_MONEY}))"
    rf"|\b{_inside(LENGTH)} (?:тому )?назад\b|\b{_inside(WEEKDAY)}\b|\b{_inside(DAY_MONTH)}\b"
    r"|\b(?:в|на)\s(?:прошло[мй]|позапрошло[мй]|этом|этой)\s(?:году|месяце|неделе)\b|\b(?:вчера|сегодня|позавчера)\b",
    re.IGNORECASE,
)
MOST = 6
"""Things of a kind that are shown."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Words of the story, in its order: people, dates, sums."""

    people: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.dates or self.sums)


def facts(story: str) -> Facts:
    """Find people, dates and sums in a story as it was written."""
    plain = story.casefold().replace("ё", "е")
    kin = [(hit.start(), name) for name, pattern in _PEOPLE if (hit := pattern.search(plain))]
    named = [(hit.start(), " ".join(hit[0].split())) for hit in _NAMES.finditer(story)]
    people = [
        name.replace("ребенок", "ребёнок").replace("тетя", "тётя").replace("теща", "тёща")
        for _at, name in sorted(kin + named)
    ]
    return Facts(
        _few(people), _few(hit[0] for hit in _DATE.finditer(story)), _few(hit[0] for hit in _SUM.finditer(story))
    )


def _few(found: Iterable[str]) -> tuple[str, ...]:
    cleaned = (" ".join(one.split()).strip(" ,.") for one in found)
    return tuple(dict.fromkeys(one for one in cleaned if one))[:MOST]
