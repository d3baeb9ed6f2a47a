"""The office's page of the region pack: the launch, the texts, giving away, looking at a plan and taking it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from legalaid.directory.models import LaunchTask, MethodPart, PackUpload, RegionPack, Topic
from legalaid.directory.pack import pack_bytes, read_zip
from legalaid.directory.pack.plan import Choices
from legalaid.directory.pack_queries import own_pack
from legalaid.directory.services import TaskRefused, edit_part, import_pack, set_task
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.models import User
from tests.directory.packs import everything, small, spoiled, topic
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
OWN = Actor.system("test")
BACKEND = "legalaid.people.backends.StaffBackend"


@pytest.fixture
def region() -> Region:
    found = make_region()
    import_pack(pack=small(), actor=OWN, now=NOW, choices=Choices(take_all=True))
    return found


@pytest.fixture
def office(client: Client, region: Region) -> Client:
    client.force_login(region.users["office"], backend=BACKEND)
    return client


def bring(client: Client, raw: bytes) -> HttpResponse:
    return client.post("/office/pack/", {"file": SimpleUploadedFile("p.zip", raw)})  # type: ignore[return-value]


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def newer() -> bytes:
    """The next version of the pack: another training, another topic and one more."""
    return pack_bytes(
        small(training__operator={"title": "Оператору", "position": 0, "reader": "operator", "text": "Добрый день."},
              topic__second=topic(title="Вторая"), topic__pension_record=topic(),
              role__office={"title": "Офис", "position": 0, "text": "Ведёт."})
    )  # fmt: skip


def test_the_page_shows_the_launch_the_contents_and_what_was_taken(office: Client) -> None:
    page = office.get("/office/pack/").content.decode()
    assert "сделано 0 из 1" in page
    assert "Шаблоны памяток" in page
    assert "Область" in page
    assert "Этого" not in page


def test_an_empty_installation_says_what_to_do(client: Client) -> None:
    region = make_region()
    client.force_login(region.users["office"], backend=BACKEND)
    assert "Перечня запуска ещё нет" in client.get("/office/pack/").content.decode()


def test_a_file_is_looked_at_and_nothing_changes_until_it_is_confirmed(office: Client) -> None:
    MethodPart.objects.filter(kind="memo").update(text="По-нашему.")
    before = everything()
    assert bring(office, newer())["Location"] == "/office/pack/plan/"
    page = office.get("/office/pack/plan/").content.decode()
    assert '<dd data-count="new">3</dd>' in page
    assert '<dd data-count="changed">1</dd>' in page
    assert '<dd data-count="kept">1</dd>' in page
    assert "<del>текст: Здравствуйте.</del>" in page
    assert "<ins>текст: Добрый день.</ins>" in page
    assert [*everything()[:3], *everything()[4:]] == [*before[:3], *before[4:]], "only the file is kept"
    told = office.post("/office/pack/plan/", {"seen": seen(page)}, follow=True).content.decode()
    assert "принят: записано 4, убрано 0" in told
    assert Topic.objects.filter(code="second").exists()
    assert MethodPart.objects.get(kind="memo").text == "По-нашему."
    assert MethodPart.objects.get(kind="training").text == "Добрый день."
    assert not PackUpload.objects.exists()
    entry = JournalEntry.objects.filter(kind="region_pack").order_by("-id")[0]
    assert (entry.action, entry.data["new"], entry.data["kept"]) == ("import", 3, 1)
    assert entry.actor.startswith("staff:")


def test_the_office_may_take_the_packs_wording_after_all(office: Client) -> None:
    MethodPart.objects.filter(kind="memo").update(text="По-нашему.")
    bring(office, newer())
    page = office.get("/office/pack/plan/").content.decode()
    office.post("/office/pack/plan/", {"seen": seen(page), "take": ["memo:pension"]})
    assert MethodPart.objects.get(kind="memo").text.startswith("## Что делать")


def test_a_plan_that_is_not_true_any_more_is_shown_anew_and_changes_nothing(office: Client) -> None:
    bring(office, newer())
    page = office.get("/office/pack/plan/").content.decode()
    MethodPart.objects.filter(kind="training").update(text="Тем временем.")
    before = everything()
    answer = office.post("/office/pack/plan/", {"seen": seen(page)})
    assert answer.status_code == 409
    assert "Вот новый план" in answer.content.decode()
    assert everything() == before


def test_a_pack_may_be_put_away(office: Client) -> None:
    before = everything()
    bring(office, newer())
    office.post("/office/pack/plan/", {"drop": "1"})
    assert everything() == before
    assert office.get("/office/pack/plan/").status_code == 404


@pytest.mark.parametrize("raw", [b"", b"not a zip", spoiled(lambda files: files.update({"../evil.md": b"x"}))],
                         ids=["nothing", "no zip", "path traversal"])  # fmt: skip
def test_a_bad_file_is_refused_on_the_page_and_changes_nothing(office: Client, raw: bytes) -> None:
    before = everything()
    answer = bring(office, raw)
    assert answer.status_code == 422
    assert "Ничего не изменилось" in answer.content.decode()
    assert everything() == before
    assert office.post("/office/pack/").status_code == 422
    assert RegionPack.objects.count() == 1


def test_a_pack_goes_out_as_a_file_without_people_and_agreements(office: Client, region: Region) -> None:
    raw = office.get("/office/pack/export.zip").content
    pack = read_zip(raw)
    assert pack.objects == own_pack().objects
    assert not pack.has_network
    told = str(pack.objects)
    assert region.agreement.number not in told
    assert not any(user.name in told or user.email in told for user in User.objects.all())
    assert read_zip(office.get("/office/pack/export.zip?network=1").content).has_network
    assert read_zip(office.get("/office/pack/shipped/new_region.zip").content).of("task")
    assert office.get("/office/pack/shipped/nothing.zip").status_code == 404


def test_a_task_is_done_when_something_shows_it(office: Client) -> None:
    task = LaunchTask.objects.get()
    address = f"/office/pack/task/{task.pk}/"
    form = {"owner": "отдел связи", "due": "2026-12-01", "done": "on", "evidence": ""}
    answer = office.post(address, form)
    assert answer.status_code == 422
    assert "чем подтверждается" in answer.content.decode()
    task.refresh_from_db()
    assert (task.done_at, task.owner) == (None, "")
    assert office.post(address, {**form, "evidence": "приказ № 5"}).status_code == 302
    task.refresh_from_db()
    assert (task.done_at is not None, task.owner, task.evidence) == (True, "отдел связи", "приказ № 5")
    assert "сделано 1 из 1" in office.get("/office/pack/").content.decode()
    entry = JournalEntry.objects.get(kind="launch_task")
    assert (entry.before, entry.after) == ("open", "done")
    assert "приказ" not in str(entry.data)
    office.post(address, {**form, "done": "", "evidence": "приказ № 5"})
    task.refresh_from_db()
    assert task.done_at is None


def test_the_state_of_the_launch_does_not_travel_and_stays_through_an_import(office: Client) -> None:
    task = LaunchTask.objects.get()
    set_task(task_id=task.pk, owner="отдел", due=None, done=True, evidence="приказ", actor=OWN, now=NOW)
    assert "приказ" not in str(own_pack().objects)
    import_pack(pack=small(task__pilot_first={"stage": "pilot", "title": "Ещё", "position": 1, "hint": ""}),
                actor=OWN, now=NOW)  # fmt: skip
    task.refresh_from_db()
    assert (task.owner, task.evidence, task.done_at) == ("отдел", "приказ", NOW)


def test_a_text_is_written_with_how_it_reads_beside_it(office: Client) -> None:
    part = MethodPart.objects.get(kind="training")
    address = f"/office/pack/text/{part.pk}/"
    assert address in office.get("/office/pack/texts/training/").content.decode()
    looked = office.post(address, {"title": "Т", "text": "## Шаг\n\n**Важно**", "look": "1"}).content.decode()
    assert "<h3>Шаг</h3>" in looked
    assert "<strong>Важно</strong>" in looked
    part.refresh_from_db()
    assert part.text == "Здравствуйте."
    assert office.post(address, {"title": "Оператору", "text": "Шаг первый"}).status_code == 302
    part.refresh_from_db()
    assert part.text == "Шаг первый"
    assert "изменено у вас" in office.get("/office/pack/texts/training/").content.decode()
    assert JournalEntry.objects.filter(kind="method_part", action="edit").count() == 1


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "![x](https://e.example/x.png)", "a\u202eb", "я" * 20_001]
)
def test_a_text_no_pack_could_carry_is_refused_and_changes_nothing(office: Client, text: str) -> None:
    part, before = MethodPart.objects.get(kind="training"), everything()
    answer = office.post(f"/office/pack/text/{part.pk}/", {"title": "Оператору", "text": text})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert '<img src="https://e.example' not in answer.content.decode()
    assert everything() == before
    assert office.post(f"/office/pack/text/{part.pk}/", {"title": "", "text": "а"}).status_code == 422


def test_nobody_but_the_office_writes_the_method(region: Region) -> None:
    before, stranger = everything(), region.actor("coordinator")
    task, part = LaunchTask.objects.get(), MethodPart.objects.get(kind="training")
    with pytest.raises(NotFound):
        import_pack(pack=read_zip(newer()), actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        edit_part(part_id=part.pk, title="Т", text="т", actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        set_task(task_id=task.pk, owner="", due=None, done=True, evidence="а", actor=stranger, now=NOW)
    with pytest.raises(TaskRefused):
        set_task(task_id=task.pk, owner="", due=None, done=True, evidence=" ", actor=OWN, now=NOW)
    assert everything() == before
