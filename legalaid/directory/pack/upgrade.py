"""Packs of older schemas, brought to the present one step by step. A step knows two schemas, nothing of the programme.

1 → 2 (2026): the first packs were made for one region alone. Names of authorities and the network part from the method,
clauses and categories become objects of their own, points of branches become booths, what was never used goes.

2 → 3 (2026): a topic may say how its deadline is counted; one that says nothing is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from legalaid.directory.pack.archive import MANIFEST, SCHEMA, Files, written
from legalaid.directory.pack.refusals import damaged
from legalaid.directory.pack.strict import parse

Row = dict[str, Any]
_BOOTH = ("name", "kind", "step_free", "induction_loop", "scanner", "printer")
_BRANCH = ("name", "municipality", "address", "timezone", "hours")
_GROUPS = {"forms": "form", "federal": "federal", "regional": "regional", "cases": "case"}


def upgraded(manifest: Mapping[str, Any], files: Files) -> Files:
    """The files as the present schema has them. Raises PackRefused when they are not what their schema says."""
    for schema in range(int(manifest["schema"]), SCHEMA):
        try:
            files = STEPS[schema](files)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise damaged(f"schema {schema}") from error
    return files


def _from_1_to_2(files: Files) -> Files:
    manifest = parse(files[MANIFEST], MANIFEST)
    authorities, branches = _list(files, "authorities.json"), _list(files, "branches.json")
    catalogue = parse(files["topics.json"], "topics.json")
    zone = branches[0]["timezone"] if branches else "Europe/Moscow"
    rows: dict[str, list[Row]] = {
        "authorities.json": [{name: row[name] for name in ("id", "plain", "level")} for row in authorities],
        "areas.json": [{**row, "position": place} for place, row in enumerate(catalogue["areas"])],
        "topics.json": [_topic(row) for row in catalogue["topics"]],
        "network/authorities.json": [
            {"id": row["id"], "name": row["name"], "short": row["short"], "name_checked": not row["verify"],
             "timezone": row.get("timezone", zone)} for row in authorities
        ],
        "network/branches.json": [
            {"id": row["id"], **{name: row[name] for name in _BRANCH}, "weak_line": row["link_quality"] == "weak"}
            for row in branches
        ],
        "network/booths.json": [
            {"id": point["id"], "branch": row["id"], **{name: point[name] for name in _BOOTH}}
            for row in branches for point in row["points"]
        ],
    }  # fmt: skip
    if "categories.json" in files:
        rows["categories.json"] = _categories(parse(files["categories.json"], "categories.json"))
    found = {name: written(content) for name, content in rows.items() if content}
    if "agreement_clauses.json" in files:
        found |= _clauses(_list(files, "agreement_clauses.json"))
    found |= {name: content for name, content in files.items() if name.startswith("consents/")}
    return {**found, MANIFEST: written({**manifest, "schema": 2})}


def _list(files: Files, name: str) -> list[Row]:
    rows = parse(files[name], name)
    if not isinstance(rows, list):
        raise TypeError(name)
    return rows


def _topic(row: Row) -> Row:
    fresh = {"lead_minutes": None, "horizon_days": None, "memo": "", "short_answer": ""}
    return {**fresh, **row, "free_aid_case": row["free_aid_case"] or ""}


def _clauses(rows: list[Row]) -> Files:
    return {
        f"clauses/{row['id']}.md": f"---\nposition: {place}\n---\n# {row['title']}\n\n{row['text']}\n".encode()
        for place, row in enumerate(rows)
    }


def _categories(data: Row) -> list[Row]:
    return [
        {"id": row["id"], "title": row["name"][:200], "position": place, "group": group, "proof": row.get("proof", []),
         "source": row.get("source", row.get("art", "")), "text": row["name"] if len(row["name"]) > 200 else ""}
        for name, group in _GROUPS.items() for place, row in enumerate(data.get(name, []))
    ]  # fmt: skip


def _from_2_to_3(files: Files) -> Files:
    return {**files, MANIFEST: written({**parse(files[MANIFEST], MANIFEST), "schema": 3})}


STEPS: Mapping[int, Callable[[Files], Files]] = {1: _from_1_to_2, 2: _from_2_to_3}
"""Schema → the step from it to the next."""
