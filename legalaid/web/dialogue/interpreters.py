"""The page of an interpreter who is booked together with a dialogue: when it is, and the way in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.dialogue import services
from legalaid.dialogue.queries import last_dialogue_of
from legalaid.dialogue.states import DialogueState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.reception.interpreter_links import booked_interpreter
from legalaid.reception.queries.interpreters import booking_of_interpreter
from legalaid.reception.states import LIVE_BOOKINGS
from legalaid.web.dialogue.guests import let_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponseBase:
    """Her page; a POST leads her into the room."""
    booking, refused = _booking(token), None
    if request.method == "POST":
        try:
            person = services.enter_as_interpreter(
                booking_id=booking.pk, interpreter_id=booking.interpreter_id, actor=Actor(kind="guest"),
                now=timezone.now(),
            )  # fmt: skip
        except NotFound:
            return redirect("interpreter", token)  # not yet, or no more: the page says which
        except DomainError as error:
            refused = error
        else:
            return let_in(person.pk)
    context = _context(booking, token) | {
        "refusal": refused,
        "live_page": sign_page([f"request:{booking.help_request_id}"], user_id=None),
    }
    page = render(request, "dialogue/interpreter.html", context, status=422 if refused else 200)
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page


@never_cache
@require_GET
def status(request: HttpRequest, token: str) -> HttpResponse:
    """The live part of it."""
    return render(request, "dialogue/interpreter_status.html", _context(_booking(token), token))


def _booking(token: str) -> Any:
    """The booking of a link that is still hers whose link it is; an unknown page otherwise."""
    known = booked_interpreter(token)
    booking = booking_of_interpreter(*known) if known else None
    if booking is None:
        raise Http404
    return booking


def _context(booking: Any, token: str) -> dict[str, Any]:
    dialogue = last_dialogue_of(booking.help_request_id)
    mine = dialogue if dialogue is not None and dialogue.booking_id == booking.pk else None
    return {
        "booking": booking, "person": booking.interpreter, "token": token,
        "may_enter": mine is not None and mine.state == DialogueState.LIVE,
        "expected": booking.state in LIVE_BOOKINGS and (mine is None or mine.ended_at is None),
        "took_place": mine is not None and mine.state == DialogueState.ENDED,
    }  # fmt: skip
