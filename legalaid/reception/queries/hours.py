"""The weeks of posts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from legalaid.directory.models import Post
from legalaid.reception.models import ReceptionHours


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
        for post in Post.objects.filter(authority_id=authority_id).order_by("name", "id")
    ]
