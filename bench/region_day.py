"""A day of the region through the real services: 22 branches, 10 authorities, 40 experts, 600 requests.

Of the 600 about 360 want to talk now (from home and at centres), 240 are booked for the day. 15 % of the booked do not
come, lines are lost for minutes, dialogues break off and go back to the queue, experts decline and do not answer. The
clock is simulated (bench/day_play.py); PostgreSQL is real. `python -m bench.region_day` prints the day as a table.
"""

from __future__ import annotations

import gc
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bench.measure import Row, judged, percentile, processor
from bench.place import database

if TYPE_CHECKING:
    from bench.day_play import Day

DAY = date(2026, 11, 24)  # a Tuesday without holidays around it
ZONE = ZoneInfo("Europe/Moscow")
REQUESTS, BOOKED = 600, 0.4
AHEAD = 0.75
"""Share of bookings made the day before; the rest are made in the morning."""
OUT_OF_TURN, DEADLINE = 0.05, 0.08
SEED = 3
GOAL_SECONDS = 60
"""Nearly all of it is the processor's: about a twelfth of a second a person on two cores of 2.4 GHz."""


@dataclass
class Found:
    """What the day was like."""

    counts: dict[str, int]
    overlaps: dict[str, int]
    starved: dict[str, int]
    control: int
    waits: list[float] = field(default_factory=list)
    booked_waits: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    within: int = 0
    over: int = 0
    causes: dict[str, tuple[int, float]] = field(default_factory=dict)
    passed: int = 0
    offers: int = 0


def rows() -> list[Row]:
    """Seconds, overlaps, people starved, error of the estimate, waits by cause."""
    found, seconds, foreign = play()
    assert found.control > 0, "the recount would not notice somebody passed over"
    said = len(found.errors)
    plain = {"floor": None, "foreign_cpu": foreign}
    return [
        judged(name="region_day", product=round(seconds, 1), unit="s", goal=f"< {GOAL_SECONDS} s",
               holds=lambda product, ratio: product < GOAL_SECONDS, **plain),
        _zero("region_day_overlaps", found.overlaps),
        _zero("region_day_starved", found.starved),
        _reported("region_day_estimate_median", median(found.errors), "min"),
        _reported("region_day_estimate_p90", percentile(found.errors, 0.9), "min"),
        _reported("region_day_estimate_within", 100 * found.within / said, "%", "about 80 %"),
        _reported("region_day_wait_median", median(found.waits), "min"),
        _reported("region_day_wait_p90", percentile(found.waits, 0.9), "min"),
        *(_reported(f"region_day_wait_{cause}", minutes, "min") for cause, (_n, minutes) in found.causes.items()),
    ]  # fmt: skip


def _zero(name: str, counted: dict[str, int]) -> Row:
    assert not any(counted.values()), counted
    return Row(name, sum(counted.values()), None, "", "0", True, 0.0)


def _reported(name: str, value: float, unit: str, goal: str = "–") -> Row:
    return Row(name, round(value, 1), None, unit, goal, True, 0.0)


def play() -> tuple[Found, float, float]:
    """Play the day in a database of its own; what was found, seconds of the play, share of the machine of others."""
    # What a dialogue costs in fsync and in telling screens is measured elsewhere (booking, fanout).
    os.environ |= {"BUS_URL": "memory:", "PGOPTIONS": "-c synchronous_commit=off"}
    with database():
        from bench import day_region
        from bench.day_play import Day

        opens, closes = (datetime.combine(DAY, clock(hour), ZONE).astimezone(UTC) for hour in (8, 18))
        day = Day(region=day_region.make(DAY, SEED), opens=opens, closes=closes, seed=SEED)
        _fill(day)
        began = time.monotonic()
        gc.freeze()
        gc.set_threshold(50_000)  # the play makes hardly any cycles
        with processor() as load:
            day.run()
        seconds = time.monotonic() - began
        return _found(day), seconds, load.foreign_cpu


