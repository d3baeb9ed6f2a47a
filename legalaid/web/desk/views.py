"""The desk of a centre: the day's board, registration, slips, booths."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.queries import booths_of, branch_by_id, topic_by_code, topics_of_branch
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import suggest_topics
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.people.queries import current_consent_document
from legalaid.people.rules import Contact
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.letters import request_url
from legalaid.reception.queries import (
    bookings_of_branch,
    last_booking,
    offered_starts,
    on_reception,
    waiting_at_branch,
)  # fmt: skip
from legalaid.reception.rules import HORIZON_DAYS
from legalaid.result.pdf import qr_svg
from legalaid.result.policies import get_readable_memo
from legalaid.result.queries import memos_of_branch, pdf_of
from legalaid.web.desk.forms import NOW, RegisterForm
from legalaid.web.staff.access import staff

if TYPE_CHECKING:
    from legalaid.directory.models import Branch

OFFERED = 6
"""Starts shown beside the form: enough to choose from, few enough to read aloud."""


def _branch_of(actor: Actor) -> Branch:
    branch = branch_by_id(actor.places(Role.OPERATOR, "branch")[0])
    if branch is None:
        raise NotFound
    return branch


def _board_context(actor: Actor, now: datetime) -> dict[str, object]:
    branch = _branch_of(actor)
    today = day_period(local_day(now, branch.timezone), branch.timezone)
    return {
        "branch": branch, "now": now,
        "bookings": bookings_of_branch(branch_id=branch.pk, during=today),
        "waiting": waiting_at_branch(branch.pk), "booths": booths_of(branch.pk),
        "memos": memos_of_branch(branch.pk, since=today.start),
        "page": sign_page([f"day:{branch.pk}"], user_id=actor.user_id),
    }  # fmt: skip


@require_GET
@staff(Role.OPERATOR)
def desk(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The day board of the operator's branch."""
    return render(request, "desk/desk.html", _board_context(actor, timezone.now()))


@require_GET
@staff(Role.OPERATOR)
def board(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The live part of the day board."""
    return render(request, "desk/board.html", _board_context(actor, timezone.now()))


@staff(Role.OPERATOR)
def register(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register a visitor on one screen. Buttons that only look things up («подобрать») change nothing."""
    now, form = timezone.now(), RegisterForm(request.POST or None)
    if request.method == "POST" and "book" in request.POST:
        try:
            found = services.register_at_desk(
                story=form.typed("story"), topic_code=form.typed("topic"),
                branch_id=actor.places(Role.OPERATOR, "branch")[0],
                contact=Contact(name=form.typed("name"), phone=form.typed("phone"), email=form.typed("email")),
                consent=form.typed("consent") == "True", start=form.moment(), queue=form.typed("start") == NOW,
                submission=form.typed("submission"), actor=actor, now=now,
            )  # fmt: skip
            return redirect("desk-slip", found.pk)
        except DomainError as error:
            form.refuse(error)
    template = "desk/register_fields.html" if request.headers.get("HX-Request") else "desk/register.html"
    return render(request, template, _register_context(form, _branch_of(actor), now))


def _register_context(form: RegisterForm, branch: Branch, now: datetime) -> dict[str, object]:
    story = form.typed("story") if form.is_bound else ""
    chosen = topic_by_code(form.typed("topic")) if form.is_bound else None
    today = local_day(now, branch.timezone)
    starts = []
    if chosen is not None:
        starts = offered_starts(
            authority=chosen.authority, branch=branch, minutes=chosen.minutes, days=HORIZON_DAYS, now=now
        )[:OFFERED]
    return {
        "form": form, "branch": branch, "chosen": chosen, "now_value": NOW,
        "suggestions": suggest_topics(story) if story.strip() else [],
        "topics": topics_of_branch(branch_id=branch.pk, day=today), "starts": starts,
        "on_reception": chosen is not None and on_reception(chosen.authority.pk),
        "consent_document": current_consent_document(),
        "picked": form.typed("start") if form.is_bound else "",
    }  # fmt: skip


@require_GET
@staff(Role.OPERATOR)
def slip(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The printed slip: number, time, place, authority, documents, and the visitor's own link."""
    found = get_visible_request(actor, help_request_id)
    booking = last_booking(found.pk)
    context = {
        "help_request": found, "booking": booking, "branch": _branch_of(actor), "url": request_url(found),
        "qr": reverse("desk-slip-qr", args=[found.pk]),
    }  # fmt: skip
    return render(request, "desk/slip.html", context)


@require_GET
@staff(Role.OPERATOR)
def slip_qr(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The QR code of the visitor's own link."""
    found = get_visible_request(actor, help_request_id)
    return HttpResponse(qr_svg(request_url(found)), content_type="image/svg+xml")


@require_POST
@staff(Role.OPERATOR)
def arrived(request: HttpRequest, actor: Actor, booking_id: int) -> HttpResponseBase:
    """The visitor is here: the code that starts her booth is shown on the board."""
    try:
        booking = services.check_in(booking_id=booking_id, actor=actor, now=timezone.now())
        messages.success(
            request, _("Код для места видеосвязи: %(code)s. Введите его на экране.") % {"code": booking.start_code}
        )
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("desk")


@require_POST
@staff(Role.OPERATOR)
def missed(request: HttpRequest, actor: Actor, booking_id: int) -> HttpResponseBase:
    """The visitor did not come."""
    try:
        services.mark_no_show(booking_id=booking_id, actor=actor, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("desk")


@require_GET
@staff(Role.OPERATOR)
def memo(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The issued memo, to be printed."""
    found = get_readable_memo(actor, help_request_id)
    response = HttpResponse(pdf_of(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="memo-{found.code}.pdf"'
    return response
