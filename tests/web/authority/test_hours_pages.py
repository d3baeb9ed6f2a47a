"""The coordinator's pages: the drawn week, touched bookings, small forms, files; nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import ExpertProfile, Post
from legalaid.people.models import Membership
from legalaid.people.states import Role
from legalaid.reception.models import Booking, Closure, ExtraHours, ReceptionHours
from legalaid.reception.queries.hours import hours_rows, week_on
from legalaid.reception.states import BookingState
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


def of(region: Region, who: str = "coordinator") -> Client:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client


def afternoons(**change: str) -> dict[str, str]:
    """A week form: 14–18 from Monday to Friday, from this week on."""
    sent = {f"d{day}-0-{side}": text for day in range(5) for side, text in (("from", "14:00"), ("to", "18:00"))}
    return sent | {f"d{day}-1-{side}": "" for day in range(7) for side in ("from", "to")} | {
        "week": MONDAY.isoformat(), "scope": "on"} | change  # fmt: skip


def spans(post: Post) -> int:
    return len(week_on(hours_rows([post.pk])[post.pk], MONDAY))


def test_the_first_page_names_what_is_missing_to_the_norm(region: Region) -> None:
    region.agreement.norm_hours, region.agreement.norm_posts = 200, 3
    region.agreement.save()
    page = of(region).get("/authority/").content.decode()
    assert "по московскому времени" in page
    assert "не хватает" in page
    assert "нужно постов: 3, принимает 2" in page
    region.agreement.norm_hours, region.agreement.norm_posts = 40, 2
    region.agreement.save()
    assert "Норма соглашения выполнена" in of(region).get("/authority/").content.decode()


def test_days_of_the_calendar_are_named(region: Region) -> None:
    page = of(region).get("/authority/?week=2026-11-04").content.decode()
    assert "День народного единства" in page
    assert "короткий день" in page
    assert of(region).get("/authority/?week=nonsense").status_code == 200
    other = of(region).get("/authority/?week=2026-99-99")
    assert other.status_code == 200


def test_a_coordinator_of_two_authorities_goes_from_one_to_the_other(region: Region) -> None:
    assert 'class="tabs"' not in of(region).get("/authority/").content.decode()
    Membership.objects.create(user=region.users["coordinator"], role=Role.COORDINATOR, since=NOW,
                              authority=region.other_authority)  # fmt: skip
    page = of(region).get(f"/authority/?authority={region.other_authority.pk}").content.decode()
    assert 'class="tabs"' in page
    assert f"&amp;authority={region.other_authority.pk}" in page
    assert "Постов пока нет" in page


def test_a_branch_on_another_clock_is_named(region: Region) -> None:
    region.branch.timezone = "Europe/Kaliningrad"
    region.branch.save()
    assert "по калининградскому времени" in of(region).get("/authority/").content.decode()


def test_the_drawn_week_is_saved_and_shown(region: Region) -> None:
    client, post = of(region), region.posts[0]
    assert client.get(f"/authority/post/{post.pk}/").content.decode().count('value="09:00"') == 7
    answer = client.post(f"/authority/post/{post.pk}/", afternoons(), follow=True)
    assert "Часы сохранены" in answer.content.decode()
    assert spans(post) == 5
    saturday = {"d5-0-from": "10:00", "d5-0-to": "12:00"}
    client.post(f"/authority/post/{post.pk}/", afternoons(week="2026-11-30", scope="only", **saturday))
    assert spans(post) == 5
    assert len(week_on(hours_rows([post.pk])[post.pk], date(2026, 11, 30))) == 6


@pytest.mark.parametrize("wrong", [{"d1-0-to": ""}, {"d1-0-from": "25:00"}, {"d1-0-from": "18:00", "d1-0-to": "14:00"},
                                   {"d1-0-from": "²²:00"}, {"d1-0-to": "9" * 5000 + ":00"}])  # fmt: skip
def test_a_wrong_pair_is_marked_and_the_rest_is_kept(region: Region, wrong: dict[str, str]) -> None:
    client, post = of(region), region.posts[0]
    rows = list(ReceptionHours.objects.order_by("id").values_list())
    answer = client.post(f"/authority/post/{post.pk}/", afternoons(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Проверьте отмеченные часы" in page
    assert page.count('value="14:00"') >= 4
    assert page.count('aria-invalid="true"') == 2
    assert '<a href="#d1-0-from">вт 24 ноября: ' in page
    assert list(ReceptionHours.objects.order_by("id").values_list()) == rows


def test_a_past_week_is_not_saved(region: Region) -> None:
    rows = list(ReceptionHours.objects.order_by("id").values_list())
    answer = of(region).post(f"/authority/post/{region.posts[0].pk}/", afternoons(week="2026-11-02", scope="only"))
    assert answer.status_code == 422
    assert "уже прошла" in answer.content.decode()
    assert list(ReceptionHours.objects.order_by("id").values_list()) == rows


def test_a_week_in_which_nothing_changed_is_said_so(region: Region) -> None:
    client, url = of(region), f"/authority/post/{region.posts[0].pk}/"
    client.post(url, afternoons(), follow=True)
    page = client.post(url, afternoons(), follow=True).content.decode()
    assert "Ничего не изменилось" in page
    assert "Часы сохранены" not in page


def test_past_days_of_this_week_are_shown_and_not_changed(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(9, day=25))  # Wednesday
    client, url = of(region), f"/authority/post/{region.posts[0].pk}/"
    rows = list(ReceptionHours.objects.order_by("id").values_list())
    only = {"scope": "only"}
    refused = client.post(url, afternoons() | only)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Прошедшие дни не меняются" in page
    assert "data-unsaved" in page
    assert list(ReceptionHours.objects.order_by("id").values_list()) == rows
    again = dict(re.findall(r'name="(d\d-\d-\w+)" value="([^"]*)"', page))
    assert (again["d0-0-from"], again["d2-0-from"]) == ("09:00", "14:00")
    done = client.post(url, again | {"week": MONDAY.isoformat()} | only, follow=True)
    assert "Часы сохранены." in done.content.decode()


def test_what_is_drawn_for_good_on_a_past_day_is_for_the_days_to_come(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(9, day=25))  # Wednesday
    post = region.posts[0]
    done = of(region).post(f"/authority/post/{post.pk}/", afternoons(), follow=True).content.decode()
    assert "Прошедшие дни этой недели остались прежними" in done
    rows = hours_rows([post.pk])[post.pk]
    this, following = (
        [span.opens for span in week_on(rows, monday) if span.weekday == 0] for monday in (MONDAY, date(2026, 11, 30))
    )
    assert (this, following) == ([time(9), time(14)], [time(14)])


def hidden(page: str) -> dict[str, str]:
    """Hidden fields of the page with touched bookings."""
    form = page[page.index("Изменение затронет") :]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_touched_bookings_are_decided_one_by_one_and_nothing_is_lost(region: Region) -> None:
    client = of(region)
    first, second = region.booked(at(10, 15)), region.booked(at(10, 15), n=2)
    url = f"/authority/post/{first.post_id}/"
    other = second.post_id
    assert other != first.post_id
    page = client.post(url, afternoons()).content.decode()
    assert str(first.help_request.number) in page
    assert str(second.help_request.number) not in page
    assert spans(first.post) == 14
    sent = hidden(page)
    assert sent["d4-0-from"] == "14:00"
    undecided = client.post(url, sent | {"decided": "1"})
    assert undecided.status_code == 409
    unexplained = client.post(url, sent | {"decided": "1", f"decision-{first.pk}": "cancel", f"reason-{first.pk}": ""})
    assert unexplained.status_code == 409
    assert "Напишите причину" in unexplained.content.decode()
    assert hidden(unexplained.content.decode())["d4-0-from"] == "14:00"
    assert spans(first.post) == 14
    done = client.post(url, sent | {"decided": "1", f"decision-{first.pk}": "move"}, follow=True)
    assert "Часы сохранены" in done.content.decode()
    first.refresh_from_db()
    assert (first.state, first.post_id) == (BookingState.CONFIRMED, other)
    assert first.during.lower == at(9, 50)  # the nearest start of the other post
    assert spans(Post.objects.get(pk=region.posts[0].pk)) + spans(Post.objects.get(pk=region.posts[1].pk)) == 19


def test_small_forms_beside_the_grid(region: Region) -> None:
    client, post = of(region), region.posts[0]
    base = f"/authority/post/{post.pk}/"
    client.post(base + "extra/", {"day": "2026-11-28", "opens": "19:00", "closes": "21:00", "week": ""})
    extra = ExtraHours.objects.get()
    assert (extra.opens, extra.closes) == (time(19), time(21))
    page = client.get(base).content.decode()
    assert "вне графика 19:00–21:00" in page
    client.post(f"/authority/extra/{extra.pk}/remove/", {"back": "https://evil.example/"})
    assert not ExtraHours.objects.exists()
    refused = client.post(base + "absence/", {"first": "2026-11-25", "last": "2026-11-25", "reason": ""})
    assert refused.status_code == 422
    assert "Напишите причину" in refused.content.decode()
    client.post(
        base + "absence/", {"first": "2026-11-25", "last": "2026-11-26", "reason": "Обучение", "everyone": "on"}
    )
    assert Closure.objects.count() == 2
    assert "Обучение" in client.get(base).content.decode()
    client.post(f"/authority/absence/{Closure.objects.order_by('id')[0].pk}/remove/", {"back": base})
    assert Closure.objects.count() == 1
    wrong = client.post(base + "extra/", {"day": "", "opens": "19:00", "closes": "17:00"})
    assert wrong.status_code == 422
    assert 'value="19:00"' in wrong.content.decode()


FORMS: list[tuple[str, dict[str, str], list[str]]] = [
    ("absence", {}, ["first", "last"]),
    ("extra", {}, ["day", "opens", "closes"]),
    ("absence", {"first": "2026-11-25", "last": "9999-12-31", "reason": "Учёба"}, ["last"]),
    ("absence", {"first": "0001-01-01", "last": "2026-11-25", "reason": "Учёба"}, ["first"]),
    ("absence", {"first": "0001-01-01", "opens": "00:00", "last": "9999-12-31", "closes": "23:00"}, ["first", "last"]),
    ("extra", {"day": "9999-12-31", "opens": "09:00", "closes": "10:00"}, ["day"]),
    ("copy", {"since": "9999-12-31", "until": "9999-12-31"}, ["since", "until"]),
    ("copy", {"since": "2026-11-23", "until": "9999-12-31"}, ["until"]),
    ("copy", {"since": "2026-12-07", "until": "2026-11-30"}, ["until"]),
]  # fmt: skip
LABELS = {"first": "С дня: ", "last": "По день: ", "day": "День: ", "opens": "С: ", "closes": "До: ",
          "since": "Начиная с: ", "until": "По: "}  # fmt: skip


@pytest.mark.parametrize(("form", "sent", "wrong"), FORMS)
def test_what_is_wrong_is_said_by_name_beside_its_field(
    region: Region, form: str, sent: dict[str, str], wrong: list[str]
) -> None:
    post = region.posts[0].pk
    before = [*ReceptionHours.objects.order_by("id").values_list()]
    answer = of(region).post(f"/authority/post/{post}/{form}/", {"to": [post], "week": "2026-11-23", **sent})
    assert answer.status_code == 422
    page = answer.content.decode()
    summary = re.findall(rf'<li><a href="#{form}-(\w+)">([^<]+)</a></li>', page)
    assert [name for name, _text in summary] == wrong
    for name, text in summary:
        assert text == "Последний день раньше первого." or text.startswith(LABELS[name])
    for name, value in sent.items():
        assert re.search(rf'name="{name}" value="{value}"', page), name
    assert [*ReceptionHours.objects.order_by("id").values_list()] == before
    assert not ExtraHours.objects.exists()
    assert not Closure.objects.exists()


def test_names_of_fields_are_said_in_english_too(region: Region) -> None:
    client = of(region)
    client.cookies["django_language"] = "en"
    page = client.post(f"/authority/post/{region.posts[0].pk}/absence/", {}).content.decode()
    assert re.search(r'<li><a href="#absence-first">From day: [^<А-я]+</a></li>', page)


def test_an_absence_told_late_and_a_day_that_adds_nothing(region: Region) -> None:
    client, base = of(region), f"/authority/post/{region.posts[0].pk}/"
    nothing = client.post(base + "extra/", {"day": "2026-11-25", "opens": "10:00", "closes": "12:00"})
    assert nothing.status_code == 422
    assert "принимает и так" in nothing.content.decode()
    assert not ExtraHours.objects.exists()
    absence = {"last": "2026-11-25", "reason": "Болезнь"}
    late = client.post(base + "absence/", absence | {"first": "2026-11-18"}, follow=True).content.decode()
    assert "записано с этой минуты" in late
    assert Closure.objects.get().during.lower == NOW
    ahead = client.post(base + "absence/", absence | {"first": "2026-11-24"}, follow=True).content.decode()
    assert "Отсутствие записано." in ahead


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "99999999999999999999", "x", ""])
def test_the_number_of_an_authority_that_is_none_is_no_failure(region: Region, number: str) -> None:
    client = of(region)
    for page in ("/authority/", "/authority/experts/"):
        assert client.get(page, {"authority": number}).status_code == 200
    sent = afternoons() | {f"decision-{number}": "keep", f"ticket-decision-{number}": "keep", f"d{number}-0-from": ""}
    form = "application/x-www-form-urlencoded"
    assert client.post(f"/authority/post/{region.posts[0].pk}/", urlencode(sent), form).status_code == 302


def test_a_week_is_copied_and_a_post_added_and_renamed(region: Region) -> None:
    client, (first, second) = of(region), region.posts
    client.post(f"/authority/post/{first.pk}/", afternoons())
    client.post(f"/authority/post/{first.pk}/copy/", {"to": [second.pk], "since": "2026-11-23", "week": "2026-11-23"})
    assert spans(second) == 5
    nobody = client.post(f"/authority/post/{first.pk}/copy/", {"since": "2026-11-23"})
    assert "Выберите, каким постам" in nobody.content.decode()
    taken = client.post(f"/authority/{region.authority.pk}/posts/", {"name": "Пост 1"})
    assert taken.status_code == 422
    added = client.post(f"/authority/{region.authority.pk}/posts/", {"name": " Ночной  пост "}, follow=True)
    assert "Нарисуйте его часы" in added.content.decode()
    client.post(f"/authority/post/{first.pk}/name/", {"name": "Главный"})
    assert sorted(Post.objects.filter(authority=region.authority).values_list("name", flat=True)) == [
        "Главный", "Ночной пост", "Пост 1"]  # fmt: skip


def test_a_table_is_checked_confirmed_and_loaded(region: Region) -> None:
    client, url = of(region), f"/authority/{region.authority.pk}/import/"
    before = list(ReceptionHours.objects.order_by("id").values_list())
    bad = SimpleUploadedFile("h.csv", "пост;день;с;до\nПост 7;пн;09:00;10:00\n".encode("cp1251"))
    answer = client.post(url, {"file": bad, "since": "2026-11-23"})
    assert answer.status_code == 422
    assert "Строка 2:" in answer.content.decode()
    booking = region.booked(at(10, 15))
    text = f"{booking.post.name};пн;14:00;18:00\n"
    good = SimpleUploadedFile("h.csv", text.encode())
    asked = client.post(url, {"file": good, "since": "2026-11-23"}).content.decode()
    assert list(ReceptionHours.objects.order_by("id").values_list()) == before
    sent = hidden(asked)
    assert sent["text"].strip() == text.strip()
    client.post(url, sent | {"decided": "1", f"decision-{booking.pk}": "keep"})
    assert spans(booking.post) == 1
    fine = client.post(url, {"file": SimpleUploadedFile("h.csv", text.encode()), "since": "2026-11-23"})
    assert "В файле всё верно" in fine.content.decode()
    done = client.post(url, {"text": text, "since": "2026-11-23", "go": "1"}, follow=True)
    assert "Часы из файла загружены" in done.content.decode()
    table = client.get(f"/authority/{region.authority.pk}/hours.csv")
    assert f"{booking.post.name};пн;14:00;18:00" in table.content.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "Выберите файл."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Это не таблица CSV."),
        (b"a;b;c;d\n" * 26_000, "Файл слишком большой"),
    ],
)
def test_what_is_no_table_is_said_so(region: Region, content: bytes | None, told: str) -> None:
    sent: dict[str, Any] = {"since": "2026-11-23"}
    if content is not None:
        sent["file"] = SimpleUploadedFile("h.csv", content)
    before = list(ReceptionHours.objects.order_by("id").values_list())
    answer = of(region).post(f"/authority/{region.authority.pk}/import/", sent)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "Строка 1" not in answer.content.decode()
    assert list(ReceptionHours.objects.order_by("id").values_list()) == before


def test_experts_get_topics_and_languages(region: Region) -> None:
    client = of(region)
    user = region.users["expert"]
    url = f"/authority/experts/{region.authority.pk}/{user.pk}/"
    client.post(url, {"topic": [region.topic.code], "language": ["rsl"]})
    profile = ExpertProfile.objects.get()
    assert [topic.code for topic in profile.topics.all()] == [region.topic.code]
    assert "русский жестовый язык" in client.get("/authority/experts/").content.decode()
    for sent in ({"topic": [region.other_topic.code]}, {"language": ["klingon"]}):
        assert client.post(url, sent).status_code == 404
    stranger = region.users["stranger"].pk
    assert client.post(f"/authority/experts/{region.authority.pk}/{stranger}/", {}).status_code == 404
    assert ExpertProfile.objects.get().languages == ["rsl"]


def foreign(region: Region) -> list[tuple[str, dict[str, Any]]]:
    """Things of another authority: what a coordinator may not touch."""
    post = Post.objects.create(authority=region.other_authority, name="Чужой")
    extra = ExtraHours.objects.create(post=post, day=MONDAY, opens=time(9), closes=time(10))
    closure = Closure.objects.create(post=post, during=(at(9), at(10)), reason="Учёба")
    other = region.other_authority.pk
    return [
        (f"/authority/post/{post.pk}/", afternoons()),
        (f"/authority/post/{post.pk}/copy/", {"to": [post.pk], "since": "2026-11-23"}),
        (f"/authority/post/{post.pk}/extra/", {"day": "2026-11-28", "opens": "09:00", "closes": "10:00"}),
        (f"/authority/post/{post.pk}/absence/", {"first": "2026-11-28", "last": "2026-11-28", "reason": "Учёба"}),
        (f"/authority/post/{post.pk}/name/", {"name": "Наш"}), (f"/authority/extra/{extra.pk}/remove/", {}),
        (f"/authority/absence/{closure.pk}/remove/", {}), (f"/authority/{other}/posts/", {"name": "Наш"}),
        (f"/authority/{other}/import/", {"text": "Чужой;пн;09:00;10:00", "since": "2026-11-23"}),
        (f"/authority/experts/{other}/{region.users['stranger'].pk}/", {}),
    ]  # fmt: skip


def test_what_belongs_to_another_authority_is_not_there(region: Region) -> None:
    client = of(region)
    things = foreign(region)
    before = [*Post.objects.values_list(), *ExtraHours.objects.values_list(), Closure.objects.count(),
              ReceptionHours.objects.count(), Booking.objects.count()]  # fmt: skip
    for url, sent in things:
        assert client.post(url, sent).status_code == 404, url
    assert client.get(things[0][0]).status_code == 404
    assert client.get(f"/authority/{region.other_authority.pk}/hours.csv").status_code == 404
    assert client.get(f"/authority/?authority={region.other_authority.pk}").status_code == 404
    assert client.get(f"/authority/experts/?authority={region.other_authority.pk}").status_code == 404
    assert before == [*Post.objects.values_list(), *ExtraHours.objects.values_list(), Closure.objects.count(),
                      ReceptionHours.objects.count(), Booking.objects.count()]  # fmt: skip
