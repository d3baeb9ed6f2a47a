"""The request's own page: what was, what comes, who acts next; and what can be taken away from it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_GET, require_http_methods

from legalaid.intake.advice import second_trouble
from legalaid.intake.queries import consent_of
from legalaid.intake.services import RequestMovedOn
from legalaid.kernel.errors import IllegalMove, NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.reception.letters import calendar_file, request_url
from legalaid.reception.queries import live_booking, waiting_ticket
from legalaid.reception.queries.bookings import last_booking
from legalaid.reception.queries.reminders import booking_text_message, queue_text_message
from legalaid.reception.services import cancel, revoke_consent
from legalaid.reception.states import LIVE_BOOKINGS, BookingState
from legalaid.result.pdf import qr_svg
from legalaid.result.policies import get_readable_memo
from legalaid.result.queries import pdf_of
from legalaid.web.citizen.place import topics_of
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.visit import Visit, behind_link

CALLED_OFF = {BookingState.CANCELLED, BookingState.EXCUSED}


def _context(visit: Visit) -> dict[str, Any]:
    status = Status(visit, timezone.now())
    return {
        "visit": visit,
        "status": status,
        "link": request_url(visit.request),
        "live_page": sign_page(topics_of(visit, status.place), user_id=None),
    }


@require_GET
@behind_link(draft=False)
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Status as steps with dates, the way in, cancel, memo, consents."""
    return render(request, "citizen/request.html", {**_context(visit), "consent": consent_of(visit.request)})


@require_GET
@behind_link(draft=False)
@conditional_page
def status(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The live part of the page, as a fragment; a reader who came by herself gets the page."""
    if request.headers.get("HX-Request") != "true":
        return redirect("citizen:request", token=visit.token)
    return render(request, "citizen/status.html", _context(visit))


@require_GET
@behind_link(draft=False)
def done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Confirmation: the number, the code, the calendar file, print, and how the link comes to her.

    What is over or called off stands on the request's own page.
    """
    now = timezone.now()
    text = booking_text_message(live_booking(visit.id)) or queue_text_message(waiting_ticket(visit.id))
    later = text.not_before if text is not None and text.not_before and text.not_before > now else None
    more = {"second": second_trouble(visit.request), "text_message": text, "text_message_at": later}
    context = _context(visit)
    if not (context["status"].booking or context["status"].position):
        return redirect("citizen:request", token=visit.token)
    return render(request, "citizen/done.html", {**context, **more})


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def cancel_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once, then cancel. Cancelling twice is cancelling once."""
    if request.method != "POST":
        return render(request, "citizen/cancel.html", _context(visit))
    try:
        cancel(help_request_id=visit.id, actor=visit.actor, now=timezone.now())
    except (IllegalMove, RequestMovedOn) as error:
        return render(request, "citizen/cancel.html", {**_context(visit), "refusal": error}, status=409)
    return redirect("citizen:request", token=visit.token)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def consent_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Read once more what was agreed to; revoke it. Revoking twice is revoking once."""
    if request.method == "POST":
        revoke_consent(help_request_id=visit.id, actor=visit.actor, now=timezone.now())
        return redirect("citizen:request", token=visit.token)
    consent = consent_of(visit.request)
    if consent is None:
        raise NotFound
    return render(request, "citizen/consent.html", {**_context(visit), "consent": consent})


@require_GET
@behind_link(draft=False)
def calendar(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The booking as a calendar file; what was called off takes itself out of the calendar."""
    booking = live_booking(visit.id) or last_booking(visit.id)
    if booking is None or booking.state not in {*LIVE_BOOKINGS, *CALLED_OFF}:
        raise NotFound
    cancelled = booking.state in CALLED_OFF
    content = calendar_file(request=visit.request, booking=booking, now=timezone.now(), cancelled=cancelled)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="zapis-{visit.request.number}.ics"'
    return response


@require_GET
@behind_link(draft=False)
def qr(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The secret link as a picture for a telephone's camera."""
    return HttpResponse(qr_svg(request_url(visit.request)), content_type="image/svg+xml")


@require_GET
@behind_link(draft=False)
def memo_file(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The issued memo, as it was issued."""
    memo = get_readable_memo(visit.actor, visit.id)
    response = HttpResponse(pdf_of(memo), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="pamyatka-{memo.number}.pdf"'
    return response
