"""A booth is taken out of service, and back: nothing is offered there meanwhile, nobody who is booked is forgotten."""

from datetime import datetime

from legalaid.directory.models import Booth, Branch
from legalaid.directory.policies import may_keep_network
from legalaid.directory.queries import booth_by_id
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.hours_refusals import demand_reason
from legalaid.reception.services.branch_change import change_branch
from legalaid.reception.services.touched import Decisions


def take_booth_out(*, booth_id: int, reason: str, decisions: Decisions, actor: Actor, now: datetime) -> Branch:
    """From now on the booth receives nobody, until it is returned. For the office. Twice is once.

    Raises NotFound, ReasonMissing, BookingsTouched, HoursBusy.
    """
    booth = _booth(booth_id, actor)
    reason = demand_reason(reason)

    def write(branch: Branch) -> None:
        locked = Booth.objects.select_for_update().get(pk=booth.pk)
        if locked.out_since is None:
            _set(locked, now, reason)
            record(kind="booth", subject=booth.pk, action="out", actor=actor, at=now, before="in_service",
                   after="out_of_service", data={"branch": branch.pk})  # fmt: skip

    return change_branch(branch_id=booth.branch_id, write=write, decisions=decisions, actor=actor, now=now, booth=True)


def return_booth(*, booth_id: int, actor: Actor, now: datetime) -> Branch:
    """The booth works again. For the office. Twice is once. Raises NotFound."""
    booth = _booth(booth_id, actor)

    def write(branch: Branch) -> None:
        locked = Booth.objects.select_for_update().get(pk=booth.pk)
        if locked.out_since is not None:
            _set(locked, None, "")
            record(kind="booth", subject=booth.pk, action="back", actor=actor, at=now, before="out_of_service",
                   after="in_service", data={"branch": branch.pk})  # fmt: skip

    return change_branch(branch_id=booth.branch_id, write=write, decisions={}, actor=actor, now=now)


def _set(booth: Booth, since: datetime | None, reason: str) -> None:
    booth.out_since, booth.out_reason = since, reason
    booth.save(update_fields=["out_since", "out_reason"])


def _booth(booth_id: int, actor: Actor) -> Booth:
    booth = booth_by_id(booth_id) if may_keep_network(actor) else None
    if booth is None:
        raise NotFound
    return booth
