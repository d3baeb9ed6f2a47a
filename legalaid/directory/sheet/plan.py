"""What taking a file would do, row by row: new, changed with what, the same, wrong with column and reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from legalaid.directory.catalogue_queries import Sheet
from legalaid.directory.pack.archive import hash_of
from legalaid.directory.pack.fields import CODE
from legalaid.directory.pack.kinds import FIELDS, KINDS, Body
from legalaid.directory.pack.plan import difference
from legalaid.directory.pack.refusals import PackRefused
from legalaid.directory.sheet.columns import AREA_SHEET, AREAS, TOPIC_SHEET, TOPICS, CellWrong, Column
from legalaid.directory.sheet.reading import FORMULA, Rows
from legalaid.directory.topic_rules import Known, changed_fields, checked_topic, new_code

FRESH: Mapping[str, Any] = {
    "also": [], "documents": [], "law": [], "deadline": "", "minutes": 20, "lead_minutes": None, "horizon_days": None,
    "free_aid_case": "", "keywords": [], "memo": "", "short_answer": "", "term": None, "retired": False,
}  # fmt: skip
"""What a new topic has where the file says nothing."""
MOST_FAULTS, MOST_LINES, LONGEST = 10, 60, 400
"""Of a row that are shown, and characters of each: a file made on purpose would fill the page otherwise."""
NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `faults`: [heading, column's letter, words]; `diff`: lines as `pack.plan.difference` has."""

    sheet: str
    row: int
    code: str
    title: str
    action: str
    fields: tuple[str, ...] = ()
    diff: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """The plan, and what it writes: areas and topics by code in normal form, which topics are retired or returned."""

    lines: tuple[Line, ...]
    areas: Mapping[str, Body]
    topics: Mapping[str, Body]
    retired: Mapping[str, bool]
    fields: Mapping[str, tuple[str, ...]]
    left: int

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.action for line in self.lines)
        return {action: found[action] for action in (NEW, CHANGED, SAME, WRONG)}

    @property
    def fingerprint(self) -> str:
        """What the office has seen: another file or another state of the catalogue gives another one."""
        seen = [[asdict(line) for line in self.lines], self.areas, self.topics, self.retired]
        return hash_of(json.dumps(seen, ensure_ascii=False, sort_keys=True).encode())

    @property
    def told(self) -> dict[str, Any]:
        """The plan to be kept and shown."""
        lines = [_shown(line) for line in self.lines if line.action != SAME]
        return {"lines": lines, "counts": self.counts, "left": self.left, "fingerprint": self.fingerprint}


def made_plan(
    rows: Rows, *, topics: Mapping[str, Sheet], areas: Mapping[str, Body], known: Known, today: date,
    tell: Callable[[int], None] = lambda done: None,
) -> SheetPlan:  # fmt: skip
    """Compare a file with the catalogue; `tell` hears how many rows are compared. Nothing is written."""
    area_lines, new_areas = [], {}
    for line, body in _areas(rows, areas):
        area_lines.append(line)
        if line.action in {NEW, CHANGED}:
            new_areas[line.code] = body
    wider = replace(known, areas={*known.areas, *new_areas})
    topic_lines, bodies, retired, fields = [], {}, {}, {}
    for line, body, gone, changed in _topics(rows, topics, wider, today):
        topic_lines.append(line)
        tell(len(area_lines) + len(topic_lines))
        if line.action in {NEW, CHANGED}:
            bodies[line.code], retired[line.code], fields[line.code] = body, gone, changed
    named = {line.code for line in topic_lines}
    left = sum(code not in named for code in topics) if rows.topics else len(topics)
    return SheetPlan((*area_lines, *topic_lines), new_areas, bodies, retired, fields, left)


def _shown(line: Line) -> dict[str, Any]:
    diff = [(mark, text[:LONGEST]) for mark, text in line.diff if mark != " "][:MOST_LINES]
    faults = [(head, letter, text[:LONGEST]) for head, letter, text in line.faults[:MOST_FAULTS]]
    return {**asdict(line), "title": line.title[:120], "code": line.code[:60], "diff": diff, "faults": faults}


