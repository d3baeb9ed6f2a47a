"""Tasks: what somebody must see to, raised by an event and closed by a person or by the event's end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.directory.models import Booth
from legalaid.intake.models import HelpRequest
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import Task
from legalaid.reception.policies import get_visible_task
from legalaid.reception.queries.watch import open_task, open_tasks_of, open_tasks_of_booth
from legalaid.reception.queue_refusals import TaskClosed
from legalaid.reception.states import TaskKind

WAITING_TASKS = (TaskKind.LONG_WAIT, TaskKind.NOBODY_ANSWERS, TaskKind.CALL_BACK)
"""Tasks that end when the person waits no longer."""
DEVICE_TASKS = (TaskKind.DEVICE, TaskKind.CAMERA_DENIED, TaskKind.MICROPHONE_DENIED)
"""Tasks of a person's devices: each ends when hers work, or when the dialogue they were for is over."""


def raise_task(
    *, kind: TaskKind, actor: Actor, now: datetime, help_request_id: UUID | None = None,
    authority_id: int | None = None, branch_id: int | None = None, booth_id: int | None = None,
) -> Task:  # fmt: skip
    """Call somebody: the bell of a booth, a device that does not work. Raised twice, it is raised once until closed."""
    with transaction.atomic(durable=True):
        request = HelpRequest.objects.filter(pk=help_request_id).order_by("id").first() if help_request_id else None
        if branch_id is None and booth_id is not None:
            branch_id = Booth.objects.filter(pk=booth_id).order_by("id").values_list("branch_id", flat=True).first()
        return note_task(
            kind=kind, help_request=request, authority_id=authority_id, branch_id=branch_id, booth_id=booth_id,
            actor=actor, now=now,
        )  # fmt: skip


def note_task(
    *, kind: TaskKind, actor: Actor, now: datetime, help_request: HelpRequest | None = None,
    authority_id: int | None = None, branch_id: int | None = None, booth_id: int | None = None,
) -> Task:  # fmt: skip
    """Raise a task inside the caller's transaction, or return the open one; its branch is the request's."""
    if branch_id is None and help_request is not None:
        branch_id = help_request.branch_id
    task = Task(kind=kind, help_request=help_request, authority_id=authority_id, branch_id=branch_id,
                booth_id=booth_id, raised_at=now)  # fmt: skip
    known = open_task(task)
    if known is not None:
        return known
    Task.objects.bulk_create([task], ignore_conflicts=True)  # a rival raised it in the same moment: his stands
    raised = open_task(task)
    assert raised is not None
    record(kind="task", subject=raised.pk, action="raise", actor=actor, at=now, after="open", data={"kind": kind})
    _tell(raised)
    return raised


def take_task(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """Say «I see to it», so that nobody else does. Raises TaskClosed, NotFound."""
    with transaction.atomic(durable=True):
        task = get_visible_task(actor, task_id)
        task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
        if task.closed_at is not None:
            raise TaskClosed
        if task.taken_by_id != actor.user_id:
            task.taken_by_id = actor.user_id
            task.save(update_fields=["taken_by"])
            record(kind="task", subject=task.pk, action="take", actor=actor, at=now, before="open", after="open")
            _tell(task)
    return task


def close_task(*, task_id: int, actor: Actor, now: datetime) -> Task:
    """Say that a task has been seen to. Closing twice is closing once. Raises NotFound."""
    with transaction.atomic(durable=True):
        task = get_visible_task(actor, task_id)
        task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
        if task.closed_at is None:
            _close(task, actor=actor, now=now)
    return task


def close_tasks_of(*, help_request_id: UUID, kinds: tuple[TaskKind, ...], actor: Actor, now: datetime) -> None:
    """The cause of these tasks of a request is gone: close them, inside the caller's transaction."""
    for task in open_tasks_of(help_request_id, kinds):
        _close(task, actor=actor, now=now)


def close_tasks_of_booth(*, booth_id: int, kinds: tuple[TaskKind, ...], actor: Actor, now: datetime) -> None:
    """What a booth itself raised is over: close it, inside the caller's transaction. A visitor's bell stays."""
    for task in open_tasks_of_booth(booth_id, kinds):
        _close(task, actor=actor, now=now)


def _close(task: Task, *, actor: Actor, now: datetime) -> None:
    task.closed_at, task.closed_by_id = now, actor.user_id
    task.save(update_fields=["closed_at", "closed_by"])
    record(kind="task", subject=task.pk, action="close", actor=actor, at=now, before="open", after="closed")
    _tell(task)


def _tell(task: Task) -> None:
    """Whoever may see to it looks again after the commit."""
    publish_on_commit("watch")
    if task.branch_id is not None:
        publish_on_commit(f"day:{task.branch_id}")
    if task.authority_id is not None:
        publish_on_commit(f"queue:{task.authority_id}")
    if task.help_request_id is not None:
        publish_on_commit(f"request:{task.help_request_id}")
