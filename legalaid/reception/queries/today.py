"""Whether and until when somebody new is put in the live queue: the hours of the centre and of the experts' posts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from legalaid.directory.models import Authority, Post
from legalaid.kernel.clock import local_day
from legalaid.kernel.period import Period, subtract
from legalaid.kernel.sql import fetch_all, fetch_one
from legalaid.reception.queries.hours import receiving
from legalaid.reception.rules import HORIZON_DAYS, branch_periods


@dataclass(frozen=True, slots=True)
class BranchToday:
    """Whether a branch takes people into the live queue now.

    When it does, `closes_at` is when it stops; when it does not, `opens_at` is when it does again (None: not soon, or
    nobody knows). `closure` is the reason of a closure that holds now, in the office's words.
    """

    closes_at: datetime | None = None
    opens_at: datetime | None = None
    closure: str | None = None
    in_service: bool = True

    @property
    def receives(self) -> bool:
        return self.closes_at is not None

    @property
    def out_of_hours(self) -> bool:
        """Nothing but its week stops it."""
        return not self.receives and self.closure is None and self.in_service


def branch_today(branch_id: int, now: datetime) -> BranchToday:
    """What the week, the closures and the booths of a branch say of this moment. One query.

    It asks for who comes now: who came while the branch was open is still received after its hours.
    """
    until = now + timedelta(days=HORIZON_DAYS)
    row = fetch_one(_BRANCH, id=branch_id, now=now, until=until)
    assert row is not None
    hours, zone, in_service, closure, starts, ends = row
    days = _days(local_day(now, zone))
    shut = [Period(start, end) for start, end in zip(starts or (), ends or (), strict=True)]
    open_ = subtract(branch_periods(json.loads(hours), days, zone), shut)
    if not in_service:
        return BranchToday(closure=closure, in_service=False)
    present = _around(open_, now)
    if present is not None:
        return BranchToday(closes_at=present.end)
    return BranchToday(opens_at=_next(open_, now), closure=closure)


_BRANCH = """
    SELECT b.hours::text, b.timezone, EXISTS (SELECT FROM directory_booth WHERE branch_id = b.id AND out_since IS NULL),
        (SELECT reason FROM reception_closure WHERE branch_id = b.id AND during @> %(now)s::timestamptz
            ORDER BY id LIMIT 1),
        shut.starts, shut.ends
    FROM directory_branch b LEFT JOIN LATERAL (
        SELECT array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends FROM reception_closure
        WHERE branch_id = b.id AND during && tstzrange(%(now)s, %(until)s)
    ) shut ON true
    WHERE b.id = %(id)s
"""


@dataclass(frozen=True, slots=True)
class AuthorityToday:
    """Whether the experts of an authority take new people now.

    `ends_at` is when the hours of the last of their posts are over today (None: they sit outside hours); `opens_at` is
    when reception begins again by the hours of its posts, None while they go on and nobody sits there.
    """

    receives: bool
    ends_at: datetime | None = None
    opens_at: datetime | None = None


def authority_today(authority: Authority, now: datetime) -> AuthorityToday:
    """What the duties and the hours of an authority's posts say of this moment. Four queries at most.

    A duty left open after the hours of its post receives nobody new: those who wait are still called. Who sat down when
    the hours were over, or where there are none today, did so to receive.
    """
    duties = fetch_all(_DUTIES, authority=authority.pk)
    today = local_day(now, authority.timezone)
    open_ = receiving([Post(pk=post) for post, _since in duties], [today], authority.timezone)
    ends = []
    for post, since in duties:
        last = open_[post][-1].end if open_[post] else None
        if last is not None and now < last:
            ends.append(last)
        elif since >= last if last is not None else local_day(since, authority.timezone) == today:
            return AuthorityToday(receives=True)
    if ends:
        return AuthorityToday(receives=True, ends_at=max(ends))
    return AuthorityToday(receives=False, opens_at=_reception_begins(authority, today, now))


_DUTIES = """
    SELECT d.post_id, d.started_at FROM reception_duty d JOIN directory_post p ON p.id = d.post_id
    WHERE p.authority_id = %(authority)s AND d.ended_at IS NULL ORDER BY d.id
"""


def _reception_begins(authority: Authority, today: date, now: datetime) -> datetime | None:
    posts = [Post(pk=pk) for (pk,) in fetch_all(_POSTS, authority=authority.pk)]
    open_ = [part for parts in receiving(posts, _days(today), authority.timezone).values() for part in parts]
    return None if _around(open_, now) else _next(open_, now)


_POSTS = "SELECT id FROM directory_post WHERE authority_id = %(authority)s ORDER BY id"


def _days(first: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(HORIZON_DAYS)]


def _around(periods: Iterable[Period], now: datetime) -> Period | None:
    return next((part for part in periods if part.start <= now < part.end), None)


def _next(periods: Iterable[Period], now: datetime) -> datetime | None:
    return min((part.start for part in periods if part.start > now), default=None)
