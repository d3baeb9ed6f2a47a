"""The agreement as an editable document (DOCX): real headings and tables, so that a reader's program finds its way."""

import io
from collections.abc import Sequence
from datetime import datetime, time

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from legalaid.directory.agreement_pdf import LEVELS_NOTE, NORM_NOTE
from legalaid.directory.agreement_sheet import AgreementSheet

FONT = "Times New Roman"
WIDTH = Mm(165)
FEW = 12
"""Rows that stand on one page together."""
HEAD, AREA, GREY = "F1EFEA", "FAF8F4", RGBColor(0x4A, 0x55, 0x63)
BLANK_DATE = "«___» ________________ 20__ г."
BLANK_POST = "Должность: _____________________"
BLANK_NAME = "_______________ / ________________ /"


def agreement_docx(sheet: AgreementSheet) -> bytes:
    """Return the document as DOCX, to be edited by whoever agrees on it."""
    document = Document()
    _set_up(document, sheet)
    title = document.add_heading(f"{sheet.heading}\n№ {sheet.number}", level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _place_and_day(document, sheet)
    _said(document, sheet.parties)
    for number, clause in enumerate(sheet.clauses, start=1):
        document.add_heading(f"{number}. {clause.title}", level=2)
        for text in clause.paragraphs:
            shape = _said(document, text).paragraph_format
            # Not cut by the end of a page, or some programs leave the heading behind; signatures never stand alone.
            shape.keep_together, shape.keep_with_next = True, number == len(sheet.clauses)
    document.add_heading("Стороны", level=2)
    _signatures(document, sheet)
    _annexes(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: DocumentFile, sheet: AgreementSheet) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    for name, size in (("Normal", 12), ("Heading 1", 16), ("Heading 2", 12.5), ("Heading 3", 12)):
        style = document.styles[name]
        style.paragraph_format.space_before = Pt(0 if name in {"Normal", "Heading 1"} else 8)
        style.paragraph_format.space_after = Pt(12 if name == "Heading 1" else 3)
        style.paragraph_format.line_spacing = 1.08
        style.paragraph_format.keep_with_next = name != "Normal"
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    core = document.core_properties
    core.title, core.author, core.language = f"{sheet.heading} № {sheet.number}", sheet.authority, "ru-RU"
    core.comments = ""
    core.created = core.modified = datetime.combine(sheet.as_of, time())
    if sheet.mark:
        mark = section.header.paragraphs[0]
        mark.text, mark.alignment = sheet.mark, WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    document.styles["Footer"].font.size, document.styles["Footer"].font.color.rgb = Pt(10), GREY
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"Соглашение № {sheet.number}\t")
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _said(document: DocumentFile, text: str) -> Paragraph:
    said = document.add_paragraph(text)
    said.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    return said


def _place_and_day(document: DocumentFile, sheet: AgreementSheet) -> None:
    line = document.add_paragraph(f"{sheet.region}\t{sheet.signed or BLANK_DATE}")
    line.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _signatures(document: DocumentFile, sheet: AgreementSheet) -> None:
    """Both sides row by row, so that their lines to sign stand level, on one page with the heading."""
    rows = (
        ("Орган", "Центр"), (sheet.authority, sheet.centre),
        (sheet.signer_body or BLANK_POST, sheet.signer_centre or BLANK_POST),
        (BLANK_NAME, BLANK_NAME), ("подпись, имя, печать", "подпись, имя, печать"),
    )  # fmt: skip
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for number, texts in enumerate(rows):
        row = table.add_row()
        _whole(row)
        for cell, text in zip(row.cells, texts, strict=True):
            cell.width, (said,) = WIDTH // 2, cell.paragraphs
            run = said.add_run(text)
            run.bold = number == 0
            said.paragraph_format.keep_with_next = number < len(rows) - 1
            if text == BLANK_NAME:
                said.paragraph_format.space_before = Pt(18)
            if number == len(rows) - 1:
                run.font.size, run.font.color.rgb = Pt(10), GREY


