"""The memo as a tagged PDF (PDF/UA-1), made by typst from `memo.typ`; no system library, no network."""

import io
from pathlib import Path

import segno
import typst
from django.utils import formats
from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone
from legalaid.kernel.plain import drawable
from legalaid.result.rules import MemoSheet, lines

TEMPLATE = Path(__file__).with_name("memo.typ")


def qr_svg(text: str) -> str:
    """A QR code of `text` as SVG, error correction M."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=1, scale=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def memo_pdf(sheet: MemoSheet) -> bytes:
    """Return the memo as PDF/UA-1 in the language that is active."""
    issued = in_zone(sheet.issued_at, sheet.zone)
    data = {
        "title": _("Памятка %(number)s") % {"number": sheet.number},
        "year": issued.year, "month": issued.month, "day": issued.day,
        "service": _("Правовая помощь онлайн · %(region)s") % {"region": sheet.region},
        "heading": _("Памятка"), "number": sheet.number, "code": sheet.code, "page": _("стр."),
        "issued": formats.date_format(issued, _("j E Y, H:i")),
        "qr": qr_svg(sheet.check_url), "qr_alt": _("Код для проверки памятки: %(url)s") % {"url": sheet.check_url},
        "topic_label": _("Тема:"), "topic": sheet.topic,
        "authority_label": _("Ответил орган:"), "authority": sheet.authority,
        "expert_label": _("Специалист:"), "expert": ", ".join(filter(None, [sheet.expert, sheet.position])),
        "asked_heading": _("О чём вы спросили"), "asked": lines(sheet.text.asked),
        "law_heading": _("Что говорит закон"), "law": lines(sheet.text.law),
        "acts_label": _("Нормативные акты по теме:"), "acts": list(sheet.acts),
        "steps_heading": _("Что делать"), "steps": lines(sheet.text.steps),
        "documents_heading": _("Какие документы нужны"), "documents": lines(sheet.text.documents),
        "deadline_label": _("Срок:"), "deadline": sheet.deadline,
        "closing": _("Консультация бесплатна. Памятка разъясняет порядок действий и не заменяет решения органа."),
        "check": _("Проверить подлинность: %(url)s") % {"url": sheet.check_url},
    }  # fmt: skip
    # One compiler a call: it is not made for several threads, and a fresh one stays within the goal of 150 ms.
    return typst.compile(TEMPLATE, format="pdf", sys_inputs={"memo": drawable(data)}, pdf_standards=["ua-1"])
