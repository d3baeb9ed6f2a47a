"""What is free: posts, booths and the starts they make."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from legalaid.directory.models import Authority, Booth, Branch, Post
from legalaid.kernel.clock import day_period, in_zone, is_holiday, local_day
from legalaid.kernel.period import Period
from legalaid.reception.models import Booking, Closure, ReceptionHours
from legalaid.reception.rules import (
    BUFFER,
    LEAD_TIME,
    Hours,
    branch_periods,
    fits,
    free_periods,
    open_periods,
    starts_in,
)  # fmt: skip
from legalaid.reception.states import LIVE_BOOKINGS, BookingState


@dataclass(slots=True)
class FreeTime:
    """Free periods of an authority's posts and, at a centre, of the branch's booths, over some days."""

    posts: dict[int, list[Period]] = field(default_factory=dict)
    booths: dict[int, list[Period]] | None = None  # None = from home, no booth is needed

    def starts(self, minutes: int, earliest: datetime) -> list[datetime]:
        """Distinct starts that a post (and a booth) can take, earliest first."""
        found: set[datetime] = set()
        for free in self.posts.values():
            found.update(starts_in(free, minutes, earliest))
        if self.booths is not None:
            found = {s for s in found if self.booths_at(s, minutes)}
        return sorted(found)

    def booths_at(self, start: datetime, minutes: int) -> list[int]:
        """Booths free at `start`."""
        wanted = Period.lasting(start, minutes)
        return [booth for booth, free in (self.booths or {}).items() if fits(free, wanted)]


def _live(now: datetime) -> Q:
    """Bookings that keep their place: a hold that has run out does not."""
    return Q(state__in=LIVE_BOOKINGS) & ~Q(state=BookingState.HELD, held_until__lte=now)


def _busy(rows: QuerySet[Booking], column: str) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = defaultdict(list)
    for place, taken in rows.order_by().values_list(column, "occupies"):
        # A dialogue before this one needs its buffer too.
        found[place].append(Period(taken.lower - BUFFER, taken.upper))
    return found


def free_time(
    *, authority: Authority, branch: Branch | None, first: date, days: int, now: datetime, mine: UUID | None = None
) -> FreeTime:
    """Compute what is free; `mine` is a request whose own hold does not stand in its way. At most 6 queries."""
    all_days = [first + timedelta(days=n) for n in range(days)]
    span = Period(day_period(all_days[0], authority.timezone).start, day_period(all_days[-1], authority.timezone).end)
    taken = Booking.objects.filter(_live(now), occupies__overlap=span.range)
    if mine:
        taken = taken.exclude(help_request_id=mine, state=BookingState.HELD)
    closures = list(Closure.objects.filter(during__overlap=span.range).order_by("id"))
    hours: dict[int, list[Hours]] = defaultdict(list)
    for row in ReceptionHours.objects.filter(post__authority=authority).order_by("id"):
        hours[row.post_id].append(Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until))
    busy = _busy(taken.filter(post__authority=authority), "post_id")
    for closure in closures:
        if closure.post_id:
            busy[closure.post_id].append(Period(closure.during.lower, closure.during.upper))
    result = FreeTime(
        posts={p: free_periods(open_periods(rows, all_days, authority.timezone), busy[p]) for p, rows in hours.items()}
    )
    if branch is not None:
        open_ = branch_periods(branch.hours, all_days, branch.timezone)
        shut = [Period(c.during.lower, c.during.upper) for c in closures if c.branch_id == branch.pk]
        in_use = _busy(taken.filter(booth__branch=branch), "booth_id")
        booths = Booth.objects.filter(branch=branch).order_by("id").values_list("pk", flat=True)
        result.booths = {b: free_periods(open_, in_use[b] + shut) for b in booths}
    return result


def free_posts_at(*, authority: Authority, during: Period, occupies: Period, now: datetime) -> list[Post]:
    """Posts of the authority that receive throughout `during` and have nothing else in `occupies`. One query."""
    start, end = in_zone(during.start, authority.timezone), in_zone(during.end, authority.timezone)
    if is_holiday(start.date()) or start.date() != end.date():
        return []
    open_ = ReceptionHours.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=start.date()), post_id=OuterRef("pk"),
        weekday=start.weekday(), opens__lte=start.time(), closes__gte=end.time(), valid_from__lte=start.date(),
    )  # fmt: skip
    busy = Booking.objects.filter(_live(now), post_id=OuterRef("pk"), occupies__overlap=occupies.range)
    shut = Closure.objects.filter(post_id=OuterRef("pk"), during__overlap=during.range)
    posts = Post.objects.filter(Exists(open_), ~Exists(busy), ~Exists(shut), authority=authority)
    return list(posts.order_by("id"))


def free_booths_at(*, branch: Branch, during: Period, occupies: Period, now: datetime) -> list[Booth]:
    """Booths of a branch that is open throughout `during`, with nothing else in `occupies`. One query."""
    if not fits(branch_periods(branch.hours, [local_day(during.start, branch.timezone)], branch.timezone), during):
        return []
    busy = Booking.objects.filter(_live(now), booth_id=OuterRef("pk"), occupies__overlap=occupies.range)
    shut = Closure.objects.filter(branch=branch, during__overlap=during.range)
    return list(Booth.objects.filter(~Exists(busy), ~Exists(shut), branch=branch).order_by("id"))


def offered_starts(
    *, authority: Authority, branch: Branch | None, minutes: int, days: int, now: datetime, mine: UUID | None = None
) -> list[datetime]:
    """Starts offered for the next `days` days from today, earliest first, not closer than LEAD_TIME."""
    free = free_time(
        authority=authority, branch=branch, first=local_day(now, authority.timezone), days=days, now=now, mine=mine
    )
    return free.starts(minutes, now + LEAD_TIME)


def lapsed_holds(occupies: Period, *, now: datetime) -> QuerySet[Booking]:
    """Holds that ran out and still stand in the way of a period."""
    return (
        Booking.objects.filter(state=BookingState.HELD, held_until__lte=now, occupies__overlap=occupies.range)
        .select_related("post", "booth")
        .order_by("id")
    )


def try_lock_start(post_id: int, start: datetime) -> bool:
    """Take the turn for one start of one post until the transaction ends; False when a rival has it right now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _start_key(post_id, start))
        (mine,) = cursor.fetchone() or (False,)
    return bool(mine)


def wait_lock_start(post_id: int, start: datetime) -> None:
    """Wait for the turn for one start of one post."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _start_key(post_id, start))


def _start_key(post_id: int, start: datetime) -> list[int]:
    return [post_id, int(start.timestamp()) // 60]  # minutes since 1970 fit 32 bits until the year 6053


def booking_end(start: datetime, minutes: int) -> tuple[Period, Period]:
    """(during, occupies) of a dialogue that starts at `start`."""
    during = Period.lasting(start, minutes)
    return during, Period(during.start, during.end + BUFFER)
