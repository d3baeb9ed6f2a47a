"""A sheet of the catalogue: brought, read by the worker, looked at, and taken in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from legalaid.directory.catalogue_queries import areas, file_of, known_codes, topic_sheets
from legalaid.directory.models import CatalogueFile, Topic
from legalaid.directory.pack.kinds import Body
from legalaid.directory.pack_queries import lock_method
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.refusals import SheetRefused
from legalaid.directory.services.pack_rows import write_areas, write_topics
from legalaid.directory.sheet import MAX_SHEET, Rows, SheetPlan, made_plan, read_sheet
from legalaid.directory.states import FILE_MOVES, FileState
from legalaid.directory.topic_rules import with_checks
from legalaid.journal.services import Entry, entry, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.jobs import defer
from legalaid.kernel.states import move

STALE = _("Пока вы смотрели, каталог изменили. Загрузите файл ещё раз и посмотрите новый план. Ничего не принято.")
LIVES = timedelta(days=1)
TELL_EVERY = 0.3
"""Seconds between two words on how far it is; the first is said at once."""
CHUNK = 100
"""Topics written by one set of statements."""


def bring_sheet(*, content: bytes, name: str, actor: Actor, now: datetime) -> CatalogueFile:
    """Keep a file for the worker to read; the one before gives way. For the office. Raises NotFound, SheetRefused."""
    from legalaid.directory.jobs import read_catalogue_file

    if actor.user_id is None or not may_keep_agreements(actor):
        raise NotFound
    if not content:
        raise SheetRefused(_("Выберите файл."))
    if len(content) > MAX_SHEET:
        raise SheetRefused(_("Файл слишком большой: таблица каталога не бывает больше 8 МБ."))
    with transaction.atomic(durable=True):
        CatalogueFile.objects.filter(uploaded_at__lt=now - LIVES).delete()
        CatalogueFile.objects.filter(user_id=actor.user_id).delete()
        kept = CatalogueFile.objects.create(
            user_id=actor.user_id, name=" ".join(name.replace("\x00", "").split())[:120], content=content,
            uploaded_at=now,
        )  # fmt: skip
        defer(read_catalogue_file, file_id=kept.pk, language=get_language() or "ru")
    return kept


def read_brought_sheet(*, file_id: int, language: str, actor: Actor, now: datetime) -> None:
    """Read a file and say what it would change; the worker does, and it may do so twice. Nothing else changes."""
    with translation.override(language):
        _read(file_id, now)


def _read(file_id: int, now: datetime) -> None:
    kept = CatalogueFile.objects.filter(pk=file_id, state=FileState.READING).order_by("id").first()
    if kept is None:
        return
    try:
        tell = _teller(file_id)
        rows = read_sheet(bytes(kept.content), lambda done, total: tell(done, 2 * total))  # then as many are compared
    except SheetRefused as error:
        _step(kept, "refuse", refusal=str(error.text))
        return
    count = len(rows.areas) + len(rows.topics)
    plan = _plan(rows, now, lambda done: tell(count + done, 2 * count))
    _step(kept, "read", plan=plan.told, done=len(plan.lines), total=len(plan.lines))


def confirm_sheet(*, seen: str, actor: Actor, now: datetime, skip_wrong: bool = False) -> CatalogueFile:
    """Let the worker take the file as its plan was shown: whole, or with `skip_wrong` the rows that are right.

    A row that leans on a wrong one (a topic of a new area that is wrong) is wrong itself, so what is taken is whole.
    Raises NotFound, SheetRefused.
    """
    from legalaid.directory.jobs import take_catalogue_file

    kept = _mine(actor)
    counts = kept.plan.get("counts", {})
    right = counts.get("new", 0) + counts.get("changed", 0)
    halved = counts.get("wrong") and not (skip_wrong and right)
    if kept.state != FileState.READ or halved or seen != kept.plan["fingerprint"]:
        raise SheetRefused(_("Этот файл уже не тот, что вы видели. Посмотрите ещё раз, ничего не изменено."))
    with transaction.atomic(durable=True):
        _step(kept, "take", done=0, total=right)
        defer(take_catalogue_file, file_id=kept.pk, language=get_language() or "ru")
    return kept


def take_brought_sheet(*, file_id: int, language: str, actor: Actor, now: datetime) -> None:
    """Write what a confirmed file says in one transaction, or nothing when the catalogue has changed since.

    The worker does it, on behalf of whoever brought the file. How far it is goes past the transaction, so it is seen.
    """
    with translation.override(language):  # the plan that was shown has words in it
        _take(file_id, now)


def _take(file_id: int, now: datetime) -> None:
    kept = CatalogueFile.objects.filter(pk=file_id, state=FileState.TAKING).order_by("id").first()
    if kept is None:
        return
    rows = read_sheet(bytes(kept.content))
    who = Actor.staff(kept.user_id, ())
    with transaction.atomic(durable=True):
        lock_method()
        plan = _plan(rows, now)
        if plan.fingerprint != kept.plan["fingerprint"]:
            _step(kept, "refuse", refusal=str(STALE))
            return
        _carry_out(plan, who, now, _teller(file_id))
        _step(kept, "finish", done=kept.total)
    publish_on_commit("office")


def drop_sheet(*, actor: Actor, now: datetime) -> None:
    """Put the file away; nothing of it is taken. One that is being taken stays."""
    if actor.user_id is not None:
        CatalogueFile.objects.filter(user_id=actor.user_id).exclude(state=FileState.TAKING).delete()


def _mine(actor: Actor) -> CatalogueFile:
    kept = file_of(actor.user_id) if actor.user_id is not None and may_keep_agreements(actor) else None
    if kept is None:
        raise NotFound
    return kept


def _step(kept: CatalogueFile, action: str, **values: Any) -> None:
    kept.state = move(FILE_MOVES, FileState(kept.state), action, "")
    for name, value in values.items():
        setattr(kept, name, value)
    kept.save(update_fields=["state", *values])


def _plan(rows: Rows, now: datetime, tell: Callable[[int], None] = lambda done: None) -> SheetPlan:
    here = {one.code: {"name": one.name, "position": one.position} for one in areas()}
    today = local_day(now, settings.REGION_TIME_ZONE)
    return made_plan(rows, topics=topic_sheets(), areas=here, known=known_codes(), today=today, tell=tell)


def _carry_out(plan: SheetPlan, actor: Actor, now: datetime, tell: Callable[[int, int], None]) -> None:
    total = len(plan.areas) + len(plan.topics)
    write_areas(rows=plan.areas, actor=actor, now=now)
    tell(len(plan.areas), total)
    before = {topic.code: topic for topic in Topic.objects.filter(code__in=list(plan.topics)).order_by("id")}
    entries = [entry(kind="area", subject=code, action="sheet", actor=actor, at=now, after="edited",
                     data={"area": code}) for code in plan.areas]  # fmt: skip
    codes = list(plan.topics)
    for start in range(0, len(codes), CHUNK):
        some = codes[start : start + CHUNK]
        write_topics(rows={code: _with_readers(plan.topics[code], before.get(code), actor) for code in some},
                     actor=actor, now=now)  # fmt: skip
        for code in some:
            if plan.retired[code]:
                was = before.get(code)
                Topic.objects.filter(code=code).update(retired_at=(was.retired_at if was else None) or now)
        tell(len(plan.areas) + start + len(some), total)
    ids = dict(Topic.objects.filter(code__in=codes).order_by("id").values_list("code", "pk"))
    entries += [_told(code, ids[code], code in before, plan, actor, now) for code in codes]
    write(*entries)


def _with_readers(body: Body, was: Topic | None, actor: Actor) -> Body:
    """Norms with who read them: whoever did where nothing changed, else whoever brought the file."""
    kept = with_checks(body["law"], was.law if was else [])
    law = [
        {**norm, "checked_by": known["checked_by"] if known["checked_at"] == norm["checked_at"] else actor.user_id}
        if norm["checked_at"] else {**norm, "checked_by": None}
        for norm, known in zip(body["law"], kept, strict=True)
    ]  # fmt: skip
    return {**body, "law": law}


def _told(code: str, topic_id: int, known: bool, plan: SheetPlan, actor: Actor, now: datetime) -> Entry:
    data = {"topic": code, "from": "sheet"} | ({"fields": list(plan.fields[code])} if known else {})
    return entry(kind="topic", subject=topic_id, action="edit" if known else "add", actor=actor, at=now,
                 after="edited" if known else "live", data=data)  # fmt: skip


def _teller(file_id: int) -> Callable[[int, int], None]:
    """Writes how far the work is, at once and whatever becomes of the transaction around it."""
    said = -inf

    def tell(done: int, total: int) -> None:
        nonlocal said
        moment = monotonic()
        if moment - said < TELL_EVERY and done < total:
            return
        said = moment
        beside = connections.create_connection("default")
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE directory_cataloguefile SET done = %s, total = %s WHERE id = %s", [done, total, file_id]
                )
        finally:
            beside.close()

    return tell
