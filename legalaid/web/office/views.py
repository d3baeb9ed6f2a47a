"""The project office: agreements and the first figures."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from legalaid.directory.queries import agreements_by_end
from legalaid.insight.queries import funnel, funnel_by_authority
from legalaid.kernel.actor import Actor
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.web.staff.access import staff

DAYS = 30
WARN_DAYS = 60
"""An agreement that ends within so many days is marked (product.md: warnings 60/30/7 days ahead)."""


@staff(Role.OFFICE)
def office(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Agreements by state and term, and the funnel of the last 30 days."""
    now = timezone.now()
    since = now - timedelta(days=DAYS)
    context = {
        "agreements": agreements_by_end(),
        "today": now.date(), "warn_before": now.date() + timedelta(days=WARN_DAYS), "days": DAYS,
        "total": funnel(since=since, until=now), "rows": funnel_by_authority(since=since, until=now),
        "page": sign_page(["office"], user_id=actor.user_id),
    }  # fmt: skip
    return render(request, "office/office.html", context)
