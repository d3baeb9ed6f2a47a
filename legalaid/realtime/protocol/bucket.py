"""How often a socket may speak."""

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
