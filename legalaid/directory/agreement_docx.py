"""The agreement as an editable document (DOCX): real headings and tables, so that a reader's program finds its way."""

import io
from collections.abc import Sequence
from datetime import datetime, time

from docx import Document
from docx.document import Document as DocumentFile
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from legalaid.directory.agreement_pdf import LEVELS_NOTE, NORM_NOTE
from legalaid.directory.agreement_sheet import AgreementSheet

FONT = "Times New Roman"
BLANK_DATE = "«___» ________________ 20__ г."
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
            _said(document, text)
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
    foot.add_run(f"Соглашение № {sheet.number} · ")
    _page_number(foot)


def _page_number(paragraph: Paragraph) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _said(document: DocumentFile, text: str) -> None:
    document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _place_and_day(document: DocumentFile, sheet: AgreementSheet) -> None:
    line = document.add_paragraph(f"{sheet.region}\t{sheet.signed or BLANK_DATE}")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(165), WD_TAB_ALIGNMENT.RIGHT)


def _signatures(document: DocumentFile, sheet: AgreementSheet) -> None:
    table = document.add_table(rows=1, cols=2)
    sides = (("Орган", sheet.authority, sheet.signer_body), ("Центр", sheet.centre, sheet.signer_centre))
    for cell, (name, who, signer) in zip(table.rows[0].cells, sides, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
        cell.add_paragraph(who)
        cell.add_paragraph(signer or "Должность: _____________________")
        cell.add_paragraph(BLANK_NAME)
        cell.add_paragraph("подпись, имя, печать")


def _annexes(document: DocumentFile, sheet: AgreementSheet) -> None:
    _annex(document, sheet, 1, "Темы и места приёма")
    rows: list[tuple[str, ...]] = []
    for area, lines in sheet.areas:
        rows.append((area,))
        rows += [(one.topic, "да" if one.home else "нет", one.places) for one in lines]
    _table(document, ("Тема", "Из дома", "Отделения"), rows, (100, 22, 43))
    if sheet.places:
        document.add_heading("Отделения", level=3)
        _table(document, ("№", "Отделение", "Адрес"), [(str(n), *rest) for n, *rest in sheet.places], (12, 68, 85))
    _annex(document, sheet, 2, "Норма приёма")
    _table(document, ("Показатель", "Норма"), sheet.norm, (115, 50))
    _said(document, NORM_NOTE)
    _annex(document, sheet, 3, "Сроки обслуживания")
    _table(document, ("Что", "Срок"), sheet.levels, (82, 83))
    _said(document, LEVELS_NOTE)
    _annex(document, sheet, 4, "Обмен данными")
    _table(document, ("Что передаётся", "Направление", "Хранится"), sheet.exchange, (75, 45, 45))


def _annex(document: DocumentFile, sheet: AgreementSheet, number: int, title: str) -> None:
    label = document.add_paragraph(f"Приложение № {number}\nк соглашению № {sheet.number}")
    label.alignment, label.paragraph_format.page_break_before = WD_ALIGN_PARAGRAPH.RIGHT, True
    document.add_heading(title, level=2)


def _table(
    document: DocumentFile, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:  # fmt: skip
    """A table whose first row is repeated on each page and told as headings; a row of one cell spans the width."""
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in rows:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).paragraphs[0].add_run(row[0]).italic = True
        else:
            for cell, text in zip(cells, row, strict=True):
                cell.text = text
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for drawn in table.rows:
        if drawn.cells[0] != drawn.cells[-1]:
            for cell, width in zip(drawn.cells, widths, strict=True):
                cell.width = Mm(width)
    document.add_paragraph()
