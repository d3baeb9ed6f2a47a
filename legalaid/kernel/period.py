"""Periods of time, always [start, end) and always in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """[start, end), both aware."""

    start: datetime
    end: datetime

    @classmethod
    def lasting(cls, start: datetime, minutes: int) -> "Period":
        return cls(start, start + timedelta(minutes=minutes))

    @property
    def range(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.start, self.end, "[)")

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Period") -> bool:
        return self.start <= other.start and other.end <= self.end


def subtract(periods: list[Period], busy: list[Period]) -> list[Period]:
    """What is left of `periods` once every `busy` period is taken out; sorted by start."""
    free = sorted(periods)
    for taken in sorted(busy):
        cut: list[Period] = []
        for period in free:
            if not period.overlaps(taken):
                cut.append(period)
                continue
            if period.start < taken.start:
                cut.append(Period(period.start, taken.start))
            if taken.end < period.end:
                cut.append(Period(taken.end, period.end))
        free = cut
    return free
