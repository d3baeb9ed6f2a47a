"""Agreements of the authority for its coordinator: to read, to print, and how they are fulfilled."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from legalaid.directory.agreement_queries import agreements_shown
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.COORDINATOR)
def agreements(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Those that have left the office, the newest first, with their scans."""
    rows = agreements_shown(actor.places(Role.COORDINATOR, "authority"))
    return render(request, "authority/agreements.html", {"rows": rows, "today": timezone.localdate()})
