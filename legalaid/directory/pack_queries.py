"""The method of this installation as objects of a pack: one statement for each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from legalaid.directory.models import (
    AgreementClause,
    Area,
    Authority,
    Booth,
    Branch,
    LaunchTask,
    MethodPart,
    PackObject,
    PackUpload,
    RegionPack,
    Topic,
    TopicExample,
)  # fmt: skip
from legalaid.directory.pack import KINDS, Body, Key, Pack, made
from legalaid.directory.pack.fields import WEEKDAYS
from legalaid.directory.pack.plan import Plan, digest, made_plan
from legalaid.directory.pack.strict import holds_contact
from legalaid.directory.states import LaunchStage
from legalaid.people.models import ConsentDocument

LICENCE = "CC0-1.0"
_TURN = 0x7061636B
_COMMON = ("title", "position", "text")
_BRANCH = ("name", "municipality", "address", "timezone", "weak_line")
_BOOTH = ("name", "kind", "step_free", "induction_loop", "scanner", "printer")
_PLAIN = ("title", "ask", "documents", "deadline", "minutes", "lead_minutes", "horizon_days", "free_aid_case",
          "short_answer")  # fmt: skip


def objects_here() -> dict[Key, Body]:
    """Every object of the method and the network as it stands, in normal form. 11 statements."""
    return {Key(kind, code): body for kind, code, body in _all()}


def _all() -> Iterator[tuple[str, str, Body]]:
    for authority in Authority.objects.order_by("id"):
        yield "authority", authority.code, {"plain": authority.plain, "level": authority.level}
        yield "named", authority.code, {
            "name": authority.name, "short": authority.short, "name_checked": authority.name_checked,
            "timezone": authority.timezone,
        }  # fmt: skip
    for area in Area.objects.order_by("id"):
        yield "area", area.code, {"name": area.name, "position": area.position}
    yield from _topics()
    yield from _examples()
    for part in MethodPart.objects.order_by("id"):
        more = {name: part.data.get(name) for name in KINDS[part.kind].shape if name not in _COMMON}
        yield part.kind, part.code, {"title": part.title, "position": part.position, **more, "text": part.text}
    for clause in AgreementClause.objects.order_by("id"):
        yield (
            "clause",
            clause.code,
            {"title": clause.title, "position": clause.position, "text": clause.text.strip(" \n")},
        )
    newest = ConsentDocument.objects.order_by("kind", "-version").distinct("kind")
    for document in newest:
        yield "consent", document.kind, {"text": document.text.strip(" \n")}
    for task in LaunchTask.objects.order_by("id"):
        yield "task", task.code, {
            "stage": task.stage, "title": task.title, "position": task.position, "hint": task.hint,
        }  # fmt: skip
    for branch in Branch.objects.order_by("id"):
        hours = {day: branch.hours[day] for day in WEEKDAYS if day in branch.hours}
        yield "branch", branch.code, {**{name: getattr(branch, name) for name in _BRANCH}, "hours": hours}
    for booth in Booth.objects.select_related("branch").order_by("id"):
        yield "booth", booth.code, {"branch": booth.branch.code, **{name: getattr(booth, name) for name in _BOOTH}}


def _topics() -> Iterator[tuple[str, str, Body]]:
    """Topics that are not retired: another region has no use for the others."""
    for topic, body in topics_with_bodies():
        if topic.retired_at is None:
            yield "topic", topic.code, body


def topics_with_bodies(**where: Any) -> Iterator[tuple[Topic, Body]]:
    """Topics with what each says, in the normal form of a pack: its hash is the version an editor has seen."""
    also: dict[int, list[str]] = {}
    for topic_id, code in Topic.also.through.objects.order_by("authority__code").values_list(
        "topic_id", "authority__code"
    ):
        also.setdefault(topic_id, []).append(code)
    for topic in Topic.objects.filter(**where).select_related("area", "authority", "memo").order_by("id"):
        yield topic, _topic_body(topic, also.get(topic.pk, []))


def _topic_body(topic: Topic, also: list[str]) -> Body:
    law = [{"act": norm["act"], "articles": norm.get("articles", ""), "checked_at": norm.get("checked_at")}
           for norm in topic.law]  # fmt: skip
    body = {
        "area": topic.area.code, "authority": topic.authority.code, "also": also, "law": law,
        "keywords": [word for one in topic.keywords.split(",") if (word := one.strip())],
        "memo": topic.memo.code if topic.memo else "", **{name: getattr(topic, name) for name in _PLAIN},
    }  # fmt: skip
    return body if topic.term is None else {**body, "term": topic.term}


def _examples() -> Iterator[tuple[str, str, Body]]:
    """What people say, but for what a person could be found by."""
    said: dict[str, list[str]] = {}
    wanted = TopicExample.objects.filter(topic__retired_at=None).order_by("topic__code", "text")
    for code, text in wanted.values_list("topic__code", "text"):
        if not holds_contact(text):
            said.setdefault(code, []).append(text)
    for code, texts in said.items():
        yield "examples", code, {"texts": sorted(texts)}


def pack_bases() -> dict[Key, str]:
    """Hash of every object as the last pack brought it."""
    rows = PackObject.objects.order_by("id").values_list("kind", "code", "digest")
    return {Key(kind, code): digest for kind, code, digest in rows}


def packs_taken() -> QuerySet[RegionPack]:
    """Packs this installation has taken, the newest first."""
    return RegionPack.objects.order_by("-loaded_at", "-id")


def upload_of(user_id: int) -> PackUpload | None:
    """The pack somebody is looking at."""
    return PackUpload.objects.filter(user_id=user_id).order_by("id").first()


def parts(kind: str) -> QuerySet[MethodPart]:
    """Texts of one kind, in their order."""
    return MethodPart.objects.filter(kind=kind).order_by("position", "code")


def part(kind: str, code: str) -> MethodPart | None:
    """One text of the method."""
    return MethodPart.objects.filter(kind=kind, code=code).order_by("id").first()


def part_by_id(part_id: int) -> MethodPart | None:
    """The same, by its row."""
    return MethodPart.objects.filter(pk=part_id).order_by("id").first()


def lock_method() -> None:
    """Wait for an import or an edit of the method to end; the next one waits until the transaction does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def plan_of(pack: Pack) -> Plan:
    """What taking the pack would do."""
    return made_plan(pack=pack, here=objects_here(), bases=pack_bases())


