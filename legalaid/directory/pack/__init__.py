"""A region pack: the region's whole method as one zip of readable JSON and Markdown, without personal data.

`manifest.json` has the schema, the licence, the hash of every file and of the whole. What is in it: `kinds`. How files
are distrusted: `archive`, `strict`, `fields`. What an import would do: `plan`. How older packs are read: `upgrade`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from legalaid.directory.pack.archive import MANIFEST, SCHEMA, Files, read_folder, unpack
from legalaid.directory.pack.files import Pack, files_of, made, pack_bytes, read_files
from legalaid.directory.pack.kinds import KINDS, Body, Key
from legalaid.directory.pack.refusals import PackRefused, PackTooNew
from legalaid.directory.pack.strict import parse
from legalaid.directory.pack.upgrade import upgraded

PACKS = Path(__file__).parent.parent / "packs"
SHIPPED = ("rostov", "new_region")
"""Packs that come with the programme: the demo's region, and an empty one with the launch checklist."""
__all__ = [
    "KINDS", "PACKS", "SCHEMA", "SHIPPED", "Body", "Key", "Pack", "PackRefused", "PackTooNew", "files_of", "made",
    "pack_bytes", "read_pack", "read_zip",
]  # fmt: skip


def read_pack(folder: Path) -> Pack:
    """Read a pack that came with the programme. Raises PackRefused with what is wrong."""
    return _present(*read_folder(folder))


def read_zip(raw: bytes) -> Pack:
    """Read a pack from a file somebody gave us. Raises PackRefused with what is wrong."""
    return _present(*unpack(raw))


def _present(manifest: Mapping[str, Any], files: Files) -> Pack:
    if manifest["schema"] < SCHEMA:
        files = upgraded(manifest, files)
        manifest = parse(files[MANIFEST], MANIFEST)
    return read_files(manifest, files)
