"""The desk of a centre: the day's board, registration, slips, booths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue.line_queries import checks_of_booths, checks_of_requests
from legalaid.dialogue.queries import live_at_branch
from legalaid.dialogue.services import write_to_waiting
from legalaid.directory.queries import booths_of, branch_by_id
from legalaid.intake.papers import papers_to_print
from legalaid.intake.policies import get_visible_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.letters import request_url
from legalaid.reception.queries import (
    bookings_of_branch,
    last_booking,
    waiting_at_branch,
    waiting_ticket,
)  # fmt: skip
from legalaid.reception.queries.branches import closure_now
from legalaid.reception.queries.queue import seated_at_branch
from legalaid.reception.queries.watch import tasks_of_branch
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import WaitCause
from legalaid.result.pdf import qr_svg
from legalaid.result.policies import get_readable_memo
from legalaid.result.queries import memos_of_branch, pdf_of
from legalaid.web.desk.day import day_of
from legalaid.web.desk.requests import with_call
from legalaid.web.staff.access import staff

if TYPE_CHECKING:
    from legalaid.directory.models import Branch

PHRASES = (
    gettext_lazy("Подойдите, пожалуйста, к стойке."),
    gettext_lazy("Скоро проводим вас к камере."),
    gettext_lazy("Приготовьте, пожалуйста, паспорт и СНИЛС."),
    gettext_lazy("Приём немного задерживается, вы не забыты."),
)
"""What the desk says most to those who wait, in one click."""


def branch_of(actor: Actor) -> Branch:
    """The branch whose desk the operator keeps. Raises NotFound."""
    branch = branch_by_id(actor.places(Role.OPERATOR, "branch")[0])
    if branch is None:
        raise NotFound
    return branch


def _board_context(actor: Actor, now: datetime) -> dict[str, object]:
    branch = branch_of(actor)
    today = day_period(local_day(now, branch.timezone), branch.timezone)
    bookings, booths = list(bookings_of_branch(branch_id=branch.pk, during=today)), list(booths_of(branch.pk))
    waiting = list(waiting_at_branch(branch.pk))
    asked = [booking.help_request_id for booking in bookings] + [ticket.help_request_id for ticket in waiting]
    return {
        "branch": branch, "now": now, "missed_from": now - NO_SHOW_AFTER, "bookings": bookings, "booths": booths,
        "checks": checks_of_requests(asked, now), "booth_checks": checks_of_booths([b.pk for b in booths]),
        "day": day_of(branch, booths, bookings, list(seated_at_branch(branch.pk, since=today.start)), now),
        "waiting": waiting, "tasks": tasks_of_branch(branch.pk), "causes": WaitCause.choices, "phrases": PHRASES,
        "closed": closure_now(branch.pk, now), "live": live_at_branch(branch.pk),
        "to_print": papers_to_print(branch.pk, now),
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


@require_POST
@staff(Role.OPERATOR)
def here(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The desk is open: visitors in the booths see that somebody is near."""
    services.be_at_desk(branch_id=branch_of(actor).pk, actor=actor, now=timezone.now())
    return HttpResponse(status=204)


@require_GET
@staff(Role.OPERATOR)
def slip(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The printed slip: number, time, place, authority, documents, and the visitor's own link."""
    found = get_visible_request(with_call(request, actor, help_request_id), help_request_id)
    booking = last_booking(found.pk)
    context = {
        "help_request": found, "booking": booking, "ticket": waiting_ticket(found.pk),
        "branch": found.branch or branch_of(actor), "url": request_url(found),
        "qr": reverse("desk-slip-qr", args=[found.pk]),
    }  # fmt: skip
    return render(request, "desk/slip.html", context)


@require_GET
@staff(Role.OPERATOR)
def slip_qr(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The QR code of the visitor's own link."""
    found = get_visible_request(with_call(request, actor, help_request_id), help_request_id)
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


@require_POST
@staff(Role.OPERATOR)
def take_task(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponseBase:
    """«Иду»: the others see who has answered the bell."""
    return _answered(request, lambda: services.take_task(task_id=task_id, actor=actor, now=timezone.now()))


@require_POST
@staff(Role.OPERATOR)
def close_task(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponseBase:
    """The matter is seen to."""
    return _answered(request, lambda: services.close_task(task_id=task_id, actor=actor, now=timezone.now()))


@require_POST
@staff(Role.OPERATOR)
def attribute(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say whose delay it is that a visitor waits."""
    cause = request.POST.get("cause", "")
    if cause not in WaitCause.values:
        raise NotFound
    return _answered(
        request,
        lambda: services.attribute_wait(
            help_request_id=help_request_id, cause=WaitCause(cause), actor=actor, now=timezone.now()
        ),
    )


@require_POST
@staff(Role.OPERATOR)
def note(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say something to a visitor who waits: on her request's page, and at the screen if she sits there."""
    text = request.POST.get("phrase") or request.POST.get("text", "")

    def write() -> None:
        write_to_waiting(help_request_id=help_request_id, text=text, actor=actor, now=timezone.now())
        messages.success(request, _("Сообщение показано на странице ожидания."))

    return _answered(request, write)


def _answered(request: HttpRequest, act: Callable[[], object]) -> HttpResponseBase:
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("desk")
