"""The text of an agreement as PDF and DOCX, scans of signed copies, data exchange and the templates of clauses."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import docx
import pikepdf
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from legalaid.directory import services
from legalaid.directory.agreement_rules import fill, several, warning_due
from legalaid.directory.agreement_sheet import spans
from legalaid.directory.models import Agreement, AgreementClause, AgreementCoverage, AgreementScan, ExchangeItem
from legalaid.directory.states import AgreementState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    found = make_region()
    AgreementClause.objects.create(code="term", position=1, title="Срок", text="Действует {term}.")
    AgreementClause.objects.create(code="sla", position=0, title="Сроки", text="Не позднее {hold_days}.\nЖдать {x}.")
    return found


def login(region: Region, who: str = "office") -> Client:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client


def a_draft(region: Region) -> Agreement:
    actor = region.actor("office")
    draft = services.open_agreement(number="7/2026", authority_id=region.authority.pk, actor=actor, now=NOW)
    services.set_terms(
        agreement_id=draft.pk, number="7/2026", valid_from=TODAY, valid_until=date(2026, 12, 31), actor=actor, now=NOW,
        signer_body="Управляющий\x01 отделением", signer_centre="Директор <b> 😀",
        numbers={"norm_posts": 2, "norm_hours": 40, "agree_days": 1, "hold_days": 21, "wait_minutes": 15},
    )  # fmt: skip
    cells = {(region.topic.pk, None), (region.topic.pk, region.branch.pk)}
    services.set_coverage(agreement_id=draft.pk, cells=cells, actor=actor, now=NOW)
    return draft


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def a_scan(colour: str = "white", pages: int = 2) -> bytes:
    out = io.BytesIO()
    sheets = [Image.new("RGB", (600, 840), colour) for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], author="Пётр Петров")
    return out.getvalue()


def send_scan(client: Client, agreement: Agreement, raw: bytes, name: str = "Экземпляр.pdf") -> Any:
    file = SimpleUploadedFile(name, raw, "application/pdf")
    return client.post(f"/office/agreement/{agreement.pk}/scans/", {"file": file})


def snapshot() -> list[object]:
    tables = (Agreement, AgreementClause, ExchangeItem, AgreementCoverage)
    rows: list[object] = [row for table in tables for row in table.objects.order_by("pk").values_list()]
    return [*rows, AgreementScan.objects.count(), JournalEntry.objects.count()]


def test_the_text_says_terms_clauses_and_annexes_in_a_tagged_pdf(region: Region) -> None:
    draft = a_draft(region)
    answer = login(region).get(f"/office/agreement/{draft.pk}/text.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert file.Root.MarkInfo.Marked
        assert str(file.Root.Lang) == "ru"
        assert "/StructTreeRoot" in file.Root
        with file.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
    said = words_of(answer.content)
    for words in (
        "№ 7/2026", "Проект", "1. Сроки", "Не позднее 21 рабочего дня.", "Ждать {x}.", "2. Срок",
        "с 23 ноября 2026 года по 31 декабря 2026 года включительно", "Социальный фонд", "Управляющий отделением",
        "Директор <b> ?", "Приложение № 1", "Не засчитали стаж", "ул. Первая, 1", "Приложение № 2", "Приложение № 3",
        "в течение 21 рабочего дня", "не дольше 15 минут", "Приложение № 4", "Имя гражданина и способ связи",
        "от МФЦ органу", "30 дней",
    ):  # fmt: skip
        assert words in said, words


def test_the_same_text_can_be_edited(region: Region) -> None:
    draft = a_draft(region)
    answer = login(region).get(f"/office/agreement/{draft.pk}/text.docx")
    assert answer["Content-Disposition"] == f'attachment; filename="agreement-{draft.pk}.docx"'
    document = docx.Document(io.BytesIO(answer.content))
    paragraphs = [one.text for one in document.paragraphs]
    assert "Действует с 23 ноября 2026 года по 31 декабря 2026 года включительно." in paragraphs
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 2"]
    assert headings[:2] == ["1. Сроки", "2. Срок"]
    assert headings[-4:] == ["Темы и места приёма", "Норма приёма", "Сроки обслуживания", "Обмен данными"]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert ["Не засчитали стаж", "да", "все"] in tables[1]
    assert ["Имя гражданина и способ связи", "от МФЦ органу", "1 год"] in tables[-1]
    assert tables[1][0] == ["Тема", "Из дома", "Отделения"]
    assert "w:tblHeader" in document.tables[1].rows[0]._tr.xml
    assert document.core_properties.language == "ru-RU"


def test_the_document_to_edit_breaks_its_pages_where_a_reader_expects(region: Region) -> None:
    draft = a_draft(region)
    document = docx.Document(io.BytesIO(login(region).get(f"/office/agreement/{draft.pk}/text.docx").content))
    labels = [one for one in document.paragraphs if one.text.startswith("Приложение №")]
    assert [one.paragraph_format.page_break_before for one in labels] == [True, False, False, False]
    assert all(one.paragraph_format.keep_with_next for one in labels)  # an annex is not parted from its table
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        assert document.styles[name].paragraph_format.keep_with_next
    for table in document.tables:
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    signed = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in signed.rows][2:4] == [
        ["Управляющий отделением", "Директор <b> 😀"], ["_______________ / ________________ /"] * 2]  # fmt: skip
    last = next(one for one in document.paragraphs if one.text.startswith("Действует с"))
    assert last.paragraph_format.keep_with_next  # signatures never stand alone
    foot = document.sections[0].footer._element.xml
    assert "NUMPAGES" in foot


def test_an_annex_with_nothing_in_it_says_so(region: Region) -> None:
    draft = a_draft(region)
    actor = region.actor("office")
    services.set_coverage(agreement_id=draft.pk, cells=set(), actor=actor, now=NOW)
    services.set_exchange(agreement_id=draft.pk, items=[], actor=actor, now=NOW)
    raw = login(region).get(f"/office/agreement/{draft.pk}/text.docx").content
    said = [one.text for one in docx.Document(io.BytesIO(raw)).paragraphs]
    assert "Тем пока нет." in said
    assert "Данные не передаются." in said


def test_what_was_sent_to_be_signed_keeps_its_wording(region: Region) -> None:
    draft, client = a_draft(region), login(region)
    services.move_agreement(agreement_id=draft.pk, action="send", actor=region.actor("office"), now=NOW)
    clause = AgreementClause.objects.get(code="term")
    client.post(f"/office/clauses/{clause.pk}/", {"title": "Срок", "text": "Иначе: {term}."})
    said = words_of(client.get(f"/office/agreement/{draft.pk}/text.pdf").content)
    assert "Действует с 23" in said
    assert "На подписании" in said
    services.move_agreement(agreement_id=draft.pk, action="withdraw", actor=region.actor("office"), now=NOW)
    assert "Иначе: с 23" in words_of(client.get(f"/office/agreement/{draft.pk}/text.pdf").content)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "Назовите пункт"), ({"text": ""}, "Напишите текст"), ({"text": "я" * 4001}, "Напишите текст"),
        ({"text": "Действует {until}."}, "не знает: {until}"),
    ],
)  # fmt: skip
def test_a_wrong_clause_is_refused_and_changes_nothing(region: Region, wrong: dict[str, str], says: str) -> None:
    clause, before = AgreementClause.objects.get(code="term"), snapshot()
    answer = login(region).post(f"/office/clauses/{clause.pk}/", {"title": "Срок", "text": "Текст", **wrong})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert snapshot() == before


def test_a_clause_is_written_once_and_journalled(region: Region) -> None:
    clause, client = AgreementClause.objects.get(code="term"), login(region)
    for _twice in range(2):
        form = {"title": " Срок  действия ", "text": "Одно.\r\n\r\n Другое  {term}. "}
        assert client.post(f"/office/clauses/{clause.pk}/", form).status_code == 302
    clause.refresh_from_db()
    assert (clause.title, clause.text) == ("Срок действия", "Одно.\nДругое {term}.")
    assert JournalEntry.objects.filter(kind="agreement_clause", action="write").count() == 1
    assert client.post("/office/clauses/999999/", {"title": "x", "text": "x"}).status_code == 404


def test_a_scan_is_redrawn_kept_and_given_back(region: Region) -> None:
    client, agreement = login(region), region.agreement
    assert send_scan(client, agreement, a_scan()).status_code == 302
    scan = AgreementScan.objects.get()
    assert (scan.name, scan.pages, scan.added_by) == ("Экземпляр.pdf", 2, region.users["office"])
    page = client.get(f"/office/agreement/{agreement.pk}/").content.decode()
    assert "Экземпляр.pdf" in page
    answer = client.get(f"/office/agreement/{agreement.pk}/scan/{scan.pk}.pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    assert len(read.pages) == 2
    assert "Петров" not in answer.content.decode("latin-1") + str(read.metadata)
    assert [len(one.images) for one in read.pages] == [1, 1]
    entry = JournalEntry.objects.filter(action="add_scan").get()
    assert entry.data["sha256"] == scan.digest
    assert client.post(f"/office/agreement/{agreement.pk}/scan/{scan.pk}/remove/").status_code == 302
    assert not AgreementScan.objects.exists()
    assert JournalEntry.objects.filter(action="remove_scan").get().data["sha256"] == scan.digest


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "Выберите файл"), (b"MZ\x90\x00 not a paper" * 9, "Подойдут PDF"), (b"%PDF-1.7\nbroken", "повреждён"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Подойдут PDF"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_scan_is_refused_and_nothing_is_kept(region: Region, raw: bytes, says: str) -> None:
    before = snapshot()
    answer = send_scan(login(region), region.agreement, raw)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert snapshot() == before


def test_a_scan_stands_once_not_at_a_draft_and_not_at_another_agreement(region: Region) -> None:
    client, draft, raw = login(region), a_draft(region), a_scan()
    send_scan(client, region.agreement, raw)
    scan, before = AgreementScan.objects.get(), snapshot()
    assert "уже приложен" in send_scan(client, region.agreement, raw).content.decode()
    assert send_scan(client, draft, a_scan("red")).status_code == 422
    for path in (f"{draft.pk}/scan/{scan.pk}.pdf", f"{region.agreement.pk}/scan/999999.pdf"):
        assert client.get(f"/office/agreement/{path}").status_code == 404
    assert client.post(f"/office/agreement/{draft.pk}/scan/{scan.pk}/remove/").status_code == 404
    assert snapshot() == before


def test_data_exchange_begins_as_usual_is_edited_in_a_draft_and_goes_along(region: Region) -> None:
    draft, client = a_draft(region), login(region)
    assert ExchangeItem.objects.filter(agreement=draft).count() == 6
    lines = {
        "direction": ["to_body", "to_body", "to_centre"],
        "what": ["Имя", " ", "Памятка "],
        "kept": ["1 год", "", ""],
    }
    assert client.post(f"/office/agreement/{draft.pk}/exchange/", lines).status_code == 302
    kept = ExchangeItem.objects.filter(agreement=draft).order_by("position")
    assert list(kept.values_list("direction", "what", "kept")) == [
        ("to_body", "Имя", "1 год"),
        ("to_centre", "Памятка", ""),
    ]
    before = snapshot()
    assert client.post(f"/office/agreement/{draft.pk}/exchange/", lines).status_code == 302
    for wrong in ({**lines, "direction": ["up", "up", "up"]}, {**lines, "what": ["one"]}):
        assert client.post(f"/office/agreement/{draft.pk}/exchange/", wrong).status_code == 404
    assert snapshot() == before
    actor = region.actor("office")
    for action, on in (("send", None), ("sign", TODAY)):
        services.move_agreement(agreement_id=draft.pk, action=action, on=on, actor=actor, now=NOW)
    before = snapshot()
    assert client.post(f"/office/agreement/{draft.pk}/exchange/", lines).status_code == 422
    assert snapshot() == before
    version = services.amend_agreement(agreement_id=draft.pk, number="7-Д", actor=actor, now=NOW)
    assert [one.what for one in version.exchange.order_by("position")] == ["Имя", "Памятка"]


def test_who_sees_the_text_and_the_scans(region: Region) -> None:
    """The office all; the coordinator those of her authority, once they left the office; nobody else."""
    send_scan(login(region), region.agreement, a_scan())
    draft, scan = a_draft(region), AgreementScan.objects.get()
    foreign = Agreement.objects.create(
        number="F", authority=region.other_authority, state=AgreementState.IN_FORCE, valid_from=TODAY
    )
    hers = [f"{region.agreement.pk}/text.pdf", f"{region.agreement.pk}/text.docx",
            f"{region.agreement.pk}/scan/{scan.pk}.pdf"]  # fmt: skip
    not_hers = [f"{draft.pk}/text.pdf", f"{draft.pk}/text.docx", f"{foreign.pk}/text.pdf", "999999/text.pdf"]
    for who, expected in (("office", (200, None)), ("coordinator", (200, 404)), ("expert", (404, 404))):
        client = login(region, who)
        for paths, status in zip((hers, not_hers), expected, strict=True):
            for path in paths:
                if status:
                    assert client.get(f"/office/agreement/{path}").status_code == status, (who, path)


@pytest.mark.parametrize("who", ["operator", "expert", "coordinator", "observer", "duty_officer"])
def test_only_the_office_writes(region: Region, who: str) -> None:
    draft, clause = a_draft(region), AgreementClause.objects.get(code="term")
    send_scan(login(region), region.agreement, a_scan())
    scan, before = AgreementScan.objects.get(), snapshot()
    agreement = region.agreement
    calls: list[Callable[[Actor], object]] = [
        lambda a: services.set_exchange(agreement_id=draft.pk, items=[], actor=a, now=NOW),
        lambda a: services.add_scan(agreement_id=agreement.pk, file=a_scan("red"), name="x", actor=a, now=NOW),
        lambda a: services.remove_scan(agreement_id=agreement.pk, scan_id=scan.pk, actor=a, now=NOW),
        lambda a: services.set_clause(clause_id=clause.pk, title="x", text="x", actor=a, now=NOW),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call(region.actor(who))
    assert snapshot() == before


def test_words() -> None:
    assert fill("{term} {unknown} {", {"term": "с {x}"}) == "с {x} {unknown} {"
    assert [several(n, "дня", "дней") for n in (1, 5, 11, 21, 111)] == [
        "1 дня",
        "5 дней",
        "11 дней",
        "21 дня",
        "111 дней",
    ]
    assert spans([1, 2, 3, 5, 6, 9]) == "1–3, 5, 6, 9"
    assert spans([]) == "—"
    ahead = [warning_due(TODAY + timedelta(days=n), TODAY) for n in (61, 60, 31, 30, 8, 7, 0, -1)]
    assert ahead == [None, 60, 60, 30, 30, 7, 7, None]
    assert warning_due(None, TODAY) is None
