"""The coordinator's writes: the week of a post, single days, absences."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from legalaid.directory.models import Post
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day, local_period
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.people.states import Role
from legalaid.reception.hours_refusals import HoursRefused, ReasonMissing
from legalaid.reception.hours_rules import MAX_AHEAD, Extra, Span, normal_week, open_periods, replan
from legalaid.reception.models import Closure, ExtraHours, ReceptionHours
from legalaid.reception.queries.hours import extra_rows, hours_rows, week_on
from legalaid.reception.services.touched import Decisions, change_hours

MAX_SPANS = 6
"""Spans of one day: a guard against a broken form, no rule of anybody."""


def set_week(
    *, post_id: int, week: Iterable[Span], since: date, until: date | None, decisions: Decisions, actor: Actor,
    now: datetime,
) -> bool:  # fmt: skip
    """Make `week` the hours of a post on the days [since, until], local days of its authority; None = for good.

    Returns whether anything changed by it. History is not rewritten: on the days of the week from `since` that are
    over, `week` must say what stood then. Touching spans become one. Raises HoursRefused, BookingsTouched, HoursBusy,
    NotFound.
    """
    spans, changed = _checked(week), []

    def write(posts: list[Post]) -> None:
        for post in posts:
            changed.append(replace_week(post=post, spans=spans, since=since, until=until, actor=actor, now=now))
            _demand_past_kept(post, spans, since, local_day(now, post.authority.timezone))

    change_hours(post_ids=[post_id], write=write, decisions=decisions, actor=actor, now=now)
    return any(changed)


def _demand_past_kept(post: Post, spans: list[Span], since: date, today: date) -> None:
    rows = hours_rows([post.pk])[post.pk]
    for day in (since + timedelta(days=n) for n in range(min(7, (today - since).days))):
        stood = normal_week(Span(row.weekday, row.opens, row.closes) for row in rows if row.on(day))
        if [span for span in spans if span.weekday == day.weekday()] != stood:
            raise HoursRefused(
                _("Прошедшие дни не меняются. Чтобы изменить их на будущее, выберите «С этой недели и дальше».")
            )


def copy_week(
    *, post_id: int, monday: date, to_post_ids: Iterable[int], since: date, until: date | None, decisions: Decisions,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Give posts of the same authority, the post itself perhaps, its week from `monday` on the days [since, until].

    Raises HoursRefused, BookingsTouched, HoursBusy, NotFound.
    """
    targets = sorted(set(to_post_ids))
    if not targets:
        raise HoursRefused(_("Выберите, каким постам скопировать неделю."))

    def write(posts: list[Post]) -> None:
        spans = week_on(hours_rows([post_id])[post_id], monday)
        for post in posts:
            if post.pk in targets:
                replace_week(post=post, spans=spans, since=since, until=until, actor=actor, now=now)

    change_hours(post_ids={post_id, *targets}, write=write, decisions=decisions, actor=actor, now=now)


def replace_week(
    *, post: Post, spans: list[Span], since: date, until: date | None, actor: Actor, now: datetime
) -> bool:
    """Write the rows of one locked post, inside the caller's transaction; False when they stand so already.

    Raises HoursRefused.
    """
    today = local_day(now, post.authority.timezone)
    if until is not None and until < since:
        raise HoursRefused(_("Последний день раньше первого."), field="until")
    since = max(since, today)
    if until is not None and until < since:
        raise HoursRefused(_("Эта неделя уже прошла. Выберите текущую или будущую."))
    if since - today > MAX_AHEAD:
        raise HoursRefused(_("Так далеко вперёд часы не рисуют: не дальше года."))
    old = hours_rows([post.pk])[post.pk]
    new = replan(old, spans, since, until)
    if sorted(new, key=repr) == sorted(old, key=repr):
        return False
    ReceptionHours.objects.filter(post=post).delete()
    ReceptionHours.objects.bulk_create(
        ReceptionHours(post=post, weekday=row.weekday, opens=row.opens, closes=row.closes, valid_from=row.valid_from,
                       valid_until=row.valid_until)
        for row in new
    )  # fmt: skip
    data = {"since": since.isoformat(), "until": until.isoformat() if until else None,
            "week": [f"{s.weekday} {s.opens:%H:%M}-{s.closes:%H:%M}" for s in spans]}  # fmt: skip
    record(kind="post", subject=post.pk, action="set_week", actor=actor, at=now, data=data)
    return True


