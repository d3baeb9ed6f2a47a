"""A booth of a centre: paired once by an operator, opened for one visitor by her four digits, forgetful afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue.line_queries import checks_of_booths, unfit_booths
from legalaid.dialogue.rules import BOOTH_CHECK_EVERY
from legalaid.dialogue.services import note_booth_check
from legalaid.dialogue.states import Readiness
from legalaid.intake.links import token_for
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import booth_of_operator, paired_booth
from legalaid.reception.queries.watch import bell_of_booth
from legalaid.reception.refusals import BoothBooked
from legalaid.reception.states import TaskKind
from legalaid.web.dialogue.check import findings_of, loop_credentials
from legalaid.web.dialogue.doors import with_devices
from legalaid.web.kiosk.paired import COOKIE, PAIRED_FOR, RESTS_FOR, SALT, paired_to
from legalaid.web.phones import phone_at
from legalaid.web.staff.access import staff

if TYPE_CHECKING:
    from legalaid.directory.models import Booth

_AGAIN = "legalaid.web.kiosk.again"


@require_POST
@staff(Role.OPERATOR)
def pair(request: HttpRequest, actor: Actor, booth_id: int) -> HttpResponseBase:
    """Make this computer the booth: a signed cookie stays, the operator's own session ends here."""
    if booth_of_operator(booth_id, actor.places(Role.OPERATOR, "branch")) is None:
        raise Http404
    logout(request)
    response = redirect("kiosk")
    response.set_signed_cookie(
        COOKIE, str(booth_id), salt=SALT, max_age=PAIRED_FOR, httponly=True, secure=settings.HTTPS, samesite="Lax"
    )
    return response


def _booth_of(request: HttpRequest) -> Booth:
    """The booth this computer is paired to; a computer that is not paired is told apart from nothing."""
    number = paired_to(request)
    booth = paired_booth(number) if number is not None else None
    if booth is None:
        raise Http404
    return booth


@require_POST
def bell(request: HttpRequest) -> HttpResponseBase:
    """Somebody at the booth wants the operator: the bell rings on the day board until it is answered."""
    booth = _booth_of(request)
    services.raise_task(
        kind=TaskKind.BELL, booth_id=booth.pk, branch_id=booth.branch_id, actor=Actor.system("booth"),
        now=timezone.now(),
    )  # fmt: skip
    return redirect("kiosk")


def _code_of(request: HttpRequest, booth: Booth) -> tuple[str, bool]:
    """The typed code, or with «start here all the same» the one this booth refused a moment ago; '' when too old."""
    again = request.POST.get("again", "")
    if not again:
        return request.POST.get("code", ""), False
    try:
        place, code = signing.loads(again, salt=_AGAIN, max_age=RESTS_FOR)
    except signing.BadSignature:
        return "", False
    return (str(code), True) if place == booth.pk else ("", False)


@with_devices
def kiosk(request: HttpRequest) -> HttpResponseBase:
    """Free and waiting for a visitor's code."""
    booth = _booth_of(request)
    if request.method == "POST":
        code, insist = _code_of(request, booth)
        try:
            found = services.open_booth(
                booth_id=booth.pk, code=code, actor=Actor.system("booth"), now=timezone.now(), insist=insist,
                unfit=unfit_booths(booth.branch_id),
            )  # fmt: skip
            return redirect("citizen:dialogue", token_for(found))
        except BoothBooked as error:
            again = signing.dumps([booth.pk, code], salt=_AGAIN)
            return render(request, "kiosk/booked.html", {"booth": booth, "refused": error, "again": again}, status=409)
        except DomainError as error:
            messages.error(request, str(error.text))
            return redirect("kiosk")
    request.near_phone = phone_at(booth.branch)  # type: ignore[attr-defined]  # read by web.context.site
    now = _now(booth)
    checked = now["checked"]
    context = {
        **now, "checked_at": checked.at.isoformat() if checked else "",
        "check_every": int(BOOTH_CHECK_EVERY.total_seconds()),
        "page": sign_page([f"day:{booth.branch_id}"], user_id=None),
    }  # fmt: skip
    return render(request, "kiosk/kiosk.html", context)


@require_GET
def now_part(request: HttpRequest) -> HttpResponseBase:
    """What the screen says by itself, asked for again when something changed."""
    return render(request, "kiosk/now.html", _now(_booth_of(request)))


def _now(booth: Booth) -> dict[str, Any]:
    checked = checks_of_booths([booth.pk]).get(booth.pk)
    return {
        "booth": booth, "zone": booth.branch.timezone, "checked": checked, "bell": bell_of_booth(booth.pk),
        "deaf": checked is not None and checked.readiness in {Readiness.WRITING, Readiness.NO_LINE},
    }  # fmt: skip


@require_POST
def check(request: HttpRequest) -> HttpResponseBase:
    """The booth tested itself: its desk sees it, and is called when something does not work."""
    booth = _booth_of(request)
    if request.POST.get("want") == "ice":
        return loop_credentials()
    note_booth_check(
        booth_id=booth.pk, findings=findings_of(request.POST), actor=Actor.system("booth"), now=timezone.now()
    )
    return HttpResponse(status=204)
