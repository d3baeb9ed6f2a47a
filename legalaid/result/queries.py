"""Reads of memos and outcomes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.states import DialogueState
from legalaid.directory.memo_rules import memo_parts, said_in_memos
from legalaid.directory.models import Topic
from legalaid.directory.topic_rules import plain_answer
from legalaid.intake.states import RequestState
from legalaid.result.models import Memo
from legalaid.result.rules import MemoText
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


@dataclass(frozen=True, slots=True)
class MemoOnDesk:
    """What the expert's editor shows: the memo so far, or the topic's template before its first saving."""

    text: MemoText
    revision: int
    number: str
    saved_at: datetime | None
    issued: bool


def memo_on_desk(dialogue: Dialogue) -> MemoOnDesk:
    """The memo of a dialogue as its expert edits it."""
    memo = memo_of_dialogue(dialogue.pk)
    if memo is not None:
        text = MemoText(memo.asked, memo.law, memo.steps, memo.documents)
        return MemoOnDesk(text, memo.revision, memo.number or "", memo.saved_at, memo.state == MemoState.ISSUED)
    topic = dialogue.help_request.topic
    if topic is None:
        return MemoOnDesk(MemoText("", "", "", ""), 0, "", None, False)
    return MemoOnDesk(_template(topic), 0, "", None, False)


def _template(topic: Topic) -> MemoText:
    """What a memo on the topic begins with: the region's template with the topic's law, authority and deadline."""
    said = said_in_memos(topic.authority.plain, topic.deadline, topic.law)
    law, steps = memo_parts(topic.memo.text if topic.memo else "", said)
    law = "\n".join(part for part in (plain_answer(topic.short_answer), law) if part)
    return MemoText(asked=topic.ask, law=law, steps=steps, documents="\n".join(topic.documents))


def issued_memo_of(help_request_id: UUID) -> Memo | None:
    """The memo in force of a request."""
    return memos_with_all().filter(help_request_id=help_request_id, state=MemoState.ISSUED).first()


def memos_of_branch(branch_id: int, *, since: datetime) -> QuerySet[Memo]:
    """Memos issued to visitors of a branch, newest first: to be printed."""
    return (
        memos_with_all()
        .select_related("help_request__citizen")
        .filter(help_request__branch_id=branch_id, state=MemoState.ISSUED, issued_at__gte=since)
        .order_by("-issued_at", "-id")
    )


def unfinished_of_expert(expert_id: int) -> QuerySet[Dialogue]:
    """Dialogues of an expert that are over while their request still waits for a memo, oldest first.

    Not those handed on: of a request with several dialogues the newest one leads to the memo.
    """
    newer = Dialogue.objects.filter(help_request=OuterRef("help_request"), opened_at__gt=OuterRef("opened_at"))
    return (
        Dialogue.objects.filter(
            ~Exists(newer), expert_id=expert_id, state=DialogueState.ENDED, help_request__state=RequestState.IN_DIALOGUE
        )
        .select_related("help_request__citizen", "help_request__topic")
        .order_by("ended_at", "id")
    )


def issued_count(help_request_id: UUID) -> int:
    """How many memos of the request were ever issued."""
    return Memo.objects.filter(help_request_id=help_request_id).exclude(state=MemoState.DRAFT).count()


def memo_by_code(code: str) -> Memo | None:
    """An issued or replaced memo by its check code."""
    return memos_with_all().filter(code=code).exclude(state=MemoState.DRAFT).first()


def pdf_of(memo: Memo) -> bytes:
    """The PDF as it was issued."""
    return bytes(Memo.objects.values_list("pdf", flat=True).order_by("id").get(pk=memo.pk) or b"")
