"""Hours of all posts of an authority from one file, all or nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from legalaid.directory.models import Post
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.reception.hours_csv import read_hours
from legalaid.reception.hours_refusals import FileRefused
from legalaid.reception.hours_rules import normal_week
from legalaid.reception.queries.hours import posts_of
from legalaid.reception.services.hours import put_extra_hours, replace_week
from legalaid.reception.services.touched import Decisions, change_hours


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says: how many rows, of how many posts, with whole weeks and single days."""

    rows: int
    posts: int
    weeks: int
    days: int


def import_hours_csv(
    *, authority_id: int, text: str, since: date, decisions: Decisions, actor: Actor, now: datetime, dry_run: bool
) -> Imported:
    """Replace the week of each post the file names from `since` on, and add its single days. One transaction.

    Posts the file does not name stay as they are. With `dry_run` everything is tried and nothing is written. Raises
    FileRefused with every wrong row, HoursRefused, BookingsTouched, HoursBusy, NotFound.
    """
    if not actor.has(Role.COORDINATOR, authority_id=authority_id):
        raise NotFound
    posts = list(posts_of(authority_id).select_related("authority"))
    if not posts:
        raise NotFound
    today = local_day(now, posts[0].authority.timezone)
    found = read_hours(text, {post.name: post.pk for post in posts}, today)
    if found.errors:
        raise FileRefused(found.errors)

    def write(locked: list[Post]) -> None:
        for post in locked:
            if post.pk in found.weeks:
                replace_week(post=post, spans=normal_week(found.weeks[post.pk]), since=since, until=None, actor=actor,
                             now=now)  # fmt: skip
            put_extra_hours(post=post, extra=found.extra.get(post.pk, []), actor=actor, now=now)

    named = {*found.weeks, *found.extra}
    change_hours(post_ids=named, write=write, decisions=decisions, actor=actor, now=now, dry_run=dry_run)
    return Imported(rows=found.rows, posts=len(named), weeks=len(found.weeks),
                    days=len({one.day for extra in found.extra.values() for one in extra}))  # fmt: skip
