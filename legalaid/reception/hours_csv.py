"""Hours as a table in a file: columns post, day (a weekday or a date), from, to. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from legalaid.reception.hours_rules import MAX_AHEAD, Extra, Span

HEAD = ("пост", "день", "с", "до")
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_LONG = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = {name: n for names in (WEEKDAYS, _LONG, _ENGLISH) for n, name in enumerate(names)}
_HEADS = ({"пост", "день", "с", "до"}, {"post", "day", "from", "to"}, {"post", "weekday", "from", "to"},
          {"post", "date", "from", "to"}, {"post", "weekday|date", "from", "to"})  # fmt: skip
_FORMULA = ("=", "+", "-", "@")
_QUOTED = tuple("'" + sign for sign in _FORMULA)
MAX_ROWS = 2000
"""Rows of one file: 60 posts with three spans on seven days, and as much again of single days."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row of the file, in words for whoever made it."""

    line: int
    text: str


@dataclass(slots=True)
class HoursFile:
    """A file read: weeks and single days by post id, and what could not be understood."""

    weeks: dict[int, list[Span]] = field(default_factory=dict)
    extra: dict[int, list[Extra]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0


def read_hours(text: str, posts: Mapping[str, int], today: date) -> HoursFile:
    """Read the table; `posts` are the authority's own posts by name. Every row that is wrong is told, none skipped."""
    found = HoursFile()
    for line, cells in _rows(text):
        if cells is None:
            found.errors.append(RowError(line, _("Кавычка открыта и нигде не закрыта.")))
            break
        if not any(cells) or {cell.lower() for cell in cells} in _HEADS:
            continue
        found.rows += 1
        if found.rows > MAX_ROWS:
            found.errors.append(RowError(line, _("В файле больше %(n)s строк.") % {"n": MAX_ROWS}))
            break
        try:
            _read_row(found, cells, posts, today)
        except _Wrong as wrong:
            found.errors.append(RowError(line, str(wrong)))
    if not found.rows and not found.errors:
        found.errors.append(RowError(1, _("В файле нет ни одной строки с часами.")))
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """The cells of each row and the line it begins on; None for what cannot be read, and nothing after it."""
    lines = io.StringIO(text.lstrip("\ufeff"), newline=None)  # a lone CR ends a line too
    table = csv.reader(lines, delimiter=_delimiter(text))
    begins = 1
    try:
        for row in table:
            yield begins, [cell.strip() for cell in row]
            begins = table.line_num + 1
    except csv.Error:  # an open quote takes in the rest of the file, until the cell is longer than csv allows
        yield begins, None


class _Wrong(Exception):
    """A row that cannot be understood."""


def _read_row(found: HoursFile, cells: list[str], posts: Mapping[str, int], today: date) -> None:
    if len(cells) != len(HEAD):
        raise _Wrong(_("Нужно четыре столбца: пост, день, с, до. Здесь их %(n)s.") % {"n": len(cells)})
    name, when, opens_text, closes_text = cells
    name = name[1:] if name[:2] in _QUOTED else name
    if name not in posts:
        raise _Wrong(_("Поста «%(name)s» у вас нет. Проверьте название.") % {"name": name})
    opens, closes = _time(opens_text), _time(closes_text)
    if opens >= closes:
        raise _Wrong(_("Конец (%(closes)s) должен быть позже начала (%(opens)s).")
                     % {"opens": opens_text, "closes": closes_text})  # fmt: skip
    weekday = _NAMES.get(when.lower().rstrip("."))
    if weekday is not None:
        spans = found.weeks.setdefault(posts[name], [])
        _demand_apart([(s.opens, s.closes) for s in spans if s.weekday == weekday], opens, closes)
        spans.append(Span(weekday, opens, closes))
        return
    day = _date(when)
    if day < today:
        raise _Wrong(_("День %(day)s уже прошёл.") % {"day": when})
    if day - today > MAX_AHEAD:
        raise _Wrong(_("До дня %(day)s больше года.") % {"day": when})
    single = found.extra.setdefault(posts[name], [])
    _demand_apart([(e.opens, e.closes) for e in single if e.day == day], opens, closes)
    single.append(Extra(day, opens, closes))


def _demand_apart(known: Iterable[tuple[time, time]], opens: time, closes: time) -> None:
    for start, end in known:
        if opens < end and start < closes:
            raise _Wrong(_("Эти часы пересекаются с %(from)s–%(to)s в другой строке.")
                         % {"from": f"{start:%H:%M}", "to": f"{end:%H:%M}"})  # fmt: skip


def _time(text: str) -> time:
    for form in ("%H:%M", "%H.%M", "%H:%M:%S"):
        try:
            # A time of day, on the authority's clocks, to the minute as the page shows it.
            return datetime.strptime(text, form).time().replace(second=0)  # noqa: DTZ007
        except ValueError:
            continue
    raise _Wrong(_("Время «%(text)s» непонятно. Напишите так: 09:30.") % {"text": text})


def _date(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
    raise _Wrong(_("День «%(text)s» непонятен. Напишите день недели (пн, вт…) или дату: 25.11.2026.") % {"text": text})


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";\t,", key=first.count)


def write_hours(weeks: Mapping[str, Iterable[Span]], extra: Mapping[str, Iterable[Extra]]) -> str:
    """The same table for weeks and single days by the post's name; opens in a spreadsheet as it is."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEAD)
    for name in sorted({*weeks, *extra}):
        for span in sorted(weeks.get(name, ())):
            table.writerow([_cell(name), WEEKDAYS[span.weekday], f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"])
        for one in sorted(extra.get(name, ()), key=lambda e: (e.day, e.opens)):
            table.writerow([_cell(name), f"{one.day:%d.%m.%Y}", f"{one.opens:%H:%M}", f"{one.closes:%H:%M}"])
    return out.getvalue()


def _cell(text: str) -> str:
    """A name that a spreadsheet would take for a formula gets a quote before it."""
    return "'" + text if text.startswith(_FORMULA) else text
