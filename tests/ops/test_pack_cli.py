"""`legalaid pack …` as a person types it: export, plan, import, and what is said when something is wrong."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from legalaid.directory.models import MethodPart, PackObject, Topic
from legalaid.directory.pack import PACKS, read_pack, read_zip
from legalaid.directory.services import import_pack
from legalaid.kernel.actor import Actor
from legalaid.ops.cli import app
from tests.directory.packs import everything, small
from tests.scenes import NOW

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["pack", *words], catch_exceptions=False)


def test_the_rostov_pack_goes_out_and_comes_in_within_seconds(tmp_path: Path) -> None:
    began = time.perf_counter()
    import_pack(pack=read_pack(PACKS / "rostov"), actor=Actor.system("test"), now=NOW)
    took_in = time.perf_counter() - began
    file = tmp_path / "rostov.zip"
    began = time.perf_counter()
    told = run("export", str(file), "--network", "--name", "Ростов")
    took_out = time.perf_counter() - began
    assert told.exit_code == 0
    assert "Записано" in told.output
    assert read_zip(file.read_bytes()).objects == read_pack(PACKS / "rostov").objects
    size = file.stat().st_size // 1024
    sys.stderr.write(f"\nrostov pack: {size} kB, import {took_in:.2f} s, export {took_out:.2f} s\n")
    assert max(took_in, took_out) < 10


def test_a_plan_is_told_and_changes_nothing_until_it_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    import_pack(pack=small(), actor=Actor.system("test"), now=NOW)
    assert run("export", str(file)).exit_code == 0
    MethodPart.objects.filter(kind="training").update(text="По-нашему.")
    PackObject.objects.filter(kind="task").delete()
    Topic.objects.all().delete()
    before = everything()
    told = run("import", str(file), "--plan")
    assert told.exit_code == 0, told.output
    assert "останется ваше" in told.output
    assert "- текст: По-нашему." in told.output
    assert "+ текст: Здравствуйте." in told.output
    assert everything() == before
    assert "Пакет принят" in run("import", str(file), "--take", "topic:pension.record").output
    assert Topic.objects.count() == 1
    assert MethodPart.objects.get(kind="training").text == "По-нашему."
    assert "ничего не изменено" in run("import", str(file)).output
    run("import", str(file), "--take", "all")
    assert MethodPart.objects.get(kind="training").text == "Здравствуйте."


def test_the_pack_for_a_new_region_is_taken_by_its_name() -> None:
    assert "Пакет принят" in run("import", "new_region").output


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04rubbish"])
def test_a_bad_file_ends_with_words_and_changes_nothing(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "bad.zip"
    if content is not None:
        file.write_bytes(content)
    before = everything()
    told = run("import", str(file))
    assert told.exit_code == 1
    assert "Не получилось" in told.output
    assert everything() == before
