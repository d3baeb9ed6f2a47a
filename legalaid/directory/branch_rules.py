"""What the hours of a centre must be by law (ПП РФ 1376), and what a centre's details look like. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVE = "eve"
"""Beside the days of WEEK: own hours on a short day, the eve of a holiday; without them it is an hour shorter."""
SMALL_TOWN = 25_000
"""People served up to which the smaller demands apply."""
EVENING = time(20)


@dataclass(frozen=True, slots=True)
class Norm:
    """Least days a week, least hours on each of them, and whether one day must last into the evening."""

    days: int
    hours: int
    evening: bool


NORM_SMALL, NORM_LARGE = Norm(5, 6, evening=False), Norm(6, 10, evening=True)


@dataclass(frozen=True, slots=True)
class Missed:
    """One demand the week does not meet: a stable word for the journal, and what to tell a person."""

    code: str
    text: str


def norm_for(population: int | None) -> Norm | None:
    """The demands on a centre by the people it serves; None while nobody has said how many."""
    if population is None:
        return None
    return NORM_SMALL if population <= SMALL_TOWN else NORM_LARGE


def span_of(text: str) -> tuple[time, time]:
    """«08:00-18:00» as two times."""
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return opens, closes


def minutes_open(text: str) -> int:
    """Minutes of «08:00-18:00»; 0 for a day off."""
    if not text:
        return 0
    opens, closes = span_of(text)
    return (closes.hour - opens.hour) * 60 + closes.minute - opens.minute


def missed_demands(week: Mapping[str, str], population: int | None) -> list[Missed]:
    """Demands of the norm that a week {"mon": "08:00-18:00", …} does not meet; [] also while the norm is unknown."""
    norm = norm_for(population)
    if norm is None:
        return []
    open_days = [day for day in WEEK if week.get(day)]
    full = [day for day in open_days if minutes_open(week[day]) >= norm.hours * 60]
    found = []
    if len(open_days) < norm.days:
        found.append(Missed("days", _("Дней приёма в неделю: %(days)s. Нужно не меньше %(least)s.")
                            % {"days": len(open_days), "least": norm.days}))  # fmt: skip
    if len(full) < min(norm.days, len(open_days)):
        short = len(open_days) - len(full)
        found.append(Missed("hours", ngettext(
            "Короче %(least)s часов — %(short)s день. Нужно не меньше %(least)s часов в день.",
            "Короче %(least)s часов — дней: %(short)s. Нужно не меньше %(least)s часов в день.", short,
        ) % {"least": norm.hours, "short": short}))  # fmt: skip
    if norm.evening and not any(span_of(week[day])[1] >= EVENING for day in open_days):
        found.append(Missed("evening", _("Нет ни одного вечера до 20:00. Нужен хотя бы один день в неделю.")))
    return found


_LATIN = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", (
    "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh",
    "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
), strict=True))  # fmt: skip


def code_from(name: str, taken: set[str]) -> str:
    """A code for addresses out of a name: Latin letters, figures and hyphens, at most 50, none of those `taken`."""
    latin = "".join(_LATIN.get(letter, letter if letter.isascii() and letter.isalnum() else " ")
                    for letter in name.lower())  # fmt: skip
    stem = "-".join(latin.split())[:44].strip("-") or "branch"
    code, n = stem, 1
    while code in taken:
        n += 1
        code = f"{stem}-{n}"
    return code


def lies_at(told: Iterable[str], asked: str) -> bool:
    """Whether a centre of this name, municipality and address is meant by what somebody typed: «в Таганроге, Ленина».

    Every word must occur; endings do not count, nor words of one or two letters.
    """
    text = _plain(" ".join(told))
    return all(word[: max(4, len(word) - 2)] in text for word in _WORD.findall(_plain(asked)))


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")


_WORD = re.compile(r"\w{3,}")
