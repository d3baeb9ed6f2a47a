"""The catalogue as a file for Excel and its kin: words are words even when they begin with «=»."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from legalaid.directory.sheet.columns import AREA_SHEET, AREAS, GUIDE_SHEET, TOPIC_SHEET, TOPICS, Column

Row = Mapping[str, Any]
_HEAD = PatternFill("solid", fgColor="F1EFEA")
_BOLD = Font(bold=True)
_WRAP, _PLAIN = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top")
GUIDE_WIDTHS = (20, 24, 60)


def catalogue_xlsx(*, areas: Iterable[Row], topics: Iterable[Row], guide: Iterable[Sequence[str]]) -> bytes:
    """A sheet of topics, one of areas, and one that explains the codes; the last is not read back."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    _fill(sheet, TOPIC_SHEET, TOPICS, topics)
    _fill(book.create_sheet(), AREA_SHEET, AREAS, areas)
    _explain(book.create_sheet(GUIDE_SHEET), guide)
    book.properties.creator = "legalaid"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    sheet.title = title
    for place, column in enumerate(columns, start=1):
        head = _write(sheet, 1, place, column.head)
        head.font, head.fill, head.alignment = _BOLD, _HEAD, _WRAP
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            _write(sheet, number, place, column.told(row.get(column.field)))
    sheet.freeze_panes = "D2" if columns is TOPICS else "A2"


def _explain(sheet: Worksheet, guide: Iterable[Sequence[str]]) -> None:
    for number, row in enumerate(guide, start=1):
        for place, text in enumerate(row, start=1):
            _write(sheet, number, place, text)
    for place, width in enumerate(GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _write(sheet: Worksheet, row: int, column: int, value: str | int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        if value:
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"  # never a formula
            cell.quotePrefix = True
        cell.alignment = _WRAP
    else:
        cell.value, cell.alignment = value, _PLAIN
    return cell
