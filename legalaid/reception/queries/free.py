"""What is free: posts, booths and interpreters, and the starts they make."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from legalaid.directory.models import Authority, Branch, Post
from legalaid.intake.states import AccessNeed
from legalaid.kernel.clock import day_period, effective_weekday, in_zone, is_short_day, local_day
from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_all, fetch_one
from legalaid.reception.free_rules import (
    Span,
    branch_spans,
    held_by_one,
    less,
    minute_of,
    moment_of,
    reception_spans,
    starts_in,
)
from legalaid.reception.queries.held import FREED
from legalaid.reception.queries.spoken import expert_spans
from legalaid.reception.rules import BUFFER, LEAD_TIME, branch_periods, fits

_BUFFER = int(BUFFER.total_seconds()) // 60
_CONDITIONS = {
    "{BUFFER}": str(_BUFFER),
    "{FREED}": FREED,
    "{OVERLAP}": "&& tstzrange(%(start)s, %(end)s)",
    # A live booking keeps its place; a hold that has run out and rested, or is her own, does not. The list of states is
    # word for word that of the exclusion constraints: so their indexes answer.
    "{LIVE}": f"""b.state IN ('held', 'confirmed', 'checked_in') AND NOT (b.state = 'held'
        AND ({FREED} <= %(now)s OR b.help_request_id IS NOT DISTINCT FROM %(mine)s::uuid))""",
    # A freed time rests for everybody but the one it is offered to and the one who has just let go of it.
    "{RESTING}": """r.until > %(now)s AND (r.left_by_id IS NULL OR r.left_by_id IS DISTINCT FROM %(mine)s::uuid)
        AND NOT EXISTS (SELECT FROM reception_earlieroffer o JOIN reception_waitlistentry w ON w.id = o.entry_id
        WHERE o.resting_id = r.id AND o.state = 'open' AND w.help_request_id = %(mine)s::uuid)""",
}


def _filled(statement: str) -> str:
    """A statement with the conditions of this module in it."""
    for name, condition in _CONDITIONS.items():
        statement = statement.replace(name, condition)
    statement = re.sub(r"{FROM (\S+)}", r"floor(date_part('epoch', lower(\1)) / 60)::int", statement)
    return re.sub(r"{UNTIL (\S+)}", r"ceil(date_part('epoch', upper(\1)) / 60)::int", statement)


@dataclass(slots=True)
class FreeTime:
    """Free minutes of an authority's posts and, where they are needed, of booths and interpreters, over some days."""

    posts: list[list[Span]] = field(default_factory=list)
    booths: list[list[Span]] | None = None  # None = from home, no booth is needed
    interpreters: list[list[Span]] | None = None  # None = no interpreter is needed

    def starts(self, minutes: int, earliest: datetime, latest: datetime | None = None) -> list[datetime]:
        """Distinct starts that a post (a booth, an interpreter) can take, earliest first."""
        first = -(-int(earliest.timestamp()) // 60)
        last = None if latest is None else minute_of(latest)
        found = sorted(set().union(*(starts_in(free, minutes, _BUFFER, first) for free in self.posts)))
        if last is not None:
            found = found[: bisect_left(found, last)]
        for others in (self.booths, self.interpreters):
            if others is not None:
                found = held_by_one(found, minutes, others)
        return [moment_of(start) for start in found]


def free_time(
    *, authority: Authority, branch: Branch | None, first: date, days: int, now: datetime, mine: UUID | None = None,
    needs: Iterable[str] = (), interpreter: str = "", topic: int | None = None,
) -> FreeTime:  # fmt: skip
    """Compute what is free; the hold and the offers of the request `mine` do not stand in its way.

    With an interpreter's language, experts who answer the `topic` in it count beside interpreters (spoken.py). Costs
    with the posts of one authority and the booths of one branch, not with the region: 6 statements at most.
    """
    last = first + timedelta(days=days - 1)
    span = Period(day_period(first, authority.timezone).start, day_period(last, authority.timezone).end)
    asked = {"now": now, "mine": mine, "start": span.start, "end": span.end, "first": minute_of(span.start),
             "last": minute_of(span.end)}  # fmt: skip
    result = FreeTime()
    for hours, starts, ends in fetch_all(_POSTS, authority=authority.pk, first_day=first, last_day=last, **asked):
        open_ = reception_spans(hours, first, days, authority.timezone)
        result.posts.append(less(open_, zip(starts or (), ends or (), strict=True)))
    if branch is not None:
        open_ = branch_spans(tuple(sorted(branch.hours.items())), first, days, branch.timezone)
        busy = fetch_all(
            _BOOTHS, branch=branch.pk, step_free=AccessNeed.STEP_FREE in needs,
            loop=AccessNeed.INDUCTION_LOOP in needs, **asked,
        )  # fmt: skip
        result.booths = [less(open_, zip(starts or (), ends or (), strict=True)) for starts, ends in busy]
    if interpreter:
        taken = {one: zip(starts, ends, strict=True)
                     for one, starts, ends in fetch_all(_INTERPRETERS_BUSY, language=interpreter, **asked)}  # fmt: skip
        result.interpreters = [
            less(branch_spans(tuple(sorted(week.items())), first, days, zone), taken.get(one, ()))
            for one, week, zone in _interpreters(interpreter)
        ]
        if topic is not None:
            result.interpreters.append(expert_spans(
                authority_id=authority.pk, topic_id=topic, language=interpreter, first=minute_of(span.start),
                last=minute_of(span.end), now=now, mine=mine))  # fmt: skip
    return result


# What takes a place, from `start` to `until`: bookings that touch the span of days, each with the buffer after it, and
# closures. Before a booking the buffer is taken too: a dialogue that ends there needs it. One row a place: two arrays
# are read at once, thousands of rows are not. The hours come as one text, the key under which they are remembered.
_POSTS = _filled("""
    SELECT hours.text, busy.starts, busy.ends FROM directory_post p
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(h.weekday, h.opens, h.closes, h.since, h.until)
                        ORDER BY h.weekday, h.since, h.opens)::text AS text
        FROM (
            SELECT weekday, opens, closes, valid_from AS since, valid_until AS until
            FROM reception_receptionhours WHERE post_id = p.id AND valid_from <= %(last_day)s
                AND (valid_until IS NULL OR valid_until >= %(first_day)s)
            UNION ALL
            SELECT NULL, opens, closes, day, day FROM reception_extrahours
            WHERE post_id = p.id AND day BETWEEN %(first_day)s AND %(last_day)s
        ) h
    ) hours ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(t.start) AS starts, array_agg(t.until) AS ends FROM (
            SELECT b.busy_from - {BUFFER} AS start, b.busy_until AS until FROM reception_booking b
            WHERE b.post_id = p.id AND b.busy_from < %(last)s AND b.busy_until > %(first)s AND {LIVE}
            UNION ALL
            SELECT {FROM r.occupies} - {BUFFER}, {UNTIL r.occupies} FROM reception_restingtime r
            WHERE r.post_id = p.id AND r.occupies {OVERLAP} AND {RESTING}
            UNION ALL
            SELECT {FROM c.during}, {UNTIL c.during} FROM reception_closure c
            WHERE c.post_id = p.id AND c.during {OVERLAP}
        ) t
    ) busy ON true
    WHERE p.authority_id = %(authority)s AND hours.text IS NOT NULL
""")
_BOOTHS = _filled("""
    SELECT busy.starts, busy.ends FROM directory_booth p
    LEFT JOIN LATERAL (
        SELECT array_agg(t.start) AS starts, array_agg(t.until) AS ends FROM (
            SELECT b.busy_from - {BUFFER} AS start, b.busy_until AS until FROM reception_booking b
            WHERE b.booth_id = p.id AND b.busy_from < %(last)s AND b.busy_until > %(first)s AND {LIVE}
            UNION ALL
            SELECT {FROM c.during}, {UNTIL c.during} FROM reception_closure c
            WHERE c.branch_id = p.branch_id AND c.during {OVERLAP}
        ) t
    ) busy ON true
    WHERE p.branch_id = %(branch)s AND p.step_free >= %(step_free)s AND p.induction_loop >= %(loop)s
        AND p.out_since IS NULL
""")
_INTERPRETERS_BUSY = _filled("""
    SELECT b.interpreter_id, array_agg(b.busy_from - {BUFFER}), array_agg(b.busy_until) FROM reception_booking b
    JOIN directory_interpreter i ON i.id = b.interpreter_id
    WHERE i.language = %(language)s AND b.busy_from < %(last)s AND b.busy_until > %(first)s AND {LIVE}
    GROUP BY b.interpreter_id
""")


def _interpreters(language: str) -> list[tuple[int, dict[str, str], str]]:
    rows = fetch_all(
        "SELECT id, hours, timezone FROM directory_interpreter WHERE language = %(l)s AND working ORDER BY id",
        l=language,
    )
    return [(row[0], json.loads(row[1]), row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Places:
    """What can take a dialogue at one start; `booths` and `interpreters` are [None] where none is needed."""

    posts: list[int]
    booths: list[int | None]
    interpreters: list[int | None]
    stale: bool  # a hold that has run out still stands in the way of the constraints
    citizen_busy: bool

    def all_free(self) -> bool:
        return bool(self.posts and self.booths and self.interpreters) and not self.citizen_busy


# OFFSET 0 keeps the question to each post and booth: joined, it is asked of all bookings of that hour, once for each;
# and to the few holds that ran out: otherwise the bookings of that hour at all posts are looked through for them.
_PLACES = _filled("""
    SELECT
        (SELECT array_agg(p.id ORDER BY p.id) FROM directory_post p WHERE p.authority_id = %(authority)s
            AND tsrange(%(day)s::date + %(opens)s::time, %(day)s::date + %(closes)s::time) <@ (
                SELECT range_agg(tsrange(%(day)s::date + h.opens, %(day)s::date + h.closes)) FROM (
                    SELECT opens, closes FROM reception_receptionhours WHERE post_id = p.id
                        AND weekday = %(weekday)s::int AND valid_from <= %(day)s
                        AND (valid_until IS NULL OR valid_until >= %(day)s)
                    UNION ALL
                    SELECT opens, closes FROM reception_extrahours WHERE post_id = p.id AND day = %(day)s) h)
            AND NOT EXISTS (SELECT FROM reception_booking b WHERE b.post_id = p.id AND b.occupies {OVERLAP} AND {LIVE}
                OFFSET 0)
            AND NOT EXISTS (SELECT FROM reception_restingtime r WHERE r.post_id = p.id AND r.occupies {OVERLAP}
                AND {RESTING})
            AND NOT EXISTS (SELECT FROM reception_closure c WHERE c.post_id = p.id
                AND c.during && tstzrange(%(start)s, %(until)s))),
        (SELECT array_agg(p.id ORDER BY p.id) FROM directory_booth p WHERE p.branch_id = %(branch)s::bigint
            AND p.step_free >= %(step_free)s AND p.induction_loop >= %(loop)s AND p.out_since IS NULL
            AND NOT EXISTS (SELECT FROM reception_booking b WHERE b.booth_id = p.id AND b.occupies {OVERLAP} AND {LIVE}
                OFFSET 0)
            AND NOT EXISTS (SELECT FROM reception_closure c WHERE c.branch_id = p.branch_id
                AND c.during && tstzrange(%(start)s, %(until)s))),
        (SELECT array_agg(i.id ORDER BY i.id) FROM directory_interpreter i WHERE i.language = %(language)s
            AND i.working AND NOT EXISTS (SELECT FROM reception_booking b WHERE b.interpreter_id = i.id
                AND b.occupies {OVERLAP} AND {LIVE})),
        EXISTS (SELECT FROM (SELECT b.occupies FROM reception_booking b WHERE b.state = 'held'
            AND b.held_until <= %(now)s AND {FREED} <= %(now)s OFFSET 0) b WHERE b.occupies {OVERLAP}),
        EXISTS (SELECT FROM reception_booking b WHERE b.citizen_id = %(citizen)s::bigint
            AND b.during && tstzrange(%(start)s, %(until)s) AND {LIVE}
            AND b.help_request_id IS DISTINCT FROM %(mine)s::uuid)
""")


def places_at(
    *, authority_id: int, zone: str, branch: Branch | None, during: Period, now: datetime, mine: UUID | None = None,
    citizen_id: int | None = None, needs: Iterable[str] = (), interpreter: str = "", topic: int | None = None,
    taking: bool = False,
) -> Places:  # fmt: skip
    """What is free for a dialogue `during` one period: one statement, but for a language and short days.

    Last of the interpreters stands None where an expert who answers the `topic` could speak the language herself.
    `taking` says that it will be taken in this transaction: who asks for a language waits for a rival who does.
    """
    if taking and interpreter:
        _lock_languages(authority_id)
    start, end = in_zone(during.start, zone), in_zone(during.end, zone)
    row = fetch_one(
        _PLACES, authority=authority_id, branch=branch.pk if branch else None, day=start.date(), opens=start.time(),
        closes=end.time(), weekday=effective_weekday(start.date()), start=during.start, until=during.end,
        end=during.end + BUFFER, now=now, mine=mine, citizen=citizen_id, language=interpreter,
        step_free=AccessNeed.STEP_FREE in needs, loop=AccessNeed.INDUCTION_LOOP in needs,
    )  # fmt: skip
    posts, booths, interpreters, stale, citizen_busy = row or (None, None, None, False, False)
    posts = posts or []
    if posts and is_short_day(start.date()):
        posts = _before_the_early_end(posts, during, zone)
    if branch is not None and not _branch_is_open(branch, during):
        booths = None
    if interpreter:
        at_work = {i for i, week, place in _interpreters(interpreter)
                   if fits(branch_periods(week, [local_day(during.start, place)], place), during)}  # fmt: skip
        interpreters = [i for i in interpreters or [] if i in at_work]
        if topic is not None:
            first, last = minute_of(during.start), minute_of(during.end)
            spans = expert_spans(authority_id=authority_id, topic_id=topic, language=interpreter, first=first,
                                 last=last, now=now, mine=mine)  # fmt: skip
            interpreters += [None] if (first, last) in spans else []
    return Places(
        posts=posts if start.date() == end.date() else [],
        booths=[None] if branch is None else booths or [],
        interpreters=(interpreters or []) if interpreter else [None],
        stale=stale, citizen_busy=citizen_busy,
    )  # fmt: skip


_LANGUAGES = -2
"""First half of the key of an authority's languages, as that of its hours (directory.queries)."""


def _lock_languages(authority_id: int) -> None:
    """Take the turn of those who ask an authority for a language until the transaction ends.

    How many of its experts are left who speak it is counted, and no constraint of the database counts.
    """
    assert connection.in_atomic_block, "a lock outside a transaction ends at once"
    fetch_all("SELECT pg_advisory_xact_lock(%(kind)s::int, %(authority)s::int)", kind=_LANGUAGES,
              authority=authority_id)  # fmt: skip


def _before_the_early_end(posts: list[int], during: Period, zone: str) -> list[int]:
    """Those of the posts that still receive at that time on a short day."""
    day = local_day(during.start, zone)
    hours = fetch_all(_HOURS_OF_DAY, posts=posts, day=day)
    wanted = (minute_of(during.start), minute_of(during.end))
    return [post for post, text in hours if any(
        start <= wanted[0] and wanted[1] <= end for start, end in reception_spans(text, day, 1, zone)
    )]  # fmt: skip


_HOURS_OF_DAY = """
    SELECT post_id, json_agg(json_build_array(weekday, opens, closes, since, until))::text FROM (
        SELECT post_id, weekday, opens, closes, valid_from AS since, valid_until AS until
        FROM reception_receptionhours WHERE post_id = ANY(%(posts)s) AND valid_from <= %(day)s
            AND (valid_until IS NULL OR valid_until >= %(day)s)
        UNION ALL
        SELECT post_id, NULL, opens, closes, day, day FROM reception_extrahours
        WHERE post_id = ANY(%(posts)s) AND day = %(day)s
    ) h GROUP BY post_id ORDER BY post_id
"""


def _branch_is_open(branch: Branch, during: Period) -> bool:
    return fits(branch_periods(branch.hours, [local_day(during.start, branch.timezone)], branch.timezone), during)


def free_posts_at(
    *, authority: Authority, during: Period, occupies: Period, now: datetime, mine: UUID | None = None
) -> list[Post]:
    """Posts of the authority that receive throughout `during` and have nothing else in it or the buffer after it."""
    assert occupies.end == during.end + BUFFER
    found = places_at(
        authority_id=authority.pk, zone=authority.timezone, branch=None, during=during, now=now, mine=mine
    )
    return list(Post.objects.filter(pk__in=found.posts).order_by("id")) if found.posts else []


def offered_starts(
    *, authority: Authority, branch: Branch | None, minutes: int, days: int, now: datetime, mine: UUID | None = None,
    needs: Iterable[str] = (), interpreter: str = "", topic: int | None = None, lead: timedelta = LEAD_TIME,
) -> list[datetime]:  # fmt: skip
    """Starts offered for the next `days` days from today, earliest first, not closer than `lead`."""
    free = free_time(
        authority=authority, branch=branch, first=local_day(now, authority.timezone), days=days, now=now, mine=mine,
        needs=needs, interpreter=interpreter, topic=topic,
    )  # fmt: skip
    return free.starts(minutes, now + lead)


def try_lock_start(post_id: int, start: datetime) -> bool:
    """Take the turn for one start of one post until the transaction ends; False when a rival has it right now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [post_id, minute_of(start)])
        (mine,) = cursor.fetchone() or (False,)
    return bool(mine)


def wait_lock_start(post_id: int, start: datetime) -> None:
    """Wait for the turn for one start of one post."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [post_id, minute_of(start)])


def booking_end(start: datetime, minutes: int) -> tuple[Period, Period]:
    """(during, occupies) of a dialogue that starts at `start`."""
    during = Period.lasting(start, minutes)
    return during, Period(during.start, during.end + BUFFER)
