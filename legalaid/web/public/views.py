"""Pages for everybody, drawn from the same tables that decide what may be booked today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from legalaid.directory.branch_rules import lies_at
from legalaid.directory.public_queries import agreements_told, answered_topic, answerers, at_home, place_of, places_open
from legalaid.insight.queries import SMALLEST_GROUP, funnel
from legalaid.kernel.clock import local_day
from legalaid.kernel.plain import printable
from legalaid.reception.queries.branches import closures_of, next_closures
from legalaid.result.pdf import qr_svg
from legalaid.web.method import told

if TYPE_CHECKING:
    from legalaid.directory.models import Branch

MANY_PLACES = 6
"""From so many branches on a person may look for hers by words."""
LONGEST_PLACE = 80
DAYS = 30
"""Days whose figures the page about the project shows."""


@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Branches that receive today, by municipality or only those of a place somebody typed, and what home answers."""
    now = timezone.now()
    today = local_day(now, settings.REGION_TIME_ZONE)
    topics, authorities = at_home(today)
    everywhere = places_open(today)
    asked = printable(request.GET.get("q", ""))[:LONGEST_PLACE].strip()
    places = [one for one in everywhere
              if lies_at((one.branch.name, one.branch.municipality, one.branch.address), asked)]  # fmt: skip
    shut = {pk for pk, one in next_closures([one.branch.pk for one in places], now).items() if one.during.lower <= now}
    context = {"places": places, "shut": shut, "topics": topics, "authorities": authorities, "asked": asked,
               "search": len(everywhere) >= MANY_PLACES}  # fmt: skip
    return render(request, "public/where.html", context)


@require_GET
def branch(request: HttpRequest, code: str) -> HttpResponse:
    """One branch: address, hours, booths, and who answers there today."""
    found = _place(code)
    now = timezone.now()
    here = answerers(local_day(now, found.timezone), branch=found)
    context = {"branch": found, "answerers": here, "closures": closures_of(found.pk, now)}
    return render(request, "public/branch.html", context)


@require_GET
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet for the wall of a branch: what is done here, for whom, and the code to connect from home."""
    found = _place(code)
    here = answerers(local_day(timezone.now(), found.timezone), branch=found)
    sheet = next(iter(told("poster").values()), None)
    context = {"branch": found, "answerers": here, "address": _address(), "sheet": sheet}
    return render(request, "public/poster.html", context)


@require_GET
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the service as a picture for a telephone's camera."""
    _place(code)
    return HttpResponse(qr_svg(_address()), content_type="image/svg+xml")


@require_GET
def who(request: HttpRequest) -> HttpResponse:
    """Authorities that answer today and their topics."""
    today = local_day(timezone.now(), settings.REGION_TIME_ZONE)
    return render(request, "public/who.html", {"answerers": answerers(today)})


@require_GET
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """One topic that somebody answers today: short answer, deadline, documents, law."""
    found = answered_topic(code, local_day(timezone.now(), settings.REGION_TIME_ZONE))
    if found is None:
        raise Http404
    return render(request, "public/topic.html", {"topic": found})


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The project: how it works, the agreements it rests on, its figures, how an authority joins."""
    now = timezone.now()
    context = {
        "agreements": agreements_told(local_day(now, settings.REGION_TIME_ZONE)), "days": DAYS,
        "total": funnel(since=now - timedelta(days=DAYS), until=now), "smallest": SMALLEST_GROUP,
        "story": told("story"),
    }  # fmt: skip
    return render(request, "public/about.html", context)


def _place(code: str) -> Branch:
    found = place_of(code)
    if found is None:
        raise Http404
    return found


def _address() -> str:
    return f"{settings.PUBLIC_URL}{reverse('citizen:start')}"
