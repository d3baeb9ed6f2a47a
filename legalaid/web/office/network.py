"""The network: branches with their hours, closures and booths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.branch_rules import missed_demands
from legalaid.directory.policies import get_branch_of_booth, get_managed_branch
from legalaid.directory.queries import booths_of, branches_with_booths
from legalaid.directory.refusals import ChangedMeanwhile
from legalaid.directory.services import save_booth
from legalaid.directory.versions import BRANCH, row_version
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries.branches import closures_of, next_closures
from legalaid.reception.services import Decisions
from legalaid.web.authority.decide import change
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.office.meanwhile import differences
from legalaid.web.office.network_forms import (
    BoothForm,
    BranchForm,
    ClosureForm,
    RetireForm,
    branch_initial,
)  # fmt: skip
from legalaid.web.staff.access import staff

USUAL_ZONE, USUAL_DAY = "Europe/Moscow", ("08:00", "20:00")
Save = Callable[[Decisions], str | None]


@require_GET
@staff(Role.OFFICE)
def network(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """All branches: how many people, whether the hours are lawful, what is closed next."""
    branches = branches_with_booths()
    soon = next_closures([branch.pk for branch in branches], timezone.now())
    rows = [{"branch": one, "missed": missed_demands(one.hours, one.population), "closure": soon.get(one.pk)}
            for one in branches]  # fmt: skip
    context = {
        "rows": rows, "below": sum(bool(row["missed"]) for row in rows),
        "unknown": sum(one.population is None for one in branches),
    }  # fmt: skip
    return render(request, "office/network.html", context)


@staff(Role.OFFICE)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A new branch."""
    form = BranchForm(request.POST or None, zone=USUAL_ZONE, initial={"timezone": USUAL_ZONE} | {
        f"{day}_{end}": USUAL_DAY[n] for day in ("mon", "tue", "wed", "thu", "fri", "sat")
        for n, end in enumerate(("from", "to"))
    })  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            branch = services.open_branch(details=form.details(), actor=actor, now=timezone.now())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Отделение добавлено. Запись откроется, когда его включат в соглашения."))
            return redirect("office-branch", branch.pk)
    return render(request, "office/branch_new.html", {"form": form}, status=422 if form.errors else 200)


