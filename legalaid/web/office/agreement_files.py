"""Files of an agreement: its text as PDF and DOCX, scans of signed copies, the annex on data exchange."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory import services
from legalaid.directory.agreement_docx import agreement_docx
from legalaid.directory.agreement_pdf import agreement_pdf
from legalaid.directory.agreement_queries import scan_file
from legalaid.directory.agreement_rules import Exchanged
from legalaid.directory.agreement_sheet import AgreementSheet, sheet_of
from legalaid.directory.policies import get_visible_agreement
from legalaid.directory.refusals import SCAN_REFUSALS, ScanRefused
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.draw_numbers import MAX_FILE
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.web.office.agreements import show_agreement
from legalaid.web.staff.access import staff

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attached(raw: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    """A file of ours for the person who asked, kept by no cache."""
    response = HttpResponse(raw, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _sheet(actor: Actor, agreement_id: int) -> AgreementSheet:
    found = get_visible_agreement(actor, agreement_id)
    return sheet_of(found, local_day(timezone.now(), found.authority.timezone))


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def text_pdf(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The text with its annexes, to be read and printed."""
    return attached(agreement_pdf(_sheet(actor, agreement_id)), PDF, f"agreement-{agreement_id}.pdf", inline=True)


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def text_docx(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The same text to be edited while the sides agree on it."""
    return attached(agreement_docx(_sheet(actor, agreement_id)), DOCX, f"agreement-{agreement_id}.docx")


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def scan(request: HttpRequest, actor: Actor, agreement_id: int, scan_id: int) -> HttpResponseBase:
    """A signed copy."""
    found = get_visible_agreement(actor, agreement_id)
    raw = scan_file(found.pk, scan_id)
    if raw is None:
        raise NotFound
    return attached(raw, PDF, f"agreement-{agreement_id}-scan-{scan_id}.pdf")


@require_POST
@staff(Role.OFFICE)
def add_scan(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """A signed copy is attached."""
    file = request.FILES.get("file")
    try:
        if file is None or not file.size or file.size > MAX_FILE:
            raise ScanRefused(SCAN_REFUSALS["size" if file is not None and file.size else "empty"])
        services.add_scan(
            agreement_id=agreement_id, file=file.read(), name=str(file.name or ""), actor=actor, now=timezone.now()
        )
    except NotFound:
        raise
    except DomainError as error:
        return show_agreement(request, agreement_id, scan_refusal=error)
    messages.success(request, _("Скан приложен."))
    return redirect("office-agreement", agreement_id)


@require_POST
@staff(Role.OFFICE)
def remove_scan(request: HttpRequest, actor: Actor, agreement_id: int, scan_id: int) -> HttpResponseBase:
    """A copy attached by mistake is taken back."""
    services.remove_scan(agreement_id=agreement_id, scan_id=scan_id, actor=actor, now=timezone.now())
    messages.success(request, _("Скан убран. В журнале осталось, что он был."))
    return redirect("office-agreement", agreement_id)


@require_POST
@staff(Role.OFFICE)
def exchange(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The annex on data exchange as it was written."""
    columns = [request.POST.getlist(name) for name in ("direction", "what", "kept")]
    if len({len(column) for column in columns}) != 1:
        raise NotFound
    items = [Exchanged(*row) for row in zip(*columns, strict=True)]
    try:
        services.set_exchange(agreement_id=agreement_id, items=items, actor=actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        return show_agreement(request, agreement_id, refusal=error)
    messages.success(request, _("Обмен данными сохранён."))
    return redirect("office-agreement", agreement_id)
