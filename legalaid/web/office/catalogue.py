"""The catalogue in the office: the list of topics with what waits to be checked, and the areas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.directory import services
from legalaid.directory.catalogue_queries import areas, counted, retired_count, topics_listed
from legalaid.directory.queries import authorities
from legalaid.directory.refusals import AreaRefused
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.web.staff.access import staff


@require_GET
@staff(Role.OFFICE)
def catalogue(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Topics by filter; how many wait for their law to be read."""
    asked = {name: request.GET.get(name, "") for name in ("area", "authority", "words", "check")}
    retired = request.GET.get("retired") == "1"
    today = local_day(timezone.now(), settings.REGION_TIME_ZONE)
    context = {
        "rows": topics_listed(today=today, retired=retired, **asked), "counted": counted(topics_listed(today=today)),
        "areas": areas(), "authorities": authorities(), "asked": asked, "retired": retired,
        "retired_count": retired_count(), "filtered": any(asked.values()),
    }  # fmt: skip
    return render(request, "office/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def catalogue_areas(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Areas: a new one, another name, another place in the order."""
    if request.method != "POST":
        return _areas(request)
    now = timezone.now()
    doing = _what(request, actor, now)
    try:
        told = doing()
    except AreaRefused as error:
        return _areas(request, error)
    if told:
        messages.success(request, told)
    return redirect("office-areas")


def _what(request: HttpRequest, actor: Actor, now: datetime) -> Callable[[], str]:
    """What the pressed button asks for."""
    typed = request.POST

    def add() -> str:
        services.add_area(name=typed.get("name", ""), actor=actor, now=now)
        return _("Раздел добавлен.")

    def rename() -> str:
        services.rename_area(area_id=_number(typed["rename"]), name=typed.get("name", ""), seen=typed.get("seen", ""),
                             actor=actor, now=now)  # fmt: skip
        return _("Раздел переименован.")

    def move() -> str:
        up = "up" in typed
        services.move_area(area_id=_number(typed["up" if up else "down"]), up=up, actor=actor, now=now)
        return ""

    known = {"add": add, "rename": rename, "up": move, "down": move}
    for name, doing in known.items():
        if name in typed:
            return doing
    raise NotFound


def _areas(request: HttpRequest, refusal: AreaRefused | None = None) -> HttpResponse:
    asked = _number(request.POST.get("rename", "")) if refusal else 0
    rows = [
        {"area": one, "refusal": refusal if one.pk == asked else None,
         "typed": request.POST.get("name", "") if one.pk == asked else one.name}
        for one in areas()
    ]  # fmt: skip
    context = {"rows": rows, "refusal": refusal if not asked else None,
               "typed": request.POST.get("name", "") if not asked else ""}  # fmt: skip
    return render(request, "office/catalogue_areas.html", context, status=422 if refusal else 200)


def _number(text: str) -> int:
    """An id as our pages send it; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
