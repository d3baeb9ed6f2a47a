"""Reads of papers. Pictures are left in the table unless a page is asked for."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from legalaid.intake.models import Paper, PaperPage


def papers_of(help_request_id: UUID, now: datetime) -> QuerySet[Paper]:
    """Papers of a request that are still kept, oldest first, with `length`: how many pages."""
    rows = Paper.objects.filter(help_request_id=help_request_id, expires_at__gt=now)
    return rows.annotate(length=Count("pages")).order_by("added_at", "id")


def paper_of(help_request_id: UUID, paper_id: int, now: datetime) -> Paper | None:
    """One paper of this very request."""
    return papers_of(help_request_id, now).select_related("help_request").filter(pk=paper_id).first()


def paper_with_request(paper_id: int) -> Paper | None:
    return Paper.objects.select_related("help_request").filter(pk=paper_id).order_by("id").first()


def page_image(help_request_id: UUID, paper_id: int, number: int, now: datetime) -> bytes | None:
    """The picture of a page of a paper of this very request."""
    rows = PaperPage.objects.filter(
        paper__help_request_id=help_request_id, paper_id=paper_id, number=number, paper__expires_at__gt=now
    )
    found = rows.order_by("id").values_list("image", flat=True).first()
    return bytes(found) if found is not None else None


def page_count(help_request_id: UUID) -> int:
    return PaperPage.objects.filter(paper__help_request_id=help_request_id).count()


def papers_to_print(branch_id: int, now: datetime) -> QuerySet[Paper]:
    """What experts asked to be printed at a centre and is not yet, oldest request first."""
    rows = Paper.objects.filter(
        help_request__branch_id=branch_id, print_asked_at__isnull=False, printed_at=None, expires_at__gt=now
    )
    return rows.select_related("help_request__citizen").annotate(length=Count("pages")).order_by("print_asked_at", "id")


def papers_over(now: datetime) -> list[tuple[int, UUID]]:
    """(paper, request) whose time is over."""
    rows = Paper.objects.filter(expires_at__lte=now).order_by("expires_at", "id")
    return list(rows.values_list("pk", "help_request_id"))
