"""The report of an agreement as a tagged PDF and as a sheet. Both are Russian: they go to the other party."""

import io
from pathlib import Path

import typst
from django.conf import settings
from django.utils import formats, translation
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from legalaid.insight.fulfilment import Fulfilment
from legalaid.insight.fulfilment_lines import sections_of
from legalaid.kernel.plain import drawable, printable

LANGUAGE = "ru"
TEMPLATE = Path(__file__).with_name("fulfilment.typ")
MET = {True: "да", False: "нет", None: ""}
TOPIC_HEAD = ("Тема", "Подано", "Согласовано", "Проведено", "Отвечено")
_HEAD = PatternFill("solid", fgColor="F1EFEA")


def fulfilment_pdf(report: Fulfilment) -> bytes:
    """Return the report as PDF/UA-1."""
    with translation.override(LANGUAGE):
        data = {
            "title": _title(report), "number": printable(report.agreement.number), "about": _about(report),
            "authority": printable(report.agreement.authority.name), "region": settings.REGION_NAME,
            "sections": [
                {"title": part.title, "lines": [
                    [one.label, _said(one.value), one.level or "—", MET[one.met] or "—"] for one in part.lines
                ]}
                for part in sections_of(report)
            ],
            "topic_head": TOPIC_HEAD, "topics": [[_said(one) for one in row] for row in _topics(report)],
            "notes": _notes(report), "year": report.last.year, "month": report.last.month, "day": report.last.day,
        }  # fmt: skip
    # One compiler a call: it is not made for several threads.
    return typst.compile(TEMPLATE, format="pdf", sys_inputs={"report": drawable(data)}, pdf_standards=["ua-1"])


def fulfilment_xlsx(report: Fulfilment) -> bytes:
    """Return the report as XLSX: figures are numbers, words are words even when they begin with «=»."""
    book = Workbook()
    with translation.override(LANGUAGE):
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.title = "Исполнение"
        for row in (*((text,) for text in (_title(report), *_about(report))), ()):
            _row(sheet, row)
        sheet["A1"].font = Font(bold=True, size=14)
        for part in sections_of(report):
            _head(sheet, (part.title, "Значение", "По соглашению", "Выполнено"))
            for one in part.lines:
                _row(sheet, (one.label, one.value, one.level, MET[one.met]))
            _row(sheet, ())
        for note in _notes(report):
            _row(sheet, (note,))
        _widths(sheet, (52, 14, 34, 14))
        by_topic = book.create_sheet("По темам")
        _head(by_topic, TOPIC_HEAD)
        for topic in _topics(report):
            _row(by_topic, topic)
        _widths(by_topic, (60, 12, 14, 14, 14))
        by_topic.freeze_panes = "A2"
    book.properties.title, book.properties.creator = printable(_title(report)), "legalaid"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(report: Fulfilment) -> str:
    return f"Исполнение соглашения № {printable(report.agreement.number)}"


def _about(report: Fulfilment) -> list[str]:
    first, last = (formats.date_format(day, "j E Y") for day in (report.first, report.last))
    return [printable(report.agreement.authority.name), f"{settings.REGION_NAME}. С {first} по {last} включительно"]


def _notes(report: Fulfilment) -> list[str]:
    about_norm = (
        "Норма часов распределена по рабочим дням; праздники и сокращённые дни её уменьшают. Рабочие дни — по "
        "производственному календарю. Персональных данных в отчёте нет."
    )
    notes = [about_norm]
    if report.shared_with:
        numbers = ", ".join(f"№ {number}" for number in report.shared_with)
        notes.append(f"В эти дни у органа действовали и другие соглашения ({numbers}): часы приёма у них общие.")
    return [printable(note) for note in notes]


def _topics(report: Fulfilment) -> list[tuple[str | float, ...]]:
    return [(printable(title), one.requested, one.agreed, one.held, one.answered) for title, one in report.topics]


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}".replace(".", ",")


def _row(sheet: Worksheet, values: tuple[str | float, ...]) -> list[Cell]:
    """Write a row. A word is a string by its type and quoted: no program takes it for a formula."""
    number = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    if not values:
        sheet.cell(number, 1).value = ""
        return []
    cells = []
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        if isinstance(value, str):
            cell.value = printable(value)
            cell.data_type = "s"
            cell.quotePrefix = True
            cell.alignment = Alignment(vertical="top", wrap_text=len(values) > 1)
        else:
            cell.value = value
            cell.alignment = Alignment(vertical="top")
        cells.append(cell)
    return cells


def _head(sheet: Worksheet, values: tuple[str, ...]) -> None:
    for cell in _row(sheet, values):
        cell.font, cell.fill = Font(bold=True), _HEAD


def _widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for letter, width in zip("ABCDE", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
