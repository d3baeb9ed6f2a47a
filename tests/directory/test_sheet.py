"""The catalogue as a file: out and in again changes nothing; a plan is what happens; hostile files are refused."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from legalaid.directory import services
from legalaid.directory.catalogue_queries import known_codes, topic_sheet, topic_sheets
from legalaid.directory.models import Area, CatalogueFile, Topic
from legalaid.directory.pack import PACKS, read_pack
from legalaid.directory.pack.plan import Choices
from legalaid.directory.pack_queries import edited_here
from legalaid.directory.refusals import SheetRefused
from legalaid.directory.services import import_pack
from legalaid.directory.sheet import MAX_SHEET, Rows, catalogue_xlsx, made_plan, read_sheet
from legalaid.directory.sheet.columns import AREA_SHEET, AREAS, TOPIC_SHEET, TOPICS
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from tests.directory.packs import WORDS, everything, packs, small, taken_back
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
               phases=[Phase.explicit, Phase.generate])  # fmt: skip


@pytest.fixture
def region() -> Region:
    found = make_region()
    import_pack(pack=small(), actor=SYSTEM, now=NOW, choices=Choices(take_all=True))
    return found


def exported() -> bytes:
    """The file the office's button gives."""
    areas = [{"code": one.code, "name": one.name, "position": one.position} for one in Area.objects.order_by("id")]
    topics = [
        {"code": code, "retired": one.topic.retired_at is not None, **one.body} for code, one in topic_sheets().items()
    ]
    return catalogue_xlsx(areas=areas, topics=topics, guide=[("Что", "Код", "Значит")])


def plan_of(rows: Rows) -> Any:
    areas = {one.code: {"name": one.name, "position": one.position} for one in Area.objects.order_by("id")}
    return made_plan(rows, topics=topic_sheets(), areas=areas, known=known_codes(), today=NOW.date())


def changed(raw: bytes, change: Callable[[Any], None]) -> bytes:
    """The file after somebody has worked on it in a program of her own."""
    book = load_workbook(io.BytesIO(raw))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(book: Any, code: str, head: str, value: Any, sheet: str = TOPIC_SHEET) -> None:
    """Write a cell of the row of a code."""
    columns = [one.head for one in (TOPICS if sheet == TOPIC_SHEET else AREAS)]
    for row in book[sheet].iter_rows(min_row=2):
        if row[0].value == code:
            row[columns.index(head)].value = value


def put_head(book: Any, head: str) -> None:
    """Another heading for the third column."""
    book[TOPIC_SHEET]["C1"] = head


def refusal_of(region: Region, raw: bytes) -> str:
    """Why a file is refused, at once or by the worker."""
    try:
        kept = brought(region, raw)
    except SheetRefused as error:
        return str(error.text)
    assert kept.state == "refused"
    return kept.refusal


def brought(region: Region, raw: bytes) -> CatalogueFile:
    """The file after the worker has read it."""
    kept = services.bring_sheet(content=raw, name="каталог.xlsx", actor=region.actor("office"), now=NOW)
    services.read_brought_sheet(file_id=kept.pk, language="ru", actor=SYSTEM, now=NOW)
    kept.refresh_from_db()
    return kept


def take(region: Region, kept: CatalogueFile) -> CatalogueFile:
    services.confirm_sheet(seen=kept.plan["fingerprint"], actor=region.actor("office"), now=NOW)
    services.take_brought_sheet(file_id=kept.pk, language="ru", actor=SYSTEM, now=NOW)
    kept.refresh_from_db()
    return kept


@few
@given(pack=packs())
def test_a_file_that_went_out_and_came_back_changes_nothing(pack: Any) -> None:
    with taken_back():
        import_pack(pack=pack, actor=SYSTEM, now=NOW)
        Topic.objects.filter(code__in=list(topic_sheets())[:1]).update(retired_at=NOW)
        plan = plan_of(read_sheet(exported()))
        assert [line.action for line in plan.lines if line.action != "same"] == []
        assert len(plan.lines) == Area.objects.count() + Topic.objects.count()


@few
@given(law=st.lists(st.fixed_dictionaries({
    "act": st.sampled_from([*WORDS, "а|б", "\\", "a\\|b", "|"]), "articles": st.sampled_from(["", "|", "ст. 1\\", "="]),
    "checked_at": st.sampled_from([None, "2026-02-28"])}), max_size=3, unique_by=str))  # fmt: skip
