"""Reads of memos and outcomes."""

from uuid import UUID

from django.db.models import QuerySet

from legalaid.result.models import Memo, Outcome
from legalaid.result.states import MemoState


def memos_with_all() -> QuerySet[Memo]:
    """Memos with what a sheet shows; the PDF itself is left in the table."""
    return (
        Memo.objects.select_related(
            "help_request__topic", "help_request__authority", "help_request__branch", "author", "dialogue"
        )
        .defer("pdf")
        .order_by("-created_at", "-id")
    )


def memo_of_dialogue(dialogue_id: UUID) -> Memo | None:
    """The memo being written or issued in a dialogue."""
    return memos_with_all().filter(dialogue_id=dialogue_id).exclude(state=MemoState.REPLACED).first()


def issued_memo_of(help_request_id: UUID) -> Memo | None:
    """The memo in force of a request."""
    return memos_with_all().filter(help_request_id=help_request_id, state=MemoState.ISSUED).first()


def issued_count(help_request_id: UUID) -> int:
    """How many memos of the request were ever issued."""
    return Memo.objects.filter(help_request_id=help_request_id).exclude(state=MemoState.DRAFT).count()


def memo_by_code(code: str) -> Memo | None:
    """An issued or replaced memo by its check code."""
    return memos_with_all().filter(code=code).exclude(state=MemoState.DRAFT).first()


def pdf_of(memo: Memo) -> bytes:
    """The PDF as it was issued."""
    return bytes(Memo.objects.values_list("pdf", flat=True).order_by("id").get(pk=memo.pk) or b"")


def outcome_of(help_request_id: UUID) -> Outcome | None:
    """What came of a request, if the expert has said it."""
    return Outcome.objects.filter(help_request_id=help_request_id).order_by("id").first()
