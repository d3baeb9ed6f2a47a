"""Branches as the office keeps them; what booking and the public pages make of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.branch_rules import code_from, missed_demands
from legalaid.directory.models import Booth, Branch
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.people.models import Citizen
from legalaid.reception import services
from legalaid.reception.models import Booking, Closure
from legalaid.reception.refusals import SlotTaken
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region()


@pytest.fixture
def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def form(**change: str) -> dict[str, str]:
    week = {f"{day}_{end}": clock for day in DAYS[:6] for end, clock in (("from", "08:00"), ("to", "18:00"))}
    return {"name": "МФЦ № 1", "municipality": "Ростов", "address": "ул. Первая, 1", "timezone": "Europe/Moscow",
            "population": "", "phone": "", "email": "", **week, **change}  # fmt: skip


def stand(region: Region) -> tuple[Any, ...]:
    region.branch.refresh_from_db()
    return (
        region.branch.hours, region.branch.retired_on, region.branch.name, Closure.objects.count(),
        list(Booking.objects.order_by("id").values_list("state", "during")), JournalEntry.objects.count(),
    )  # fmt: skip


def week(days: int, span: str) -> dict[str, str]:
    return dict.fromkeys(DAYS[:days], span)


@pytest.mark.parametrize(
    ("hours", "population", "missed"),
    [
        (week(5, "09:00-15:00"), 25_000, []),
        (week(4, "09:00-15:00"), 25_000, ["days"]),
        (week(5, "09:00-14:59"), 25_000, ["hours"]),
        (week(5, "09:00-15:00"), 25_001, ["days", "hours", "evening"]),
        (week(6, "08:00-18:00"), 25_001, ["evening"]),
        (week(6, "10:00-20:00"), 25_001, []),
        (week(5, "08:00-18:00") | {"sat": "10:00-20:00"}, 400_000, []),
        (week(6, "10:00-20:00") | {"sun": "10:00-12:00"}, 400_000, []),
        ({}, 100, ["days"]),
        ({}, None, []),
    ],
)
def test_the_norm_of_the_law_says_which_demand_a_week_misses(
    hours: dict[str, str], population: int | None, missed: list[str]
) -> None:
    assert [one.code for one in missed_demands(hours, population)] == missed


def test_a_code_comes_from_the_name_and_from_nobody_elses() -> None:
    assert code_from("МФЦ Щёлковского района", set()) == "mfts-shchelkovskogo-rayona"
    assert code_from("МФЦ", {"mfts", "mfts-2"}) == "mfts-3"
    assert code_from("— — —", set()) == "branch"


def test_hours_below_the_norm_are_kept_warned_of_and_journalled(region: Region, office: Client) -> None:
    url = f"/office/network/{region.branch.pk}/"
    page = office.post(url, form(population="300000", email="Mfc@Example.org"), follow=True).content.decode()
    assert "Отделение сохранено" in page
    assert "Нет ни одного вечера до 20:00" in page
    region.branch.refresh_from_db()
    assert (region.branch.population, region.branch.email) == (300_000, "mfc@example.org")
    entry = JournalEntry.objects.get(kind="branch", action="set")
    assert entry.data["below_norm"] == ["evening"]
    assert "часы ниже нормы" in office.get("/office/network/").content.decode()
    office.post(url, form(population="300000", email="mfc@example.org"))
    assert JournalEntry.objects.filter(kind="branch").count() == 1  # what is set already is no change
    office.post(url, form(population="300000", tue_from="10:00", tue_to="20:00"))
    assert "часы отвечают норме" in office.get(url).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "Заполните это поле"), ({"mon_from": ""}, "Нужны и открытие, и закрытие"),
        ({"mon_from": "19:00"}, "Закрытие должно быть позже"), ({"timezone": "Mars/Base"}, "Выберите корректный"),
        ({"phone": "звоните"}, "не похоже на телефон"), ({"email": "почта"}, "не похоже на адрес почты"),
        ({"population": "много"}, "Напишите число людей"),
    ],
)  # fmt: skip
def test_a_refused_form_stands_as_typed_and_changes_nothing(
    region: Region, office: Client, change: dict[str, str], words: str
) -> None:
    before = stand(region)
    for url in (f"/office/network/{region.branch.pk}/", "/office/network/new/"):
        answer = office.post(url, form(address="ул. Новая, 7", **change))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in page
        assert "ул. Новая, 7" in page
    assert stand(region) == before
    assert Branch.objects.count() == 1


def test_shorter_hours_ask_about_everybody_who_is_booked(region: Region, office: Client) -> None:
    late = region.booked(at(17), branch=region.branch)
    early = region.booked(at(10), branch=region.branch, n=2)
    url, shorter = f"/office/network/{region.branch.pk}/", form(mon_to="16:00")
    before = stand(region)
    page = office.post(url, shorter).content.decode()
    assert f"№ {late.help_request.number}" in page
    assert early.help_request.number not in page
    assert office.post(url, {**shorter, "decided": "1"}).status_code == 409
    assert stand(region) == before
    office.post(url, {**shorter, "decided": "1", f"decision-{late.pk}": "move"})
    late.refresh_from_db()
    assert late.state == "confirmed"
    assert late.during.lower < at(16)
    region.branch.refresh_from_db()
    assert region.branch.hours["mon"] == "08:00-16:00"
    with pytest.raises(SlotTaken):
        region.held(at(16, 30), branch=region.branch)
    assert region.held(at(16, 30)).booth is None  # from home the post receives as before


def test_a_closure_takes_the_times_away_and_tells_who_is_cancelled(region: Region, office: Client) -> None:
    booking = region.booked(at(10, day=24), branch=region.branch)
    Citizen.objects.filter(pk=booking.citizen_id).update(email="maria@example.org")
    held = region.held(at(15, day=24), branch=region.branch)
    url = f"/office/network/{region.branch.pk}/close/"
    sent = {"first": "2026-11-24", "last": "2026-11-24", "reason": "Ремонт кровли"}
    before = stand(region)
    assert "затронет" in office.post(url, sent).content.decode()
    no_reason = {**sent, "decided": "1", f"decision-{booking.pk}": "cancel"}
    assert office.post(url, no_reason).status_code == 409
    own_time = {**sent, "decided": "1", f"decision-{booking.pk}": "move",
                f"start-{booking.pk}": booking.during.lower.isoformat()}  # fmt: skip
    assert office.post(url, own_time).status_code == 409
    assert stand(region) == before
    office.post(url, {**no_reason, f"reason-{booking.pk}": "Отключили свет"})
    booking.refresh_from_db()
    held.refresh_from_db()
    assert (booking.state, held.state) == ("cancelled", "lapsed")
    letter = Message.objects.get(about=f"booking-called-off:{booking.pk}")
    assert "МФЦ № 1 в это время не работает" in letter.body
    assert "Отключили свет" in letter.body
    with pytest.raises(SlotTaken):
        region.held(at(12, day=24), branch=region.branch)
    assert "Ремонт кровли" in Client().get(f"/where/{region.branch.code}/").content.decode()
    closure = Closure.objects.get()
    office.post(f"/office/network/closure/{closure.pk}/remove/")
    assert region.held(at(12, day=24), branch=region.branch).booth is not None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"first": "2026-11-24", "last": "2026-11-23", "reason": "Ремонт"}, "Проверьте дни"),
        ({"first": "2026-11-20", "last": "2026-11-21", "reason": "Ремонт"}, "Проверьте дни"),
        ({"first": "2026-11-24", "last": "2026-11-24", "reason": " "}, "Напишите причину"),
        ({"first": "", "last": "2026-11-24", "reason": "Ремонт"}, "Укажите день"),
    ],
)  # fmt: skip
def test_a_closure_that_cannot_be_is_refused(region: Region, office: Client, sent: dict[str, str], words: str) -> None:
    before = stand(region)
    answer = office.post(f"/office/network/{region.branch.pk}/close/", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert stand(region) == before


def test_a_retired_branch_receives_nobody_and_leaves_the_public_pages(region: Region, office: Client) -> None:
    booking = region.booked(at(10, day=25), branch=region.branch)
    url = f"/office/network/{region.branch.pk}/retire/"
    sent = {"first": "2026-11-25", "reason": "Переезд"}
    before = stand(region)
    office.post(url, sent)
    assert stand(region) == before
    assert region.branch.code in Client().get("/where/").content.decode()
    office.post(url, {**sent, "decided": "1", f"decision-{booking.pk}": "keep"})
    region.branch.refresh_from_db()
    assert region.branch.retired_on == date(2026, 11, 25)
    draft = region.draft()
    with pytest.raises(Exception, match=r".") as refused:
        services.hold(help_request_id=draft.pk, start=at(11, day=26), branch_id=region.branch.pk,
                      actor=region.actor("operator"), now=NOW)  # fmt: skip
    assert getattr(refused.value, "code", "") in {"topic_not_covered", "slot_taken", "not_found"}
    assert Booking.objects.count() == 1
    assert office.post(url, sent).status_code == 422  # once is enough
    office.post(f"/office/network/{region.branch.pk}/reopen/")
    assert region.held(at(11, day=26), branch=region.branch).booth is not None


def test_retired_today_it_is_off_the_list_of_places_at_once(region: Region, office: Client) -> None:
    office.post(f"/office/network/{region.branch.pk}/retire/", {"first": "2026-11-23", "reason": "Переезд"})
    assert region.branch.code not in Client().get("/where/").content.decode()


def test_a_new_branch_and_its_booth_are_there_at_once(region: Region, office: Client) -> None:
    page = office.post("/office/network/new/", form(name="МФЦ Шахты", population="18000"), follow=True)
    branch = Branch.objects.get(code="mfts-shakhty")
    assert "часы отвечают норме" in page.content.decode()
    booth = {"name": "Кабинет 5", "kind": "room", "step_free": "on", "scanner": "on"}
    office.post(f"/office/network/{branch.pk}/booths/", booth)
    made = Booth.objects.get(branch=branch)
    assert (made.step_free, made.scanner, made.printer) == (True, True, False)
    office.post(f"/office/network/{branch.pk}/booth/{made.pk}/", {**booth, "scanner": "", "printer": "on"})
    made.refresh_from_db()
    assert (made.scanner, made.printer) == (False, True)
    shown = Client().get(f"/where/{branch.code}/").content.decode()
    assert "Кабинет 5" in shown
    foreign = office.post(f"/office/network/{region.branch.pk}/booth/{made.pk}/", {**booth, "name": "Чужой"})
    empty = office.post(f"/office/network/{branch.pk}/booth/{made.pk}/", {**booth, "name": " "})
    assert (foreign.status_code, empty.status_code) == (404, 422)
    made.refresh_from_db()
    assert made.name == "Кабинет 5"


def test_nobody_but_the_office_changes_a_branch(region: Region) -> None:
    before = stand(region)
    for who in ("coordinator", "operator", "observer"):
        with pytest.raises(NotFound):
            services.close_branch(branch_id=region.branch.pk, first=date(2026, 11, 24), last=date(2026, 11, 24),
                                  reason="Ремонт", decisions={}, actor=region.actor(who), now=NOW)  # fmt: skip
    assert stand(region) == before