def own_pack(*, network: bool = False, name: str = "") -> Pack:
    """The method of this region as a pack; with `network` also names of authorities, branches and booths.

    No person and no agreement is in it. Raises PackRefused when something here would be refused elsewhere.
    """
    objects = {key: body for key, body in objects_here().items() if network or not KINDS[key.kind].network}
    return made(name=name or settings.REGION_NAME, region_code=settings.REGION_CODE, licence=LICENCE, objects=objects)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the launch with its tasks."""

    code: str
    label: str
    tasks: tuple[LaunchTask, ...]

    @property
    def done(self) -> int:
        return sum(task.done_at is not None for task in self.tasks)

    @property
    def whole(self) -> bool:
        return self.done == len(self.tasks)


def launch() -> list[Stage]:
    """Stages of the launch in their order, those without tasks left out. One statement."""
    tasks = list(LaunchTask.objects.order_by("position", "id"))
    found = [Stage(stage.value, str(stage.label), tuple(one for one in tasks if one.stage == stage))
             for stage in LaunchStage]  # fmt: skip
    return [stage for stage in found if stage.tasks]


def launch_task(task_id: int) -> LaunchTask | None:
    """One task."""
    return LaunchTask.objects.filter(pk=task_id).first()


def edited_here() -> set[Key]:
    """Objects that came in a pack and stand otherwise now."""
    here = objects_here()
    return {key for key, base in pack_bases().items() if key in here and digest(here[key]) != base}
