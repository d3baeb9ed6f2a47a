"""Waiting and whose delay it is: one open span a waiting person, its cause changed by those who know."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import WaitingNote, WaitSpan
from legalaid.reception.policies import get_request_to_attribute, get_request_to_explain
from legalaid.reception.queries.watch import booking_kept_waiting, booking_to_tell, open_wait
from legalaid.reception.queue_refusals import NotWaiting
from legalaid.reception.services.tasks import WAITING_TASKS, close_tasks_of
from legalaid.reception.states import DELAY_CAUSES, DelayReason, WaitCause


def open_span(
    *, request: HelpRequest, cause: WaitCause, actor: Actor, now: datetime, began_at: datetime | None = None
) -> WaitSpan:
    """The person of a locked request begins to wait, now or from `began_at` on; she may wait already.

    Inside the caller's transaction.
    """
    span = open_wait(request.pk)
    if span is None:
        span = WaitSpan.objects.create(help_request=request, cause=cause, began_at=began_at or now)
        record(kind="wait", subject=span.pk, action="begin", actor=actor, at=now, after=cause,
               data={"request": str(request.pk)})  # fmt: skip
        publish_on_commit("watch")
    return span


def close_span(*, help_request_id: UUID, actor: Actor, now: datetime, ended_at: datetime | None = None) -> None:
    """The person waits no longer, inside the caller's transaction; nothing happens when she did not wait.

    A delay announced before a booked start that did not come about is no wait: it is not kept.
    """
    span = open_wait(help_request_id)
    if span is not None:
        record(kind="wait", subject=span.pk, action="end", actor=actor, at=now, before=span.cause, after=span.cause)
        span.ended_at = ended_at or now
        if span.ended_at < span.began_at:
            span.delete()
        else:
            span.save(update_fields=["ended_at"])
        publish_on_commit("watch")


def end_wait(*, help_request_id: UUID, actor: Actor, now: datetime) -> None:
    """The person is received or waits no longer: her span ends and so do the tasks about it.

    Inside the caller's transaction; nothing happens when she did not wait.
    """
    close_span(help_request_id=help_request_id, actor=actor, now=now)
    close_tasks_of(help_request_id=help_request_id, kinds=WAITING_TASKS, actor=actor, now=now)


def switch_span(*, request: HelpRequest, cause: WaitCause, since: datetime, actor: Actor, now: datetime) -> None:
    """Since a moment the wait of a locked request has another cause, inside the caller's transaction."""
    span = open_wait(request.pk)
    if span is not None and span.cause != cause:
        since = max(since, span.began_at)
        close_span(help_request_id=request.pk, actor=actor, now=now, ended_at=since)
        open_span(request=request, cause=cause, actor=actor, now=now, began_at=since)


def attribute_wait(*, help_request_id: UUID, cause: WaitCause, actor: Actor, now: datetime) -> WaitSpan:
    """Say whose delay the wait is that goes on now, from its beginning: an operator of her branch or the duty officer.

    Of a booked visitor whose start has just passed too: the wait that the minute's job would begin is begun here.
    Raises NotWaiting, NotFound.
    """
    with transaction.atomic(durable=True):
        get_request_to_attribute(actor, help_request_id)
        request = lock_request(help_request_id)
        span = open_wait(help_request_id)
        booking = booking_kept_waiting(help_request_id, now) if span is None else None
        if booking is not None:
            span = open_span(request=request, cause=WaitCause.AUTHORITY, actor=actor, now=now,
                             began_at=booking.during.lower)  # fmt: skip
        if span is None:
            raise NotWaiting
        _attribute(span, cause, actor, now)
    return span


def explain_delay(*, help_request_id: UUID, reason: DelayReason, actor: Actor, now: datetime) -> WaitingNote:
    """An expert of the authority says to a person who waits why it takes longer; the wait is put down to its cause.

    Also to one who is booked, has come or is due, and is not received: her wait counts from the booked start on.
    Raises NotWaiting, NotFound.
    """
    with transaction.atomic(durable=True):
        request = get_request_to_explain(actor, help_request_id)
        locked = lock_request(help_request_id)
        span = open_wait(help_request_id)
        booking = booking_to_tell(help_request_id, now) if span is None else None
        if booking is not None:
            span = open_span(request=locked, cause=WaitCause.AUTHORITY, actor=actor, now=now,
                             began_at=booking.during.lower)  # fmt: skip
        if span is None:
            raise NotWaiting
        _attribute(span, DELAY_CAUSES[reason], actor, now)
        return put_note(request=request, text=str(reason.label), actor=actor, now=now)


def miss_wait(*, help_request_id: UUID, actor: Actor, now: datetime) -> None:
    """A booked person never came: what her wait was put down to when she was due is hers, and it ends.

    Inside the caller's transaction; nothing happens when nobody spoke of a wait.
    """
    span = open_wait(help_request_id)
    if span is not None:
        _attribute(span, WaitCause.CITIZEN, actor, now)
    end_wait(help_request_id=help_request_id, actor=actor, now=now)


def put_note(*, request: HelpRequest, text: str, actor: Actor, now: datetime) -> WaitingNote:
    """Say something to a person who waits, inside the caller's transaction; who may was asked before."""
    assert actor.user_id is not None
    note = WaitingNote.objects.create(help_request=request, author_id=actor.user_id, text=text, at=now)
    record(kind="note", subject=note.pk, action="send", actor=actor, at=now, data={"request": str(request.pk)})
    publish_on_commit(f"request:{request.pk}")
    if request.authority_id is not None:
        publish_on_commit(f"queue:{request.authority_id}")
    return note


def _attribute(span: WaitSpan, cause: WaitCause, actor: Actor, now: datetime) -> None:
    if span.cause != cause:
        before, span.cause = span.cause, cause
        span.save(update_fields=["cause"])
        record(kind="wait", subject=span.pk, action="attribute", actor=actor, at=now, before=before, after=cause)
        publish_on_commit("watch")
