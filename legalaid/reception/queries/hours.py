"""The weeks of posts, what they offer, and which agreed bookings stand outside their hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from legalaid.directory.models import Authority, Branch, ExpertProfile, Post, Topic
from legalaid.directory.queries import agreements_in_force, lock_hours
from legalaid.intake.models import HelpRequest
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.period import Period, subtract
from legalaid.people.models import User
from legalaid.people.states import Role
from legalaid.reception.coverage_rules import Coverage, coverage_of
from legalaid.reception.hours_rules import Extra, Span, open_periods
from legalaid.reception.models import Booking, Closure, ExtraHours, ReceptionHours
from legalaid.reception.rules import Hours
from legalaid.reception.states import BookingState

AGREED = (BookingState.CONFIRMED, BookingState.CHECKED_IN)
"""Bookings somebody counts on."""


@dataclass(frozen=True, slots=True)
class PostWeek:
    """The hours of a post from Monday to Sunday, each day a list of «09:00–13:00»."""

    post: Post
    days: list[list[str]]


def week_by_post(authority_id: int, day: date) -> list[PostWeek]:
    """The week of each post of an authority as it stands on `day`."""
    rows = defaultdict(list)
    for row in (
        ReceptionHours.objects.filter(post__authority_id=authority_id, valid_from__lte=day)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
        .order_by("weekday", "opens", "id")
    ):
        rows[row.post_id].append(row)
    return [
        PostWeek(
            post=post,
            days=[[f"{r.opens:%H:%M}–{r.closes:%H:%M}" for r in rows[post.pk] if r.weekday == n] for n in range(7)],
        )
        for post in posts_of(authority_id)
    ]


def posts_of(authority_id: int) -> QuerySet[Post]:
    """Posts of an authority by name."""
    return Post.objects.filter(authority_id=authority_id).order_by("name", "id")


def lock_posts(post_ids: Iterable[int]) -> list[Post]:
    """Take the turn for the hours of posts until the transaction ends: no booking is in the making meanwhile."""
    ids = list(post_ids)
    for authority_id in Post.objects.filter(pk__in=ids).order_by("authority_id").values_list("authority_id").distinct():
        lock_hours(*authority_id)
    return list(
        Post.objects.select_for_update(of=("self",), no_key=True)
        .select_related("authority")
        .filter(pk__in=ids)
        .order_by("id")
    )


def held_outside(posts: list[Post], now: datetime) -> list[Booking]:
    """Holds of people who are typing, not yet run out, that the posts' hours do not hold."""
    holds = list(
        Booking.objects.filter(post__in=posts, state=BookingState.HELD, held_until__gt=now)
        .select_related("post", "booth")
        .order_by("id")
    )
    if not holds:
        return []
    zone = posts[0].authority.timezone
    open_ = receiving(posts, {local_day(one.during.lower, zone) for one in holds}, zone)
    return [
        one
        for one in holds
        if not any(part.contains(Period(one.during.lower, one.during.upper)) for part in open_[one.post_id])
    ]


def hours_rows(post_ids: Iterable[int]) -> dict[int, list[Hours]]:
    """All week rows of posts, past and future. One query."""
    found: dict[int, list[Hours]] = defaultdict(list)
    for row in ReceptionHours.objects.filter(post_id__in=post_ids).order_by("weekday", "opens", "id"):
        found[row.post_id].append(Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until))
    return found


def week_on(rows: Iterable[Hours], monday: date) -> list[Span]:
    """The spans of one week out of a post's rows."""
    return [Span(row.weekday, row.opens, row.closes) for row in rows if row.on(monday + timedelta(days=row.weekday))]


def extra_rows(post_ids: Iterable[int], days: Iterable[date]) -> QuerySet[ExtraHours]:
    """Single days of reception."""
    return ExtraHours.objects.filter(post_id__in=post_ids, day__in=list(days)).order_by("day", "opens", "id")


def upcoming_extra(post: Post, now: datetime) -> QuerySet[ExtraHours]:
    """Single days of a post from today on."""
    today = local_day(now, post.authority.timezone)
    return ExtraHours.objects.filter(post=post, day__gte=today).order_by("day", "opens", "id")


def absences_of(post_ids: Iterable[int], during: Period) -> QuerySet[Closure]:
    """Absences of posts that touch a period."""
    return (
        Closure.objects.filter(post_id__in=post_ids, during__overlap=during.range)
        .select_related("post")
        .order_by("during", "id")
    )


