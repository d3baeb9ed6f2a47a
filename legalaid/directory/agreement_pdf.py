"""The agreement as a tagged PDF (PDF/UA-1), made by typst from `agreement.typ`; no system library, no network."""

from pathlib import Path

import typst

from legalaid.directory.agreement_sheet import AgreementSheet
from legalaid.kernel.plain import drawable

TEMPLATE = Path(__file__).with_name("agreement.typ")
NORM_NOTE = (
    "Норма распределена поровну по рабочим дням недели; праздничный день уменьшает её на свою долю, "
    "сокращённый — на час для каждого поста. График на месяц Орган сообщает отдельно."
)
LEVELS_NOTE = (
    "Рабочие дни считаются по производственному календарю. День заявки в срок не входит. "
    "Исполнение видно в ежемесячном отчёте."
)


def agreement_pdf(sheet: AgreementSheet) -> bytes:
    """Return the document as PDF/UA-1."""
    data = {
        "title": f"{sheet.heading} № {sheet.number}", "short": f"Соглашение № {sheet.number}", "heading": sheet.heading,
        "number": sheet.number, "mark": sheet.mark, "region": sheet.region, "signed": sheet.signed,
        "parties": sheet.parties, "authority": sheet.authority, "centre": sheet.centre,
        "signer_body": sheet.signer_body, "signer_centre": sheet.signer_centre,
        "clauses": [{"title": one.title, "paragraphs": one.paragraphs} for one in sheet.clauses],
        "areas": [
            {"name": name, "lines": [{"topic": one.topic, "home": one.home, "places": one.places} for one in lines]}
            for name, lines in sheet.areas
        ],
        "places": [{"number": str(n), "name": name, "address": address} for n, name, address in sheet.places],
        "norm": sheet.norm, "norm_note": NORM_NOTE, "levels": sheet.levels, "levels_note": LEVELS_NOTE,
        "exchange": sheet.exchange, "annex_to": f"к соглашению № {sheet.number}",
        "year": sheet.as_of.year, "month": sheet.as_of.month, "day": sheet.as_of.day,
    }  # fmt: skip
    # One compiler a call: it is not made for several threads.
    return typst.compile(TEMPLATE, format="pdf", sys_inputs={"agreement": drawable(data)}, pdf_standards=["ua-1"])
