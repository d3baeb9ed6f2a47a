"""The citizen's room behind her secret link: device check, waiting room, dialogue."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_GET, require_POST

from legalaid.dialogue import services
from legalaid.dialogue.queries import last_dialogue_of, open_dialogue_of
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import sign_entrance, sign_page
from legalaid.reception import services as reception
from legalaid.reception.states import TaskKind
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.dialogue.doors import RoomView, refusal, with_devices
from legalaid.web.dialogue.operator_near import OperatorNear
from legalaid.web.dialogue.papers import papers_context
from legalaid.web.dialogue.people import people_context, recording_context
from legalaid.web.phones import digits

WORDS = {"check": "dialogue/check_words.html", "after": "dialogue/after.html"}


def in_her_dialogue(view: RoomView) -> Callable[..., HttpResponse]:
    """Guard a view of the dialogue that goes on about the request of a link; without one there is no such page.

    A list of the room that refreshes itself may hear of the end before the room does: it is answered with nothing.
    """

    @behind_link(draft=False)
    @wraps(view)
    def page(request: HttpRequest, visit: Visit, **rest: Any) -> Any:
        dialogue = open_dialogue_of(visit.id)
        if dialogue is not None:
            return view(request, visit.actor, dialogue.pk, **rest)
        if request.method == "GET" and "HX-Request" in request.headers:
            return HttpResponse(status=204)
        raise NotFound

    return page


def _inside(visit: Visit, dialogue: Any) -> dict[str, object]:
    """Who and what is in the room; nothing yet before she has entered for the first time."""
    if dialogue is None:
        return {"people": [], "papers": [], "shows": False, "prints": False}
    return {**people_context(visit.actor, dialogue.pk), **papers_context(visit.actor, dialogue.pk)}


@require_GET
@with_devices
@behind_link(draft=False)
def citizen(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Device check, waiting room and dialogue of the citizen, on one page."""
    now = timezone.now()
    dialogue = last_dialogue_of(visit.id)
    over = dialogue.state if dialogue is not None and dialogue.ended_at is not None else ""
    topics = [f"request:{visit.id}", f"queue:{visit.request.authority_id}"]
    if visit.request.branch_id is not None:
        topics.append(f"desk:{visit.request.branch_id}")
    context = {
        "visit": visit,
        "status": Status(visit, now),
        "dialogue": dialogue,
        "room_state": over if over and visit.request.state not in {"agreed", "queued"} else "check",
        "room_key": str(visit.id),
        "entrance": sign_entrance(visit.id),
        "live_page": sign_page(topics, user_id=None),
        "phone": visit.phone,
        "phone_digits": digits(visit.phone),
        "operator": OperatorNear(visit, now) if visit.request.branch_id else None,
        **_inside(visit, dialogue),
        **recording_context(visit.request.authority_id),
    }
    return render(request, "dialogue/citizen.html", context)


@require_GET
@behind_link(draft=False)
@conditional_page
def citizen_waiting(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The live words of the waiting room, as a fragment; with `?check` those before it, with `?after` those after."""
    words = next((WORDS[part] for part in WORDS if part in request.GET), "dialogue/waiting.html")
    return render(request, words, {"status": Status(visit, timezone.now()), "visit": visit})


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


@require_GET
@behind_link(draft=False)
def citizen_operator(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Whether somebody of the centre is near, as a fragment."""
    if visit.request.branch_id is None:
        raise NotFound
    context = {"visit": visit, "operator": OperatorNear(visit, timezone.now())}
    return render(request, "dialogue/operator_near.html", context)


@require_POST
@behind_link(draft=False)
def citizen_bell(request: HttpRequest, visit: Visit) -> HttpResponse:
    """She sits in a booth and wants the operator: the bell rings at the desk of her centre."""
    if visit.request.branch_id is None:
        raise NotFound
    reception.raise_task(kind=TaskKind.BELL, help_request_id=visit.id, actor=visit.actor, now=timezone.now())
    if not request.accepts("text/html") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"done": True})
    return redirect("citizen:dialogue", token=visit.token)
