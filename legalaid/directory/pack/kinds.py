"""What a pack holds: kinds of objects, the fields of each, the file they stand in. The order is that of dependence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legalaid.directory.pack.fields import (
    Rule,
    Shape,
    by_order,
    code,
    code_or_none,
    day_or_none,
    empty_or,
    flag,
    line,
    listed,
    no_comma,
    nobodys,
    number,
    one_of,
    record,
    text,
    week,
    zone,
)
from legalaid.directory.states import BoothKind, LaunchStage, Level, PartKind, TermUnit
from legalaid.people.states import ConsentKind

Body = dict[str, Any]
"""An object of a pack in normal form, without its code."""
LONG = 20_000


class Key(NamedTuple):
    """What an object is known by, here and in every pack."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of objects. `file` is one list in JSON, or a folder of Markdown when it ends with «/»."""

    name: str
    file: str
    label: str | Promise
    most: int
    shape: Shape
    network: bool = False
    codes: frozenset[str] | None = None  # only these, where what they mean is in the programme
    optional: frozenset[str] = frozenset()  # fields that say something by being there

    @property
    def markdown(self) -> bool:
        return self.file.endswith("/")


def _part(**more: Rule) -> Shape:
    """The fields of every text of the method, and those of this kind alone."""
    return {"title": line(200), "position": number(0, 9_999), **more, "text": text(LONG)}


_LAW = record({"act": line(400), "articles": line(200, blank=True), "checked_at": day_or_none})
_TERM = record({"question": line(200), "count": number(1, 999), "unit": one_of(*TermUnit.values), "moves": flag})
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("authority", "authorities.json", _("Органы (виды)"), 300, {
            "plain": line(120), "level": one_of(*Level.values),
        }),
        Kind("area", "areas.json", _("Разделы"), 200, {"name": line(120), "position": number(0, 9_999)}),
        Kind(PartKind.MEMO.value, "memos/", _("Шаблоны памяток"), 500, _part()),
        Kind("topic", "topics.json", _("Темы"), 2_000, {
            "area": code, "authority": code, "also": by_order(listed(code, 20)), "title": line(200), "ask": line(400),
            "documents": listed(line(300), 60), "law": listed(_LAW, 40), "deadline": line(300, blank=True),
            "minutes": number(5, 60), "lead_minutes": number(0, 30_000, none=True),
            "horizon_days": number(0, 366, none=True), "free_aid_case": code_or_none,
            "keywords": listed(no_comma(line(120)), 100), "memo": code_or_none, "short_answer": text(4_000),
            "term": empty_or(_TERM),
        }, optional=frozenset({"term"})),
        Kind("examples", "examples.json", _("Как говорят люди"), 2_000, {
            "texts": by_order(listed(nobodys(line(300)), 200)),
        }),
        Kind("clause", "clauses/", _("Пункты соглашения"), 200, {
            "title": line(200), "position": number(0, 9_999), "text": text(4_000),
        }),
        Kind(PartKind.CATEGORY.value, "categories.json", _("Категории и случаи 324-ФЗ"), 300, _part(
            group=one_of("form", "federal", "regional", "case"), proof=listed(line(300), 30),
            source=line(400, blank=True),
        )),
        Kind(PartKind.NORM.value, "norms.json", _("Нормы часов и сроков"), 100, _part(
            value=number(0, 100_000), unit=line(60),
        )),
        Kind(PartKind.ROLE.value, "roles/", _("Роли"), 50, _part()),
        Kind(PartKind.TRAINING.value, "training/", _("Обучение"), 100, _part(reader=line(40))),
        Kind(PartKind.POSTER.value, "posters/", _("Плакаты"), 50, _part()),
        Kind(PartKind.FIGURE.value, "figures/", _("Определения показателей"), 100, _part()),
        Kind(PartKind.STORY.value, "story/", _("О проекте"), 20, _part()),
        Kind("consent", "consents/", _("Тексты согласий"), len(ConsentKind), {"text": text(LONG)},
             codes=frozenset(ConsentKind.values)),
        Kind("task", "checklist.json", _("Перечень запуска"), 300, {
            "stage": one_of(*LaunchStage.values), "title": line(200), "position": number(0, 9_999), "hint": text(1_000),
        }),
        Kind("named", "network/authorities.json", _("Названия органов"), 300, {
            "name": line(300), "short": line(160), "name_checked": flag, "timezone": zone,
        }, network=True),
        Kind("branch", "network/branches.json", _("Отделения"), 1_000, {
            "name": line(200), "municipality": line(120), "address": line(300), "timezone": zone, "hours": week,
            "weak_line": flag,
        }, network=True),
        Kind("booth", "network/booths.json", _("Места видеосвязи"), 3_000, {
            "branch": code, "name": line(120), "kind": one_of(*BoothKind.values), "step_free": flag,
            "induction_loop": flag, "scanner": flag, "printer": flag,
        }, network=True),
    )
}  # fmt: skip
FIELDS: Mapping[str, str | Promise] = {
    "title": _("название"), "name": _("название"), "text": _("текст"), "position": _("порядок"), "area": _("раздел"),
    "authority": _("орган"), "also": _("ещё органы"), "ask": _("вопрос"), "documents": _("документы"),
    "law": _("закон"), "term": _("счёт срока"),
    "deadline": _("срок"), "minutes": _("минут"), "keywords": _("слова людей"), "memo": _("памятка"),
    "short_answer": _("короткий ответ"), "texts": _("пример"), "value": _("число"), "unit": _("единица"),
    "stage": _("этап"), "hint": _("пояснение"), "plain": _("простое название"), "level": _("вид"),
    "lead_minutes": _("запись не позже чем за, минут"), "horizon_days": _("запись вперёд, дней"),
    "free_aid_case": _("случай 324-ФЗ"), "proof": _("чем подтверждается"), "source": _("источник"),
    "group": _("группа"), "reader": _("кому"), "hours": _("часы"), "address": _("адрес"), "branch": _("отделение"),
    "municipality": _("муниципалитет"), "timezone": _("часовой пояс"), "short": _("краткое название"),
    "name_checked": _("название сверено"),
}  # fmt: skip
"""How fields are called in a difference for people."""
PARTS = frozenset(PartKind.values)
"""Kinds that are texts of the method: kept in one table, removable."""
REFERENCES: Mapping[str, Mapping[str, str]] = {
    "topic": {"area": "area", "authority": "authority", "also": "authority", "memo": PartKind.MEMO.value},
    "booth": {"branch": "branch"},
}
"""Kind → field → the kind of object its code names. Examples and names of authorities are known by the code itself."""
SAME_CODE: Mapping[str, str] = {"examples": "topic", "named": "authority"}


def title_of(key: Key, body: Body) -> str:
    """How an object is called in a list for people."""
    return str(body.get("title") or body.get("name") or body.get("plain") or key.code)
