"""The outside of a pack: one zip whose manifest names every file with its hash, or the same files in a folder.

Nothing is ever written to disk. What comes from elsewhere is hostile until it has passed `unpack`: sizes are counted
while reading, names are ours alone, links, doubles and locked entries are refused, all are named, none is missing.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from legalaid.directory.pack.refusals import PackRefused, PackTooNew, damaged
from legalaid.directory.pack.strict import parse

SCHEMA = 3
FORMAT = "legalaid-region-pack"
MANIFEST = "manifest.json"
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)
"""What zipfile says of a file it cannot read: a password is a RuntimeError, an unknown method NotImplementedError."""
MAX_ARCHIVE, MAX_FILE, MAX_TOTAL, MAX_FILES = 8 * 2**20, 4 * 2**20, 16 * 2**20, 2_000
"""Bytes of the zip, of one file in it, of all of them; files. The pack of a region with 134 topics has 0.2 MB."""
NAME = re.compile(r"(?:[a-z0-9_]{1,40}/)?[a-z0-9][a-z0-9_.-]{0,79}\.(?:json|md)")
EPOCH = (2018, 3, 1, 0, 0, 0)
"""The time every file of a zip carries: the same pack is the same bytes."""
Files = dict[str, bytes]


def unpack(raw: bytes) -> tuple[dict[str, Any], Files]:
    """The manifest and the files of a zip that is whole, ours and not newer than this programme."""
    if len(raw) > MAX_ARCHIVE:
        raise PackRefused(_("Файл слишком большой: пакет региона не бывает больше 8 МБ."))
    if not raw.startswith(b"PK\x03\x04"):
        raise PackRefused(_("Это не пакет региона: нужен файл ZIP, выгруженный этой программой."))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = _entries(archive)
    except UNREADABLE as error:
        raise damaged() from error
    manifest = _manifest(files)
    _compare(manifest, files)
    return manifest, files


def _entries(archive: zipfile.ZipFile) -> Files:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise PackRefused(_("В пакете слишком много файлов."))
    found: Files = {}
    total = 0
    for entry in entries:
        _demand_plain(entry)
        if entry.filename in found:
            raise damaged(entry.filename)
        with archive.open(entry) as stream:
            content = stream.read(MAX_FILE + 1)
        total += len(content)
        if len(content) > MAX_FILE or total > MAX_TOTAL:
            raise PackRefused(_("В распакованном виде пакет слишком большой: так бывает, когда файл сделан нарочно."))
        found[entry.filename] = content
    return found


def _demand_plain(entry: zipfile.ZipInfo) -> None:
    """A regular file under a name of ours, not locked, packed the usual way, of a bearable size."""
    mode = entry.external_attr >> 16
    plain = (
        entry.orig_filename == entry.filename
        and NAME.fullmatch(entry.filename) is not None
        and ".." not in entry.filename
        and stat.S_IFMT(mode) in {0, stat.S_IFREG}
        and not entry.flag_bits & 0x1
        and entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    )
    if not plain:
        raise PackRefused(_("В архиве есть то, чего в пакете региона не бывает: чужое имя файла, ссылка или пароль."))
    if entry.file_size > MAX_FILE:
        raise PackRefused(_("В распакованном виде пакет слишком большой: так бывает, когда файл сделан нарочно."))


def _manifest(files: Files) -> dict[str, Any]:
    if MANIFEST not in files:
        raise PackRefused(_("Это не пакет региона: в архиве нет описи manifest.json."))
    manifest = parse(files[MANIFEST], MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("schema"), int):
        raise damaged(MANIFEST)
    if manifest["schema"] > SCHEMA:
        raise PackTooNew
    if manifest["schema"] < 1 or manifest.get("format", FORMAT) != FORMAT:
        raise damaged(MANIFEST)
    return manifest


def _compare(manifest: dict[str, Any], files: Files) -> None:
    """The manifest names these files with these hashes, and its own digest holds."""
    said = manifest.get("files")
    if not isinstance(said, dict) or manifest.get("digest") != digest_of(manifest):
        raise damaged(MANIFEST)
    present = {name: hash_of(content) for name, content in files.items() if name != MANIFEST}
    for name in sorted(set(said) | set(present)):
        if said.get(name) != present.get(name):
            raise damaged(name)


def read_folder(folder: Path) -> tuple[dict[str, Any], Files]:
    """The manifest and the files of a folder that came with the programme; its hashes are those of the files."""
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise damaged() from error
    return _manifest(files), files


def sealed(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest with the hash of every file and of the whole."""
    hashes = {name: hash_of(content) for name, content in sorted(files.items()) if name != MANIFEST}
    whole = {**manifest, "files": hashes}
    return {**whole, "digest": digest_of(whole)}


def pack_up(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The zip: the manifest first, then the files by name; the same content gives the same bytes."""
    whole = {MANIFEST: written(sealed(manifest, files)), **dict(sorted(files.items()))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def written(value: Any) -> bytes:
    """JSON as it stands in a pack: for people to read, always the same."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of(manifest: Mapping[str, Any]) -> str:
    """The hash of the whole: of the manifest, which has the hash of every file, without the digest itself."""
    rest = {name: value for name, value in manifest.items() if name != "digest"}
    return hash_of(json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
