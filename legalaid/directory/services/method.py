"""The office writes its own method: texts of the pack as this region wants them, and the tasks of its launch."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.memo_rules import places_fault
from legalaid.directory.models import LaunchTask, MethodPart
from legalaid.directory.pack.kinds import KINDS
from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.pack_queries import lock_method
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.states import PartKind
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit

MAX_OWNER, MAX_EVIDENCE = 120, 400


class TextRefused(DomainError):
    """The text cannot stand in a pack: too long, or with markup."""

    code = "method_text"


class TaskRefused(DomainError):
    """Something of the task is missing; `field` says what."""

    code = "launch_task"


def edit_part(*, part_id: int, title: str, text: str, actor: Actor, now: datetime) -> MethodPart:
    """Write a text of the method; later packs leave it as it is now. For the office. Raises NotFound, TextRefused."""
    with transaction.atomic(durable=True):
        lock_method()
        part = MethodPart.objects.filter(pk=part_id).first() if may_keep_agreements(actor) else None
        if part is None:
            raise NotFound
        shape = KINDS[part.kind].shape
        wanted = {}
        for field, typed in (("title", title), ("text", text)):
            try:
                wanted[field] = shape[field](typed.replace("\r\n", "\n").replace("\t", " ").strip(), part.title)
            except PackRefused as error:
                raise TextRefused(_refusal(field, typed, error), field) from error
        fault = places_fault(wanted["text"]) if part.kind == PartKind.MEMO else ""
        if fault:
            raise TextRefused(fault, "text")
        changed = [field for field, value in wanted.items() if getattr(part, field) != value]
        if changed:
            for field in changed:
                setattr(part, field, wanted[field])
            part.save(update_fields=changed)
            record(kind="method_part", subject=part.pk, action="edit", actor=actor, at=now, after="edited",
                   data={"part": f"{part.kind}:{part.code}", "fields": changed})  # fmt: skip
            publish_on_commit("office")
    return part


def _refusal(field: str, typed: str, error: PackRefused) -> str:
    if not typed.strip():
        return str(_("Напишите название."))
    if len(typed) > (200 if field == "title" else 20_000):
        return str(_("Слишком длинно."))
    return str(error.text)


def set_task(
    *, task_id: int, owner: str, due: date | None, done: bool, evidence: str, actor: Actor, now: datetime
) -> LaunchTask:
    """Say who does a task of the launch, by when, and that it is done and by what that is shown.

    For the office and the system. Raises NotFound, TaskRefused.
    """
    with transaction.atomic(durable=True):
        lock_method()
        task = LaunchTask.objects.select_for_update().filter(pk=task_id).order_by("id").first()
        if task is None or not may_keep_agreements(actor):
            raise NotFound
        shown = " ".join(evidence.replace("\x00", "").split())
        if done and not shown:
            raise TaskRefused(_("Напишите, чем подтверждается: номер документа, ссылка, число."), "evidence")
        if len(shown) > MAX_EVIDENCE or len(owner) > MAX_OWNER:
            raise TaskRefused(_("Слишком длинно."), "evidence" if len(shown) > MAX_EVIDENCE else "owner")
        wanted = {
            "owner": " ".join(owner.replace("\x00", "").split()), "due": due, "evidence": shown,
            "done_at": (task.done_at or now) if done else None,
        }  # fmt: skip
        changed = [name for name, value in wanted.items() if getattr(task, name) != value]
        if changed:
            before = "done" if task.done_at else "open"
            for name in changed:
                setattr(task, name, wanted[name])
            task.save(update_fields=changed)
            record(kind="launch_task", subject=task.pk, action="set", actor=actor, at=now, before=before,
                   after="done" if done else "open", data={"task": task.code, "fields": changed})  # fmt: skip
            publish_on_commit("office")
    return task
