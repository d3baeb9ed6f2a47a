"""Objects of a pack written into their tables, inside the import's transaction; new ones in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from legalaid.directory.models import (
    AgreementClause,
    Area,
    Authority,
    Booth,
    Branch,
    LaunchTask,
    MethodPart,
    Topic,
    TopicExample,
)  # fmt: skip
from legalaid.directory.pack import Body, Key
from legalaid.directory.pack.kinds import PARTS
from legalaid.directory.pack.strict import holds_contact
from legalaid.directory.states import PartKind
from legalaid.kernel.actor import Actor
from legalaid.people.services import publish_consent_document
from legalaid.people.states import ConsentKind

Rows = Mapping[str, Body]
_PART = ("title", "position", "text")
AlsoRow: Any = Topic.also.through


def write_objects(*, rows: Mapping[str, Rows], zone: str, actor: Actor, now: datetime) -> None:
    """Write objects by kind, in the order of dependence. `zone` is that of authorities the region has not named yet."""
    authorities = rows["authority"]
    unnamed = {
        code: {"name": row["plain"], "short": row["plain"], "timezone": zone} for code, row in authorities.items()
    }
    _write(Authority, authorities, new=unnamed)
    _write(Area, rows["area"])
    for kind in sorted(PARTS):
        _write_parts(kind, rows[kind])
    _write(AgreementClause, rows["clause"])
    _write_topics(rows["topic"])
    _write_examples(rows["examples"], now)
    for code, body in rows["consent"].items():
        publish_consent_document(kind=ConsentKind(code), text=body["text"], actor=actor, now=now)
    _write(LaunchTask, rows["task"])
    _write(Authority, rows["named"])
    _write(Branch, rows["branch"])
    branches = _ids(Branch)
    _write(Booth, {code: _with(body, branch=branches) for code, body in rows["booth"].items()})


def write_topics(*, rows: Rows, actor: Actor, now: datetime) -> None:
    """Write topics inside the caller's transaction, as the office or a sheet has them. The caller tells the journal."""
    _write_topics(rows)


def write_areas(*, rows: Rows, actor: Actor, now: datetime) -> None:
    """The same for areas."""
    _write(Area, rows)


def _ids(model: type[models.Model], **where: Any) -> dict[str, int]:
    return dict(model._default_manager.filter(**where).order_by("pk").values_list("code", "pk"))


def _with(body: Body, **tables: Mapping[str, int]) -> dict[str, Any]:
    """The fields with codes turned into ids of rows; a code whose row was removed here becomes None."""
    found = {name: value for name, value in body.items() if name not in tables}
    return found | {f"{name}_id": ids.get(body[name]) for name, ids in tables.items()}


def _write(model: type[Any], rows: Rows, *, new: Rows | None = None, **where: Any) -> None:
    """Make or change the rows with these codes; `new` has what only a row that is made gets."""
    if not rows:
        return
    present = {row.code: row for row in model.objects.filter(code__in=list(rows), **where).order_by("pk")}
    fresh, changed = [], []
    for code, fields in rows.items():
        row = present.get(code)
        if row is None:
            fresh.append(model(code=code, **where, **(new or {}).get(code, {}), **fields))
        else:
            for name, value in fields.items():
                setattr(row, name, value)
            changed.append(row)
    model.objects.bulk_create(fresh)
    if changed:
        names = [name.removesuffix("_id") for name in next(iter(rows.values()))]
        model.objects.bulk_update(changed, names)


def _write_parts(kind: str, rows: Rows) -> None:
    fields = {
        code: {**{name: body[name] for name in _PART},
               "data": {name: value for name, value in body.items() if name not in _PART}}
        for code, body in rows.items()
    }  # fmt: skip
    _write(MethodPart, fields, kind=kind)


def _write_topics(rows: Rows) -> None:
    if not rows:
        return
    authorities, areas, memos = _ids(Authority), _ids(Area), _ids(MethodPart, kind=PartKind.MEMO)
    fields = {}
    for code, body in rows.items():
        row = _with(body, authority=authorities, area=areas, memo=memos)
        # A topic in a pack is wanted again; its deadline is counted as the programme does when it says nothing.
        fields[code] = {**row, "keywords": ", ".join(body["keywords"]), "term": body.get("term"), "retired_at": None}
        del fields[code]["also"]
    _write(Topic, fields)
    topics = _ids(Topic, code__in=list(rows))
    AlsoRow.objects.filter(topic_id__in=topics.values()).delete()
    AlsoRow.objects.bulk_create(
        AlsoRow(topic_id=topics[code], authority_id=authorities[one]) for code, body in rows.items()
        for one in body["also"]
    )  # fmt: skip


def _write_examples(rows: Rows, now: datetime) -> None:
    """Exactly these, but for the office's own with a contact in them, which no pack knows of."""
    topics = _ids(Topic, code__in=list(rows))
    fresh = []
    for code, body in rows.items():
        wanted = set(body["texts"])
        for example in TopicExample.objects.filter(topic_id=topics[code]).order_by("id"):
            if example.text in wanted:
                wanted.discard(example.text)
            elif not holds_contact(example.text):
                example.delete()
        fresh += [TopicExample(topic_id=topics[code], text=text, added_at=now) for text in sorted(wanted)]
    TopicExample.objects.bulk_create(fresh)


def remove_parts(*, keys: Iterable[Key], actor: Actor, now: datetime) -> None:
    """Remove texts that a later pack has no more and nobody here has edited or uses."""
    for key in keys:
        MethodPart.objects.filter(kind=key.kind, code=key.code).delete()
