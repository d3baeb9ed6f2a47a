"""Is there an earlier time at another place? Answered for all places of a topic with a handful of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from legalaid.directory.models import Authority, Booth, Branch
from legalaid.intake.states import AccessNeed
from legalaid.kernel.clock import local_day
from legalaid.kernel.period import Period
from legalaid.reception.models import Booking, Closure
from legalaid.reception.queries.free import free_time
from legalaid.reception.rules import BUFFER, REST_MINUTES, branch_periods, fits
from legalaid.reception.states import BookingState


@dataclass(frozen=True, slots=True)
class Sooner:
    """An earlier start (UTC) at another place; `branch` None is from home."""

    branch: Branch | None
    start: datetime


def sooner_elsewhere(
    *, authority: Authority, branches: list[Branch], home: bool, minutes: int, before: datetime | None, days: int,
    lead: timedelta, now: datetime, mine: UUID | None, needs: Iterable[str] = (), interpreter: str = "",
    topic: int | None = None,
) -> list[Sooner]:  # fmt: skip
    """The earliest start from home and at the first of `branches`, each only where it is sooner than `before`.

    `before` None: nothing is free where she looks. The posts are read once for all places; 9 statements at most.
    """
    free = free_time(
        authority=authority, branch=None, first=local_day(now, authority.timezone), days=days, now=now, mine=mine,
        interpreter=interpreter, topic=topic,
    )  # fmt: skip
    starts = free.starts(minutes, now + lead, before)
    if not starts:
        return []
    found = [Sooner(None, starts[0])] if home else []
    places = _Places(branches, Period(starts[0], starts[-1] + timedelta(minutes=minutes)), now, needs)
    for start in starts:
        branch = places.first_free(Period.lasting(start, minutes))
        if branch is not None:
            return [*found, Sooner(branch, start)]
    return found


class _Places:
    """Booths of several branches over a span of time, read at once."""

    def __init__(self, branches: list[Branch], span: Period, now: datetime, needs: Iterable[str]) -> None:
        self._branches = branches
        self._open: dict[tuple[int, date], list[Period]] = {}
        self._booths: dict[int, list[int]] = defaultdict(list)
        booths = Booth.objects.filter(branch__in=branches, out_since=None)
        if AccessNeed.STEP_FREE in needs:
            booths = booths.filter(step_free=True)
        if AccessNeed.INDUCTION_LOOP in needs:
            booths = booths.filter(induction_loop=True)
        for booth, branch in booths.order_by("id").values_list("pk", "branch_id"):
            self._booths[branch].append(booth)
        self._busy: dict[int, list[Period]] = defaultdict(list)
        live = Q(state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN])
        longest = timedelta(minutes=REST_MINUTES[1])  # a hold that ran out may rest: what is named here must be free
        live |= Q(state=BookingState.HELD, held_until__gt=now - longest)
        taken = Booking.objects.filter(live, booth__branch__in=branches, occupies__overlap=span.range)
        for place, occupies in taken.order_by().values_list("booth_id", "occupies"):
            self._busy[place or 0].append(Period(occupies.lower - BUFFER, occupies.upper))
        self._shut: dict[int, list[Period]] = defaultdict(list)
        closures = Closure.objects.filter(branch__in=branches, during__overlap=span.range)
        for branch_id, during in closures.order_by().values_list("branch_id", "during"):
            self._shut[branch_id or 0].append(Period(during.lower, during.upper))

    def first_free(self, wanted: Period) -> Branch | None:
        """The first branch that is open and has a booth free throughout the period."""
        for branch in self._branches:
            day = local_day(wanted.start, branch.timezone)
            known = self._open.get((branch.pk, day))
            if known is None:
                known = self._open[branch.pk, day] = branch_periods(branch.hours, [day], branch.timezone)
            if not fits(known, wanted) or any(shut.overlaps(wanted) for shut in self._shut[branch.pk]):
                continue
            if any(not any(busy.overlaps(wanted) for busy in self._busy[b]) for b in self._booths[branch.pk]):
                return branch
        return None