def _fill(day: Day) -> None:
    """Put into the heap who comes when, and who receives from when until when."""
    from bench.day_people import Person
    from bench.day_region import WEIGHTS
    from legalaid.intake.rules import NONE, Adaptations

    chance = day.chance
    for number in range(REQUESTS):
        (body,) = chance.choices(day.region.authorities, WEIGHTS)
        topic = chance.choice(day.region.topics[body][:1] * 3 + day.region.topics[body][1:])
        booked = chance.random() < BOOKED
        at_centre = chance.random() < (0.5 if booked else 0.4)
        branch = chance.choice(day.region.branches) if at_centre else None
        drawn, special = chance.random(), NONE
        if at_centre and drawn < OUT_OF_TURN:
            special = Adaptations(out_of_turn=True)
        elif at_centre and drawn < OUT_OF_TURN + DEADLINE:
            special = Adaptations(deadline_on=DAY + timedelta(days=1))
        person = Person(number, body, topic, branch, special)
        if booked:
            when = (
                day.now + timedelta(seconds=number) if chance.random() < AHEAD else day.opens + chance.random() * HOURS
            )
            day.at(when, partial(day.book, person))
        else:
            day.at(_coming(day), partial(day.join, person))
    for expert in day.experts:
        rest = day.region.breaks[expert.post]
        for moment, act in ((day.opens - timedelta(minutes=5), day.sit), (rest.start, day.stand), (rest.end, day.sit)):
            day.at(moment, partial(act, expert))
    day.at(day.opens, day.minute)


HOURS = timedelta(hours=5)


def _coming(day: Day) -> datetime:
    """A moment of the day: most come in the forenoon and after lunch, the last at half past five."""
    peak = day.chance.choice([2.0, 2.5, 6.5])
    hour = day.chance.gauss(peak, 1.2) if day.chance.random() < 0.6 else day.chance.uniform(0, 9.5)
    return day.opens + timedelta(hours=min(9.5, max(0.0, hour)))


def _found(day: Day) -> Found:
    from bench import day_recount

    told = day_recount.replay()
    found = Found(
        counts=dict(day.counts), overlaps=day_recount.overlaps(), starved=day_recount.starved(),
        control=day_recount.replay(with_reasons=False).unexplained, booked_waits=day_recount.booked_waits(),
        causes=day_recount.causes(), passed=told.passed, offers=told.offers,
    )  # fmt: skip
    for ticket, (whole, away) in day_recount.waits().items():
        found.waits.append(whole - away)
        wait, shown = whole - away, day.told.get(ticket)
        if shown is not None:
            found.errors.append(abs(wait - (shown.low + shown.high) / 2))
            found.within += shown.low <= wait <= shown.high
            found.over += wait > shown.high
    return found


def main() -> None:
    """Print the day."""
    found, seconds, foreign = play()
    print(f"{seconds:.1f} s, {foreign:.0%} of the machine was others'")
    for name, number in sorted(found.counts.items()):
        print(f"  {name:<24}{number:>6}")
    print(f"  {'offers':<24}{found.offers:>6}   passed over with a reason: {found.passed} (control {found.control})")
    print(f"  waits now, minutes      median {median(found.waits):.1f}, p90 {percentile(found.waits, 0.9):.1f}")
    booked = found.booked_waits
    print(f"  waits booked, minutes   median {median(booked):.1f}, p90 {percentile(booked, 0.9):.1f}")
    errors = found.errors
    print(f"  estimate, minutes off   median {median(errors):.1f}, p90 {percentile(errors, 0.9):.1f} of {len(errors)};"
          f" within the range {found.within / len(errors):.0%}, longer {found.over / len(errors):.0%}")  # fmt: skip
    for cause, (spans, minutes) in found.causes.items():
        print(f"  waited by {cause:<14}{spans:>6} spans, {minutes:,.0f} minutes")
    print(f"  overlaps {found.overlaps}\n  starved {found.starved}")


if __name__ == "__main__":
    main()
