"""One request at the desk: found by the day board, or by a caller who could say who she is."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import consent_of, third_party_of
from legalaid.intake.states import CANCELLABLE_STATES, WITHOUT_TIME, RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import last_booking, waiting_ticket
from legalaid.reception.queries.told import messages_to_citizen, not_reached
from legalaid.reception.queries.waitlist import open_earlier_offer, waiting_entry
from legalaid.reception.states import BookingState
from legalaid.result.queries import issued_memo_of
from legalaid.web.citizen.times import branch_id_of
from legalaid.web.desk.forms import CallerForm
from legalaid.web.desk.times import desk_choice
from legalaid.web.staff.access import staff
from legalaid.web.standing import following, standing_mark

if TYPE_CHECKING:
    from legalaid.intake.models import HelpRequest

ENTRIES = {"join": services.join_waitlist, "leave": services.leave_waitlist}
ANSWERS = {"accept": services.accept_earlier, "decline": services.decline_earlier}
EARLIER = {
    "join": gettext_lazy("Гражданин ждёт время раньше. Его запись в силе."),
    "leave": gettext_lazy("Гражданин больше не ждёт время раньше. Его запись в силе."),
    "accept": gettext_lazy("Время изменено."),
    "decline": gettext_lazy("Прежнее время осталось за гражданином."),
}
WITHOUT = {
    "join": gettext_lazy("Сообщим гражданину, когда появится время."),
    "leave": gettext_lazy("Гражданин больше не ждёт. Заявка открыта: запишите его на время или отмените её."),
    "accept": gettext_lazy("Время назначено."), "decline": gettext_lazy("Гражданин ждёт другого времени."),
}  # fmt: skip
"""The same for a request that has no time at all."""
CALLER = "caller"
CALL_LASTS = 15 * 60
"""Seconds for which a checked caller's request stays open to the operator (product choice)."""


