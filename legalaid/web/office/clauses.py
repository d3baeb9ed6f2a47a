"""Templates of the clauses an agreement of the region is made from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.agreement_queries import region_clauses
from legalaid.directory.agreement_rules import BLANKS
from legalaid.directory.services import set_clause
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.OFFICE)
def clauses(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """All clauses, each with its form."""
    return _list(request)


def _list(request: HttpRequest, asked: int | None = None, refusal: DomainError | None = None) -> HttpResponse:
    rows = [
        {
            "clause": one, "refusal": refusal if one.pk == asked else None,
            "title": request.POST.get("title", "") if one.pk == asked else one.title,
            "text": request.POST.get("text", "") if one.pk == asked else one.text,
        }
        for one in region_clauses()
    ]  # fmt: skip
    context = {"rows": rows, "blanks": ["{" + name + "}" for name in BLANKS]}
    return render(request, "office/clauses.html", context, status=422 if refusal else 200)


@require_POST
@staff(Role.OFFICE)
def save(request: HttpRequest, actor: Actor, clause_id: int) -> HttpResponseBase:
    """One clause as it was written."""
    try:
        set_clause(
            clause_id=clause_id, title=request.POST.get("title", ""), text=request.POST.get("text", ""), actor=actor,
            now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _list(request, clause_id, error)
    messages.success(request, _("Пункт сохранён. Соглашения, отправленные на подписание раньше, не изменились."))
    return redirect("office-clauses")
