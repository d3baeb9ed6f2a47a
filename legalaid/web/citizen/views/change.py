"""What can still be changed of a booking: its time, and whether an earlier one is wanted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.intake.states import WITHOUT_TIME
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.reception.services import (
    accept_earlier,
    decline_earlier,
    join_waitlist,
    leave_waitlist,
    move_booking_to,
    take_time_instead,
)  # fmt: skip
from legalaid.web.citizen.days import read_start
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.times import branch_id_of, choice
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.standing import following, standing_mark

ENTRIES = {"join": join_waitlist, "leave": leave_waitlist}
ANSWERS = {"accept": accept_earlier, "decline": decline_earlier}


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def move(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Times to move the booking to, or to take instead of the queue; POST does it. Sent twice, it is done once."""
    if request.method != "POST":
        where = request.GET.get("where")
        return _move_page(request, visit, branch_id_of(where) if where else visit.request.branch_id)
    branch_id = branch_id_of(request.POST.get("where"))
    service = take_time_instead if visit.request.state in WITHOUT_TIME else move_booking_to
    try:
        service(
            help_request_id=visit.id, start=read_start(request.POST.get("start", "")), branch_id=branch_id,
            actor=visit.actor, now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _move_page(request, visit, branch_id, refusal=error)
    return redirect("citizen:request", token=visit.token)


def _move_page(
    request: HttpRequest, visit: Visit, branch_id: int | None, *, refusal: DomainError | None = None
) -> HttpResponse:
    now = timezone.now()
    status = Status(visit, now)
    if not (status.can_move or status.can_take_time):
        return redirect("citizen:request", token=visit.token)
    context = {
        **choice(request, visit, branch_id, now), "status": status, "refusal": refusal, "typed": {},
        "here": reverse("citizen:move", args=[visit.token]), "needs_at": "", "wait_at": "",
        **following(visit.request, user_id=None),
    }  # fmt: skip
    return render(request, "citizen/move.html", context, status=409 if refusal else 200)


@require_GET
@behind_link(draft=False)
def changed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The live part of the pages that change something: empty until the request stands otherwise than they say."""
    if request.headers.get("HX-Request") != "true":
        return redirect("citizen:request", token=visit.token)
    differs = request.GET.get("seen", "") != standing_mark(visit.request)
    return render(request, "citizen/changed.html", {"visit": visit, "changed": differs})


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def earlier(request: HttpRequest, visit: Visit) -> HttpResponse:
    """«Хочу раньше»: wait for an earlier time, or answer the one that is kept. Sent twice, it is done once."""
    refusal: DomainError | None = None
    if request.method == "POST":
        action, offer = request.POST.get("action", ""), request.POST.get("offer", "")
        who: dict[str, Any] = {"help_request_id": visit.id, "actor": visit.actor, "now": timezone.now()}
        try:
            if action in ENTRIES:
                ENTRIES[action](**who)
            elif action in ANSWERS and offer.isdecimal() and len(offer) < 19:
                ANSWERS[action](offer_id=int(offer), **who)
            else:
                raise NotFound
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            return redirect("citizen:request", token=visit.token)
    status = Status(visit, timezone.now())
    if refusal is None and not (status.can_wait or status.on_waitlist):
        return redirect("citizen:request", token=visit.token)
    context = {"visit": visit, "status": status, "refusal": refusal}
    return render(request, "citizen/earlier.html", context, status=409 if refusal else 200)
