"""Files somebody gives us: damaged, hostile, older, newer. A refusal changes nothing."""

from __future__ import annotations

import io
import json
import stat
import struct
import time
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from legalaid.directory.models import AgreementClause, Authority, Booth, Branch, MethodPart, RegionPack, Topic
from legalaid.directory.pack import (
    PACKS,
    SCHEMA,
    SHIPPED,
    Key,
    PackRefused,
    PackTooNew,
    made,
    pack_bytes,
    read_pack,
    read_zip,
)
from legalaid.directory.pack.archive import MANIFEST, MAX_FILE, pack_up, written
from legalaid.directory.services import import_pack, upload_pack
from legalaid.kernel.actor import Actor, Grant
from legalaid.people.states import Role
from tests.directory.packs import HEAD, everything, objects, small, spoiled, topic, zipped
from tests.scenes import NOW, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
Change = Callable[[dict[str, bytes]], None]


def refused(raw: bytes) -> PackRefused:
    """The refusal of a file by every way in; nothing has changed."""
    region = make_region()
    import_pack(pack=small(), actor=SYSTEM, now=NOW)
    before = everything()
    began = time.process_time()
    with pytest.raises(PackRefused) as caught:
        import_pack(pack=read_zip(raw), actor=SYSTEM, now=NOW)
    office = Actor.staff(region.users["office"].pk, (Grant(Role.OFFICE),))
    with pytest.raises(PackRefused):
        upload_pack(content=raw, actor=office, now=NOW)
    assert time.process_time() - began < 20, "a refusal is not work"
    assert everything() == before
    assert any("а" <= letter <= "я" for letter in str(caught.value.text)), "said in words"
    return caught.value


def test_the_file_that_hostile_ones_are_made_of_is_taken() -> None:
    """Negative control: unspoiled, it is a pack."""
    assert read_zip(spoiled(lambda files: None)) == small()


def put(name: str, content: bytes) -> Change:
    return lambda files: files.update({name: content})


