"""The hall's screen: public, without personal data; who is called and where to, who comes next."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legalaid.kernel.tickets import sign_page
from legalaid.reception.queries.hall import Call, branch_of_board, hall_now


@require_GET
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The whole screen; its middle is kept fresh by the socket."""
    return render(request, "board/board.html", _context(request, code, timezone.now()))


@require_GET
def now(request: HttpRequest, code: str) -> HttpResponse:
    """The live part of the screen."""
    return render(request, "board/now.html", _context(request, code, timezone.now()))


def _context(request: HttpRequest, code: str, at: datetime) -> dict[str, object]:
    branch = branch_of_board(code)
    if branch is None:
        raise Http404
    hall = hall_now(branch=branch, now=at)
    return {
        "branch": branch, "now": at, "hall": hall,
        "called": [{"call": call, "say": spoken_call(call)} for call in hall.called],
        "page": sign_page([f"day:{branch.pk}"], user_id=request.user.pk),
    }  # fmt: skip


def spoken_call(call: Call) -> str:
    """How a call is said aloud: digits in pairs, as people say telephone numbers."""
    if call.place:
        return _("Номер %(number)s. Пройдите: %(place)s.") % {"number": _spoken(call.label), "place": call.place}
    return _("Номер %(number)s. Подойдите к стойке.") % {"number": _spoken(call.label)}


def _spoken(label: str) -> str:
    """«61-4827» → «61, 48, 27»; «А012» → «А, 01, 2»."""
    parts: list[str] = []
    run = ""
    for sign in f"{label} ":
        if run and (not sign.isdigit() or len(run) == 2):
            parts.append(run)
            run = ""
        if sign.isdigit():
            run += sign
        elif sign.isalpha():
            parts.append(sign)
    return ", ".join(parts)