def test_any_norms_come_back_as_they_went(law: list[dict[str, Any]]) -> None:
    column = next(one for one in TOPICS if one.field == "law")
    assert column.read(str(column.told(law))) == law


def test_the_shipped_catalogue_goes_out_and_comes_back_quickly(region: Region) -> None:
    import_pack(pack=read_pack(PACKS / "rostov"), actor=SYSTEM, now=NOW)
    before = everything()
    began = time.process_time()
    raw = exported()
    kept = brought(region, raw)
    assert time.process_time() - began < 30
    assert kept.plan["counts"] == {
        "new": 0,
        "changed": 0,
        "same": Topic.objects.count() + Area.objects.count(),
        "wrong": 0,
    }
    assert kept.plan["lines"] == []
    assert everything() == before


def test_a_changed_file_is_looked_at_and_taken_in_one_go(region: Region) -> None:
    def work(book: Any) -> None:
        put(book, "pension.record", "Название", "Стаж по-новому")
        put(book, "pension.record", "Минут", 25)
        put(book, "pension.record", "Закон", "О страховых пенсиях | ст. 11 | 20.11.2026")
        put(book, "labour.wage", "Снята", "да")
        put(book, "pension", "Название", "Пенсии и пособия", AREA_SHEET)
        book[AREA_SHEET].append(["roads", "Дороги", 7])
        term = "10 | рабочих дней | Когда вы написали? | нет"
        row = [None, "roads", "Яма на дороге", "Кто починит?", "git", "sfr", "фото\nадрес", None, None, term, 15]
        book[TOPIC_SHEET].append(row)

    kept = brought(region, changed(exported(), work))
    assert kept.plan["counts"] == {"new": 2, "changed": 3, "same": 1, "wrong": 0}
    assert not Topic.objects.filter(title="Яма на дороге").exists(), "looking changes nothing"
    kept = take(region, kept)
    assert (kept.state, kept.done, kept.total) == ("taken", 5, 5)
    made = Topic.objects.get(code="roads.yama_na_doroge")
    assert (made.minutes, made.documents, made.also.get().code) == (15, ["фото", "адрес"], "sfr")
    assert made.term == {"question": "Когда вы написали?", "count": 10, "unit": "working", "moves": False}
    record = Topic.objects.get(code="pension.record")
    assert (record.title, record.minutes) == ("Стаж по-новому", 25)
    assert record.law == [{"act": "О страховых пенсиях", "articles": "ст. 11", "checked_at": "2026-11-20",
                           "checked_by": region.users["office"].pk}]  # fmt: skip
    assert Topic.objects.get(code="labour.wage").retired_at == NOW
    assert Area.objects.get(code="pension").name == "Пенсии и пособия"
    entries = {(one.action, one.data["topic"]): one for one in JournalEntry.objects.filter(kind="topic")}
    assert entries["edit", "pension.record"].data["fields"] == ["title", "law", "minutes"]
    assert entries["edit", "labour.wage"].data["fields"] == ["retired"]
    assert entries["add", "roads.yama_na_doroge"].actor == f"staff:{region.users['office'].pk}"
    assert {str(key) for key in edited_here()} == {"area:pension", "topic:pension.record"}, "later packs leave it"
    before = everything()
    again = brought(region, exported())
    assert again.plan["counts"]["same"] == 6 and not again.plan["lines"]
    assert everything() == before


def test_the_same_new_row_twice_is_one_topic(region: Region) -> None:
    raw = changed(exported(), lambda book: book[TOPIC_SHEET].append([None, "pension", "Льготы", "Какие?", "sfr"]))
    take(region, brought(region, raw))
    kept = brought(region, raw)
    assert kept.plan["counts"]["new"] == 0
    assert Topic.objects.filter(title="Льготы").count() == 1


def test_long_titles_that_begin_alike_are_topics_of_their_own(region: Region) -> None:
    long = "Перерасчёт пенсии по потере кормильца при переезде из другого региона"
    rows = [[None, "pension", f"{long} {n}", "Как?", "sfr"] for n in (1, 2, 3)]
    raw = changed(exported(), lambda book: [book[TOPIC_SHEET].append(row) for row in rows])
    take(region, brought(region, raw))
    assert Topic.objects.filter(title__startswith=long).count() == 3
    assert brought(region, raw).plan["counts"]["new"] == 0, "the same file again is the same topics"
    once = changed(exported(), lambda book: book[TOPIC_SHEET].append(["", "pension", "Раз", "?", "sfr"]))
    assert brought(region, once).plan["counts"]["new"] == 1
    twin = changed(once, lambda book: book[TOPIC_SHEET].append(["", "pension", "Раз", "?", "sfr"]))
    assert brought(region, twin).plan["counts"]["wrong"] == 1


