"""The monthly report of an agreement: page, PDF, sheet. For the office and the coordinator of the authority."""

import re
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from legalaid.directory.policies import get_visible_agreement
from legalaid.insight.fulfilment import Fulfilment, NotInForceThen, fulfilment_of, months_reported
from legalaid.insight.fulfilment_files import fulfilment_pdf, fulfilment_xlsx
from legalaid.insight.fulfilment_lines import sections_of
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.web.office.agreement_files import PDF, attached
from legalaid.web.staff.access import staff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def _month(request: HttpRequest) -> date | None:
    found = _MONTH.fullmatch(request.GET.get("month", ""))
    return date(int(found[1]), int(found[2]), 1) if found else None


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def report(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The month that was asked for, or the newest whole one."""
    agreement, now = get_visible_agreement(actor, agreement_id), timezone.now()
    months = months_reported(agreement, now)
    month = _month(request) or (months[1] if len(months) > 1 else next(iter(months), None))
    context: dict[str, Any] = {
        "agreement": agreement, "months": months, "month": month, "office": actor.has(Role.OFFICE), "report": None,
    }  # fmt: skip
    if month in months:
        found = fulfilment_of(agreement=agreement, month=month, now=now)
        context |= {"report": found, "sections": sections_of(found)}
    return render(request, "office/fulfilment.html", context)


def _found(request: HttpRequest, actor: Actor, agreement_id: int) -> Fulfilment:
    agreement, month = get_visible_agreement(actor, agreement_id), _month(request)
    if month is None:
        raise NotFound
    try:
        return fulfilment_of(agreement=agreement, month=month, now=timezone.now())
    except NotInForceThen:
        raise NotFound from None


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def pdf(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The same on paper."""
    found = _found(request, actor, agreement_id)
    return attached(fulfilment_pdf(found), PDF, f"{_name(found)}.pdf", inline=True)


@require_GET
@staff(Role.OFFICE, Role.COORDINATOR)
def xlsx(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The same as a sheet."""
    found = _found(request, actor, agreement_id)
    return attached(fulfilment_xlsx(found), XLSX, f"{_name(found)}.xlsx")


def _name(found: Fulfilment) -> str:
    return f"fulfilment-{found.agreement.pk}-{found.first:%Y-%m}"
