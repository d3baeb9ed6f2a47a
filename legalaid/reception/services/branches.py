"""The office's writes about a branch that bookings depend on: its details and hours, closures, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import code_from, missed_demands
from legalaid.directory.models import Branch
from legalaid.directory.place_writing import demand_week
from legalaid.directory.policies import may_keep_network
from legalaid.directory.refusals import ChangedMeanwhile
from legalaid.directory.versions import BRANCH, row_version
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.people.rules import clean_email, clean_phone
from legalaid.reception.hours_refusals import HoursRefused, demand_reason
from legalaid.reception.hours_rules import MAX_AHEAD
from legalaid.reception.models import Closure
from legalaid.reception.queries.branches import FOR_GOOD
from legalaid.reception.services.branch_change import change_branch
from legalaid.reception.services.touched import Decisions

MAX_POPULATION = 20_000_000
"""More people than any centre serves: a guard against a slip of the hand."""


class BranchRefused(DomainError):
    """Something of the branch cannot be as written; `field` says which."""

    code = "branch"


@dataclass(frozen=True, slots=True)
class BranchDetails:
    """What the office writes of a branch; `hours` is {"mon": "08:00-18:00", …}, a day left out is a day off."""

    name: str
    municipality: str
    address: str
    timezone: str
    hours: Mapping[str, str]
    population: int | None = None
    phone: str = ""
    email: str = ""


def open_branch(*, details: BranchDetails, actor: Actor, now: datetime) -> Branch:
    """Add a branch to the network; its address in the web comes from its name. For the office.

    Hours below the norm of the law are kept and stand in the journal. Raises NotFound, BranchRefused, ContactRefused.
    """
    with transaction.atomic(durable=True):
        if not may_keep_network(actor):
            raise NotFound
        wanted = _checked(details)
        taken = set(Branch.objects.order_by("id").values_list("code", flat=True))
        branch = Branch.objects.create(code=code_from(details.name, taken), **wanted)
        record(kind="branch", subject=branch.pk, action="open", actor=actor, at=now, after="open",
               data=_below_norm(branch))  # fmt: skip
        publish_on_commit("office")
    return branch


def set_branch(
    *, branch_id: int, details: BranchDetails, decisions: Decisions, actor: Actor, now: datetime,
    seen: str | None = None,
) -> Branch:  # fmt: skip
    """Write the details and hours of a branch; booking and the public pages follow at once. For the office.

    Setting what is set changes nothing. `seen` is the version (directory.versions) that was edited; None writes over
    any. Raises ChangedMeanwhile, NotFound, BranchRefused, ContactRefused, BookingsTouched, HoursBusy.
    """
    wanted = _checked(details) if may_keep_network(actor) else {}

    def write(branch: Branch) -> None:
        changed = {name: value for name, value in wanted.items() if getattr(branch, name) != value}
        if not changed:
            return
        if seen not in {None, row_version(branch, BRANCH)}:
            raise ChangedMeanwhile
        data = {name: [str(getattr(branch, name) or ""), str(value or "")] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(branch, name, value)
        branch.save(update_fields=list(changed))
        record(kind="branch", subject=branch.pk, action="set", actor=actor, at=now, data=data | _below_norm(branch))

    return change_branch(branch_id=branch_id, write=write, decisions=decisions, actor=actor, now=now)


def close_branch(
    *, branch_id: int, first: date, last: date, reason: str, decisions: Decisions, actor: Actor, now: datetime
) -> Branch:
    """Close a branch for the local days [first, last]. For the office.

    Raises NotFound, ReasonMissing, HoursRefused, BookingsTouched, HoursBusy.
    """
    reason = demand_reason(reason)

    def write(branch: Branch) -> None:
        today = local_day(now, branch.timezone)
        if not today <= last or first > last or last - today > MAX_AHEAD:
            raise HoursRefused(_("Проверьте дни: последний не раньше первого, не в прошлом и не дальше года."), "last")
        during = Period(day_period(first, branch.timezone).start, day_period(last, branch.timezone).end)
        made = Closure.objects.create(branch=branch, during=during.range, reason=reason)
        record(kind="branch", subject=branch.pk, action="close", actor=actor, at=now,
               data={"closure": made.pk, "from": str(first), "to": str(last)})  # fmt: skip

    return change_branch(branch_id=branch_id, write=write, decisions=decisions, actor=actor, now=now)


def remove_closure(*, closure_id: int, actor: Actor, now: datetime) -> Branch:
    """The branch works after all. For the office. Raises NotFound."""
    row = Closure.objects.filter(pk=closure_id, during__endswith__lt=FOR_GOOD).order_by("id").first()
    if row is None or row.branch_id is None:
        raise NotFound

    def write(branch: Branch) -> None:
        Closure.objects.filter(pk=closure_id).delete()
        record(kind="branch", subject=branch.pk, action="remove_closure", actor=actor, at=now,
               data={"closure": closure_id})  # fmt: skip

    return change_branch(branch_id=row.branch_id, write=write, decisions={}, actor=actor, now=now)


def retire_branch(
    *, branch_id: int, first: date, reason: str, decisions: Decisions, actor: Actor, now: datetime
) -> Branch:
    """From the local day `first` on the branch receives nobody and leaves the public pages. For the office.

    Raises NotFound, ReasonMissing, HoursRefused, BranchRefused (it is retired), BookingsTouched, HoursBusy.
    """
    reason = demand_reason(reason)

    def write(branch: Branch) -> None:
        today = local_day(now, branch.timezone)
        if branch.retired_on is not None:
            raise BranchRefused(_("Отделение уже закрыто насовсем."))
        if first < today or first - today > MAX_AHEAD:
            raise HoursRefused(_("Выберите день от сегодняшнего и не дальше года вперёд."), "first")
        branch.retired_on = first
        branch.save(update_fields=["retired_on"])
        during = Period(day_period(first, branch.timezone).start, FOR_GOOD)
        Closure.objects.create(branch=branch, during=during.range, reason=reason)
        record(kind="branch", subject=branch.pk, action="retire", actor=actor, at=now, before="open", after="retired",
               data={"from": str(first)})  # fmt: skip

    return change_branch(branch_id=branch_id, write=write, decisions=decisions, actor=actor, now=now)


def reopen_branch(*, branch_id: int, actor: Actor, now: datetime) -> Branch:
    """A retired branch receives again. For the office. Raises NotFound, BranchRefused (it is not retired)."""

    def write(branch: Branch) -> None:
        if branch.retired_on is None:
            raise BranchRefused(_("Отделение и так работает."))
        branch.retired_on = None
        branch.save(update_fields=["retired_on"])
        Closure.objects.filter(branch=branch, during__endswith=FOR_GOOD).delete()
        record(kind="branch", subject=branch.pk, action="reopen", actor=actor, at=now, before="retired", after="open")

    return change_branch(branch_id=branch_id, write=write, decisions={}, actor=actor, now=now)


def _below_norm(branch: Branch) -> dict[str, object]:
    missed = [one.code for one in missed_demands(branch.hours, branch.population)]
    return {"below_norm": missed} if missed else {}


def _checked(details: BranchDetails) -> dict[str, object]:
    """The details as they are stored. Raises BranchRefused, ContactRefused."""
    found: dict[str, object] = {}
    for name, most in (("name", 200), ("municipality", 120), ("address", 300)):
        text = " ".join(str(getattr(details, name)).replace("\x00", "").split())
        if not text:
            raise BranchRefused(_("Заполните это поле."), name)
        if len(text) > most:
            raise BranchRefused(_("Слишком длинно."), name)
        found[name] = text
    if details.timezone not in available_timezones():
        raise BranchRefused(_("Выберите часовой пояс из списка."), "timezone")
    if details.population is not None and not 0 < details.population <= MAX_POPULATION:
        raise BranchRefused(_("Напишите число людей, например 18000."), "population")
    return found | {
        "timezone": details.timezone, "population": details.population, "phone": clean_phone(details.phone),
        "email": clean_email(details.email), "hours": demand_week(details.hours),
    }  # fmt: skip
