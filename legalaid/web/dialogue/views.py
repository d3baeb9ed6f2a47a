"""The dialogue's pages and the tickets that let them open their sockets."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue import refusals, services
from legalaid.dialogue.queries import last_dialogue_of
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import BadTicket, live_from_page, sign_page
from legalaid.people.states import Role
from legalaid.reception import services as reception
from legalaid.reception.queries.queue import topics_to_hand_on
from legalaid.reception.states import TaskKind
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.expert.memo import memo_context
from legalaid.web.staff.access import staff

DEVICES = "camera=(self), microphone=(self), speaker-selection=(self), display-capture=(self)"
"""Only the dialogue's pages may ask for devices."""

View = Callable[..., HttpResponseBase]


def with_devices(view: View) -> View:
    """Let the page use camera and microphone; it is never cached: a back button must not show a dead room."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Permissions-Policy"] = DEVICES
        return response

    return page


def refusal(error: DomainError) -> JsonResponse:
    """A refusal that the room shows in its own words."""
    return JsonResponse({"code": error.code, "text": str(error.text)}, status=409)


@require_GET
@with_devices
@behind_link(draft=False)
def citizen(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Device check, waiting room and dialogue of the citizen, on one page."""
    now = timezone.now()
    dialogue = last_dialogue_of(visit.id)
    over = dialogue.state if dialogue is not None and dialogue.ended_at is not None else ""
    context = {
        "visit": visit,
        "status": Status(visit, now),
        "room_state": over if over and visit.request.state not in {"agreed", "queued"} else "check",
        "room_key": str(visit.id),
        "live_page": sign_page([f"request:{visit.id}", f"queue:{visit.request.authority_id}"], user_id=None),
        "phone": settings.SUPPORT_PHONE,
        "called": "called" in request.GET,
    }
    return render(request, "dialogue/citizen.html", context)


@require_GET
@behind_link(draft=False)
def citizen_waiting(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The live words of the waiting room, as a fragment."""
    return render(request, "dialogue/waiting.html", {"status": Status(visit, timezone.now()), "visit": visit})


@require_POST
@behind_link(draft=False)
def citizen_ticket(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A ticket of 60 s for the citizen's socket; her waiting room is opened if there is none."""
    try:
        ticket = services.join_waiting_room(help_request_id=visit.id, actor=visit.actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        return refusal(error)
    return JsonResponse({"ticket": ticket})


@require_POST
@behind_link(draft=False)
def citizen_bell(request: HttpRequest, visit: Visit) -> HttpResponse:
    """She sits in a booth and wants the operator: the bell rings at the desk of her centre."""
    if visit.request.branch_id is None:
        raise NotFound
    reception.raise_task(kind=TaskKind.BELL, help_request_id=visit.id, actor=visit.actor, now=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "dialogue/bell.html", {"visit": visit, "called": True})
    return redirect(f"{reverse('citizen:dialogue', args=[visit.token])}?called=1")


@require_GET
@with_devices
@staff(Role.EXPERT)
def expert(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The expert's room with the memo beside the faces. Only its own expert sees it."""
    context = memo_context(actor, dialogue_id)
    dialogue: Any = context["dialogue"]
    now, asked = timezone.now(), dialogue.help_request
    room = {
        "hand_on_topics": topics_to_hand_on(asked, local_day(now, asked.authority.timezone)),
        "room_state": "waiting" if dialogue.ended_at is None else dialogue.state,
        "room_key": str(dialogue.pk),
        "phone": settings.SUPPORT_PHONE,
    }
    return render(request, "dialogue/expert.html", {**context, **room})


@require_POST
@staff(Role.EXPERT)
def expert_ticket(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """A ticket of 60 s for the expert's socket."""
    try:
        return JsonResponse({"ticket": services.join(dialogue_id=dialogue_id, actor=actor, now=timezone.now())})
    except refusals.DialogueOver as error:
        return refusal(error)


@require_POST
@staff(Role.EXPERT)
def expert_end(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """End the dialogue; everybody in it hears of it through its events."""
    services.end(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
    if request.accepts("text/html"):
        return redirect("expert-dialogue", dialogue_id)
    return JsonResponse({"ended": True})


@require_POST
def live_ticket(request: HttpRequest) -> HttpResponse:
    """Exchange a page's note of its topics for a live ticket of 60 s; a note that is not the reader's is unknown."""
    try:
        ticket = live_from_page(request.POST.get("page", ""), user_id=request.user.pk)
    except BadTicket:
        raise Http404 from None
    return JsonResponse({"ticket": ticket})