@staff(Role.OPERATOR)
def caller(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Somebody telephones: her request opens once she has said who she is."""
    form = CallerForm(request.POST or None)
    if request.method == "POST":
        try:
            found = services.check_caller(
                number=form.typed("number"), digits=form.typed("digits"), phrase=form.typed("phrase"), actor=actor,
                now=timezone.now(),
            )  # fmt: skip
            keep_open(request, found.pk)
            return redirect("desk-request", found.pk)
        except DomainError as error:
            form.refuse(error)
    return render(request, "desk/caller.html", {"form": form})


def keep_open(request: HttpRequest, help_request_id: UUID) -> None:
    """Leave a request open to the operator for CALL_LASTS: its citizen is on the line, or stands at the desk."""
    request.session[CALLER] = {"request": str(help_request_id), "until": time.time() + CALL_LASTS}


def with_call(request: HttpRequest, actor: Actor, help_request_id: UUID) -> Actor:
    """The operator, with the request of whom she has just checked, or booked for another centre."""
    call = request.session.get(CALLER) or {}
    if call.get("request") == str(help_request_id) and call.get("until", 0) > time.time():
        return actor.answering(help_request_id)
    return actor


TOLD = {
    "booking-confirmed": gettext_lazy("время назначено"), "booking-moved": gettext_lazy("время изменено"),
    "booking-cancelled": gettext_lazy("запись отменена"), "booking-called-off": gettext_lazy("почему запись отменена"),
    "reminder-24h": gettext_lazy("напоминание за день"), "reminder-2h": gettext_lazy("напоминание за два часа"),
    "earlier-offer": gettext_lazy("есть время раньше"), "waiting-for-time": gettext_lazy("ищем время"),
    "time-offer": gettext_lazy("появилось время"), "interpreter": gettext_lazy("вызов переводчика"),
    "queue-joined": gettext_lazy("место в очереди"),
    "place-of-closed-branch": gettext_lazy("отделение не принимает"), "memo-issued": gettext_lazy("памятка"),
}  # fmt: skip
"""What a message said, by its kind."""


@staff(Role.OPERATOR)
def page(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """What the desk may tell and do about one request."""
    found, now = get_visible_request(with_call(request, actor, help_request_id), help_request_id), timezone.now()
    booking = last_booking(found.pk)
    can_move = (
        booking is not None and booking.state in {"confirmed", "checked_in"} and found.state == RequestState.AGREED
        and booking.during.lower > now
    )  # fmt: skip
    without_time = found.state == RequestState.SUBMITTED
    can_wait = without_time or (can_move and booking is not None and booking.state == BookingState.CONFIRMED)
    on_waitlist = can_wait and waiting_entry(found.pk) is not None
    memo = issued_memo_of(found.pk)
    told = messages_to_citizen(found.pk, also=[f"memo-issued:{memo.pk}"] if memo else [])
    context = {
        "help_request": found, "booking": booking, "ticket": waiting_ticket(found.pk), "zone": _zone(found),
        "told": [(one, TOLD.get(one.kind, "")) for one in told], "not_reached": not_reached(told),
        "third_party": third_party_of(found.pk), "consent": consent_of(found),
        "can_take_time": found.state in WITHOUT_TIME, "can_cancel": found.state in CANCELLABLE_STATES,
        "can_move": can_move, "can_wait": can_wait, "on_waitlist": on_waitlist, "without_time": without_time,
        "offer": open_earlier_offer(found.pk, now) if on_waitlist else None,
    }  # fmt: skip
    return render(request, "desk/request.html", context | following(found, user_id=actor.user_id))


@require_GET
@staff(Role.OPERATOR)
def changed(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The live part of the request's pages: empty until it stands otherwise than the page in hand says.

    When the request has left her branch, this address is unknown like any other; the page has the words for that.
    """
    found = get_visible_request(with_call(request, actor, help_request_id), help_request_id)
    if request.headers.get("HX-Request") != "true":
        return redirect("desk-request", found.pk)
    context = {"help_request": found, "changed": request.GET.get("seen", "") != standing_mark(found)}
    return render(request, "desk/changed.html", context)


def _zone(found: HelpRequest) -> str:
    if found.branch is not None:
        return found.branch.timezone
    assert found.authority
    return found.authority.timezone


@staff(Role.OPERATOR)
def move(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Give her booking another time, or a time instead of the queue; at another place if she would rather go there."""
    acting = with_call(request, actor, help_request_id)
    found = get_visible_request(acting, help_request_id)
    sent = request.POST if request.method == "POST" else request.GET
    branch_id = branch_id_of(sent["where"]) if sent.get("where") else found.branch_id
    refusal = None
    if request.method == "POST":
        try:
            start = parse_datetime(request.POST.get("start", ""))
        except ValueError:
            start = None
        try:
            if start is None or start.tzinfo is None:
                raise NotFound
            first = found.state in WITHOUT_TIME
            service = services.take_time_instead if first else services.move_booking_to
            service(help_request_id=found.pk, start=start, branch_id=branch_id, actor=acting, now=timezone.now())
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            words = _("Время назначено.") if first else _("Время изменено.")
            messages.success(request, f"{words} {_told(found)}")
            return _back(acting, found.pk)
    now = timezone.now()
    booking = None if found.state in WITHOUT_TIME else last_booking(found.pk)
    context: dict[str, object] = {
        "help_request": found, "booking": booking, "refusal": refusal, "was_zone": _zone(found),
        **following(found, user_id=actor.user_id), **desk_choice(found, branch_id, sent, now),
    }  # fmt: skip
    return render(request, "desk/move.html", context)


def _told(found: HelpRequest) -> str:
    """Whether a message goes to her by itself."""
    if found.citizen is not None and (found.citizen.phone or found.citizen.email):
        return _("Гражданину отправлено сообщение.")
    return _("Ни телефона, ни почты нет: назовите новое время сами.")


def _back(actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """To the request, or to the day when it is another centre's now."""
    try:
        get_visible_request(actor, help_request_id)
    except NotFound:
        return redirect("desk")
    return redirect("desk-request", help_request_id)


@require_POST
@staff(Role.OPERATOR)
def earlier(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Wait for an earlier time for the citizen, or answer the one that is kept for her. Sent twice, it is done once."""
    action, offer = request.POST.get("action", ""), request.POST.get("offer", "")
    acting, now = with_call(request, actor, help_request_id), timezone.now()
    act: Callable[[], object]
    if action in ENTRIES:
        act = partial(ENTRIES[action], help_request_id=help_request_id, actor=acting, now=now)
    elif action in ANSWERS and offer.isdecimal() and len(offer) < 19:
        act = partial(ANSWERS[action], help_request_id=help_request_id, offer_id=int(offer), actor=acting, now=now)
    else:
        raise NotFound
    without = get_visible_request(acting, help_request_id).state == RequestState.SUBMITTED
    return _done(request, help_request_id, str((WITHOUT if without else EARLIER)[action]), act)


@require_POST
@staff(Role.OPERATOR)
def cancel(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Call the request off for the citizen."""
    acting = with_call(request, actor, help_request_id)
    return _done(
        request,
        help_request_id,
        _("Заявка отменена, время освобождено."),
        lambda: services.cancel(help_request_id=help_request_id, actor=acting, now=timezone.now()),
    )


@require_POST
@staff(Role.OPERATOR)
def revoke(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Take the citizen's consent back for her, at her word."""
    acting = with_call(request, actor, help_request_id)
    return _done(
        request,
        help_request_id,
        _("Согласие отозвано."),
        lambda: services.revoke_consent(help_request_id=help_request_id, actor=acting, now=timezone.now()),
    )


def _done(request: HttpRequest, help_request_id: UUID, words: str, act: Callable[[], object]) -> HttpResponseBase:
    try:
        act()
        messages.success(request, words)
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("desk-request", help_request_id)
