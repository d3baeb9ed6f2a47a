"""The catalogue's pages: the list, a topic beside its public page, two editors, areas, the memo, English."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from legalaid.directory.models import Area, MethodPart, Topic
from legalaid.intake.links import token_for
from tests.directory.packs import everything
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db
BACKEND = "legalaid.people.backends.StaffBackend"
XSS = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def office(client: Client, region: Region) -> Client:
    client.force_login(region.users["office"], backend=BACKEND)
    return client


def address(region: Region) -> str:
    return f"/office/catalogue/topic/{region.topic.pk}/"


def seen(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def form(office: Client, region: Region, **more: Any) -> dict[str, Any]:
    """What the page of the topic sends when its button is pressed at once, with changes."""
    return {
        "seen": seen(office.get(address(region)).content.decode()), "title": "Не засчитали стаж",
        "ask": "Не засчитали стаж: что делать?", "area": "pension", "authority": "sfr", "short_answer": "",
        "documents": "паспорт\nСНИЛС", "law_act": ["Федеральный закон № 400-ФЗ", "", ""], "law_articles": ["", "", ""],
        "deadline": "3 месяца", "minutes": "20", "lead_minutes": "", "horizon_days": "", "term_unit": "",
        "keywords": "стаж, не засчитали, трудовая книжка", "memo": "", "free_aid_case": "", **more,
    }  # fmt: skip


def send(office: Client, region: Region, **more: Any) -> HttpResponse:
    return office.post(address(region), form(office, region, **more))  # type: ignore[return-value]


def piece_of(office: Client, typed: dict[str, Any]) -> str:
    """The preview of a draft, as the page asks for it."""
    return office.post("/office/catalogue/preview/", typed, HTTP_HX_REQUEST="true").content.decode()


def test_the_list_shows_what_waits_to_be_checked(office: Client, region: Region) -> None:
    page = office.get("/office/catalogue/").content.decode()
    assert '<dd data-count="never">2</dd>' in page
    assert page.count("не проверялся") == 2
    office.post(address(region) + "check/", {"seen": seen(office.get(address(region)).content.decode())})
    page = office.get("/office/catalogue/?check=due").content.decode()
    assert '<dd data-count="fresh">1</dd>' in page
    assert region.other_topic.title in page and region.topic.title not in page
    assert "Таких тем нет" in office.get("/office/catalogue/?words=нетакого").content.decode()
    assert office.get("/office/catalogue/?area=%00&authority=%27&words=%00").status_code == 200


def test_the_page_as_it_stands_changes_nothing_when_sent(office: Client, region: Region) -> None:
    before = everything()
    assert send(office, region).status_code == 302
    assert everything() == before


def test_a_saved_topic_is_what_a_citizen_reads(office: Client, region: Region, client: Client) -> None:
    answer = send(office, region, short_answer="Запросите **выписку**\n\n- в МФЦ\n- у нас", save_checked="1",
                  law_articles=["ст. 11", "", ""])  # fmt: skip
    assert answer.status_code == 302
    request = region.draft()
    page = Client().get(f"/z/{token_for(request.pk)}/topic/").content.decode()
    assert "<strong>выписку</strong>" in page
    assert "<li>в МФЦ</li>" in page
    assert "Федеральный закон № 400-ФЗ, ст. 11" in page
    assert "проверено" in page
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/z/{token_for(request.pk)}/topic/").content.decode()
    assert "checked on" in english


def test_articles_nobody_has_checked_are_not_told_to_a_citizen(office: Client, region: Region) -> None:
    send(office, region, law_articles=["ст. 999", "", ""])
    page = Client().get(f"/z/{token_for(region.draft().pk)}/topic/").content.decode()
    assert "400-ФЗ" in page and "ст. 999" not in page and "проверено" not in page


def test_faults_stand_at_their_fields_and_what_was_typed_stays(office: Client, region: Region) -> None:
    before = everything()
    answer = send(office, region, title="", minutes="сто", short_answer=XSS, ask="Свой вопрос")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_title"' in page and 'href="#id_minutes"' in page and 'href="#id_short_answer"' in page
    assert 'value="Свой вопрос"' in page and 'value="сто"' in page
    assert "<script>alert" not in page and "<img src=x" not in page
    assert everything() == before


def test_two_editors_lose_nothing(office: Client, region: Region) -> None:
    mine = form(office, region, title="Мой вариант", documents="паспорт\nсправка")
    send(office, region, title="Чужой вариант")
    before = everything()
    answer = office.post(address(region), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Мой вариант"' in page and "справка" in page
    assert "<del>название: Чужой вариант</del>" in page
    assert "<ins>название: Мой вариант</ins>" in page
    assert everything() == before
    assert office.post(address(region), {**mine, "seen": seen(page)}).status_code == 302
    assert Topic.objects.get(pk=region.topic.pk).title == "Мой вариант"


def test_a_draft_is_shown_beside_and_kept_by_nobody(office: Client, region: Region) -> None:
    before = everything()
    page = send(office, region, title="Черновик", short_answer=f"**Жирно** {XSS}", look="1").content.decode()
    assert "Черновик</h3>" in page and "<strong>Жирно</strong>" in page
    typed = {**form(office, region, title="Живой", short_answer="- раз", authority="git"), "topic": region.topic.pk}
    piece = piece_of(office, typed)
    assert "Живой</h3>" in piece and "<li>раз</li>" in piece and "<b>ГИТ</b>" in piece
    assert "Выберите, кто отвечает" in piece_of(office, {"topic": "x", "authority": "none"})
    hostile = piece_of(office, {"title": XSS, "ask": XSS, "short_answer": XSS,
                          "documents": XSS, "law_act": [XSS], "law_articles": [""], "deadline": XSS})  # fmt: skip
    assert "<script>alert" not in hostile and "<img src" not in hostile
    assert everything() == before


def test_what_a_pack_may_hold_never_becomes_markup(region: Region) -> None:
    Topic.objects.filter(pk=region.topic.pk).update(short_answer=f"[x](javascript:alert(1)) ![i](http://e) {XSS} *a*")
    page = Client().get(f"/z/{token_for(region.draft().pk)}/topic/").content.decode()
    answer = page.split('<div class="prose">')[1].split("</div>")[0]
    assert "<a" not in answer and "<img" not in answer and "<script" not in answer and "<em>a</em>" in answer


def test_a_new_topic_from_the_page(office: Client, region: Region) -> None:
    assert "Новая тема" in office.get("/office/catalogue/new/?area=pension").content.decode()
    typed = form(office, region, title="Льготный стаж")
    assert "Льготный стаж</h3>" in office.post("/office/catalogue/new/", {**typed, "look": "1"}).content.decode()
    assert office.post("/office/catalogue/new/", {**typed, "title": ""}).status_code == 422
    assert Topic.objects.count() == 2
    answer = office.post("/office/catalogue/new/", typed)
    made = Topic.objects.get(code="pension.lgotnyy_stazh")
    assert answer["Location"] == f"/office/catalogue/topic/{made.pk}/"


def test_a_topic_is_retired_and_returned(office: Client, region: Region) -> None:
    page = office.post(address(region) + "retire/", {"retire": "1"}, follow=True).content.decode()
    assert "Тема снята" in page and "Вернуть в каталог" in page
    assert region.topic.title in office.get("/office/catalogue/?retired=1").content.decode()
    assert region.topic.title not in office.get("/office/catalogue/").content.decode()
    office.post(address(region) + "retire/", {"return": "1"})
    assert region.topic.title in office.get("/office/catalogue/").content.decode()


def test_a_check_of_what_has_changed_meanwhile_is_not_made(office: Client, region: Region) -> None:
    opened = seen(office.get(address(region)).content.decode())
    send(office, region, law_act=["Другой закон", "", ""])
    before = everything()
    page = office.post(address(region) + "check/", {"seen": opened}, follow=True).content.decode()
    assert "Отметка не поставлена" in page
    assert everything() == before


def test_areas_on_their_page(office: Client, region: Region) -> None:
    office.post("/office/catalogue/areas/", {"add": "1", "name": "Дороги"})
    made = Area.objects.get(code="dorogi")
    office.post("/office/catalogue/areas/", {"up": made.pk})
    page = office.get("/office/catalogue/areas/").content.decode()
    assert page.index('value="Дороги"') < page.index('value="Пенсии"')
    office.post("/office/catalogue/areas/", {"rename": made.pk, "name": "Пути", "seen": "Дороги"})
    made.refresh_from_db()
    assert made.name == "Пути"
    before = everything()
    answer = office.post("/office/catalogue/areas/", {"rename": made.pk, "name": "", "seen": "Пути"})
    assert answer.status_code == 422 and "Напишите название раздела" in answer.content.decode()
    assert office.post("/office/catalogue/areas/", {"add": "1", "name": "Пенсии"}).status_code == 422
    for lost in ({"up": "9999"}, {"rename": "x", "name": "Ы"}, {}):
        assert office.post("/office/catalogue/areas/", lost).status_code == 404
    assert everything() == before


def test_the_memo_of_a_topic(office: Client, region: Region) -> None:
    text = "## Что говорит закон\n\nВаш вопрос: {нормы}.\n\n## Что делать дальше\n\n- Идите в {орган}."
    shared = MethodPart.objects.create(kind="memo", code="pension", title="Пенсии", text=text)
    Topic.objects.update(memo=shared)
    page = office.get(address(region) + "memo/").content.decode()
    assert "Ваш вопрос: Федеральный закон № 400-ФЗ." in page and "<li>Идите в Соцфонд.</li>" in page
    assert "памятки тем: 2" in page
    before = everything()
    answer = office.post(address(region) + "memo/", {"title": "Пенсии", "text": "В {адрес}", "scope": "all"})
    assert answer.status_code == 422 and "{адрес}" in answer.content.decode()
    look = office.post(address(region) + "memo/", {"title": "П", "text": text.replace("Идите", "Бегите"), "look": "1"})
    assert "<li>Бегите в Соцфонд.</li>" in look.content.decode()
    assert everything() == before
    office.post(address(region) + "memo/", {"title": "Пенсии", "text": text + "\n- Ждите.", "scope": "all"})
    shared.refresh_from_db()
    assert shared.text.endswith("Ждите.")
    office.post(address(region) + "memo/", {"title": "Своя", "text": "## Что делать дальше\n\n- Раз.", "scope": "own"})
    own = Topic.objects.get(pk=region.topic.pk).memo
    assert own and own.code == region.topic.code and own.text.endswith("Раз.")
    assert "Шаблон только этой темы" in office.get(address(region) + "memo/").content.decode()
    office.post(address(region) + "memo/", {"title": "Своя", "text": "## Что делать дальше\n\n- Два."})
    own.refresh_from_db()
    assert own.text.endswith("Два.")
    Topic.objects.filter(pk=region.other_topic.pk).update(memo=None)
    other = f"/office/catalogue/topic/{region.other_topic.pk}/memo/"
    assert "нет шаблона" in office.get(other).content.decode()


def test_a_topic_that_is_not_there(office: Client) -> None:
    for address in ("/office/catalogue/topic/99999/", "/office/catalogue/topic/99999/memo/"):
        assert office.get(address).status_code == 404
    for tail in ("", "check/", "retire/", "memo/"):
        assert office.post(f"/office/catalogue/topic/99999/{tail}", {"title": "x", "text": "x"}).status_code == 404
