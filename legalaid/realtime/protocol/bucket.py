"""How often a socket may speak, and how often one person may come in."""

from __future__ import annotations


class Bucket:
    """Allows `burst` frames at once and `rate` a second after that; the caller brings the clock (seconds)."""

    __slots__ = ("_burst", "_level", "_rate", "_then")

    def __init__(self, *, burst: float, rate: float, now: float) -> None:
        self._burst, self._rate = burst, rate
        self._level, self._then = burst, now

    def take(self, now: float) -> bool:
        self._level = min(self._burst, self._level + (now - self._then) * self._rate)
        self._then = now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def full(self, now: float) -> bool:
        """Whether it has rested so long that it says nothing any more."""
        return self._level + (now - self._then) * self._rate >= self._burst


ENTRANCES, ENTRANCE_RATE = 30, 0.5
"""Entrances of one person at once and a second: a page on a bad line comes back every four seconds at most."""
KNOWN = 2_000
"""Of so many people buckets are kept; then the full ones are forgotten."""


class Knocks:
    """Entrances by person: each costs a transaction and brings a new burst of frames, so they have a rate too."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def allow(self, who: str, now: float) -> bool:
        """Whether the person may come in now (seconds of a steady clock)."""
        if len(self._buckets) >= KNOWN and who not in self._buckets:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.full(now)}
        bucket = self._buckets.setdefault(who, Bucket(burst=ENTRANCES, rate=ENTRANCE_RATE, now=now))
        return bucket.take(now)
