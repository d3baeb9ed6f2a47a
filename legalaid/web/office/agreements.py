"""One agreement: its terms, its annex as a matrix, its way from draft to end, additional agreements."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory import services
from legalaid.directory.agreement_queries import (
    agreement_with_all,
    agreements_listed,
    cells_of,
    exchange_of,
    scans_of,
    warnings_of,
)  # fmt: skip
from legalaid.directory.agreement_rules import term_of
from legalaid.directory.queries import authorities
from legalaid.directory.refusals import ChangedMeanwhile, NotEditable
from legalaid.directory.services import Cell
from legalaid.directory.services.agreements import TERM_LIMITS
from legalaid.directory.states import AGREEMENT_MOVES, AgreementState, ExchangeDirection
from legalaid.directory.versions import TERM_FIELDS, annex_version, row_version
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.web.office.forms import SignForm, TermsForm
from legalaid.web.office.matrix import HOME, matrix
from legalaid.web.office.meanwhile import differences
from legalaid.web.staff.access import staff

TERMS: dict[str, str | Promise] = {
    "": gettext_lazy("любой срок"), "60": gettext_lazy("кончаются за 60 дней"),
    "30": gettext_lazy("кончаются за 30 дней"), "7": gettext_lazy("кончаются за 7 дней"),
    "open": gettext_lazy("бессрочные"),
}  # fmt: skip
"""Filter by term; product.md: warnings 60, 30 and 7 days ahead."""
DONE: dict[str, str | Promise] = {
    "send": gettext_lazy("Отправлено на подписание. Условия теперь не меняются."),
    "withdraw": gettext_lazy("Возвращено в проект: условия можно править."),
    "sign": gettext_lazy("Соглашение действует: его темы открыты для записи с первого дня срока."),
    "terminate": gettext_lazy("Соглашение прекращено: новой записи по нему нет с этой минуты."),
}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def _found(agreement_id: int) -> Any:
    agreement = agreement_with_all(agreement_id)
    if agreement is None:
        raise NotFound
    return agreement


@require_GET
@staff(Role.OFFICE)
def agreements(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Agreements by state and term."""
    return _list(request)


def _list(request: HttpRequest, refusal: DomainError | None = None) -> HttpResponse:
    state, term = request.GET.get("state", ""), request.GET.get("term", "")
    term = term if term in TERMS else ""
    today = timezone.localdate()
    authority_id = _number(request.GET.get("authority"))
    rows: list[Any] = list(agreements_listed(state=state, term=term, authority_id=authority_id, today=today))
    for one in rows:
        one.left = (one.valid_until - today).days if one.valid_until else None
    context = {
        "rows": rows, "states": AgreementState.choices, "terms": TERMS.items(), "state": state, "term": term,
        "authorities": authorities(), "authority": request.GET.get("authority", ""), "today": today,
        "refusal": refusal, "typed": request.POST.get("number", ""),
    }  # fmt: skip
    return render(request, "office/agreements.html", context, status=422 if refusal else 200)


