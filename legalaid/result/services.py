"""The memo is drafted beside the video, saved by itself, and issued once; with it the expert says what came of it."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.states import DialogueState
from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import advance
from legalaid.intake.states import RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.result.letters import memo_issued_letter
from legalaid.result.models import Memo, Outcome
from legalaid.result.pdf import memo_pdf
from legalaid.result.policies import get_own_dialogue
from legalaid.result.queries import issued_count, memo_of_dialogue
from legalaid.result.rules import MemoSheet, MemoText, memo_number, new_code
from legalaid.result.states import MEMO_MOVES, MemoState, OutcomeCode


class MemoChanged(DomainError):
    """Another window saved a later text; nothing was overwritten."""

    code = "memo_changed"
    text = _("Памятку уже изменили в другом окне. Ваш текст не потерян: скопируйте его и обновите страницу.")


class MemoIncomplete(DomainError):
    """A memo without a question, a law or steps helps nobody; `field` says what is missing."""

    code = "memo_incomplete"
    text = _("Заполните это поле: без него памятку нельзя выдать.")


class MemoIsIssued(DomainError):
    """An issued memo is not edited."""

    code = "memo_issued"
    text = _("Памятка уже выдана, изменить её нельзя.")


class DialogueNotHeld(DomainError):
    """A memo is written in a dialogue that has begun."""

    code = "not_held"
    text = _("Памятку пишут, когда диалог начат.")


def save_draft(*, dialogue_id: UUID, text: MemoText, revision: int, actor: Actor, now: datetime) -> Memo:
    """Save the draft, beginning it at its first saving; `revision` is the one the page was editing, 0 at first.

    Raises NotFound, DialogueNotHeld, MemoChanged, MemoIsIssued.
    """
    with transaction.atomic(durable=True):
        dialogue = get_own_dialogue(actor, dialogue_id)
        request = lock_request(dialogue.help_request_id)
        return _save(_draft(dialogue, request, actor, now), text, revision, now)


def issue_memo(
    *, dialogue_id: UUID, text: MemoText, revision: int, outcome: OutcomeCode, actor: Actor, now: datetime
) -> Memo:
    """Issue the memo once, with number, check code and PDF, and note the outcome. Issuing twice is issuing once.

    Raises NotFound, MemoIncomplete, MemoChanged.
    """
    try:
        with transaction.atomic(durable=True):
            dialogue = get_own_dialogue(actor, dialogue_id)
            request = lock_request(dialogue.help_request_id)
            memo = memo_of_dialogue(dialogue.pk)
            if memo is not None and memo.state == MemoState.ISSUED:
                return memo
            missing = text.missing()
            if missing:
                raise MemoIncomplete(field=missing)
            memo = _save(_draft(dialogue, request, actor, now), text, revision, now)
            _issue(memo, request, dialogue, text, now)
            record(kind="memo", subject=memo.pk, action="issue", actor=actor, at=now, before=MemoState.DRAFT,
                   after=MemoState.ISSUED, data={"number": memo.number})  # fmt: skip
            _decide(request, dialogue, outcome, actor, now)
            memo_issued_letter(request=request, memo=memo, now=now)
            publish_on_commit(f"request:{request.pk}")
            publish_on_commit("office")
            if request.branch_id is not None:
                publish_on_commit(f"day:{request.branch_id}")
        return memo
    except IntegrityError as error:
        if "memo_issued_once" in str(error):
            raise MemoIsIssued from error
        raise


def decide_without_memo(*, dialogue_id: UUID, actor: Actor, now: datetime) -> None:
    """Close as missed a request whose dialogue ended without an answer, e.g. the line never held. Twice is once.

    Leaves a live dialogue and a request that has its outcome alone. Raises NotFound.
    """
    with transaction.atomic(durable=True):
        dialogue = get_own_dialogue(actor, dialogue_id)
        request = lock_request(dialogue.help_request_id)
        if request.state == RequestState.IN_DIALOGUE and dialogue.state != DialogueState.LIVE:
            advance(request=request, action="miss", actor=actor, now=now)


def _draft(dialogue: Dialogue, request: HelpRequest, actor: Actor, now: datetime) -> Memo:
    """The draft of a dialogue whose request is locked, made when there is none yet."""
    memo = memo_of_dialogue(dialogue.pk)
    if memo is not None:
        if memo.state != MemoState.DRAFT:
            raise MemoIsIssued
        return memo
    if dialogue.state not in {DialogueState.RECEIVED, DialogueState.LIVE, DialogueState.ENDED}:
        raise DialogueNotHeld
    assert dialogue.expert
    memo = Memo.objects.create(
        help_request=request, dialogue=dialogue, author=dialogue.expert, created_at=now, saved_at=now
    )
    record(kind="memo", subject=memo.pk, action="draft", actor=actor, at=now, after=MemoState.DRAFT)
    return memo


def _save(memo: Memo, text: MemoText, revision: int, now: datetime) -> Memo:
    if revision != memo.revision:
        raise MemoChanged
    memo.asked, memo.law, memo.steps, memo.documents = text.asked, text.law, text.steps, text.documents
    memo.revision += 1
    memo.saved_at = now
    memo.save(update_fields=["asked", "law", "steps", "documents", "revision", "saved_at"])
    return memo


def _issue(memo: Memo, request: HelpRequest, dialogue: Dialogue, text: MemoText, now: datetime) -> None:
    assert request.topic and request.authority and request.number and dialogue.expert
    memo.number = memo_number(request.number, issued_count(request.pk))
    memo.code = new_code()
    memo.issued_at = now
    memo.state = move(MEMO_MOVES, MemoState(memo.state), "issue", MemoIsIssued.text)
    sheet = MemoSheet(
        number=memo.number, code=memo.code, check_url=f"{settings.PUBLIC_URL}/m/{memo.code}/", issued_at=now,
        zone=request.branch.timezone if request.branch else request.authority.timezone,
        request_number=request.number, topic=request.topic.title, authority=request.authority.short,
        expert=dialogue.expert.name, position=dialogue.expert.position, region=settings.REGION_NAME, text=text,
        deadline=request.topic.deadline, acts=[norm["act"] for norm in request.topic.law],
    )  # fmt: skip
    memo.pdf = memo_pdf(sheet)
    memo.digest = hashlib.sha256(memo.pdf).hexdigest()
    memo.save()


def _decide(request: HelpRequest, dialogue: Dialogue, outcome: OutcomeCode, actor: Actor, now: datetime) -> None:
    assert dialogue.expert
    Outcome.objects.create(help_request=request, code=outcome, decided_by=dialogue.expert, decided_at=now)
    advance(request=request, action=outcome, actor=actor, now=now)
