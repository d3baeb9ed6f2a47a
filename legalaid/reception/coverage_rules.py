"""Hours offered in a week against the norm of the agreement. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from legalaid.kernel.clock import is_working_day
from legalaid.kernel.period import Period

FULL_WEEK = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """A day that gives less than its share of the norm; `missing` minutes, `nothing` when nobody receives at all."""

    day: date
    missing: int
    nothing: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """A week against the norm; minutes of its working days, `besides` of the others.

    `norm` is for this week: a holiday takes its share out of it.
    """

    norm: int
    offered: int
    besides: int
    norm_posts: int
    posts: int
    gaps: list[Gap]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.gaps and self.posts >= self.norm_posts

    @property
    def missing(self) -> int:
        """Minutes short of the norm over the working days."""
        return max(0, self.norm - self.offered)


def minutes_of(periods: Sequence[Period]) -> int:
    """Minutes of periods apart from each other."""
    return sum(int((one.end - one.start) / timedelta(minutes=1)) for one in periods)


def coverage_of(
    *, offered: Mapping[int, Mapping[date, list[Period]]], days: Sequence[date], norm_hours: int, norm_posts: int
) -> Coverage:
    """Compare a week (post → day → when it receives, absences taken out) with the weekly norm of the agreements.

    The norm is spread evenly over the working days of the week; a working Saturday is one of them, a holiday is not.
    Reception on other days comes besides and makes up for nothing. A day below its share is a gap only while the
    working days together are short; a working day with no reception always is.
    """
    working = [day for day in days if is_working_day(day)]
    share = norm_hours * 60 // FULL_WEEK
    per_day = {day: sum(minutes_of(week.get(day, [])) for week in offered.values()) for day in days}
    norm = min(norm_hours * 60, share * len(working)) if len(working) < FULL_WEEK else norm_hours * 60
    total = sum(per_day[day] for day in working)
    gaps = [
        Gap(day, share - per_day[day], per_day[day] == 0)
        for day in working
        if norm_hours and per_day[day] < share and (total < norm or per_day[day] == 0)
    ]
    posts = sum(1 for week in offered.values() if any(week.values()))
    return Coverage(
        norm=norm, offered=total, besides=sum(per_day.values()) - total, norm_posts=norm_posts, posts=posts, gaps=gaps
    )
