"""What the week page shows: days with hours, single days, absences and bookings; and how its form is read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.dateparse import parse_date, parse_time

from legalaid.kernel.clock import day_period, effective_weekday, in_zone, is_holiday, local_day
from legalaid.kernel.period import Period
from legalaid.reception.hours_rules import Span
from legalaid.reception.queries.hours import (
    absences_of,
    bookings_of_posts,
    extra_rows,
    hours_rows,
    upcoming_extra,
    week_on,
)
from legalaid.web.authority.words import day_note, day_words

if TYPE_CHECKING:
    from legalaid.directory.models import Post

PAIRS = 4
"""Pairs of time fields a day has on the page; the services take more."""
AHEAD = timedelta(days=366)
"""How far ahead absences and single days are listed."""
FIRST, LAST = 8, 20
"""Hours the grid shows at least, [FIRST, LAST)."""


@dataclass(slots=True)
class Field:
    """Two time fields: names and what stands in them."""

    start_name: str
    start: str
    end_name: str
    end: str
    wrong: bool = False


@dataclass(slots=True)
class Day:
    """One column of the grid. `note` is what the production calendar says; `worked` False when nobody receives."""

    number: int
    day: date
    label: str
    note: str
    holiday: bool
    past: bool
    today: bool
    follows: int | None
    fields: list[Field] = field(default_factory=list)
    extra: list[dict[str, Any]] = field(default_factory=list)
    away: list[dict[str, Any]] = field(default_factory=list)
    bookings: list[dict[str, Any]] = field(default_factory=list)


def monday_of(text: str, today: date) -> date:
    """The Monday of the day named in the address; of today's week for anything else."""
    try:
        day = parse_date(text) or today
    except ValueError:
        day = today
    day = min(max(day, today - timedelta(days=366)), today + timedelta(days=730))
    return day - timedelta(days=day.weekday())


def week_of(post: "Post", monday: date, now: datetime, typed: Mapping[str, str] | None = None) -> list[Day]:
    """The seven days; `typed` is a form that was refused: its fields stand as typed, where they could be changed."""
    zone = post.authority.timezone
    today = local_day(now, zone)
    days = [
        Day(number=n, day=day, label=day_words(day), note=day_note(day), holiday=is_holiday(day), past=day < today,
            today=day == today, follows=effective_weekday(day))
        for n, day in enumerate(monday + timedelta(days=n) for n in range(7))
    ]  # fmt: skip
    spans = week_on(hours_rows([post.pk])[post.pk], monday)
    for day in days:
        kept = day.past and typed is not None and typed.get("scope") == "only"
        day.fields = _fields(day.number, [s for s in spans if s.weekday == day.number], None if kept else typed)
    _add_marks(days, post, Period(day_period(monday, zone).start, day_period(days[-1].day, zone).end), zone)
    return days


def _fields(number: int, spans: list[Span], typed: Mapping[str, str] | None) -> list[Field]:
    found = []
    for n in range(max(PAIRS, len(spans))):
        names = f"d{number}-{n}-from", f"d{number}-{n}-to"
        if typed is not None:
            start, end = typed.get(names[0], ""), typed.get(names[1], "")
            found.append(Field(names[0], start, names[1], end, wrong=not _is_pair(start, end)))
        elif n < len(spans):
            found.append(Field(names[0], f"{spans[n].opens:%H:%M}", names[1], f"{spans[n].closes:%H:%M}"))
        else:
            found.append(Field(names[0], "", names[1], ""))
    return found


def _add_marks(days: list[Day], post: "Post", span: Period, zone: str) -> None:
    by_date = {day.day: day for day in days}
    for extra in extra_rows([post.pk], by_date):
        by_date[extra.day].extra.append({"id": extra.pk, "from": f"{extra.opens:%H:%M}", "to": f"{extra.closes:%H:%M}"})
    for absence in absences_of([post.pk], span):
        for day in days:
            own = day_period(day.day, zone)
            start, end = max(own.start, absence.during.lower), min(own.end, absence.during.upper)
            if start < end:
                until = "24:00" if end == own.end else f"{in_zone(end, zone):%H:%M}"
                day.away.append({"from": f"{in_zone(start, zone):%H:%M}", "to": until, "label": absence.reason})
    for booking in bookings_of_posts([post.pk], span):
        start, end = in_zone(booking.during.lower, zone), in_zone(booking.during.upper, zone)
        by_date[start.date()].bookings.append(
            {"from": f"{start:%H:%M}", "to": f"{end:%H:%M}", "label": booking.help_request.number or ""}
        )


def grid_data(days: list[Day]) -> dict[str, Any]:
    """The week for the client's grid: what it draws beside the fields, and from which hour to which."""
    marks = [mark for day in days for mark in (*day.extra, *day.bookings)]
    marks += [{"from": f.start, "to": f.end} for day in days for f in day.fields if f.start and f.end]
    first = min([FIRST, *(int(m["from"][:2]) for m in marks if m["from"][:2].isdecimal())])
    last = max([LAST, *(-(-_minutes(m["to"]) // 60) for m in marks)])
    return {
        "first": first * 60, "last": min(24, last) * 60,
        "days": [
            {"label": day.label, "note": day.note, "off": day.holiday, "past": day.past, "today": day.today,
             "extra": day.extra, "away": day.away, "bookings": day.bookings}
            for day in days
        ],
    }  # fmt: skip


def week_mark(post: "Post", monday: date, now: datetime) -> str:
    """What the page of a post says as it is kept, in short: «hours~bookings». Other than seen: out of date."""
    days = week_of(post, monday, now)
    away = absences_of([post.pk], Period(now, now + AHEAD)).values_list("pk", flat=True)
    extra = upcoming_extra(post, now).values_list("day", "opens", "closes")
    hours = [([(one.start, one.end) for one in day.fields], day.extra, day.away) for day in days]
    parts = (post.name, hours, list(away), list(extra)), [day.bookings for day in days]
    return "~".join(hashlib.sha256(repr(part).encode()).hexdigest()[:12] for part in parts)


def _minutes(text: str) -> int:
    hours, _sign, minutes = text.partition(":")
    return int(hours[:2]) * 60 + int(minutes[:2]) if hours.isdecimal() and minutes[:2].isdecimal() else 0


class WeekUnclear(Exception):
    """A pair of fields is half empty, is no time, or ends before it begins."""


def read_week(data: Mapping[str, str]) -> list[Span]:
    """The spans of a sent form. Raises WeekUnclear: the page then marks the pairs."""
    found = []
    for name in data:
        day, _sign, _rest = name.partition("-")
        if not (name.endswith("-from") and day[:1] == "d" and day[1:].isdecimal() and len(day) == 2):
            continue
        start, end = data[name].strip(), data.get(name.removesuffix("from") + "to", "").strip()
        if not _is_pair(start, end):
            raise WeekUnclear
        if start:
            opens, closes = read_time(start), read_time(end)
            assert opens and closes
            found.append(Span(int(day[1:]), opens, closes))
    return found


def _is_pair(start: str, end: str) -> bool:
    if not start.strip() and not end.strip():
        return True
    opens, closes = read_time(start), read_time(end)
    return opens is not None and closes is not None and opens < closes


def read_time(text: str) -> time | None:
    """A time of day, or None for anything else."""
    try:
        found = parse_time(text.strip())
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=None) if found else None
