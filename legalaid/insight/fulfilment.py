"""How one agreement was fulfilled in a month: hours against the norm, dialogues, answers, waiting. No person in it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from legalaid.directory.agreement_queries import others_at_the_time
from legalaid.directory.models import Agreement
from legalaid.kernel.clock import day_period, is_short_day, is_working_day, local_day, working_days_after
from legalaid.kernel.errors import DomainError
from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_all
from legalaid.reception.coverage_rules import FULL_WEEK, minutes_of
from legalaid.reception.queries.hours import posts_of, receiving
from legalaid.reception.states import WaitCause

# Requests under the agreement: its authority, and topic × place stands in its annex. Stamps outside the period are
# counted nowhere, so a request of last month that was answered in this one counts as answered here.
_REQUESTS = """
    SELECT t.title, r.submitted_at, r.agreed_at, r.held_at, r.answered_at
    FROM intake_helprequest r JOIN directory_topic t ON t.id = r.topic_id
    WHERE r.authority_id = %(authority)s AND r.submitted_at < %(until)s
        AND (r.submitted_at >= %(since)s OR r.agreed_at >= %(since)s OR r.held_at >= %(since)s
            OR r.answered_at >= %(since)s)
        AND EXISTS (SELECT FROM directory_agreementcoverage c WHERE c.agreement_id = %(agreement)s
            AND c.topic_id = r.topic_id AND c.branch_id IS NOT DISTINCT FROM r.branch_id)
    ORDER BY r.submitted_at, r.id
"""
_WAITS = """
    SELECT w.cause, extract(epoch FROM w.ended_at - w.began_at) / 60
    FROM reception_waitspan w JOIN intake_helprequest r ON r.id = w.help_request_id
    WHERE r.authority_id = %(authority)s AND w.began_at >= %(since)s AND w.began_at < %(until)s
        AND w.ended_at IS NOT NULL
        AND EXISTS (SELECT FROM directory_agreementcoverage c WHERE c.agreement_id = %(agreement)s
            AND c.topic_id = r.topic_id AND c.branch_id IS NOT DISTINCT FROM r.branch_id)
    ORDER BY w.began_at, w.id
"""


class NotInForceThen(DomainError):
    """There is nothing to report about: the agreement was not in force on any day of the month."""

    code = "not_in_force_then"


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of reception: offered on working days against the norm, and besides; posts that received."""

    norm: int
    offered: int
    besides: int
    posts: int


@dataclass(slots=True)
class Count:
    """Requests by what happened to them in the period."""

    requested: int = 0
    agreed: int = 0
    agreed_in_time: int = 0
    held: int = 0
    held_in_time: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waits that began in the period and are over: how many, how many longer than agreed, minutes."""

    count: int
    longer: int
    minutes: float
    causes: list[tuple[str, int, float]]  # whose delay, how many, minutes

    @property
    def average(self) -> float:
        return self.minutes / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The report of an agreement on the days [first, last]."""

    agreement: Agreement
    first: date
    last: date
    hours: Hours
    total: Count
    topics: list[tuple[str, Count]]
    waiting: Waiting
    shared_with: list[str]  # numbers of other agreements of the authority then: the hours are theirs too


def days_reported(agreement: Agreement, month: date, now: datetime) -> tuple[date, date] | None:
    """First and last day of a month on which the agreement was in force, up to today; None when on none."""
    zone = agreement.authority.timezone
    after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    first, last = max(month.replace(day=1), agreement.valid_from), min(after - timedelta(days=1), local_day(now, zone))
    if agreement.valid_until is not None:
        last = min(last, agreement.valid_until)
    if agreement.ended_at is not None:
        last = min(last, local_day(agreement.ended_at, zone))
    return (first, last) if first <= last else None


