"""The catalogue as its editors see it: topics by filter, areas in order, one topic with all it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from legalaid.directory.models import Area, Authority, CatalogueFile, MethodPart, Topic
from legalaid.directory.pack.kinds import Body
from legalaid.directory.pack.plan import digest
from legalaid.directory.pack_queries import topics_with_bodies
from legalaid.directory.states import PartKind
from legalaid.directory.topic_rules import Check, Known, check_of
from legalaid.journal.models import JournalEntry
from legalaid.people.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in the list: whether its law was read within a year, and the day of the oldest reading."""

    topic: Topic
    check: Check
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A topic with what it says; `version` changes with any of it."""

    topic: Topic
    body: Body

    @property
    def version(self) -> str:
        return digest(self.body)


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changed a topic last, and when."""

    name: str
    at: datetime


def topics_listed(
    *, today: date, area: str = "", authority: str = "", words: str = "", check: str = "", retired: bool = False
) -> list[Row]:
    """Topics by filter in the order of the catalogue; `check`: "due" = the law waits to be read. One statement."""
    rows = Topic.objects.select_related("area", "authority").filter(retired_at__isnull=not retired)
    area, authority = area.replace("\x00", ""), authority.replace("\x00", "")
    if area:
        rows = rows.filter(area__code=area)
    if authority:
        rows = rows.filter(authority__code=authority)
    said = " ".join(words.replace("\x00", "").split())[:200]
    if said:
        rows = rows.filter(
            Q(title__icontains=said) | Q(ask__icontains=said) | Q(code__icontains=said) | Q(keywords__icontains=said)
        )
    found = [Row(topic, *check_of(topic.law, today)) for topic in rows.order_by("area__position", "title", "id")]
    return [row for row in found if row.check is not Check.FRESH] if check == "due" else found


def counted(rows: Iterable[Row]) -> Mapping[str, int]:
    """How many topics of each check."""
    found = Counter(row.check.value for row in rows)
    return {check.value: found[check.value] for check in Check}


def retired_count() -> int:
    """How many topics are retired."""
    return Topic.objects.filter(retired_at__isnull=False).count()


def areas() -> QuerySet[Area]:
    """All areas in their order, with how many topics each has, as `live`."""
    return Area.objects.annotate(live=Count("topics", filter=Q(topics__retired_at=None))).order_by("position", "id")


def guide() -> list[tuple[str, str, str]]:
    """What the codes of a sheet mean: (what, code, name), in Russian as the sheet is. Four statements."""
    bodies = [("Орган", one.code, one.name) for one in Authority.objects.order_by("plain", "id")]
    return [
        ("Что", "Код", "Значит"), *bodies, *(("Раздел", one.code, one.name) for one in areas()),
        *(("Шаблон памятки", one.code, one.title) for one in memos()),
        *(("Случай 324-ФЗ", code, title) for code, title in cases()),
    ]  # fmt: skip


def topic_sheet(topic_id: int) -> Sheet | None:
    """One topic with what it says. Two statements."""
    return next((Sheet(topic, body) for topic, body in topics_with_bodies(pk=topic_id)), None)


def topic_sheets() -> dict[str, Sheet]:
    """Every topic by code, the retired among them. Two statements."""
    return {topic.code: Sheet(topic, body) for topic, body in topics_with_bodies()}


def memos() -> QuerySet[MethodPart]:
    """Templates of memos with how many topics use each, as `used`."""
    return MethodPart.objects.filter(kind=PartKind.MEMO).annotate(used=Count("topics")).order_by("position", "code")


def cases() -> list[tuple[str, str]]:
    """Codes and titles of the cases of 324-ФЗ."""
    rows = MethodPart.objects.filter(kind=PartKind.CATEGORY, data__group="case").order_by("position", "code")
    return list(rows.values_list("code", "title"))


def known_codes() -> Known:
    """What a topic may name. The cases topics name already are among them: a region may have no list of its own."""
    named = Topic.objects.order_by("code").values_list("free_aid_case", flat=True)
    return Known(
        areas=set(Area.objects.order_by("id").values_list("code", flat=True)),
        authorities=set(Authority.objects.order_by("id").values_list("code", flat=True)),
        memos=set(MethodPart.objects.filter(kind=PartKind.MEMO).order_by("id").values_list("code", flat=True)),
        cases={code for code, _title in cases()} | set(named),
    )  # fmt: skip


def last_edit(topic_id: int) -> Edit | None:
    """Who changed a topic last; None when nobody of the office has."""
    entry = JournalEntry.objects.filter(kind="topic", subject=str(topic_id)).order_by("-id").first()
    kind, _colon, user = entry.actor.partition(":") if entry else ("", "", "")
    if entry is None or kind != "staff":
        return None
    return Edit(names([int(user)]).get(int(user), ""), entry.at)


def names(user_ids: Iterable[int]) -> dict[int, str]:
    """Names of the staff by id."""
    return dict(User.objects.filter(pk__in=list(user_ids)).order_by("id").values_list("pk", "name"))


def norms(topic: Topic) -> list[dict[str, Any]]:
    """The norms of a topic with who checked each, as `by`."""
    told = names({one["checked_by"] for one in topic.law if one.get("checked_by")})
    return [
        {"act": one["act"], "articles": one.get("articles", ""), "by": told.get(one.get("checked_by"), ""),
         "checked_on": date.fromisoformat(one["checked_at"]) if one.get("checked_at") else None}
        for one in topic.law
    ]  # fmt: skip


def file_of(user_id: int) -> CatalogueFile | None:
    """The sheet somebody has brought."""
    return CatalogueFile.objects.filter(user_id=user_id).order_by("id").first()