@pytest.mark.parametrize(("head", "value", "letter", "word"), [
    ("Минут", "сто", "K", "целое число"), ("Минут", 61, "K", "от 5 до 60"), ("Минут", 20.5, "K", "целое число"),
    ("Название", None, "C", "Напишите название"), ("Название", "я" * 201, "C", "200"),
    ("Название", "=1+1", "C", "формула"), ("Короткий ответ", "<script>alert(1)</script>", "Q", "HTML"),
    ("Короткий ответ", "я" * 4001, "Q", "4000"), ("Раздел", "nowhere", "B", "nowhere"),
    ("Кто отвечает", "nobody", "E", "nobody"), ("Закон", "а | б | в", "H", "День проверки"),
    ("Закон", "а | б | 2026-11-20 | г", "H", "три части"), ("Закон", "а || 2099-01-01", "H", "не наступил"),
    ("Счёт срока", "десять дней", "J", "не считать"), ("Снята", "может быть", "R", "да"),
    ("Шаблон памятки", "none", "P", "none"), ("Код", "с пробелом", "A", "латинские"), ("Код", "a-b", "A", "латинские"),
])  # fmt: skip
def test_an_error_is_told_by_row_column_and_words_and_stops_the_file(
    region: Region, head: str, value: Any, letter: str, word: str
) -> None:
    before = everything()
    kept = brought(region, changed(exported(), lambda book: put(book, "pension.record", head, value)))
    wrong = [line for line in kept.plan["lines"] if line["action"] == "wrong"]
    assert kept.plan["counts"]["wrong"] == len(wrong) == 1
    faults = [(found, text) for _head, found, text in wrong[0]["faults"]]
    assert wrong[0]["sheet"] == TOPIC_SHEET and wrong[0]["row"] >= 2
    assert any(found == letter and word in text for found, text in faults), faults
    with pytest.raises(SheetRefused):
        services.confirm_sheet(seen=kept.plan["fingerprint"], actor=region.actor("office"), now=NOW)
    assert everything() == before


def test_a_code_twice_is_an_error_of_the_second_row(region: Region) -> None:
    kept = brought(region, changed(exported(), lambda book: book[TOPIC_SHEET].append(["pension.record"])))
    assert [line["row"] for line in kept.plan["lines"]] == [Topic.objects.count() + 2]
    assert "выше" in str(kept.plan["lines"])


def test_columns_may_be_left_out_and_say_nothing_then(region: Region) -> None:
    book = Workbook()
    book.active.title = TOPIC_SHEET
    book.active.append(["Минут", "Код"])
    book.active.append([30, "pension.record"])
    out = io.BytesIO()
    book.save(out)
    before = topic_sheets()["pension.record"].body
    kept = take(region, brought(region, out.getvalue()))
    assert kept.plan["left"] == Topic.objects.count() - 1
    found = topic_sheet(Topic.objects.get(code="pension.record").pk)
    assert found and found.body == {**before, "minutes": 30}


def test_who_checked_a_norm_stays_when_a_file_brings_it_back(region: Region) -> None:
    topic = Topic.objects.get(code="pension.record")
    sheet = topic_sheet(topic.pk)
    assert sheet
    other = {**region.topic.law[0], "checked_at": "2026-11-01", "checked_by": region.users["observer"].pk}
    Topic.objects.filter(pk=topic.pk).update(law=[other])
    raw = changed(exported(), lambda book: put(book, "pension.record", "Минут", 45))
    take(region, brought(region, raw))
    topic.refresh_from_db()
    assert (topic.minutes, topic.law) == (45, [other])


def test_an_edit_between_looking_and_taking_stops_the_file(region: Region) -> None:
    kept = brought(region, changed(exported(), lambda book: put(book, "pension.record", "Минут", 45)))
    services.retire_topic(topic_id=region.topic.pk, actor=region.actor("office"), now=NOW)
    services.confirm_sheet(seen=kept.plan["fingerprint"], actor=region.actor("office"), now=NOW)
    Topic.objects.filter(code="pension.record").update(title="Тем временем")
    before = everything()
    services.take_brought_sheet(file_id=kept.pk, language="ru", actor=SYSTEM, now=NOW)
    kept.refresh_from_db()
    assert kept.state == "refused" and "каталог изменили" in kept.refusal
    assert everything() == before