def receiving(posts: Iterable[Post], days: Iterable[date], zone: str) -> dict[int, list[Period]]:
    """When each post receives on the days: week, single days and calendar, less absences. Three queries."""
    ids, dates = [post.pk for post in posts], sorted(set(days))
    if not ids or not dates:
        return {one: [] for one in ids}
    span = Period(day_period(dates[0], zone).start, day_period(dates[-1], zone).end)
    weeks = hours_rows(ids)
    extra: dict[int, list[Extra]] = defaultdict(list)
    for row in extra_rows(ids, dates):
        extra[row.post_id].append(Extra(row.day, row.opens, row.closes))
    away: dict[int, list[Period]] = defaultdict(list)
    for absence in absences_of(ids, span):
        away[absence.post_id or 0].append(Period(absence.during.lower, absence.during.upper))
    return {one: subtract(open_periods(weeks[one], extra[one], dates, zone), away[one]) for one in ids}


def try_lock_request(help_request_id: UUID) -> bool:
    """Lock a request for this transaction, or return False at once when somebody else has it."""
    rows = HelpRequest.objects.select_for_update(skip_locked=True).filter(pk=help_request_id)
    return bool(list(rows.order_by("id").values_list("pk")))


def agreed_bookings(post_ids: Iterable[int], after: datetime) -> QuerySet[Booking]:
    """Confirmed and checked-in bookings of posts that begin after a moment."""
    return (
        Booking.objects.filter(post_id__in=post_ids, state__in=AGREED, during__startswith__gt=after)
        .select_related("post__authority", "booth__branch", "help_request__topic", "help_request__citizen",
                        "help_request__branch", "help_request__authority")
        .order_by("during", "id")
    )  # fmt: skip


def outside_hours(posts: list[Post], now: datetime) -> dict[int, Booking]:
    """Agreed bookings to come, by id, that their posts' hours do not hold. Four queries."""
    found: dict[int, Booking] = {}
    bookings = list(agreed_bookings([post.pk for post in posts], now))
    if not bookings:
        return found
    zone = posts[0].authority.timezone
    open_ = receiving(posts, {local_day(one.during.lower, zone) for one in bookings}, zone)
    for booking in bookings:
        during = Period(booking.during.lower, booking.during.upper)
        if not any(one.contains(during) for one in open_[booking.post_id]):
            found[booking.pk] = booking
    return found


def bookings_of_posts(post_ids: Iterable[int], during: Period) -> QuerySet[Booking]:
    """Agreed and held-over bookings of posts in a period, for the week grid."""
    return (
        Booking.objects.filter(post_id__in=post_ids, state__in=[*AGREED, BookingState.USED],
                               during__overlap=during.range)
        .select_related("help_request__topic", "booth__branch")
        .order_by("during", "id")
    )  # fmt: skip


def coverage_in(*, authority: Authority, monday: date) -> Coverage:
    """The week from `monday` against the norm of the agreements in force on its first day. Five queries."""
    days = [monday + timedelta(days=n) for n in range(7)]
    posts = list(posts_of(authority.pk))
    open_ = receiving(posts, days, authority.timezone)
    offered: Mapping[int, Mapping[date, list[Period]]] = {
        post.pk: {
            day: [one for one in open_[post.pk] if local_day(one.start, authority.timezone) == day] for day in days
        }
        for post in posts
    }
    agreements = list(agreements_in_force(authority.pk, monday))
    return coverage_of(
        offered=offered, days=days, norm_hours=sum(one.norm_hours for one in agreements),
        norm_posts=sum(one.norm_posts for one in agreements),
    )  # fmt: skip


def branches_in_other_zones(authority: Authority, day: date) -> QuerySet[Branch]:
    """Branches whose people this authority answers and whose clocks show another time."""
    ids = [one.pk for one in agreements_in_force(authority.pk, day)]
    return (
        Branch.objects.filter(coverage__agreement__in=ids)
        .exclude(timezone=authority.timezone)
        .distinct()
        .order_by("name", "id")
    )


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert of an authority with what she answers: no topics named means all of them."""

    user: User
    topics: list[str]
    languages: list[str]


def experts_of(authority_id: int, now: datetime) -> list[Expert]:
    """Experts of an authority by name, with topics (codes) and languages. Three queries."""
    users = (
        User.objects.filter(
            Q(memberships__until__isnull=True) | Q(memberships__until__gt=now), is_active=True,
            memberships__role=Role.EXPERT, memberships__authority_id=authority_id, memberships__since__lte=now,
        )
        .distinct()
        .order_by("name", "id")
    )  # fmt: skip
    profiles = {
        one.user_id: one
        for one in ExpertProfile.objects.filter(authority_id=authority_id).prefetch_related("topics").order_by("id")
    }
    found = []
    for user in users:
        profile = profiles.get(user.pk)
        topics = [topic.code for topic in profile.topics.all()] if profile else []
        found.append(Expert(user, topics, list(profile.languages) if profile else []))
    return found


def topics_of_authority(authority_id: int) -> QuerySet[Topic]:
    """Topics an authority answers: its own, by title."""
    return Topic.objects.filter(authority_id=authority_id).order_by("title", "id")