def months_reported(agreement: Agreement, now: datetime, most: int = 24) -> list[date]:
    """First days of the months there is a report of, the newest first."""
    found: list[date] = []
    month = local_day(now, agreement.authority.timezone).replace(day=1)
    while month >= agreement.valid_from.replace(day=1) and len(found) < most:
        if days_reported(agreement, month, now) is not None:
            found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def fulfilment_of(*, agreement: Agreement, month: date, now: datetime) -> Fulfilment:
    """Count a month of an agreement. Raises NotInForceThen. Eight queries whatever the size."""
    days = days_reported(agreement, month, now)
    if days is None:
        raise NotInForceThen
    first, last = days
    zone = agreement.authority.timezone
    span = Period(day_period(first, zone).start, day_period(last, zone).end)
    total, topics = _counts(agreement, span, zone)
    return Fulfilment(
        agreement=agreement, first=first, last=last, hours=_hours(agreement, first, last), total=total, topics=topics,
        waiting=_waiting(agreement, span), shared_with=others_at_the_time(agreement, first, last),
    )  # fmt: skip


def norm_minutes(norm_hours: int, norm_posts: int, days: list[date]) -> int:
    """The weekly norm spread over the working days, at most five of them a week.

    On the eve of a holiday everybody works an hour less (ТК РФ ст. 95): an hour for each post leaves the norm.
    """
    share = norm_hours * 60 / FULL_WEEK
    worked = [day for day in days if is_working_day(day)]
    weeks = [len(list(group)) for _week, group in groupby(worked, key=lambda day: day.isocalendar()[:2])]
    full = share * sum(min(count, FULL_WEEK) for count in weeks)
    short = 60 * max(1, norm_posts) * sum(1 for day in worked if is_short_day(day))
    return max(0, round(full) - short)


def _hours(agreement: Agreement, first: date, last: date) -> Hours:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    zone = agreement.authority.timezone
    open_ = receiving(list(posts_of(agreement.authority_id)), days, zone)
    working = besides = 0
    for periods in open_.values():
        for one in periods:
            if is_working_day(local_day(one.start, zone)):
                working += minutes_of([one])
            else:
                besides += minutes_of([one])
    return Hours(
        norm=norm_minutes(agreement.norm_hours, agreement.norm_posts, days), offered=working, besides=besides,
        posts=sum(1 for periods in open_.values() if periods),
    )  # fmt: skip


def _counts(agreement: Agreement, span: Period, zone: str) -> tuple[Count, list[tuple[str, Count]]]:
    total, topics = Count(), dict[str, Count]()
    rows = fetch_all(
        _REQUESTS, agreement=agreement.pk, authority=agreement.authority_id, since=span.start, until=span.end
    )
    for title, *stamps in rows:
        submitted, agreed, held, answered = stamps
        asked = local_day(submitted, zone)

        def inside(moment: datetime | None) -> bool:
            return moment is not None and span.start <= moment < span.end

        for count in (total, topics.setdefault(title, Count())):
            count.requested += inside(submitted)
            count.answered += inside(answered)
            if inside(agreed):
                count.agreed += 1
                count.agreed_in_time += working_days_after(asked, local_day(agreed, zone)) <= agreement.agree_days
            if inside(held):
                count.held += 1
                count.held_in_time += working_days_after(asked, local_day(held, zone)) <= agreement.hold_days
    return total, sorted(topics.items(), key=lambda one: (-one[1].requested, one[0]))


def _waiting(agreement: Agreement, span: Period) -> Waiting:
    rows = [
        (cause, float(minutes))
        for cause, minutes in fetch_all(
            _WAITS, agreement=agreement.pk, authority=agreement.authority_id, since=span.start, until=span.end
        )
    ]
    causes = [
        (str(cause.label), len(mine), sum(mine))
        for cause in WaitCause
        if (mine := [minutes for name, minutes in rows if name == cause])
    ]
    longer = sum(1 for _cause, minutes in rows if minutes > agreement.wait_minutes)
    return Waiting(len(rows), longer, sum(minutes for _cause, minutes in rows), causes)
