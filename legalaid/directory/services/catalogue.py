"""The office edits the catalogue: topics with all they say, when their law was read, areas and their order.

An edit waits for an import of a pack and holds the next one off. What differs from what the last pack brought counts as
edited here, so later packs leave it (see `pack.plan`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.catalogue_queries import Sheet, known_codes, topic_sheet
from legalaid.directory.memo_rules import places_fault
from legalaid.directory.models import MethodPart, Topic
from legalaid.directory.pack.kinds import KINDS, Body
from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.pack_queries import lock_method
from legalaid.directory.policies import may_keep_agreements
from legalaid.directory.refusals import TopicMoved, TopicRefused
from legalaid.directory.services.method import TextRefused
from legalaid.directory.services.pack_rows import write_topics
from legalaid.directory.states import PartKind
from legalaid.directory.topic_rules import Fault, changed_fields, checked_topic, new_code, with_checks
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit


def save_topic(
    *, topic_id: int, typed: Mapping[str, Any], seen: str, actor: Actor, now: datetime, checked: bool = False
) -> Topic:
    """Write what the office typed over the version it has seen; `checked`: it has read the law as well.

    `typed` has the fields of a pack's topic. A norm whose act and articles stay keeps who checked it. Raises NotFound,
    TopicRefused with every fault, TopicMoved when somebody wrote another version meanwhile.
    """
    with transaction.atomic(durable=True):
        sheet = _locked(topic_id, actor)
        wanted = _demand_right({**typed, "law": _law(typed, sheet.topic)})
        _demand_seen(sheet, seen, wanted)
        _write(sheet, wanted, actor, now)
        if checked:
            _check(topic_id, actor, now)
    sheet.topic.refresh_from_db()
    return sheet.topic


def add_topic(*, typed: Mapping[str, Any], actor: Actor, now: datetime) -> Topic:
    """A new topic; its code is made of its area and title. Raises NotFound, TopicRefused."""
    if not may_keep_agreements(actor):
        raise NotFound
    with transaction.atomic(durable=True):
        lock_method()
        wanted = _demand_right({**typed, "law": with_checks(typed.get("law") or [], [])})
        code, number = new_code(wanted["area"], wanted["title"]), 1
        plain = code
        while Topic.objects.filter(code=code).exists():
            number += 1
            code = f"{plain}{number}"
        write_topics(rows={code: wanted}, actor=actor, now=now)
        topic = Topic.objects.get(code=code)
        record(kind="topic", subject=topic.pk, action="add", actor=actor, at=now, after="live", data={"topic": code})
        publish_on_commit("office")
    return topic


def check_law(*, topic_id: int, seen: str, actor: Actor, now: datetime) -> Topic:
    """Say that the actor has read the law of the version she has seen and it holds today. Raises as `save_topic`."""
    with transaction.atomic(durable=True):
        sheet = _locked(topic_id, actor)
        if sheet.version != seen:
            raise TopicMoved(sheet.body)
        _check(topic_id, actor, now)
    sheet.topic.refresh_from_db()
    return sheet.topic


def _check(topic_id: int, actor: Actor, now: datetime) -> None:
    topic = Topic.objects.get(pk=topic_id)
    if not topic.law:
        raise TopicRefused([Fault("law", str(_("Проверять нечего: у темы не указан закон.")))])
    today = local_day(now, settings.REGION_TIME_ZONE).isoformat()
    topic.law = [{**norm, "checked_at": today, "checked_by": actor.user_id} for norm in topic.law]
    topic.save(update_fields=["law"])
    record(kind="topic", subject=topic.pk, action="check_law", actor=actor, at=now, after="checked",
           data={"topic": topic.code, "norms": len(topic.law)})  # fmt: skip
    publish_on_commit("office")


def retire_topic(*, topic_id: int, actor: Actor, now: datetime) -> Topic:
    """No new request takes this topic; those there are, their times and memos go on. Twice is once. Raises NotFound."""
    return _set_retired(topic_id, now, actor, now)


def return_topic(*, topic_id: int, actor: Actor, now: datetime) -> Topic:
    """Offer a retired topic again. Raises NotFound."""
    return _set_retired(topic_id, None, actor, now)


def _set_retired(topic_id: int, at: datetime | None, actor: Actor, now: datetime) -> Topic:
    with transaction.atomic(durable=True):
        topic = _locked(topic_id, actor).topic
        if (topic.retired_at is None) != (at is None):
            names = {True: ("live", "retired"), False: ("retired", "live")}[at is not None]
            topic.retired_at = at
            topic.save(update_fields=["retired_at"])
            record(kind="topic", subject=topic.pk, action="retire" if at else "return", actor=actor, at=now,
                   before=names[0], after=names[1], data={"topic": topic.code})  # fmt: skip
            publish_on_commit("office")
    return topic


def give_own_memo(*, topic_id: int, title: str, text: str, actor: Actor, now: datetime) -> MethodPart:
    """A template of this topic alone, where it shared one with others. Raises NotFound, TextRefused."""
    with transaction.atomic(durable=True):
        sheet = _locked(topic_id, actor)
        topic = sheet.topic
        if MethodPart.objects.filter(kind=PartKind.MEMO, code=topic.code).exists():
            raise TextRefused(_("У темы уже есть свой шаблон: откройте его."), "text")
        shape = KINDS[PartKind.MEMO].shape
        try:
            wanted = {"title": shape["title"](title.strip(), str(_("название"))), "text": shape["text"](
                text.replace("\r\n", "\n").replace("\t", " ").strip(), str(_("текст")))}  # fmt: skip
        except PackRefused as error:
            raise TextRefused(error.text, "text") from error
        if fault := places_fault(wanted["text"]):
            raise TextRefused(fault, "text")
        memo = MethodPart.objects.create(kind=PartKind.MEMO, code=topic.code, position=sheet.topic.area.position,
                                         **wanted)  # fmt: skip
        topic.memo = memo
        topic.save(update_fields=["memo"])
        record(kind="topic", subject=topic.pk, action="own_memo", actor=actor, at=now, after="edited",
               data={"topic": topic.code, "part": f"memo:{memo.code}"})  # fmt: skip
        publish_on_commit("office")
    return memo


def _locked(topic_id: int, actor: Actor) -> Sheet:
    """The topic as it stands, in its turn. Raises NotFound."""
    if not may_keep_agreements(actor):
        raise NotFound
    lock_method()
    sheet = topic_sheet(topic_id)
    if sheet is None:
        raise NotFound
    return sheet


def _law(typed: Mapping[str, Any], topic: Topic) -> list[dict[str, Any]]:
    return with_checks(typed.get("law") or [], topic.law)


def _demand_right(typed: Mapping[str, Any]) -> Body:
    """The fields in normal form, the norms with who checked them. Raises TopicRefused with every fault."""
    law = [dict(norm) for norm in typed["law"]]
    checkers = [norm.pop("checked_by") for norm in law]
    body, faults = checked_topic({**typed, "law": law}, known_codes())
    if faults:
        raise TopicRefused(faults)
    body["law"] = [{**norm, "checked_by": by} for norm, by in zip(body["law"], checkers, strict=True)]
    return body


def _told(body: Body) -> Body:
    """The same as a pack has it: without who checked."""
    norms = [{name: norm[name] for name in ("act", "articles", "checked_at")} for norm in body["law"]]
    return {**body, "law": norms}


def _demand_seen(sheet: Sheet, seen: str, wanted: Body) -> None:
    """Writing the same twice is writing it once; writing over what one has not seen is refused."""
    if sheet.version != seen and _told(wanted) != sheet.body:
        raise TopicMoved(sheet.body)


def _write(sheet: Sheet, wanted: Body, actor: Actor, now: datetime) -> None:
    fields = changed_fields(sheet.body, _told(wanted))
    if not fields:
        return
    retired_at = sheet.topic.retired_at
    write_topics(rows={sheet.topic.code: wanted}, actor=actor, now=now)
    Topic.objects.filter(pk=sheet.topic.pk).update(retired_at=retired_at)
    record(kind="topic", subject=sheet.topic.pk, action="edit", actor=actor, at=now, after="edited",
           data={"topic": sheet.topic.code, "fields": fields})  # fmt: skip
    publish_on_commit("office")