@require_POST
@staff(Role.OFFICE)
def begin(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A new draft with an authority."""
    try:
        draft = services.open_agreement(
            number=request.POST.get("number", ""), authority_id=_number(request.POST.get("authority")) or 0,
            actor=actor, now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _list(request, error)
    return redirect("office-agreement", draft.pk)


@require_GET
@staff(Role.OFFICE)
def agreement(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """One agreement."""
    return show_agreement(request, agreement_id)


def show_agreement(
    request: HttpRequest, agreement_id: int, *, terms: TermsForm | None = None, refusal: DomainError | None = None,
    scan_refusal: DomainError | None = None, moved: ChangedMeanwhile | None = None, marked: set[Cell] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of an agreement, with what was refused; `marked` are the cells of an annex as they were sent."""
    found = _found(agreement_id)
    names = ("number", "valid_from", "valid_until", "signer_body", "signer_centre", *TERM_LIMITS)
    today = local_day(timezone.now(), found.authority.timezone)
    in_force = found.state == AgreementState.IN_FORCE
    editable = in_force or found.state == AgreementState.DRAFT
    kept = TermsForm(initial={name: getattr(found, name) for name in names})
    cells = cells_of(found.pk)
    context = {
        "moved": moved, "seen": row_version(found, TERM_FIELDS), "seen_annex": annex_version(cells),
        "differences": differences(terms, kept) if moved and terms else [],
        "agreement": found, "draft": found.state == AgreementState.DRAFT,
        "editable": editable,
        "form": terms or kept,
        "sign": SignForm(initial={"signed_on": today}), "refusal": refusal,
        "actions": {action for state, action in AGREEMENT_MOVES if state == found.state},
        "closes_at": term_of(found.valid_from, found.valid_until, found.authority.timezone)[1] if in_force else None,
        "scans": scans_of(found.pk), "scan_refusal": scan_refusal, "warnings": warnings_of(found),
        "exchange": exchange_of(found.pk), "directions": ExchangeDirection.choices, "blank_lines": range(2),
        "versions": found.amended_by.order_by("id"),
        "days_left": (found.valid_until - today).days if found.valid_until else None,
        **matrix(found, editable=editable, cells=cells, marked=marked if moved else None),
    }  # fmt: skip
    status = 409 if moved else 422 if refusal or terms or scan_refusal else 200
    return render(request, "office/agreement.html", context, status=status)


@require_POST
@staff(Role.OFFICE)
def terms(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The terms of a draft."""
    form = TermsForm(request.POST)
    try:
        services.set_terms(agreement_id=agreement_id, actor=actor, now=timezone.now(), seen=request.POST.get("seen"),
                           **form.values())  # fmt: skip
    except NotFound:
        raise
    except ChangedMeanwhile as moved:
        return show_agreement(request, agreement_id, terms=form, moved=moved)
    except NotEditable as error:
        return show_agreement(request, agreement_id, refusal=error)
    except DomainError as error:
        form.errors.clear()
        form.refuse(error)
        return show_agreement(request, agreement_id, terms=form)
    messages.success(request, _("Условия сохранены."))
    return redirect("office-agreement", agreement_id)


@require_POST
@staff(Role.OFFICE)
def annex(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """The annex as it was marked."""
    marked = _cells(request.POST.getlist("cell"))

    def save(now: datetime) -> str:
        come, gone = services.set_coverage(
            agreement_id=agreement_id, cells=marked, actor=actor, now=now, seen=request.POST.get("seen")
        )
        if not come and not gone:
            return _("Приложение осталось прежним.")
        return _("Приложение сохранено: добавлено %(come)s, убрано %(gone)s.") % {"come": come, "gone": gone}

    try:
        return _doing(request, agreement_id, save)
    except ChangedMeanwhile as moved:
        return show_agreement(request, agreement_id, moved=moved, marked=marked)


def _cells(sent: list[str]) -> set[Cell]:
    """Cells of the form, «topic@branch» or «topic@home»; NotFound for what no page of ours sends."""
    found: set[Cell] = set()
    for text in sent:
        topic, _at, place = text.partition("@")
        branch = None if place == HOME else _number(place)
        number = _number(topic)
        if number is None or (branch is None and place != HOME):
            raise NotFound
        found.add((number, branch))
    return found


@require_POST
@staff(Role.OFFICE)
def move(request: HttpRequest, actor: Actor, agreement_id: int, action: str) -> HttpResponseBase:
    """A step of its life."""
    if action not in DONE:
        raise NotFound

    def save(now: datetime) -> str:
        services.move_agreement(
            agreement_id=agreement_id, action=action, actor=actor, now=now, on=SignForm(request.POST).day(),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        return str(DONE[action])

    return _doing(request, agreement_id, save)


@require_POST
@staff(Role.OFFICE)
def amend(request: HttpRequest, actor: Actor, agreement_id: int) -> HttpResponseBase:
    """An additional agreement: a draft with the same terms and annex."""
    try:
        draft = services.amend_agreement(
            agreement_id=agreement_id, number=request.POST.get("number", ""), actor=actor, now=timezone.now()
        )
    except NotFound:
        raise
    except DomainError as error:
        return show_agreement(request, agreement_id, refusal=error)
    messages.success(request, _("Проект дополнительного соглашения готов: измените в нём, что нужно, и отправьте."))
    return redirect("office-agreement", draft.pk)


def _doing(request: HttpRequest, agreement_id: int, save: Callable[[datetime], str]) -> HttpResponseBase:
    """Do it and come back to the page; a refusal is shown there."""
    try:
        done = save(timezone.now())
    except (NotFound, ChangedMeanwhile):
        raise
    except DomainError as error:
        return show_agreement(request, agreement_id, refusal=error)
    messages.success(request, done)
    return redirect("office-agreement", agreement_id)