def test_jobs_may_run_twice_and_others_files_are_nobodys(region: Region) -> None:
    kept = brought(region, changed(exported(), lambda book: put(book, "pension.record", "Минут", 45)))
    with pytest.raises(SheetRefused):
        services.confirm_sheet(seen="other", actor=region.actor("office"), now=NOW)
    for who in ("coordinator", "expert", "operator", "observer"):
        with pytest.raises(NotFound):
            services.bring_sheet(content=b"x", name="", actor=region.actor(who), now=NOW)
        with pytest.raises(NotFound):
            services.confirm_sheet(seen=kept.plan["fingerprint"], actor=region.actor(who), now=NOW)
    take(region, kept)
    before = everything()
    services.take_brought_sheet(file_id=kept.pk, language="ru", actor=SYSTEM, now=NOW)
    services.read_brought_sheet(file_id=kept.pk, language="ru", actor=SYSTEM, now=NOW)
    assert everything() == before
    services.drop_sheet(actor=region.actor("office"), now=NOW)
    assert not CatalogueFile.objects.exists()


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """An exported file with parts changed inside."""
    with zipfile.ZipFile(io.BytesIO(exported())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def million(rows: int, *, filled: bool) -> bytes:
    """A sheet whose XML has a great many rows in few bytes."""
    cell = '<c t="inlineStr"><is><t>a</t></is></c>' if filled else ""
    body = f"<row>{cell}</row>" * rows
    head = "".join(f'<c t="inlineStr"><is><t>{one.head}</t></is></c>' for one in TOPICS)
    return repacked(lambda files: files.update({"xl/worksheets/sheet1.xml": (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"<row>{head}</row>{body}</sheetData></worksheet>").encode()}))  # fmt: skip


BOMB = b"<worksheet>" + b" " * (60 * 2**20)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"code;title", "не таблица XLSX"),
    "old excel": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "не таблица XLSX"),
    "other zip": (lambda: repacked(lambda files: files.pop("[Content_Types].xml")), "не таблица XLSX"),
    "cut": (lambda: exported()[:2000], "повреждён"),
    "too big": (lambda: b"PK\x03\x04" + b"\0" * MAX_SHEET, "8 МБ"),
    "bomb": (lambda: repacked(lambda files: files.update({"xl/worksheets/sheet1.xml": BOMB})), "слишком большой"),
    "macros": (lambda: repacked(lambda files: files.update({"xl/vbaProject.bin": b"x"})), "макросы"),
    "entities": (lambda: repacked(lambda files: files.update(
        {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>' + files["xl/workbook.xml"]})), "не бывает"),
    "broken xml": (lambda: repacked(lambda files: files.update({"xl/workbook.xml": b"<a"})), "повреждён"),
    "other sheets": (lambda: changed(exported(), lambda book: (
        book.remove(book[AREA_SHEET]), setattr(book[TOPIC_SHEET], "title", "Лист"))), "нет листов"),
    "other columns": (lambda: changed(exported(), lambda book: put_head(book, "Пароль")), "Пароль"),
    "no code": (lambda: changed(exported(), lambda book: book[TOPIC_SHEET].delete_cols(1)), "«Код»"),
    "a million rows": (lambda: million(1_000_000, filled=False), "пустых строк"),
    "many rows": (lambda: million(60_000, filled=True), "не больше 2000"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_changes_nothing(region: Region, name: str) -> None:
    make, word = HOSTILE[name]
    raw = make()
    before = everything()
    began = time.process_time()
    assert word in refusal_of(region, raw)
    assert time.process_time() - began < 20, "a refusal is not work"
    assert everything() == before


def test_words_that_begin_like_formulas_stay_words(region: Region) -> None:
    Topic.objects.filter(code="pension.record").update(title='=HYPERLINK("http://x")', deadline="+7", ask="@СУММ")
    book = load_workbook(io.BytesIO(exported()))
    cells = [cell for row in book[TOPIC_SHEET].iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    assert any(cell.value == '=HYPERLINK("http://x")' and cell.quotePrefix for cell in cells)
    assert not plan_of(read_sheet(exported())).told["lines"]
