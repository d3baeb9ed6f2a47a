"""What the rooms of all doors have in common: devices, refusals as JSON, acts that leave the page where it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound

DEVICES = "camera=(self), microphone=(self), speaker-selection=(self), display-capture=(self)"
"""Only the dialogue's pages may ask for devices."""

View = Callable[..., HttpResponseBase]
RoomView = Callable[Concatenate[HttpRequest, Actor, UUID, ...], HttpResponseBase]
"""A view of one dialogue for whoever the door let in."""


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


def act(view: RoomView) -> RoomView:
    """A step taken from inside the room: the page stays, a refusal comes back in words, the rest comes as events."""

    @wraps(view)
    def answered(request: HttpRequest, actor: Actor, dialogue_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        try:
            return view(request, actor, dialogue_id, *args, **kwargs)
        except NotFound:
            raise
        except DomainError as error:
            return refusal(error)

    return answered


def done() -> JsonResponse:
    return JsonResponse({"done": True})


def number(text: str) -> int:
    """A number of a form; NotFound for anything else, which no form of ours sends."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise NotFound
    return int(text)


def uuid_of(text: str) -> UUID:
    """An id of a form; NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
