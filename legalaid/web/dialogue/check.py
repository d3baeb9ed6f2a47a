"""The device check of a request's page and of a booth: relay credentials for its loop, and what it found."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue import services
from legalaid.dialogue.services import Findings
from legalaid.dialogue.states import CheckState, DeviceFault
from legalaid.dialogue.turn import relays
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.web.citizen.place import topics_of
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.dialogue.doors import with_devices

LIMITS = {"rtt_ms": 60_000, "lost": 1_000, "kbps": 1_000_000}


def findings_of(form: QueryDict) -> Findings:
    """What a page reports. Raises NotFound for what no page of ours sends."""
    states = {name: form.get(name, "") for name in ("camera", "microphone", "sound", "line", "browser")}
    faults = {name: form.get(name, "") for name in ("camera_fault", "microphone_fault")}
    known = set(CheckState.values)
    if not set(states.values()) <= known or not set(faults.values()) <= {"", *DeviceFault.values}:
        raise NotFound
    for device in ("camera", "microphone"):
        if (states[device] == CheckState.FAULT) != bool(faults[f"{device}_fault"]):
            raise NotFound
    return Findings(
        camera=states["camera"], camera_fault=faults["camera_fault"], microphone=states["microphone"],
        microphone_fault=faults["microphone_fault"], sound=states["sound"], line=states["line"],
        browser=states["browser"], rtt_ms=_number(form, "rtt_ms"), lost=_number(form, "lost"),
        kbps=_number(form, "kbps"),
    )  # fmt: skip


def _number(form: QueryDict, name: str) -> int | None:
    text = form.get(name, "")
    return min(int(text), LIMITS[name]) if text.isdecimal() and len(text) < 10 else None


def loop_credentials() -> JsonResponse:
    """Credentials for one check, under a name that says nothing of the person."""
    return JsonResponse(relays(f"check-{secrets.token_hex(4)}"))


@require_GET
@with_devices
@behind_link(draft=False)
def citizen_devices(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Camera, microphone, sound and line, long before the dialogue: time to mend what is wrong."""
    status = Status(visit, timezone.now())
    context = {
        "visit": visit, "status": status, "phone": visit.phone,
        "live_page": sign_page(topics_of(visit, status.place), user_id=None),
        "check_url": reverse("citizen:devices-note", args=[visit.token]),
    }  # fmt: skip
    return render(request, "citizen/devices.html", context)


@require_POST
@behind_link(draft=False)
def citizen_devices_note(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page's report, or its wish for credentials."""
    if request.POST.get("want") == "ice":
        return loop_credentials()
    services.note_check(
        help_request_id=visit.id, findings=findings_of(request.POST), actor=visit.actor, now=timezone.now()
    )
    return HttpResponse(status=204)
