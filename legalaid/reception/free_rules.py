"""Arithmetic of free time in whole minutes since 1970.

Minutes and not moments: a month of one authority is some thousand bookings, and reading a moment costs fifty times a
number (measured: 66 ms of processor against 8 for six posts, three booths and thirty days half booked).
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from legalaid.kernel.period import Period
from legalaid.reception.hours_rules import Extra, open_periods
from legalaid.reception.rules import Hours, branch_periods

Span = tuple[int, int]
"""[from, to) in minutes."""
_NEVER: Span = (1 << 62, (1 << 62) + 1)
"""Later than everything: the end of a list that no loop then has to look for."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(moment: datetime) -> int:
    """Minutes since 1970, the part of a minute left out; 32 bits until the year 6053."""
    return int(moment.timestamp()) // 60


@lru_cache(maxsize=65_536)  # a month and a half: everybody is offered the same moments again
def moment_of(minute: int) -> datetime:
    """The same, back again, in UTC."""
    return _EPOCH + timedelta(minutes=minute)


def spans_of(periods: Iterable[Period]) -> list[Span]:
    """Periods of hours, which begin and end on whole minutes."""
    return [(minute_of(p.start), minute_of(p.end)) for p in periods]


@lru_cache(maxsize=1024)
def reception_spans(hours: str, first: date, days: int, zone: str) -> tuple[Span, ...]:
    """When a post receives on `days` days from `first`: sorted, apart.

    `hours` is JSON, [[weekday | null, opens, closes, valid from, valid until | null], …] on the clocks of `zone`; null
    is a single day. Remembered by its text: posts of one authority mostly share their hours, and a month of them
    costs a millisecond.
    """
    week, extra = [], []
    for weekday, opens, closes, since, until in json.loads(hours):
        start, end, day = time.fromisoformat(opens), time.fromisoformat(closes), date.fromisoformat(since)
        if weekday is None:
            extra.append(Extra(day, start, end))
        else:
            week.append(Hours(weekday, start, end, day, date.fromisoformat(until) if until else None))
    return tuple(spans_of(open_periods(week, extra, _days(first, days), zone)))


@lru_cache(maxsize=1024)
def branch_spans(week: tuple[tuple[str, str], ...], first: date, days: int, zone: str) -> tuple[Span, ...]:
    """When a branch (an interpreter) is open on `days` days from `first`; `week` holds the items of its hours."""
    return tuple(spans_of(branch_periods(dict(week), _days(first, days), zone)))


def _days(first: date, days: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(days)]


def less(open_: Iterable[Span], busy: Iterable[Span]) -> list[Span]:
    """What is left of sorted spans, none of which overlap, once every busy one is taken out. One pass over both."""
    free: list[Span] = []
    spans = iter((*open_, _NEVER))
    start, end = next(spans)  # of what is still left
    for cut, until in sorted(busy):
        while end <= cut:
            if start < end:
                free.append((start, end))
            start, end = next(spans)
        if start < cut:
            free.append((start, cut))
        if start < until:  # max() would cost a third of this loop
            start = until
            while end <= start:
                low, (start, end) = start, next(spans)
                if start < low:
                    start = low
    while end != _NEVER[1]:
        if start < end:
            free.append((start, end))
        start, end = next(spans)
    return free


def starts_in(free: Iterable[Span], minutes: int, buffer: int, earliest: int) -> list[int]:
    """Starts that pack a dialogue and its buffer into the free spans without leaving holes.

    The last dialogue of a span needs no buffer behind it. A span cut by `earliest` keeps its own grid.
    """
    step = minutes + buffer
    found: list[int] = []
    for start, end in free:
        at = start if start >= earliest else start - (start - earliest) // step * step
        found += range(at, end - minutes + 1, step)
    return found


def crowded(busy: Iterable[Span], most: int) -> list[Span]:
    """When at least `most` (one or more) of the spans run at once."""
    steps = sorted(step for start, end in busy if start < end for step in ((start, 1), (end, -1)))
    found: list[Span] = []
    depth, since = 0, 0
    for at, step in steps:
        if depth < most <= depth + step:
            since = at
        elif depth + step < most <= depth and since < at:
            found.append((since, at))
        depth += step
    return found


def held_by_one(starts: Sequence[int], minutes: int, free: Iterable[Sequence[Span]]) -> list[int]:
    """Those of the sorted starts from which one of several resources is free for so many minutes, in their order."""
    left, held = starts, set[int]()
    for one in free:
        rest, spans = [], iter((*one, _NEVER))
        since, until = next(spans)
        for start in left:
            while until < start + minutes:
                since, until = next(spans)
            if since <= start:
                held.add(start)
            else:
                rest.append(start)
        left = rest
    return [start for start in starts if start in held]
