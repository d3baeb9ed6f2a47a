"""Figures for observers: counts only, and none of a group so small that a person could be guessed."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from legalaid.insight.queries import SMALLEST_GROUP, funnel, funnel_by_authority
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.web.method import told
from legalaid.web.staff.access import staff

DAYS = 30


@staff(Role.OBSERVER, Role.OFFICE)
def figures(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The funnel of the last 30 days, over the region and by authority."""
    now = timezone.now()
    since = now - timedelta(days=DAYS)
    context = {
        "days": DAYS, "smallest": SMALLEST_GROUP, "total": funnel(since=since, until=now),
        "rows": funnel_by_authority(since=since, until=now), "definitions": told("figure").values(),
    }  # fmt: skip
    return render(request, "figures/figures.html", context)
