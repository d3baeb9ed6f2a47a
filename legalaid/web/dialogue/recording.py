"""Doors of recording: what its state is, asking, agreeing, taking back, pieces, and watching afterwards.

Where the authority does not allow recordings, pages hold no button, load no code, and these doors refuse.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from legalaid.dialogue import services, vault
from legalaid.dialogue.recording_queries import recording_view, recordings_of, takes_of
from legalaid.dialogue.recording_rules import CHUNK_LIMIT
from legalaid.dialogue.refusals import ChunkRefused
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.web.dialogue.doors import RoomView, act
from legalaid.web.staff.access import staff


@never_cache
def state(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """What the recording is doing, for whoever takes part."""
    return JsonResponse(recording_view(dialogue_id, actor))


def _doing(service: Callable[..., Any]) -> RoomView:
    @act
    def view(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
        service(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
        return JsonResponse(recording_view(dialogue_id, actor))

    return view


agree = _doing(lambda **who: services.answer_recording(agreed=True, **who))
refuse = _doing(lambda **who: services.answer_recording(agreed=False, **who))
revoke = _doing(services.revoke_recording)
ask = _doing(services.ask_to_record)
stop = _doing(services.stop_recording)


@act
def chunk(
    request: HttpRequest, actor: Actor, dialogue_id: UUID, recording_id: UUID, take: int, number: int
) -> HttpResponseBase:
    """The next piece from the recorder's page; answered when it is safe."""
    if int(request.headers.get("Content-Length") or 0) > CHUNK_LIMIT:
        raise ChunkRefused
    services.put_chunk(
        recording_id=recording_id, take=take, number=number, data=request.body, actor=actor, now=timezone.now()
    )
    return JsonResponse({"taken": number})


def patterns(guard: Callable[[RoomView], Callable[..., HttpResponseBase]], room: str, name: str) -> list[URLPattern]:
    """The addresses of every participant below `room`, e.g. `dialogue/<uuid:dialogue_id>/`."""
    views = {"": state, "agree/": agree, "refuse/": refuse, "revoke/": revoke}
    return [
        path(f"{room}recording/{end}", guard(view), name=f"{name}-recording{end and '-' + end[:-1]}")
        for end, view in views.items()
    ]


def lead_patterns(
    guard: Callable[[RoomView], Callable[..., HttpResponseBase]], room: str, name: str
) -> list[URLPattern]:
    """The addresses of the expert who leads, besides."""
    piece = f"{room}recording/chunk/<uuid:recording_id>/<int:take>/<int:number>/"
    return [
        path(f"{room}recording/ask/", guard(ask), name=f"{name}-recording-ask"),
        path(f"{room}recording/stop/", guard(stop), name=f"{name}-recording-stop"),
        path(piece, guard(chunk), name=f"{name}-recording-chunk"),
    ]


@require_GET
@never_cache
@staff(Role.EXPERT, Role.COORDINATOR)
def recordings(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Recordings the reader may watch: of her own dialogues, or of her authority's."""
    found = recordings_of(actor.places(Role.COORDINATOR, "authority"), actor.user_id)
    rows = [{"recording": row, "takes": takes_of(row.pk)} for row in found[:100]]
    return render(request, "dialogue/recordings.html", {"rows": rows})


@require_GET
@never_cache
@staff(Role.EXPERT, Role.COORDINATOR)
def film(request: HttpRequest, actor: Actor, recording_id: UUID, take: int) -> HttpResponseBase:
    """One take as a film; looking is journalled."""
    try:
        data = services.open_take(recording_id=recording_id, take=take, actor=actor, now=timezone.now())
    except vault.VaultClosed:
        raise NotFound from None
    return HttpResponse(data, content_type="video/webm")
