"""How long somebody in the live queue will wait, as an honest range: the next hours are played many times over.

Dialogues vary between three minutes and an hour, booked people come or do not, and a live dialogue begins only where it
ends before the next booked one. No formula holds all that; drawing from what has been does. On three simulated
days (`bench/region_day.py` with the seeds 3, 11 and 12, 333 waits) the range of a formula held 52, 65 and 42 % of the
waits, the play's 85, 85 and 76 %; the ninth of ten errors fell from 60, 19 and 158 minutes to 18, 13 and 36.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from legalaid.reception.queue_rules import BLOCKED_SHARE, USUAL_ENOUGH
from legalaid.reception.rules import NO_SHOW_AFTER

LOOK_AHEAD = timedelta(hours=4)
"""How far bookings are looked at for an estimate: nobody waits longer than a morning (no external source)."""
STEP = 5
"""Minutes an estimate is rounded to: it must not look more exact than it is."""
PLAYS = 100
"""So many times the next hours are played; with 50 or 200 the ranges held as many waits (measured)."""
LOWER, UPPER = 0.05, 0.95
"""Shares of the plays below the range's ends. Eight of ten waits lie between (82 % of the three days): a play knows
neither breaks nor who will be put in front, so nine of ten plays are taken."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Minutes of waiting: eight of ten people wait between them, as far as the past says."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Past:
    """What has been: minutes of the last dialogues, ascending, and the share of booked people who did not come."""

    durations: tuple[float, ...]
    missed: float = 0.0

    @property
    def says_enough(self) -> bool:
        """Whether it is enough to say anything of what will be."""
        return len(self.durations) >= USUAL_ENOUGH

    @property
    def usual(self) -> float:
        """Minutes within which BLOCKED_SHARE of the dialogues ended."""
        return self.durations[min(len(self.durations) - 1, int(len(self.durations) * BLOCKED_SHARE))]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next hours of one expert on duty, in minutes from now: how long she has been talking already (None = she is
    free), and what is booked at her post as [from, to), in their order."""

    talking_for: float | None = None
    booked: tuple[tuple[float, float], ...] = ()


def estimate(queue: Sequence[Collection[int]], experts: Sequence[Outlook], past: Past) -> Estimate | None:
    """How long the last of `queue` waits: all who stand before her and herself, each by the experts who know the topic.

    An expert is her place in `experts`. None when nobody on duty knows the last one's topic, or when the past says too
    little: an invented figure is worse than none. The same input gives the same answer, and one more person before her
    never a shorter one.
    """
    if not queue or not queue[-1] or not past.says_enough:
        return None
    waits = sorted(_play(queue, experts, past, Random(number)) for number in range(PLAYS))  # noqa: S311 - a play
    low, high = waits[int(PLAYS * LOWER)], waits[int(PLAYS * UPPER)]
    return Estimate(math.floor(low / STEP) * STEP, max(STEP, math.ceil(high / STEP) * STEP))


def _play(queue: Sequence[Collection[int]], experts: Sequence[Outlook], past: Past, chance: Random) -> float:
    """Minutes until the last of the queue is received, this time: everybody by whoever of her experts can first."""
    played = [_Expert(one, past, chance) for one in experts]
    start = 0.0
    for able in queue:
        if able:
            chosen = min((played[place] for place in able), key=_begins)
            start = chosen.begins
            chosen.receives()
    return start


def _begins(one: _Expert) -> float:
    return one.begins


@dataclass(slots=True)
class _Expert:
    """An expert in one play; `begins` is the first minute at which a live dialogue may begin with her."""

    outlook: Outlook
    past: Past
    chance: Random
    begins: float = 0.0
    _next: int = field(default=0)

    def __post_init__(self) -> None:
        talking = self.outlook.talking_for
        self.begins = 0.0 if talking is None else self._rest_of(talking)
        self._clear()

    def receives(self) -> None:
        """Somebody is received at `begins`; it goes on to the next minute at which another may be."""
        self.begins += self._length()
        self._clear()

    def _rest_of(self, talking: float) -> float:
        """Minutes until her dialogue ends: one of those of the past that took longer than it does already."""
        durations = self.past.durations
        longer = bisect_right(durations, talking)
        if longer == len(durations):
            return self.chance.random() * self.past.usual / 2  # longer than any: it may end at any moment
        return durations[longer + int(self.chance.random() * (len(durations) - longer))] - talking

    def _length(self) -> float:
        return self.past.durations[int(self.chance.random() * len(self.past.durations))]

    def _clear(self) -> None:
        """Past booked dialogues that come too soon for a live one to end before them."""
        booked, usual = self.outlook.booked, self.past.usual
        while self._next < len(booked) and self.begins + usual > booked[self._next][0]:
            due = booked[self._next][0]
            self._next += 1
            if due + _MISSED_AFTER <= 0:
                continue  # her ten minutes are over
            comes = self.chance.random() >= self.past.missed
            self.begins = max(self.begins, due) + self._length() if comes else max(self.begins, due + _MISSED_AFTER)


_MISSED_AFTER = NO_SHOW_AFTER.total_seconds() / 60
