"""Readiness of booths by branch, for the project office; the number people call there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue.line_queries import Checked, checks_of_booths
from legalaid.dialogue.rules import CHECK_GOOD_FOR
from legalaid.dialogue.states import Readiness
from legalaid.directory.queries import branches_with_booths
from legalaid.directory.services import set_branch_phone
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Role
from legalaid.web.staff.access import staff

if TYPE_CHECKING:
    from legalaid.directory.models import Booth


@dataclass(frozen=True, slots=True)
class Row:
    """One booth: its newest self-test, and whether that says anything about now."""

    booth: object
    checked: Checked | None
    silent: bool
    out: bool = False

    @property
    def ready(self) -> bool:
        said = self.checked is not None and self.checked.readiness == Readiness.READY
        return said and not self.silent and not self.out


@dataclass(frozen=True, slots=True)
class Place:
    """A branch with its booths."""

    branch: object
    rows: Sequence[Row]

    @property
    def ready(self) -> int:
        return sum(row.ready for row in self.rows)

    @property
    def whole(self) -> bool:
        return self.ready == len(self.rows)


@require_GET
@staff(Role.OFFICE)
def booths(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Every branch with what its booths said of themselves; those with trouble on top."""
    places = _places(timezone.now())
    context = {
        "places": sorted(places, key=lambda place: place.whole),
        "ready": sum(place.ready for place in places), "count": sum(len(place.rows) for place in places),
    }  # fmt: skip
    return render(request, "office/booths.html", context)


def _places(now: datetime) -> list[Place]:
    branches = branches_with_booths()
    checks = checks_of_booths([booth.pk for branch in branches for booth in branch.booths.all()])
    return [Place(branch, [_row(booth, checks.get(booth.pk), now) for booth in branch.booths.all()])
            for branch in branches]  # fmt: skip


def _row(booth: Booth, checked: Checked | None, now: datetime) -> Row:
    return Row(booth, checked, silent=checked is not None and now - checked.at > CHECK_GOOD_FOR,
               out=booth.out_since is not None)  # fmt: skip


@require_POST
@staff(Role.OFFICE)
def phone(request: HttpRequest, actor: Actor, branch_id: int) -> HttpResponseBase:
    """The number people of this centre call when nothing else works."""
    try:
        set_branch_phone(
            branch_id=branch_id, phone=request.POST.get("phone", ""), actor=actor, now=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, str(error.text))
    else:
        messages.success(request, _("Телефон сохранён: его увидят посетители этого отделения."))
    return redirect("office-booths")
