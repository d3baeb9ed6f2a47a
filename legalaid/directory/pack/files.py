"""Objects ↔ files of a pack. Markdown begins with a few lines «name: value» between two rules, then the title."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from legalaid.directory.pack.archive import FORMAT, MANIFEST, SCHEMA, Files, pack_up, sealed, written
from legalaid.directory.pack.fields import code, line, record, wrong
from legalaid.directory.pack.kinds import KINDS, REFERENCES, SAME_CODE, Body, Key, Kind
from legalaid.directory.pack.refusals import PackRefused, damaged
from legalaid.directory.pack.strict import parse

README = "readme.md"
ABOUT = """# Пакет тиражирования «Правовая помощь онлайн»

Здесь метод региона, записанный так, чтобы его мог прочитать человек и принять программа: темы и их нормы, памятки,
пункты соглашений, категории, нормы часов, роли, обучение, плакаты, определения показателей и перечень запуска.

Персональных данных и соглашений региона здесь нет.

Принять: страница «Пакет региона» проектного офиса или команда `legalaid pack import ФАЙЛ --plan`. Сначала программа
покажет, что изменится. Файлы нельзя править прямо в архиве: опись `manifest.json` хранит хэш каждого.
"""
_HEAD = {"name": line(120), "region_code": line(8, blank=True), "licence": line(60)}


@dataclass(frozen=True, slots=True)
class Pack:
    """A region pack, read and checked: every object in normal form, every reference leads somewhere."""

    name: str
    region_code: str
    licence: str
    objects: Mapping[Key, Body]

    @property
    def has_network(self) -> bool:
        return any(KINDS[key.kind].network for key in self.objects)

    @property
    def digest(self) -> str:
        """The hash of the whole, as its manifest has it."""
        return str(sealed(_manifest(self), _files(self))["digest"])

    def of(self, kind: str) -> dict[str, Body]:
        """Objects of a kind by code, in order."""
        return {key.code: body for key, body in self.objects.items() if key.kind == kind}

    @property
    def topics(self) -> list[dict[str, Any]]:
        """Topics with their codes as `id`, as the file has them."""
        return [{"id": name, **body} for name, body in self.of("topic").items()]

    @property
    def authorities(self) -> list[dict[str, Any]]:
        return [{"id": name, **body} for name, body in self.of("authority").items()]


def made(*, name: str, region_code: str, licence: str, objects: Mapping[Key, Body]) -> Pack:
    """A pack of these objects, each brought to normal form. Raises PackRefused: what is written can be read."""
    head = record(_HEAD)({"name": name, "region_code": region_code, "licence": licence}, MANIFEST)
    found: dict[Key, Body] = {}
    for kind in KINDS.values():
        mine = sorted((key, body) for key, body in objects.items() if key.kind == kind.name)
        if len(mine) > kind.most:
            raise PackRefused(
                _("В пакете слишком много объектов: %(kind)s, не больше %(most)s.")
                % {"kind": kind.label, "most": kind.most}
            )
        for key, body in mine:
            known = code(key.code, f"{kind.file}, id")
            if kind.codes is not None and known not in kind.codes:
                raise wrong(str(key))
            found[key] = record(kind.shape, kind.optional)(body, str(key))
    _demand_whole(found)
    return Pack(objects=found, **head)


def _demand_whole(objects: Mapping[Key, Body]) -> None:
    """Whatever an object names is in the pack."""
    for key, body in objects.items():
        named = [Key(SAME_CODE[key.kind], key.code)] if key.kind in SAME_CODE else []
        for field, kind in REFERENCES.get(key.kind, {}).items():
            value = body[field]
            named += [Key(kind, one) for one in (value if isinstance(value, list) else [value]) if one]
        for one in named:
            if one not in objects:
                raise PackRefused(
                    _("Объект «%(object)s» ссылается на то, чего в пакете нет: %(what)s.")
                    % {"object": key, "what": one}
                )


def pack_bytes(pack: Pack) -> bytes:
    """The pack as one file."""
    return pack_up(_manifest(pack), _files(pack))


def _manifest(pack: Pack) -> dict[str, Any]:
    return {"format": FORMAT, "schema": SCHEMA, "name": pack.name, "region_code": pack.region_code,
            "licence": pack.licence}  # fmt: skip


def _files(pack: Pack) -> Files:
    files = {README: ABOUT.encode()}
    for kind in KINDS.values():
        mine = pack.of(kind.name)
        if kind.markdown:
            files |= {f"{kind.file}{name}.md": _markdown(body) for name, body in mine.items()}
        elif mine:
            files[kind.file] = written([{"id": name, **body} for name, body in mine.items()])
    return files


def files_of(pack: Pack) -> Files:
    """Every file of the pack with an unsealed manifest, for a folder that comes with the programme."""
    return {MANIFEST: written(_manifest(pack)), **_files(pack)}


def read_files(manifest: Mapping[str, Any], files: Files) -> Pack:
    """The pack that these files of the present schema are. Raises PackRefused."""
    known = {kind.file: kind for kind in KINDS.values()}
    objects: dict[Key, Body] = {}
    for name, content in files.items():
        if name in {MANIFEST, README}:
            continue
        folder, slash, leaf = name.rpartition("/")
        kind = known.get(name) or known.get(folder + slash)
        if kind is None or (kind.markdown and not leaf.endswith(".md")):
            raise PackRefused(_("В архиве есть лишний файл: %(name)s.") % {"name": name})
        for key, body in _objects(kind, name, content):
            if key in objects:
                raise damaged(name)
            objects[key] = body
    head = {field: manifest.get(field, "") for field in _HEAD}
    return made(objects=objects, **head)


def _objects(kind: Kind, name: str, content: bytes) -> Iterator[tuple[Key, Body]]:
    if kind.markdown:
        yield Key(kind.name, name.rpartition("/")[2].removesuffix(".md")), _from_markdown(kind, name, content)
        return
    rows = parse(content, name)
    if not isinstance(rows, list) or len(rows) > kind.most:
        raise PackRefused(_("В пакете слишком много объектов или это не список: %(name)s.") % {"name": name})
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise wrong(name)
        yield Key(kind.name, row["id"]), {field: value for field, value in row.items() if field != "id"}


def _markdown(body: Body) -> bytes:
    extras = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in body.items()
              if name not in {"title", "text"}]  # fmt: skip
    head = ["---", *extras, "---"] if extras else []
    title = [f"# {body['title']}", ""] if "title" in body else []
    return "\n".join([*head, *title, body["text"]]).encode() + b"\n"


def _from_markdown(kind: Kind, name: str, content: bytes) -> Body:
    try:
        lines = content.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise damaged(name) from error
    body: Body = {}
    if set(kind.shape) - {"title", "text"}:
        if lines[0] != "---" or "---" not in lines[1:]:
            raise wrong(name)
        end = lines.index("---", 1)
        for row in lines[1:end]:
            field, colon, value = row.partition(": ")
            if not colon or field in body or field in {"title", "text"}:
                raise wrong(name)
            body[field] = parse(value.encode(), name)
        lines = lines[end + 1 :]
    if "title" in kind.shape:
        if not lines or not lines[0].startswith("# "):
            raise wrong(name)
        body["title"] = lines[0].removeprefix("# ")
        lines = lines[1:]
    return {**body, "text": "\n".join(lines)}
