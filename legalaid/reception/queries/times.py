"""The times a request may choose from: what is free, within what agreement and topic allow, with what she needs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from legalaid.directory.models import Branch
from legalaid.directory.queries import Bookable, bookable
from legalaid.intake.models import HelpRequest
from legalaid.intake.rules import NONE, Adaptations
from legalaid.intake.states import RequestState
from legalaid.people.states import Channel
from legalaid.reception.models import ExtraHours, ReceptionHours
from legalaid.reception.queries.bookings import live_booking
from legalaid.reception.queries.free import offered_starts
from legalaid.reception.rules import HORIZON_DAYS, LEAD_TIME
from legalaid.reception.waitlist_rules import in_part

FEW_DAYS = 3
"""So far ahead the soonest starts are looked for first: mostly it is enough, and costs a quarter of the horizon."""


@dataclass(frozen=True, slots=True)
class Times:
    """Starts (UTC, ascending) at one place on the clocks of `zone`; `covered` False: nobody receives there.

    `asked` is what was asked of the free time, to ask the same of another place.
    """

    zone: str
    covered: bool
    days: int
    starts: list[datetime]
    asked: dict[str, Any]


def times_for(
    *, request: HelpRequest, branch: Branch | None, now: datetime, also_agreed: bool = False
) -> Times:  # fmt: skip
    """What the request may be booked for at a branch, or from home when it is None. 8 statements at most.

    The time it is agreed for at that place is among them with `also_agreed` only, for a move from post to post: to her
    it would be none.
    """
    topic, authority = request.topic, request.authority
    assert topic and authority
    here = bookable(topic_code=topic.code, branch_id=branch.pk if branch else None, start=now, now=now)
    at_home = branch is None
    covered = here is not None and here.covered and not (at_home and request.channel == Channel.CENTRE)
    lead, days = _window(here)
    asked: dict[str, Any] = {
        "authority": authority, "minutes": topic.minutes, "days": days, "now": now, "mine": request.pk, "lead": lead,
        "needs": request.needs, "interpreter": request.interpreter, "topic": topic.pk,
    }  # fmt: skip
    agreed = None if also_agreed else _agreed_start(request, branch)
    return Times(
        zone=branch.timezone if branch else authority.timezone, covered=covered, days=days, asked=asked,
        starts=[start for start in offered_starts(branch=branch, **asked) if start != agreed] if covered else [],
    )  # fmt: skip


def has_hours(authority_id: int, day: date) -> bool:
    """Whether any post of an authority receives on a local day or later."""
    of_it = Q(post__authority_id=authority_id)
    weeks = ReceptionHours.objects.filter(of_it, Q(valid_until=None) | Q(valid_until__gte=day))
    return weeks.exists() or ExtraHours.objects.filter(of_it, day__gte=day).exists()


def last_start(request: HelpRequest, part: str, now: datetime) -> datetime | None:
    """The last start she could have taken in that part of the day; None when there is none."""
    found = times_for(request=request, branch=request.branch, now=now)
    return max((start for start in found.starts if in_part(start, part, found.zone)), default=None)


def _agreed_start(request: HelpRequest, branch: Branch | None) -> datetime | None:
    """When the request is received at this place by what is agreed already."""
    if request.state != RequestState.AGREED or request.branch_id != (branch.pk if branch else None):
        return None
    booking = live_booking(request.pk)
    start: datetime | None = booking.during.lower if booking else None
    return start


def times_for_new(
    *, found: Bookable, now: datetime, adaptations: Adaptations = NONE, days: int | None = None
) -> Times:  # fmt: skip
    """What a new request about a topic may be booked for, within the next `days` if they are given."""
    lead, horizon = _window(found)
    asked: dict[str, Any] = {
        "authority": found.topic.authority, "minutes": found.topic.minutes, "days": min(days or horizon, horizon),
        "now": now, "mine": None, "lead": lead, "needs": adaptations.needs, "interpreter": adaptations.interpreter,
        "topic": found.topic.pk,
    }  # fmt: skip
    return Times(
        zone=found.branch.timezone if found.branch else found.topic.authority.timezone, covered=found.covered,
        days=asked["days"], asked=asked,
        starts=offered_starts(branch=found.branch, **asked) if found.covered else [],
    )  # fmt: skip


def soonest_starts(
    count: int, *, found: Bookable, now: datetime, adaptations: Adaptations = NONE
) -> list[datetime]:  # fmt: skip
    """The first `count` starts at which a new request about a topic may be booked; none where nobody receives."""
    soon = times_for_new(found=found, now=now, adaptations=adaptations, days=FEW_DAYS).starts
    if len(soon) < count:
        soon = times_for_new(found=found, now=now, adaptations=adaptations).starts
    return soon[:count]


def _window(found: Bookable | None) -> tuple[timedelta, int]:
    """From how long before a start and for how many days ahead may be booked, by agreement and topic."""
    if found is None:
        return LEAD_TIME, HORIZON_DAYS
    days = HORIZON_DAYS if found.horizon_days is None else found.horizon_days + 1
    return max(LEAD_TIME, timedelta(minutes=found.lead_minutes or 0)), days