def _areas(rows: Rows, areas: Mapping[str, Body]) -> Iterator[tuple[Line, Body]]:
    seen: set[str] = set()
    for number, row in rows.areas.items():
        typed, faults = _values(row, AREAS)
        code = str(typed.pop("code", ""))
        here = areas.get(code)
        wanted = {"name": "", "position": len(areas) + len(seen), **(here or {}), **typed}
        body = {}
        for field, rule in KINDS["area"].shape.items():
            try:
                body[field] = rule(wanted[field], str(FIELDS[field]))
            except PackRefused:
                faults.append((field, _("Название раздела: до 120 знаков, без разметки. Порядок: число от 0 до 9999.")))
        faults += _code_faults(code, seen, known=here is not None)
        seen.add(code)
        changed = [field for field in body if here is not None and here[field] != body[field]]
        action = WRONG if faults else NEW if here is None else CHANGED if changed else SAME
        diff = difference("area", here, body) if here is not None and action == CHANGED else ()
        title = str(wanted["name"]) or code
        yield Line(AREA_SHEET, number, code, title, action, tuple(changed), diff, _placed(faults, AREAS)), body


def _topics(
    rows: Rows, topics: Mapping[str, Sheet], known: Known, today: date
) -> Iterator[tuple[Line, Body, bool, tuple[str, ...]]]:
    seen: dict[str, str] = {}
    for number, row in rows.topics.items():
        typed, faults = _values(row, TOPICS)
        code = str(typed.pop("code", "")) or _own_code(typed, topics, seen)
        here = topics.get(code)
        if here is None:  # an empty cell of a new topic says nothing
            typed = {field: value for field, value in typed.items() if row[field]}
        before = {**here.body, "retired": here.topic.retired_at is not None} if here else dict(FRESH)
        wanted = {**before, **typed}
        gone = bool(wanted.pop("retired"))
        body, found = checked_topic(wanted, known)
        unread = {field for field, _text in faults}
        # What a pack has brought may stand as it does: only what the file changes is judged.
        if here is None or body != here.body:
            faults += [(one.field, one.text) for one in found if one.field not in unread] + _future(body, today)
        faults += _code_faults(code, seen, known=here is not None)
        seen.setdefault(code, str(typed.get("title", "")))
        changed = changed_fields(here.body, body) if here else []
        if here and gone != (here.topic.retired_at is not None):
            changed.append("retired")
        action = WRONG if faults else NEW if here is None else CHANGED if changed else SAME
        diff = difference("topic", here.body, body) if here and action == CHANGED else ()
        title = str(wanted.get("title") or code)
        line = Line(TOPIC_SHEET, number, code, title, action, tuple(changed), diff, _placed(faults, TOPICS))
        yield line, body, gone, tuple(changed)


def _own_code(typed: Mapping[str, Any], topics: Mapping[str, Sheet], seen: Mapping[str, str]) -> str:
    """The code of a row without one: of its area and title. The same row has the same code when it comes again.

    Long titles that begin alike would share one: the later gets a mark of its own.
    """
    title = str(typed.get("title", ""))
    code = new_code(str(typed.get("area", "")), title)
    taken = seen.get(code) or (topics[code].body["title"] if code in topics else title)
    return code if taken == title else f"{code[:48]}_{hash_of(title.encode())[:6]}"


def _values(row: Mapping[str, str], columns: Sequence[Column]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Cells as values, and what is wrong with the others."""
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        if column.field not in row:
            continue
        said = row[column.field]
        if said == FORMULA:
            faults.append((column.field, _("В ячейке формула или ошибка: оставьте в ней только текст.")))
            continue
        try:
            values[column.field] = column.read(said)
        except CellWrong as error:
            faults.append((column.field, str(error)))
    return values, faults


def _code_faults(code: str, seen: Container[str], *, known: bool) -> list[tuple[str, str]]:
    if not known and (not CODE.fullmatch(code) or ".." in code or "-" in code):
        return [("code", _("Код: латинские буквы, цифры, точка и подчёркивание, до 60 знаков."))]
    return [("code", _("Этот код уже есть в файле выше."))] if code in seen else []


def _future(body: Body, today: date) -> list[tuple[str, str]]:
    late = [norm for norm in body.get("law", []) if norm["checked_at"] and norm["checked_at"] > today.isoformat()]
    return [("law", _("День проверки закона ещё не наступил."))] if late else []


def _placed(faults: Sequence[tuple[str, str]], columns: Sequence[Column]) -> tuple[tuple[str, str, str], ...]:
    """Faults with the heading and the letter of their column."""
    places = {column.field: (column.head, get_column_letter(place)) for place, column in enumerate(columns, start=1)}
    return tuple((*places[field], text) for field, text in faults)