def add_extra_hours(
    *, post_id: int, day: date, opens: time, closes: time, decisions: Decisions, actor: Actor, now: datetime
) -> None:
    """Let a post receive on one day besides its week; on a holiday too.

    Raises NotFound, and HoursRefused also when its hours of that day hold the whole span already.
    """
    if opens >= closes:
        raise HoursRefused(_("Конец приёма должен быть позже начала."))

    def write(posts: list[Post]) -> None:
        for post in posts:
            today = local_day(now, post.authority.timezone)
            if day < today or day - today > MAX_AHEAD:
                raise HoursRefused(_("Выберите день от сегодняшнего и не дальше года вперёд."))
            _demand_more(post, Extra(day, opens, closes))
            put_extra_hours(post=post, extra=[Extra(day, opens, closes)], actor=actor, now=now)

    change_hours(post_ids=[post_id], write=write, decisions=decisions, actor=actor, now=now)


def _demand_more(post: Post, wanted: Extra) -> None:
    zone = post.authority.timezone
    known = [Extra(row.day, row.opens, row.closes) for row in extra_rows([post.pk], [wanted.day])]
    open_ = open_periods(hours_rows([post.pk])[post.pk], known, [wanted.day], zone)
    if any(one.contains(local_period(wanted.day, wanted.opens, wanted.closes, zone)) for one in open_):
        raise HoursRefused(_("В это время пост принимает и так: добавлять нечего."))


def put_extra_hours(*, post: Post, extra: list[Extra], actor: Actor, now: datetime) -> None:
    """Write single days of one locked post, inside the caller's transaction; a span that is there stays one."""
    for one in extra:
        _row, made = ExtraHours.objects.get_or_create(post=post, day=one.day, opens=one.opens, closes=one.closes)
        if made:
            span = f"{one.day.isoformat()} {one.opens:%H:%M}-{one.closes:%H:%M}"
            record(kind="post", subject=post.pk, action="add_extra_hours", actor=actor, at=now, data={"span": span})


def remove_extra_hours(*, extra_id: int, decisions: Decisions, actor: Actor, now: datetime) -> None:
    """Take a single day's span away. Raises BookingsTouched, HoursBusy, NotFound."""
    row = ExtraHours.objects.filter(pk=extra_id).order_by("id").first()
    if row is None:
        raise NotFound

    def write(posts: list[Post]) -> None:
        ExtraHours.objects.filter(pk=extra_id).delete()
        span = f"{row.day.isoformat()} {row.opens:%H:%M}-{row.closes:%H:%M}"
        record(kind="post", subject=row.post_id, action="remove_extra_hours", actor=actor, at=now, data={"span": span})

    change_hours(post_ids=[row.post_id], write=write, decisions=decisions, actor=actor, now=now)


def add_absence(
    *, post_ids: Iterable[int], during: Period, reason: str, decisions: Decisions, actor: Actor, now: datetime
) -> Period:
    """Close posts of one authority for a period (UTC), whatever their hours say; returns the period written.

    History is not rewritten: an absence told late begins now. Raises ReasonMissing, HoursRefused, BookingsTouched,
    HoursBusy, NotFound.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise ReasonMissing
    if during.start >= during.end or during.end <= now or during.end - now > MAX_AHEAD:
        raise HoursRefused(_("Проверьте, с какого и по какое время поста не будет: конец позже начала и в будущем."))
    absent = Period(max(during.start, now), during.end)

    def write(posts: list[Post]) -> None:
        for post in posts:
            made = Closure.objects.create(post=post, during=absent.range, reason=reason)
            data = {"closure": made.pk, "from": absent.start.isoformat(), "to": absent.end.isoformat()}
            record(kind="post", subject=post.pk, action="add_absence", actor=actor, at=now, data=data)

    change_hours(post_ids=set(post_ids), write=write, decisions=decisions, actor=actor, now=now)
    return absent


def remove_absence(*, closure_id: int, actor: Actor, now: datetime) -> None:
    """The post receives after all. History is not rewritten: one that goes on ends now. Raises NotFound."""
    row = Closure.objects.filter(pk=closure_id, post__isnull=False).select_related("post").order_by("id").first()
    if row is None or row.post is None or not actor.has(Role.COORDINATOR, authority_id=row.post.authority_id):
        raise NotFound
    if row.during.upper <= now:
        raise NotFound
    been = Period(row.during.lower, now) if row.during.lower < now else None

    def write(posts: list[Post]) -> None:
        if been is None:
            Closure.objects.filter(pk=closure_id).delete()
        else:
            Closure.objects.filter(pk=closure_id).update(during=been.range)
        record(kind="post", subject=posts[0].pk, action="remove_absence", actor=actor, at=now,
               data={"closure": closure_id})  # fmt: skip

    change_hours(post_ids=[row.post.pk], write=write, decisions={}, actor=actor, now=now)


def _checked(week: Iterable[Span]) -> list[Span]:
    spans = list(week)
    if any(span.opens >= span.closes or span.weekday not in range(7) for span in spans):
        raise HoursRefused(_("Конец приёма должен быть позже начала."))
    if any(sum(1 for span in spans if span.weekday == day) > MAX_SPANS for day in range(7)):
        raise HoursRefused(_("Слишком много отрезков в одном дне."))
    return normal_week(spans)
