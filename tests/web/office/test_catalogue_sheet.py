"""The catalogue's file in the office: out, in, the plan, how far it is, taken; and refused on the page."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from legalaid.directory.models import CatalogueFile, Topic
from legalaid.directory.services import read_brought_sheet, sheets, take_brought_sheet
from legalaid.kernel.actor import Actor
from tests.directory.packs import everything
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
BACKEND = "legalaid.people.backends.StaffBackend"
ADDRESS = "/office/catalogue/sheet/"


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def office(client: Client, region: Region) -> Client:
    client.force_login(region.users["office"], backend=BACKEND)
    return client


def worked(office: Client, minutes: Any) -> bytes:
    """The exported file with another number in the minutes of the first topic."""
    book = load_workbook(io.BytesIO(office.get("/office/catalogue/export.xlsx").content))
    book["Темы"]["K2"] = minutes
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(office: Client, raw: bytes, name: str = "каталог <b>.xlsx") -> HttpResponse:
    return office.post(ADDRESS, {"file": SimpleUploadedFile(name, raw)})  # type: ignore[return-value]


def worker(task: str) -> None:
    """What the worker does with the job of the page."""
    job = ProcrastinateJob.objects.filter(task_name=f"directory.{task}").order_by("-id")[0]
    doing = {"read_catalogue_file": read_brought_sheet, "take_catalogue_file": take_brought_sheet}[task]
    doing(**job.args, actor=Actor.system("worker"), now=NOW)


def test_the_file_goes_out(office: Client, region: Region) -> None:
    answer = office.get("/office/catalogue/export.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="catalogue.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Темы", "Разделы", "Справочник"]
    assert book["Темы"]["A2"].value in {region.topic.code, region.other_topic.code}
    assert "Социальный фонд" in [row[2].value for row in book["Справочник"].iter_rows()]


def test_from_the_file_to_the_catalogue(office: Client, region: Region) -> None:
    assert "Загрузить" in office.get(ADDRESS).content.decode()
    assert bring(office, worked(office, 35)).status_code == 302
    page = office.get(ADDRESS).content.decode()
    assert "Читаем файл" in page and "<progress" in page and "<b>.xlsx" not in page
    CatalogueFile.objects.update(done=50, total=200)
    piece = office.get(ADDRESS + "state/", HTTP_HX_REQUEST="true").content.decode()
    assert "25 %" in piece and 'value="50" max="200"' in piece
    before = everything()
    worker("read_catalogue_file")
    assert everything() == before
    assert office.get(ADDRESS + "state/", HTTP_HX_REQUEST="true").headers["HX-Redirect"] == ADDRESS
    page = office.get(ADDRESS).content.decode()
    assert '<dd data-count="changed">1</dd>' in page and '<dd data-count="same">2</dd>' in page
    assert "<del>минут: 20</del>" in page and "<ins>минут: 35</ins>" in page
    seen = page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]
    assert office.post(ADDRESS, {"take": "1", "seen": seen}).status_code == 302
    assert "Записываем в каталог" in office.get(ADDRESS).content.decode()
    assert not Topic.objects.filter(minutes=35).exists()
    worker("take_catalogue_file")
    assert "Добавлено: 0, изменено: 1." in office.get(ADDRESS).content.decode()
    assert Topic.objects.filter(minutes=35).count() == 1


def test_errors_stand_by_row_and_column_and_nothing_can_be_taken(office: Client) -> None:
    bring(office, worked(office, "сто"))
    worker("read_catalogue_file")
    page = office.get(ADDRESS).content.decode()
    assert "K2, «Минут»." in page and "Здесь нужно целое число." in page
    assert "строка 2" in page and 'name="take"' not in page
    before = everything()
    answer = office.post(ADDRESS, {"take": "1", "seen": CatalogueFile.objects.get().plan["fingerprint"]})
    assert answer.status_code == 422
    assert everything() == before


def two_rows(office: Client, first: Any, second: Any) -> bytes:
    """The exported file with other minutes in two topics."""
    book = load_workbook(io.BytesIO(office.get("/office/catalogue/export.xlsx").content))
    book["Темы"]["K2"], book["Темы"]["K3"] = first, second
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_right_rows_are_taken_when_somebody_says_so(office: Client) -> None:
    bring(office, two_rows(office, "сто", 35))
    worker("read_catalogue_file")
    page = office.get(ADDRESS).content.decode()
    assert "Принять строк без ошибок: 1, пропустить с ошибками: 1" in page
    before = everything()
    seen = CatalogueFile.objects.get().plan["fingerprint"]
    assert office.post(ADDRESS, {"take": "1", "seen": seen}).status_code == 422  # not said: nothing is taken
    assert everything() == before
    assert office.post(ADDRESS, {"take": "1", "skip": "1", "seen": seen}).status_code == 302
    worker("take_catalogue_file")
    page = office.get(ADDRESS).content.decode()
    assert "Добавлено: 0, изменено: 1." in page
    assert "Пропущено строк с ошибками: 1." in page
    assert "K2, «Минут»." in page  # what is left to be mended still stands there
    assert sorted(Topic.objects.values_list("minutes", flat=True)) == [20, 35]


def test_a_file_with_nothing_right_cannot_be_taken_at_all(office: Client) -> None:
    bring(office, worked(office, "сто"))
    worker("read_catalogue_file")
    before = everything()
    seen = CatalogueFile.objects.get().plan["fingerprint"]
    assert office.post(ADDRESS, {"take": "1", "skip": "1", "seen": seen}).status_code == 422
    assert everything() == before


def test_how_far_it_is_is_told_from_the_first_row_on(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told at once, then as time goes by, rising, through reading and comparing."""
    told: list[tuple[int, int]] = []

    def teller(_file_id: int) -> Any:
        return lambda done, total: told.append((done, total))

    bring(office, two_rows(office, 30, 35))
    monkeypatch.setattr(sheets, "_teller", teller)
    worker("read_catalogue_file")
    assert told[0][0] == 0
    shares = [done / total for done, total in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(told) > 4  # two topics and an area, read and compared


def test_errors_are_told_in_the_language_of_who_reads(office: Client) -> None:
    raw = worked(office, "сто")
    office.post(ADDRESS, {"file": SimpleUploadedFile("a.xlsx", raw)}, HTTP_ACCEPT_LANGUAGE="en")
    worker("read_catalogue_file")
    assert "A whole number is wanted here." in office.get(ADDRESS, HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_a_bad_file_is_refused_on_the_page(office: Client) -> None:
    before = everything()
    assert "Выберите файл" in office.post(ADDRESS, {}).content.decode()
    assert office.post(ADDRESS, {}).status_code == 422
    bring(office, b"not a sheet")
    worker("read_catalogue_file")
    page = office.get(ADDRESS).content.decode()
    assert "Файл не принят" in page and "не таблица XLSX" in page
    assert everything() == before
    office.post(ADDRESS, {"drop": "1"})
    assert not CatalogueFile.objects.exists()


def test_a_file_is_its_bringers_alone(office: Client, region: Region) -> None:
    bring(office, worked(office, 35))
    for address in (ADDRESS, ADDRESS + "state/", "/office/catalogue/export.xlsx"):
        stranger = Client()
        stranger.force_login(region.users["coordinator"], backend=BACKEND)
        assert stranger.get(address).status_code == 404
    assert CatalogueFile.objects.count() == 1
