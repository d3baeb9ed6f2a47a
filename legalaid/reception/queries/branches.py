"""Closures of a branch, and which bookings its hours and closures leave outside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from legalaid.directory.models import Authority, Booth, Branch
from legalaid.directory.queries import lock_hours
from legalaid.kernel.clock import local_day
from legalaid.kernel.period import Period, subtract
from legalaid.kernel.sql import fetch_one
from legalaid.reception.models import Booking, Closure
from legalaid.reception.queries.hours import AGREED
from legalaid.reception.rules import branch_periods
from legalaid.reception.states import BookingState

FOR_GOOD = datetime(2200, 1, 1, tzinfo=UTC)
"""A closure up to this moment says that the branch is retired."""


def lock_branch(branch_id: int) -> Branch | None:
    """Take the turn for a branch until the transaction ends: no booking is in the making anywhere meanwhile."""
    for (authority_id,) in Authority.objects.order_by("id").values_list("pk"):
        lock_hours(authority_id)
    return Branch.objects.select_for_update(no_key=True).filter(pk=branch_id).order_by("id").first()


def closures_of(branch_id: int, after: datetime) -> QuerySet[Closure]:
    """Closures of a branch that are not over, the retirement left out."""
    return (
        Closure.objects.filter(branch_id=branch_id, during__endswith__gt=after, during__endswith__lt=FOR_GOOD)
        .select_related("branch")
        .order_by("during", "id")
    )


def next_closures(branch_ids: Iterable[int], after: datetime) -> dict[int, Closure]:
    """The nearest closure of each branch that is not over. One query."""
    rows = Closure.objects.filter(branch_id__in=branch_ids, during__endswith__gt=after, during__endswith__lt=FOR_GOOD)
    found: dict[int, Closure] = {}
    for one in rows.order_by("during", "id"):
        found.setdefault(one.branch_id or 0, one)
    return found


def branch_bookings_outside(branch: Branch, now: datetime) -> dict[int, Booking]:
    """Agreed bookings to come, by id, at booths of a branch that is closed then, or at one that is out of service.

    At such a booth also those whose time has come and who do not talk yet. Two queries.
    """
    broken = Q(booth__out_since__isnull=False, during__endswith__gt=now, began_at=None)
    rows = _outside(branch, Q(state__in=AGREED) & (Q(during__startswith__gt=now) | broken))
    return {one.pk: one for one in rows}


def branch_holds_outside(branch: Branch, now: datetime) -> list[Booking]:
    """Holds of people who are typing, not yet run out, with no open branch or no working booth then. Two queries."""
    return _outside(branch, Q(state=BookingState.HELD, held_until__gt=now))


def _outside(branch: Branch, which: Q) -> list[Booking]:
    bookings = list(
        Booking.objects.filter(which, booth__branch=branch)
        .select_related("post__authority", "booth__branch", "help_request__topic", "help_request__citizen",
                        "help_request__branch", "help_request__authority")
        .order_by("during", "id")
    )  # fmt: skip
    if not bookings:
        return []
    days = {local_day(one.during.lower, branch.timezone) for one in bookings}
    closed = [
        Period(one.lower, one.upper)
        for one in Closure.objects.filter(branch=branch).order_by("id").values_list("during", flat=True)
    ]
    open_ = subtract(branch_periods(branch.hours, sorted(days), branch.timezone), closed)
    return [
        one for one in bookings
        if (one.booth and one.booth.out_since)
        or not any(part.contains(Period(one.during.lower, one.during.upper)) for part in open_)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receiving:
    """Whether a branch receives at a moment: by its week, and by what has stopped it whatever the week says."""

    by_week: bool
    stopped: bool


def receiving(branch: Branch, now: datetime) -> Receiving:
    """Whether the branch receives now: no closure, and at least one booth in service. Two queries."""
    week = branch_periods(branch.hours, [local_day(now, branch.timezone)], branch.timezone)
    closed = Closure.objects.filter(branch=branch, during__contains=now).exists()
    booths = Booth.objects.filter(branch=branch, out_since=None).exists()
    return Receiving(any(part.start <= now < part.end for part in week), closed or not booths)


def stops_receiving(before: Receiving, after: Receiving) -> bool:
    """Whether those who wait there are left without a place by a change: hours that are over anyway change nothing."""
    return (after.stopped and not before.stopped) or (before.by_week and not after.by_week)


def closure_now(branch_id: int, now: datetime) -> Closure | None:
    """The closure of a branch that holds now, retirement included. One query."""
    return Closure.objects.filter(branch_id=branch_id, during__contains=now).order_by("id").first()


def share_branch(branch_id: int) -> None:
    """No change of the branch is made until the transaction ends; many may hold this at once. One query."""
    fetch_one("SELECT id FROM directory_branch WHERE id = %(id)s FOR SHARE", id=branch_id)
