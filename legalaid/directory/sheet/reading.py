"""A file that somebody brought, read without trust: sizes counted while unpacking, no formulas, macros or entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from legalaid.directory.pack.archive import MAX_ARCHIVE, UNREADABLE
from legalaid.directory.pack.kinds import KINDS
from legalaid.directory.refusals import SheetRefused
from legalaid.directory.sheet.columns import AREA_SHEET, AREAS, TOPIC_SHEET, TOPICS, Column

MAX_SHEET = MAX_ARCHIVE
"""Bytes of the file, as of a pack. The catalogue of a region with 134 topics has 0.04 MB."""
MAX_UNPACKED = 48 * 2**20
"""Bytes of all parts; 2,000 topics with long answers have 20 MB of XML."""
MAX_PARTS = 200
CHUNK = 64 * 1024
MAX_CELL = 32_767
"""Characters Excel keeps in a cell."""
BLANK_ROWS = 5_000
"""Empty rows after which nothing is looked for."""
ENTITIES = (b"<!DOCTYPE", b"<!ENTITY", b"<\0!\0D\0O\0C\0T\0Y\0P\0E", b"\0<\0!\0D\0O\0C\0T\0Y\0P\0E")
FORMULA = "\0formula"
Tell = Callable[[int, int], None]
"""Called with rows read and rows there are, as far as the file says."""


@dataclass(slots=True)
class Rows:
    """What stands in the file: row number → field → cell as text. A column that is not there says nothing."""

    topics: dict[int, dict[str, str]] = field(default_factory=dict)
    areas: dict[int, dict[str, str]] = field(default_factory=dict)


def read_sheet(raw: bytes, tell: Tell = lambda done, total: None) -> Rows:
    """The rows of a catalogue's file. Raises SheetRefused with what is wrong with the file as a whole."""
    _demand_safe(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        return _rows(book, tell)
    except SheetRefused:
        raise
    # What openpyxl says of a file it cannot read depends on what is wrong with it; bad XML is a SyntaxError.
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, KeyError, ValueError, TypeError,
        AttributeError, IndexError, OSError, RuntimeError, EOFError, OverflowError, AssertionError,
    ) as error:  # fmt: skip
        raise SheetRefused(_("Файл не открывается: возможно, он повреждён. Сохраните его в Excel ещё раз.")) from error


def _demand_safe(raw: bytes) -> None:
    """A zip of a bearable size, unlocked, without macros and entities, that is no bomb."""
    if len(raw) > MAX_SHEET:
        raise SheetRefused(_("Файл слишком большой: таблица каталога не бывает больше 8 МБ."))
    if not raw.startswith(b"PK\x03\x04"):
        raise SheetRefused(_("Это не таблица XLSX. Сохраните файл как «Книга Excel (.xlsx)» и загрузите ещё раз."))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _demand_parts(archive)
    except UNREADABLE as error:
        raise SheetRefused(_("Файл повреждён или закрыт паролем. Сохраните его без пароля ещё раз.")) from error


def _demand_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or len(parts) > MAX_PARTS or len(names) != len(parts):
        raise SheetRefused(_("Это не таблица XLSX. Сохраните файл как «Книга Excel (.xlsx)» и загрузите ещё раз."))
    if any(name.casefold().endswith((".bin", ".vba")) for name in names):
        raise SheetRefused(_("В файле есть макросы. Сохраните его как «Книга Excel (.xlsx)», без макросов."))
    total = 0
    for part in parts:
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise SheetRefused(
                        _("В распакованном виде файл слишком большой: так бывает, когда он сделан нарочно.")
                    )
                seen = tail + chunk
                if any(sign in seen for sign in ENTITIES):
                    raise SheetRefused(_("В файле есть то, чего в таблице не бывает. Сохраните его в Excel ещё раз."))
                tail = chunk[-32:]


def _rows(book: Any, tell: Tell) -> Rows:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if TOPIC_SHEET not in sheets and AREA_SHEET not in sheets:
        raise SheetRefused(_("В файле нет листов «Темы» и «Разделы». Выгрузите каталог и правьте выгруженный файл."))
    found = Rows()
    read = 0
    total = sum(min(sheets[name].max_row or 1, KINDS["topic"].most) for name in (AREA_SHEET, TOPIC_SHEET)
                if name in sheets)  # fmt: skip
    wanted = ((AREA_SHEET, AREAS, found.areas, KINDS["area"].most), (TOPIC_SHEET, TOPICS, found.topics,
              KINDS["topic"].most))  # fmt: skip
    tell(0, max(total, 1))
    for title, columns, into, most in wanted:
        for number, row in _sheet_rows(sheets[title], title, columns, most) if title in sheets else ():
            into[number] = row
            read += 1
            tell(read, max(total, read))
    return found


def _sheet_rows(sheet: Any, title: str, columns: Sequence[Column], most: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with something in them, by number. What the file says of its size is not believed."""
    sheet.reset_dimensions()
    lines = sheet.iter_rows(max_col=len(columns) + 20)
    places = _places(next(lines, ()), title, columns)
    blank, found = 0, 0
    for number, line in enumerate(lines, start=2):
        row = {name: _said(line[place]) for name, place in places.items() if place < len(line)}
        if not any(row.values()):
            blank += 1
            if blank > BLANK_ROWS:
                raise SheetRefused(
                    _("На листе «%(sheet)s» слишком много пустых строк. Удалите их и сохраните файл ещё раз.")
                    % {"sheet": title}
                )
            continue
        found += 1
        if found > most:
            raise SheetRefused(
                _("На листе «%(sheet)s» слишком много строк: не больше %(most)s.") % {"sheet": title, "most": most}
            )
        yield number, row


def _places(line: Sequence[Any], title: str, columns: Sequence[Column]) -> dict[str, int]:
    """Field → place of its column, by the headings of the first row."""
    known = {column.head.casefold(): column.field for column in columns}
    places: dict[str, int] = {}
    for place, cell in enumerate(line):
        head = _said(cell).casefold()
        if not head:
            continue
        if head not in known or known[head] in places:
            raise SheetRefused(
                _("На листе «%(sheet)s» незнакомый или повторный столбец: «%(head)s».")
                % {"sheet": title, "head": _said(cell)[:60]}
            )
        places[known[head]] = place
    if "code" not in places:
        raise SheetRefused(_("На листе «%(sheet)s» нет столбца «Код» в первой строке.") % {"sheet": title})
    return places


def _said(cell: Any) -> str:
    """A cell as text; FORMULA for one that computes."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in {"f", "e"} or not isinstance(value, str | int | float | date):
        return FORMULA
    if isinstance(value, bool):
        return "да" if value else ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**9:
        value = int(value)
    return str(value)[: MAX_CELL + 1].replace("\r\n", "\n").replace("\r", "\n").strip(" \n\t")
