"""Reading a region pack: the region's method as a folder of readable JSON and Markdown, without personal data.

Files: `manifest.json` {name, schema, licence}, `authorities.json`, `branches.json`, `topics.json`,
`agreement_clauses.json`, `categories.json`, `consents/*.md`. Ids are the pack's own codes.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError

SCHEMA = 1
PACKS = Path(__file__).parent / "packs"


class PackRefused(DomainError):
    """The pack cannot be read as it is; nothing was changed."""

    code = "pack"


@dataclass(frozen=True, slots=True)
class Pack:
    """A region pack, read and checked."""

    name: str
    digest: str
    authorities: list[dict[str, Any]]
    branches: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    consents: dict[str, str]  # kind → text
    clauses: list[dict[str, Any]] = field(default_factory=list)


def read_pack(folder: Path) -> Pack:
    """Read a pack from a folder. Raises PackRefused with what is wrong."""
    try:
        manifest = _json(folder / "manifest.json")
        if manifest["schema"] != SCHEMA:
            raise PackRefused(_("Пакет другой версии: этой программе он не подходит."))
        catalogue = _json(folder / "topics.json")
        pack = Pack(
            name=manifest["name"], digest=_digest(folder), authorities=_json(folder / "authorities.json"),
            branches=_json(folder / "branches.json"), areas=catalogue["areas"], topics=catalogue["topics"],
            consents={p.stem: p.read_text(encoding="utf-8").strip() for p in (folder / "consents").glob("*.md")},
            clauses=_json(folder / "agreement_clauses.json"),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackRefused(_("Пакет не читается: файл повреждён или его нет.")) from error
    _check(pack)
    return pack


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _check(pack: Pack) -> None:
    authorities = {a["id"] for a in pack.authorities}
    areas = {a["id"] for a in pack.areas}
    for topic in pack.topics:
        unknown = {topic["authority"], *topic["also"]} - authorities | ({topic["area"]} - areas)
        if unknown:
            raise PackRefused(
                _("Тема «%(topic)s» ссылается на то, чего в пакете нет: %(what)s.")
                % {"topic": topic["id"], "what": ", ".join(sorted(unknown))}
            )
