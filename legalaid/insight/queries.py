"""Figures: what was asked for, agreed, held and answered. Reads everything, writes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from legalaid.intake.models import HelpRequest

SMALLEST_GROUP = 5
"""Groups of fewer people are not shown outside the project (product.md, step 7)."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Four counts of requests: requested, agreed, held, answered; `name` is whose."""

    name: str
    requested: int
    agreed: int
    held: int
    answered: int

    @property
    def is_small(self) -> bool:
        """Whether a published table must hide this row."""
        return self.requested < SMALLEST_GROUP

    def share(self, part: int) -> int:
        """Per cent of the requested."""
        return round(100 * part / self.requested) if self.requested else 0

    @property
    def answered_share(self) -> int:
        return self.share(self.answered)


def _counts(since: datetime, until: datetime) -> dict[str, Count]:
    def stamped(field: str) -> Count:
        return Count("id", filter=Q(**{f"{field}__gte": since, f"{field}__lt": until}))

    return {
        "requested": stamped("submitted_at"), "agreed": stamped("agreed_at"), "held": stamped("held_at"),
        "answered": stamped("answered_at"),
    }  # fmt: skip


def _requests(authority_id: int | None) -> QuerySet[HelpRequest]:
    found = HelpRequest.objects.filter(submitted_at__isnull=False).order_by()
    return found if authority_id is None else found.filter(authority_id=authority_id)


def funnel(*, since: datetime, until: datetime, authority_id: int | None = None) -> Funnel:
    """Counts of what happened in [since, until), over the region or one authority."""
    row = _requests(authority_id).aggregate(**_counts(since, until))
    return Funnel(name="", **row)


def funnel_by_authority(*, since: datetime, until: datetime) -> list[Funnel]:
    """The same counts by authority, most requested first; authorities nobody asked for are left out."""
    rows: list[Any] = list(_requests(None).values_list("authority__plain").annotate(**_counts(since, until)))
    funnels = [Funnel(*row) for row in rows if row[1]]
    return sorted(funnels, key=lambda one: (-one.requested, one.name))