@staff(Role.OFFICE)
def branch(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """One branch; a POST writes its details and hours."""
    found, now = get_managed_branch(actor, branch_id), timezone.now()
    if request.method != "POST":
        return _page(request, found, now)
    form = BranchForm(request.POST, zone=found.timezone)

    def save(decisions: Decisions) -> None:
        services.set_branch(branch_id=branch_id, details=form.details(), decisions=decisions, actor=actor, now=now,
                            seen=request.POST.get("seen"))  # fmt: skip

    try:
        return _change(request, found, now, "form", form, save, _("Отделение сохранено."))
    except ChangedMeanwhile as moved:
        now_there = get_managed_branch(actor, branch_id)
        kept = BranchForm(zone=now_there.timezone, initial=branch_initial(now_there))
        return _page(request, now_there, now, form=form, moved=moved, differences=differences(form, kept))


def _page(request: HttpRequest, found: Any, now: datetime, **changed: object) -> HttpResponse:
    """The page of a branch; `changed` holds the form that was refused."""
    zone, today = found.timezone, local_day(now, found.timezone)
    context = {
        "branch": found, "seen": row_version(found, BRANCH), "moved": None, "differences": [],
        "form": BranchForm(zone=zone, initial=branch_initial(found)),
        "missed": missed_demands(found.hours, found.population), "closures": closures_of(found.pk, now),
        "closure_form": ClosureForm(auto_id="closure-%s"), "booth_form": BoothForm(auto_id="booth-%s"),
        "broken_booth": 0, "broken_refusal": "", "retire_form": RetireForm(auto_id="retire-%s"),
        "retired": found.retired_on and found.retired_on <= today,
        "booths": [(one, BoothForm(auto_id=f"booth-{one.pk}-%s", initial=vars(one))) for one in booths_of(found.pk)],
    }  # fmt: skip
    status = 409 if "moved" in changed else 422 if changed else 200
    return render(request, "office/branch.html", context | changed, status=status)


def _change(
    request: HttpRequest, found: Any, now: datetime, name: str, form: DoorForm, save: Save, done: str
) -> HttpResponseBase:  # fmt: skip
    """Save a form that may touch bookings; a refused one stands on the page as it was typed."""
    if form.is_valid():
        try:
            return change(request, save, back=reverse("office-branch", args=[found.pk]), done=done)
        except (NotFound, ChangedMeanwhile):
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(request, found, now, **{name: form})


@require_POST
@staff(Role.OFFICE)
def close(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """Days the branch does not work."""
    found, now = get_managed_branch(actor, branch_id), timezone.now()
    form = ClosureForm(request.POST, auto_id="closure-%s")

    def save(decisions: Decisions) -> None:
        services.close_branch(branch_id=branch_id, **form.cleaned_data, decisions=decisions, actor=actor, now=now)

    return _change(request, found, now, "closure_form", form, save, _("Закрытие записано: записи на эти дни нет."))


@require_POST
@staff(Role.OFFICE)
def remove_closure(request: HttpRequest, actor: Actor, closure_id: int) -> HttpResponseBase:
    """The branch works on those days after all."""
    found = services.remove_closure(closure_id=closure_id, actor=actor, now=timezone.now())
    messages.success(request, _("Закрытие убрано: отделение работает."))
    return redirect("office-branch", found.pk)


@require_POST
@staff(Role.OFFICE)
def retire(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """The branch does not work any more from a day on."""
    found, now = get_managed_branch(actor, branch_id), timezone.now()
    form = RetireForm(request.POST, auto_id="retire-%s")

    def save(decisions: Decisions) -> None:
        services.retire_branch(branch_id=branch_id, **form.cleaned_data, decisions=decisions, actor=actor, now=now)

    return _change(request, found, now, "retire_form", form, save, _("Отделение закрывается насовсем."))


@require_POST
@staff(Role.OFFICE)
def reopen(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """It works again."""
    try:
        services.reopen_branch(branch_id=branch_id, actor=actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Отделение снова работает."))
    return redirect("office-branch", branch_id)


@require_POST
@staff(Role.OFFICE)
def booth(request: HttpRequest, actor: Actor, branch_id: int, booth_id: int = 0) -> HttpResponseBase:
    """A booth of the branch, new when it has no number yet."""
    found, now = get_managed_branch(actor, branch_id), timezone.now()
    form = BoothForm(request.POST, auto_id=f"booth-{booth_id}-%s" if booth_id else "booth-%s")
    if form.is_valid():
        sent = form.cleaned_data
        try:
            save_booth(branch_id=branch_id, booth_id=booth_id or None, name=sent["name"], kind=sent["kind"],
                       flags=sent, actor=actor, now=now)  # fmt: skip
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Место видеосвязи сохранено."))
            return redirect("office-branch", branch_id)
    if not booth_id:
        return _page(request, found, now, booth_form=form)
    rows = [(one, form if one.pk == booth_id else BoothForm(auto_id=f"booth-{one.pk}-%s", initial=vars(one)))
            for one in booths_of(branch_id)]  # fmt: skip
    return _page(request, found, now, booths=rows)


@require_POST
@staff(Role.OFFICE)
def booth_out(request: HttpRequest, actor: Actor, booth_id: int) -> HttpResponseBase:
    """The booth does not work from now on."""
    found, now = get_branch_of_booth(actor, booth_id), timezone.now()

    def save(decisions: Decisions) -> None:
        services.take_booth_out(
            booth_id=booth_id, reason=request.POST.get("reason", ""), decisions=decisions, actor=actor, now=now
        )

    try:
        return change(request, save, back=reverse("office-branch", args=[found.pk]),
                      done=_("Место отключено: записи туда нет."))  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, found, now, broken_booth=booth_id, broken_refusal=error.text)


@require_POST
@staff(Role.OFFICE)
def booth_back(request: HttpRequest, actor: Actor, booth_id: int) -> HttpResponseBase:
    """It works again."""
    found = services.return_booth(booth_id=booth_id, actor=actor, now=timezone.now())
    messages.success(request, _("Место снова работает: туда можно записаться."))
    return redirect("office-branch", found.pk)
