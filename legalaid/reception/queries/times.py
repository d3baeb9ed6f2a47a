"""The times a request may choose from: what is free, within what agreement and topic allow, with what she needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from legalaid.directory.models import Branch
from legalaid.directory.queries import bookable
from legalaid.intake.models import HelpRequest
from legalaid.people.states import Channel
from legalaid.reception.queries.free import offered_starts
from legalaid.reception.rules import HORIZON_DAYS, LEAD_TIME


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


def times_for(*, request: HelpRequest, branch: Branch | None, now: datetime) -> Times:
    """What the request may be booked for at a branch, or from home when it is None. 5 statements at most."""
    topic, authority = request.topic, request.authority
    assert topic and authority
    here = bookable(topic_code=topic.code, branch_id=branch.pk if branch else None, start=now, now=now)
    at_home = branch is None
    covered = here is not None and here.covered and not (at_home and request.channel == Channel.CENTRE)
    lead = max(LEAD_TIME, timedelta(minutes=here.lead_minutes or 0)) if here else LEAD_TIME
    days = here.horizon_days + 1 if here and here.horizon_days is not None else HORIZON_DAYS
    asked: dict[str, Any] = {
        "authority": authority, "minutes": topic.minutes, "days": days, "now": now, "mine": request.pk, "lead": lead,
        "needs": request.needs, "interpreter": request.interpreter,
    }  # fmt: skip
    return Times(
        zone=branch.timezone if branch else authority.timezone, covered=covered, days=days, asked=asked,
        starts=offered_starts(branch=branch, **asked) if covered else [],
    )  # fmt: skip
