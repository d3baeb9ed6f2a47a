"""The staff: who works where, invitations, leave dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legalaid.directory.queries import authorities, branches_with_booths
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people import services
from legalaid.people.staff_queries import open_roles, staff_by_place, user_by_id
from legalaid.people.states import Role
from legalaid.web.office.people_forms import InviteForm, LeaveForm
from legalaid.web.staff.access import staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def people(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Everybody by place. What is searched for travels in the body: names are not for addresses."""
    words, now = request.POST.get("words", "").strip()[:200], timezone.now()
    places = staff_by_place(words, now)
    return render(request, "office/people.html", {"places": places, "words": words, "zone": settings.REGION_TIME_ZONE})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def invite(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A new colleague, or one more role for a known one (`person`)."""
    today = local_day(timezone.now(), settings.REGION_TIME_ZONE)
    branches = [one for one in branches_with_booths() if one.retired_on is None or one.retired_on > today]
    form = InviteForm(request.POST or None, branches=branches, authorities=authorities(), initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = services.invite(**form.asked(), actor=actor, now=timezone.now())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            more = open_roles(user.pk, timezone.now()).count() > 1
            said = _("Этот человек уже есть в списке: ему добавлена ещё одна роль, письмо отправлено.") if more else (
                _("Роль открыта, письмо отправлено."))  # fmt: skip
            messages.success(request, said)
            return redirect("office-person", user.pk)
    return render(request, "office/people_invite.html", {"form": form}, status=422 if form.errors else 200)


def _known(request: HttpRequest) -> dict[str, str]:
    key = request.GET.get("person", "")
    user = user_by_id(int(key)) if key.isdecimal() and len(key) < 10 else None
    return {"name": user.name, "email": user.email} if user else {}


@require_GET
@staff(Role.OFFICE)
def person(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponseBase:
    """One member of staff: her roles, her invitation, her leave date."""
    return _page(request, user_id, LeaveForm())


def _page(request: HttpRequest, user_id: int, form: LeaveForm) -> HttpResponse:
    user, now = user_by_id(user_id), timezone.now()
    if user is None:
        raise NotFound
    context = {
        "person": user, "works": user.works(now), "roles": open_roles(user_id, now), "form": form,
        "zone": settings.REGION_TIME_ZONE,
    }  # fmt: skip
    return render(request, "office/person.html", context, status=422 if form.errors else 200)


def _do(request: HttpRequest, change: Callable[..., Any], done: str, back: int, **asked: Any) -> HttpResponseBase:
    """Make a change that has nothing to type and say what came of it."""
    try:
        change(**asked, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, done)
    return redirect("office-person", back)


@require_POST
@staff(Role.OFFICE)
def leave(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponseBase:
    """She leaves from a day on."""
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, user_id, form)
    try:
        services.leave(user_id=user_id, day=form.cleaned_data["day"], actor=actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _page(request, user_id, form)
    messages.success(request, _("День ухода записан."))
    return redirect("office-person", user_id)


@require_POST
@staff(Role.OFFICE)
def stay(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponseBase:
    """She stays after all."""
    return _do(request, services.stay, _("Уход отменён."), user_id, user_id=user_id, actor=actor)


@require_POST
@staff(Role.OFFICE)
def resend(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponseBase:
    """The letter once more."""
    done = _("Приглашение отправлено ещё раз.")
    return _do(request, services.resend_invitation, done, user_id, user_id=user_id, actor=actor)


@require_POST
@staff(Role.OFFICE)
def withdraw(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponseBase:
    """Nobody enters by this invitation."""
    done = _("Приглашение отозвано: войти по нему нельзя.")
    return _do(request, services.withdraw_invitation, done, user_id, user_id=user_id, actor=actor)


@require_POST
@staff(Role.OFFICE)
def end_role(request: HttpRequest, actor: Actor, user_id: int, membership_id: int) -> HttpResponseBase:
    """One role less."""
    if not any(row.pk == membership_id for row in open_roles(user_id, timezone.now())):
        raise NotFound
    done = _("Роль снята.")
    return _do(request, services.end_role, done, user_id, membership_id=membership_id, actor=actor)
