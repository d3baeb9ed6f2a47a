"""Times the desk offers for a request that is known already: here, at another centre, or from home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from legalaid.directory.queries import bookable, branches_covering
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Channel
from legalaid.reception.queries.elsewhere import sooner_elsewhere
from legalaid.reception.queries.times import times_for
from legalaid.web.citizen.days import by_day
from legalaid.web.citizen.times import filtered

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import QueryDict

    from legalaid.intake.models import HelpRequest


def desk_choice(found: HelpRequest, branch_id: int | None, asked: QueryDict, now: datetime) -> dict[str, Any]:
    """What is free at a place (None: from home), filtered as `asked`, where else she may go, and where sooner.

    Raises NotFound for a place where the topic is not received and which is not hers already.
    """
    assert found.topic and found.authority
    today = local_day(now, found.authority.timezone)
    branches = list(branches_covering(topic_id=found.topic.pk, authority_id=found.authority.pk, day=today))
    own = found.branch if branch_id == found.branch_id else None
    branch = next((one for one in branches if one.pk == branch_id), own)
    if branch_id is not None and branch is None:
        raise NotFound
    times = times_for(request=found, branch=branch, now=now)
    at_home = bookable(topic_code=found.topic.code, branch_id=None, start=now, now=now)
    home = found.channel == Channel.HOME and at_home is not None and at_home.covered
    if branch is None and not home:
        raise NotFound
    sooner = sooner_elsewhere(
        branches=[one for one in branches if one.pk != branch_id], home=home and branch is not None,
        before=times.starts[0] if times.starts else None, **times.asked,
    )  # fmt: skip
    shown, filters = filtered(times.starts, asked, times.zone, now)
    return {
        "zone": times.zone, "days": by_day(shown, times.zone, now), "free": len(times.starts), "branches": branches,
        "branch": branch, "home": home, "sooner": sooner, **filters,
    }  # fmt: skip