def rows(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Change:
    """Change the rows of a file of JSON."""

    def spoil(files: dict[str, bytes]) -> None:
        found = json.loads(files[name])
        change(found)
        files[name] = json.dumps(found).encode()

    return spoil


def field(name: str, value: Any) -> Change:
    """Another value of the topic's field."""
    return rows("topics.json", lambda found: found[0].update({name: value}))


MARKDOWN = "---\nposition: 0\n---\n# Памятка\n\n{}\n"
HOSTILE: dict[str, Change] = {
    "not json": put("topics.json", b"{"),
    "not a list": put("topics.json", b'{"id": 1}'),
    "not unicode": put("topics.json", b'["\xff"]'),
    "a million topics": put("topics.json", b"[" + b'{"id":"a"},' * 300_000 + b'{"id":"a"}]'),
    "too many topics": rows("topics.json", lambda found: found.extend(
        {**found[0], "id": f"t{n}"} for n in range(2_000))),
    "a huge number": put("norms.json", b'[{"id":"a","value":' + b"9" * 4_000 + b"}]"),
    "a number of a million digits": put("norms.json", b'[{"id":"a","value":' + b"9" * 1_000_000 + b"}]"),
    "a float beyond everything": put("norms.json", b'[{"id":"a","value":1e400}]'),
    "not a number": put("norms.json", b'[{"id":"a","value":NaN}]'),
    "depth without end": put("norms.json", b"[" * 200_000 + b"]" * 200_000),
    "objects without end": put("norms.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a name twice": put("norms.json", b'[{"id":"a","id":"b"}]'),
    "script in a text": field("short_answer", "Ответ <script>alert(1)</script>"),
    "a picture from elsewhere": field("short_answer", "![x](https://evil.example/x.png)"),
    "an address that runs": field("short_answer", "[сюда](javascript:alert(1))"),
    "a handler": field("title", "<img src=x onerror=alert(1)>"),
    "script in markdown": put("memos/pension.md", MARKDOWN.format("<iframe src=x></iframe>").encode()),
    "half a letter": field("title", "\ud800"),
    "a zero sign": field("title", "a\x00b"),
    "writing turned round": field("title", "a\u202eb"),
    "a text too long": field("short_answer", "а" * 5_000),
    "a number that is a flag": field("minutes", True),
    "minutes beyond sense": field("minutes", 600),
    "a field too many": field("surprise", 1),
    "a field missing": rows("topics.json", lambda found: found[0].pop("title")),
    "a topic twice": rows("topics.json", lambda found: found.append(found[0])),
    "an authority nobody knows": field("authority", "nobody"),
    "a memo nobody knows": field("memo", "nothing"),
    "a code that climbs": rows("topics.json", lambda found: found[0].update(id="../a")),
    "a day that is none": field("law", [{"act": "Закон", "articles": "", "checked_at": "2026-02-30"}]),
    "a zone that is a path": put("network/authorities.json", json.dumps([
        {"id": "sfr", "name": "а", "short": "а", "name_checked": True, "timezone": "../../etc/passwd"}]).encode()),
    "a telephone in an example": rows("examples.json", lambda found: found[0].update(
        texts=["звоните 8 928 123-45-67"])),
    "a consent nobody asks for": put("consents/everything.md", "Согласен на всё".encode()),
    "markdown without a head": put("memos/pension.md", b"# title\n"),
    "markdown with another head": put("memos/pension.md", b"---\nposition: 0\nposition: 1\n---\n# t\n"),
    "a file nobody knows": put("surprise.json", b"[]"),
    "a folder nobody knows": put("secrets/surprise.md", b"# a\n"),
    "path traversal": put("../../evil.md", b"x"),
    "an absolute path": put("/etc/cron.d/evil.md", b"x"),
    "a path of another system": put("..\\evil.md", b"x"),
    "climbing inside a folder": put("memos/..evil..md", b"x"),
    "a drive": put("c:evil.md", b"x"),
    "a program": put("memos/run.py", b"x"),
    "a deep folder": put("memos/a/b.md", b"x"),
}  # fmt: skip


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_content_is_refused_and_changes_nothing(change: Change) -> None:
    refused(spoiled(change))


def test_a_changed_file_is_known_by_its_hash() -> None:
    assert "повреждён" in str(refused(spoiled(field("minutes", 25), honest=False)).text)


def test_a_manifest_with_another_name_is_known_by_the_hash_of_the_whole() -> None:
    def rename(files: dict[str, bytes]) -> None:
        files[MANIFEST] = files[MANIFEST].replace("Область".encode(), "Чужая".encode())

    refused(spoiled(rename, honest=False))


def test_a_missing_file_and_a_missing_manifest_are_refused() -> None:
    refused(spoiled(lambda files: files.pop("topics.json") and None, honest=False))


@pytest.mark.parametrize("raw", [b"", b"PK", b"MZ" + b"0" * 99, b"PK\x03\x04" + b"\x00" * 99, b"x" * 9 * 2**20],
                         ids=["nothing", "two letters", "a program", "zeros", "huge"])  # fmt: skip
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    refused(raw)


def test_half_a_file_is_refused() -> None:
    raw = pack_bytes(small())
    refused(raw[: len(raw) // 2])


def test_a_zip_with_a_turned_bit_is_refused() -> None:
    raw = bytearray(pack_bytes(small()))
    raw[200] ^= 1
    refused(bytes(raw))


def _with_entry(entry: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    out = io.BytesIO(pack_bytes(small()))
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile warns of doubled names; that is what we make
        archive.writestr(entry, content)
    return out.getvalue()


def test_a_symbolic_link_is_refused() -> None:
    link = zipfile.ZipInfo("memos/link.md")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    refused(_with_entry(link, b"/etc/passwd"))


def test_a_device_and_a_folder_are_refused() -> None:
    device = zipfile.ZipInfo("memos/device.md")
    device.create_system, device.external_attr = 3, (stat.S_IFCHR | 0o666) << 16
    refused(_with_entry(device))


def test_a_name_that_stands_twice_is_refused() -> None:
    refused(_with_entry(zipfile.ZipInfo("topics.json"), b"[]"))


def test_a_zip_bomb_is_refused_before_it_unfolds() -> None:
    assert "слишком большой" in str(refused(zipped({MANIFEST: b"{}", "topics.json": b" " * (MAX_FILE + 1)})).text)


def test_many_files_that_together_are_a_bomb_are_refused() -> None:
    assert "слишком большой" in str(refused(zipped({f"memos/{n}.md": b" " * MAX_FILE for n in range(6)})).text)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    raw = bytearray(zipped({MANIFEST: b"{}", "topics.json": b" " * (MAX_FILE + 1)}))
    size = struct.pack("<I", MAX_FILE + 1)
    while (place := raw.find(size)) >= 0:
        raw[place : place + 4] = struct.pack("<I", 2)
    refused(bytes(raw))


def test_more_files_than_a_pack_has_are_refused() -> None:
    refused(zipped({f"memos/m{n}.md": b"" for n in range(2_100)}))


def test_a_locked_file_is_refused() -> None:
    raw = bytearray(pack_bytes(small()))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(mark) + place] |= 1
    refused(bytes(raw))


def test_a_newer_pack_is_refused_in_clear_words() -> None:
    raw = pack_up({"format": "legalaid-region-pack", "schema": SCHEMA + 1, **HEAD}, {})
    found = refused(raw)
    assert isinstance(found, PackTooNew)
    assert "обновите программу" in str(found.text)


@pytest.mark.parametrize("schema", [0, -1, True, "2", None, 10**9 - 1])
def test_a_schema_that_never_was_is_refused(schema: object) -> None:
    refused(pack_up({"format": "legalaid-region-pack", "schema": schema, **HEAD}, {}))


def _first_schema(**files: Any) -> dict[str, bytes]:
    """A pack as the first version of the programme had it."""
    old = {
        "authorities": [{"id": "sfr", "name": "Отделение фонда", "short": "ОСФР", "plain": "Соцфонд", "verify": True,
                         "level": "federal_fund", "areas": ["pension"], "evidence": "задание проекта"}],
        "branches": [{"id": "centre", "municipality": "Город", "municipality_type": "city", "name": "МФЦ города",
                      "address": "ул. Ленина, 1", "address_demo": True, "source": "", "timezone": "Asia/Omsk",
                      "windows": 5, "population_over_25k": True, "hours": {"mon": "08:00-18:00"},
                      "link_quality": "weak",
                      "points": [{"id": "centre-1", "kind": "room", "name": "Кабинет", "step_free": True,
                                  "induction_loop": False, "scanner": True, "printer": True}]}],
        "topics": {"areas": [{"id": "pension", "name": "Пенсии"}],
                   "topics": [{"id": "pension.record", "area": "pension", "title": "Стаж", "ask": "Почему?",
                               "authority": "sfr", "also": [], "documents": ["паспорт"], "deadline": "", "minutes": 20,
                               "law": [{"act": "О страховых пенсиях", "articles": "ст. 11", "checked_at": None}],
                               "free_aid_case": None, "keywords": ["стаж"]}]},
        "agreement_clauses": [{"id": "sla", "title": "Сроки", "text": "Пять дней.", "system_effect": "счётчик",
                               "assumption": True}],
        "categories": {"law": "324-ФЗ", "forms": [{"id": "oral", "name": "Устно", "art": "ст. 6"}],
                       "federal": [{"id": "f1", "name": "Малоимущие " + "а" * 300, "proof": ["справка"]}]},
        **files,
    }  # fmt: skip
    return {f"{name}.json": written(content) for name, content in old.items()} | {
        "consents/processing.md": "Я согласен.".encode()
    }  # fmt: skip


def test_a_pack_of_the_first_schema_is_upgraded_and_taken() -> None:
    manifest = {"name": "Старая", "schema": 1, "region_code": "55", "licence": "CC0-1.0"}
    pack = read_zip(pack_up(manifest, _first_schema()))
    import_pack(pack=pack, actor=SYSTEM, now=NOW)
    assert (pack.name, pack.region_code) == ("Старая", "55")
    authority, branch = Authority.objects.get(), Branch.objects.get()
    assert (authority.name, authority.name_checked, authority.timezone) == ("Отделение фонда", False, "Asia/Omsk")
    assert (branch.weak_line, Booth.objects.get().branch) == (True, branch)
    found = Topic.objects.get()
    assert (found.code, found.free_aid_case, found.law[0]["checked_at"]) == ("pension.record", "", None)
    clause = AgreementClause.objects.get()
    assert (clause.title, clause.text, clause.position) == ("Сроки", "Пять дней.", 0)
    assert MethodPart.objects.get(code="f1").text.startswith("Малоимущие")
    assert RegionPack.objects.get().schema == SCHEMA
    assert read_zip(pack_bytes(pack)) == pack, "and goes on as the present schema"


def test_a_pack_of_the_second_schema_is_the_same_pack() -> None:
    """Schema 3 added a field that says something by being there: what lacks it is as it was, hashes and all."""
    with zipfile.ZipFile(io.BytesIO(pack_bytes(small()))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = {**json.loads(files.pop(MANIFEST)), "schema": 2}
    assert read_zip(pack_up(manifest, files)) == small()
    counted = small(**{"topic__pension.record": topic(term={})})
    assert read_zip(pack_bytes(counted)).of("topic")["pension.record"]["term"] == {}
    assert counted != small()


@pytest.mark.parametrize("broken", [{"branches": {}}, {"topics": []}, {"authorities": [1]}, {"agreement_clauses": 5},
                                    {"categories": {"forms": [{}]}}])  # fmt: skip
def test_an_old_pack_that_is_not_what_its_schema_says_is_refused(broken: dict[str, Any]) -> None:
    refused(pack_up({"name": "Старая", "schema": 1, "region_code": "", "licence": "x"}, _first_schema(**broken)))


def test_what_cannot_be_read_is_not_written_either() -> None:
    """An export is held to the rules of an import."""
    with pytest.raises(PackRefused):
        made(objects=objects(topic__b=topic(ask="<b>?")), **HEAD)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pack_of_the_programme_is_whole(name: str) -> None:
    pack = read_pack(PACKS / name)
    assert read_zip(pack_bytes(pack)) == pack
    assert pack.of("task"), "with the launch checklist"
    assert pack.licence == "CC0-1.0"


def test_the_rostov_pack_brings_the_whole_region() -> None:
    pack = read_pack(PACKS / "rostov")
    import_pack(pack=pack, actor=SYSTEM, now=NOW)
    counts = (Branch.objects.count(), Booth.objects.count(), Authority.objects.count(), Topic.objects.count())
    assert counts == (22, 39, 26, 134)
    assert all(norm["checked_at"] is None for row in pack.topics for norm in row["law"]), "no law pretends"
    assert all(row["memo"] for row in pack.topics), "each topic has a memo to begin with"
    for kind in ("training", "role", "poster", "figure", "story", "norm", "clause", "category"):
        assert pack.of(kind), kind
    assert {body["reader"] for body in pack.of("training").values()} == {"operator", "expert"}


def test_the_new_region_begins_with_the_checklist_and_nothing_else() -> None:
    pack = read_pack(PACKS / "new_region")
    assert {key.kind for key in pack.objects} == {"task"}
    assert pack.of("task") == read_pack(PACKS / "rostov").of("task")
    assert {body["stage"] for body in pack.of("task").values()} == {"pilot", "evaluation", "permanent"}
    assert Key("topic", "pension.early") not in pack.objects
