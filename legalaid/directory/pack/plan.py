"""What an import would do, object by object. Pure: from what is here, what the last pack brought, and the new pack.

An object is edited locally when its hash is not the one the last pack brought. Such an object stays, unless the office
takes the pack's. What a later pack has no more stays too; texts nobody edited or uses may be removed on request.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from legalaid.directory.pack.archive import hash_of
from legalaid.directory.pack.files import Pack
from legalaid.directory.pack.kinds import FIELDS, KINDS, PARTS, Body, Key, title_of

Objects = Mapping[Key, Body]
Bases = Mapping[Key, str]
CONTEXT = 1


class Action(StrEnum):
    """What becomes of an object when nothing is chosen."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Step:
    """One object of the plan. `moved`: the pack has changed it too. `removable`: gone, and nothing stands on it."""

    key: Key
    action: Action
    title: str
    here: str
    there: str
    diff: tuple[tuple[str, str], ...] = ()
    moved: bool = False
    removable: bool = False

    @property
    def label(self) -> str:
        return str(KINDS[self.key.kind].label)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the office decides otherwise: objects whose local edit gives way, and whether the gone are removed."""

    take: frozenset[Key] = frozenset()
    take_all: bool = False
    remove_gone: bool = False

    def takes(self, key: Key) -> bool:
        return self.take_all or key in self.take


@dataclass(frozen=True, slots=True)
class Work:
    """What an import does: objects written, objects removed, hashes remembered (None = forgotten)."""

    write: tuple[Key, ...]
    remove: tuple[Key, ...]
    bases: Mapping[Key, str | None]

    @property
    def nothing(self) -> bool:
        return not (self.write or self.remove or self.bases)


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between an installation and a pack."""

    pack: Pack
    steps: tuple[Step, ...]
    same: int
    own: int
    fingerprint: str
    bases: Bases = field(repr=False)

    def of(self, action: str) -> list[Step]:
        return [step for step in self.steps if step.action == action]

    @property
    def counts(self) -> dict[str, int]:
        """Action → number of objects."""
        found = Counter(str(step.action) for step in self.steps)
        return {str(action): found[str(action)] for action in Action}

    def work(self, choices: Choices) -> Work:
        """What an import with these choices does."""
        write = [
            step.key for step in self.steps
            if step.action in {Action.NEW, Action.CHANGED} or (step.action == Action.KEPT and choices.takes(step.key))
        ]  # fmt: skip
        remove = [step.key for step in self.steps if choices.remove_gone and step.removable]
        kept = {step.key for step in self.steps if step.action == Action.KEPT} - set(write)
        wanted: dict[Key, str | None] = {
            key: digest(body) for key, body in self.pack.objects.items() if key not in kept
        }  # fmt: skip
        changed = {key: value for key, value in wanted.items() if self.bases.get(key) != value}
        return Work(tuple(write), tuple(remove), {**changed, **dict.fromkeys(remove)})

    def outcome(self, here: Objects, choices: Choices) -> dict[Key, Body]:
        """The objects as they will stand after an import with these choices."""
        work = self.work(choices)
        after = {**here, **{key: self.pack.objects[key] for key in work.write}}
        return {key: body for key, body in after.items() if key not in work.remove}


def digest(body: Body) -> str:
    """The hash of an object in normal form."""
    return hash_of(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def made_plan(*, pack: Pack, here: Objects, bases: Bases) -> Plan:
    """Compare. A pack without a network says nothing of the network."""
    if not pack.has_network:
        here = {key: body for key, body in here.items() if not KINDS[key.kind].network}
        bases = {key: base for key, base in bases.items() if not KINDS[key.kind].network}
    steps, same = [], 0
    for key, body in pack.objects.items():
        mine, base, there = here.get(key), bases.get(key), digest(body)
        if mine is None and base is None:
            steps.append(Step(key, Action.NEW, title_of(key, body), "", there))
        elif mine is not None and digest(mine) == there:
            same += 1
        else:
            now = digest(mine) if mine is not None else ""
            action = Action.CHANGED if now == base else Action.KEPT
            title = title_of(key, mine or body)
            steps.append(
                Step(key, action, title, now, there, difference(key.kind, mine or {}, body), moved=base != there)
            )
    steps += _gone(pack, here, bases)
    order = {name: place for place, name in enumerate(KINDS)}
    steps.sort(key=lambda step: (order[step.key.kind], step.key.code))
    own = sum(1 for key in here if key not in pack.objects and key not in bases)
    return Plan(pack, tuple(steps), same, own, _fingerprint(pack, steps), bases)


def _gone(pack: Pack, here: Objects, bases: Bases) -> list[Step]:
    """Objects an earlier pack brought and this one has no more."""
    used = {str(body["memo"]) for key, body in {**here, **pack.objects}.items() if key.kind == "topic"}
    found = []
    for key in bases:
        mine = here.get(key)
        if mine is None or key in pack.objects:
            continue
        untouched = digest(mine) == bases[key]
        removable = untouched and key.kind in PARTS and not (key.kind == "memo" and key.code in used)
        found.append(Step(key, Action.GONE, title_of(key, mine), digest(mine), "", removable=removable))
    return found


def _fingerprint(pack: Pack, steps: list[Step]) -> str:
    """What the office has seen: another state of the installation gives another one."""
    seen = [[str(step.key), step.action, step.here, step.there, step.removable] for step in steps]
    return hash_of(json.dumps([pack.digest, seen]).encode())


def difference(kind: str, mine: Body, theirs: Body) -> tuple[tuple[str, str], ...]:
    """The difference as lines to read: («-» | «+» | « », text)."""
    before, after = _told(kind, mine), _told(kind, theirs)
    lines = difflib.unified_diff(before, after, n=CONTEXT, lineterm="")
    return tuple((one[0], one[1:]) for one in lines if one[:3] not in {"---", "+++"} and one[0] in "+- ")


def _told(kind: str, body: Body) -> list[str]:
    """An object as lines: a field a line, long texts and lists line by line, fields in the order of the kind."""
    found = []
    for name in (one for one in KINDS[kind].shape if one in body):
        value = body[name]
        if isinstance(value, str):
            lines = value.split("\n")
        elif isinstance(value, list):
            lines = [_one(one) for one in value]
        else:
            lines = [_one(value)]
        label = FIELDS.get(name, name)
        found += [f"{label}: {one}" if one else f"{label}:" for one in lines]
    return found


def _one(value: object) -> str:
    """One value in words."""
    if isinstance(value, dict):
        return ", ".join(_one(part) for part in value.values() if part not in {None, ""})
    if isinstance(value, bool):
        return str(_("да") if value else _("нет"))
    return "" if value is None else str(value)