def _annexes(document: DocumentFile, sheet: AgreementSheet) -> None:
    _annex(document, sheet, 1, "Темы и места приёма", own_page=True)
    rows: list[tuple[str, ...]] = []
    for area, lines in sheet.areas:
        rows.append((area,))
        rows += [(one.topic, "да" if one.home else "нет", one.places) for one in lines]
    if rows:
        _table(document, ("Тема", "Из дома", "Отделения"), rows, (108, 23, 34), centred=1)
    else:
        _said(document, "Тем пока нет.")
    if sheet.places:
        document.add_heading("Отделения", level=3)
        _table(document, ("№", "Отделение", "Адрес"), [(str(n), *rest) for n, *rest in sheet.places], (12, 63, 90),
               centred=0)  # fmt: skip
    _annex(document, sheet, 2, "Норма приёма")
    _table(document, ("Показатель", "Норма"), sheet.norm, (115, 50), together=True)
    _said(document, NORM_NOTE)
    _annex(document, sheet, 3, "Сроки обслуживания")
    _table(document, ("Что", "Срок"), sheet.levels, (82, 83), together=True)
    _said(document, LEVELS_NOTE)
    _annex(document, sheet, 4, "Обмен данными")
    if sheet.exchange:
        _table(document, ("Что передаётся", "Направление", "Хранится"), sheet.exchange, (75, 45, 45),
               together=len(sheet.exchange) <= FEW)  # fmt: skip
    else:
        _said(document, "Данные не передаются.")


def _annex(document: DocumentFile, sheet: AgreementSheet, number: int, title: str, *, own_page: bool = False) -> None:
    """The heading of an annex; it stays with what follows. The first begins a page, the short ones flow on."""
    label = document.add_paragraph(f"Приложение № {number}\nк соглашению № {sheet.number}")
    label.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    label.paragraph_format.page_break_before, label.paragraph_format.keep_with_next = own_page, True
    label.paragraph_format.space_before = Pt(0 if own_page else 30)
    document.add_heading(title, level=2)


def _table(
    document: DocumentFile, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], *,
    centred: int | None = None, together: bool = False,
) -> None:  # fmt: skip
    """A table whose first row is repeated on each page and told as headings; a row of one cell spans the width.

    A row is never cut by the end of a page; `together` keeps the whole table, and what is said after it, on one.
    """
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(_mark("w:tblHeader", val="true"))
    for row in rows:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).paragraphs[0].add_run(row[0]).italic = True
            _shade(cells[0], AREA)
        else:
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, drawn in enumerate(table.rows):
        _whole(drawn)
        spans = len(head) > 1 and drawn.cells[0]._tc is drawn.cells[-1]._tc
        cells = ((drawn.cells[0], sum(widths)),) if spans else zip(drawn.cells, widths, strict=True)
        for place, (cell, width) in enumerate(cells):
            cell.width = Mm(width)
            if number == 0:
                _shade(cell, HEAD)
            _set_in_cell(cell, kept=number == 0 or spans or together, centred=place == centred and not spans)
    gap = document.add_paragraph()
    gap.paragraph_format.space_after, gap.paragraph_format.line_spacing = Pt(0), Pt(8)
    gap.paragraph_format.keep_with_next = together


def _set_in_cell(cell: _Cell, *, kept: bool, centred: bool) -> None:
    (said,) = cell.paragraphs
    said.paragraph_format.space_before = said.paragraph_format.space_after = Pt(3)
    said.paragraph_format.keep_with_next = kept
    if centred:
        said.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in said.runs:
        run.font.size = Pt(11)


def _whole(row: _Row) -> None:
    """A row is not cut by the end of a page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _shade(cell: _Cell, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_mark("w:shd", val="clear", color="auto", fill=colour))


def _mark(name: str, **values: str) -> BaseOxmlElement:
    mark = OxmlElement(name)
    for key, value in values.items():
        mark.set(qn(f"w:{key}"), value)
    return mark
