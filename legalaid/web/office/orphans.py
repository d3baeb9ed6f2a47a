"""«Требует решения»: agreed bookings that no agreement covers any more."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.letters import zone_of
from legalaid.reception.queries.orphans import orphaned_bookings, topics_instead
from legalaid.web.staff.access import staff

DONE = {
    "keep": _("Оставлено: человека примут в это время."),
    "move": _("Перенесено: человеку уйдёт сообщение о новом времени."),
    "cancel": _("Отменено: человеку уйдёт объяснение."),
}


@require_GET
@staff(Role.OFFICE)
def orphans(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list, by time."""
    return _list(request)


def _list(request: HttpRequest, asked: int | None = None, refusal: DomainError | None = None) -> HttpResponse:
    now = timezone.now()
    topics: dict[tuple[int | None, int | None], object] = {}  # the choice is one for a place and an authority
    rows = []
    for booking in orphaned_bookings(now):
        key = (booking.help_request.branch_id, booking.help_request.authority_id)
        if key not in topics:
            topics[key] = list(topics_instead(booking, now))
        rows.append({
            "booking": booking, "zone": zone_of(booking.help_request, booking), "topics": topics[key],
            "refusal": refusal if booking.pk == asked else None,
        })  # fmt: skip
    context = {"rows": rows, "typed": request.POST.get("reason", "")}
    return render(request, "office/orphans.html", context, status=422 if refusal else 200)


@require_POST
@staff(Role.OFFICE)
def decide(request: HttpRequest, actor: Actor, booking_id: int) -> HttpResponseBase:
    """What becomes of one."""
    kind = request.POST.get("kind", "")
    if kind not in DONE:
        raise NotFound
    try:
        services.decide_orphan(
            booking_id=booking_id, kind=cast("services.OrphanDecision", kind), topic_code=request.POST.get("topic", ""),
            reason=request.POST.get("reason", ""), actor=actor, now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _list(request, booking_id, error)
    messages.success(request, str(DONE[kind]))
    return redirect("office-orphans")
