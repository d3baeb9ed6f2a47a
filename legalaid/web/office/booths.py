"""Readiness of booths by branch, for the project office; the number people call there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.services import set_branch_phone
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Role
from legalaid.web.booths import booth_places
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.OFFICE)
def booths(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Every branch with what its booths said of themselves; those with trouble on top."""
    places = booth_places(timezone.now())
    context = {
        "places": sorted(places, key=lambda place: place.whole),
        "ready": sum(place.ready for place in places), "count": sum(len(place.rows) for place in places),
    }  # fmt: skip
    return render(request, "office/booths.html", context)


@require_POST
@staff(Role.OFFICE)
def phone(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """The number people of this centre call when nothing else works."""
    try:
        set_branch_phone(
            branch_id=branch_id, phone=request.POST.get("phone", ""), actor=actor, now=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Телефон сохранён: его увидят посетители этого отделения."))
    return redirect("office-booths")
