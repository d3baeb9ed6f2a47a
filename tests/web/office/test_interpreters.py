"""Interpreters as the office keeps them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Interpreter
from legalaid.journal.models import JournalEntry
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
NEW = "/office/interpreters/new/"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


@pytest.fixture
def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def form(**change: str) -> dict[str, str]:
    return {"name": "Анаит  Саркисян", "language": "hy", "timezone": "Europe/Moscow", "phone": "8 928 111-00-00",
            "email": "", "mon_from": "09:00", "mon_to": "17:00", **change}  # fmt: skip


def test_she_is_added_changed_stopped_and_her_language_is_offered_meanwhile(region: Region, office: Client) -> None:
    assert "Переводчиков пока нет" in office.get("/office/interpreters/").content.decode()
    answer = office.post(NEW, form())
    person = Interpreter.objects.get()
    assert answer.url == f"/office/interpreters/{person.pk}/"
    assert (person.name, person.phone, person.hours) == ("Анаит Саркисян", "+79281110000", {"mon": "09:00-17:00"})
    office.post(answer.url, form(tue_from="10:00", tue_to="12:00"))
    person.refresh_from_db()
    assert person.hours == {"mon": "09:00-17:00", "tue": "10:00-12:00"}
    entry = JournalEntry.objects.filter(kind="interpreter", action="set").get()
    assert entry.data == {"changed": ["hours"]}
    office.post(f"{answer.url}stop/")
    assert "не работает" in office.get("/office/interpreters/").content.decode()
    office.post(f"{answer.url}resume/")
    assert Interpreter.objects.get().working


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Заполните это поле"),
        ({"language": "xx"}, "Выберите язык"),
        ({"phone": ""}, "Нужен телефон или почта"),
        ({"phone": "12"}, "телефон"),
        ({"mon_from": "", "mon_to": ""}, "хотя бы один рабочий день"),
        ({"mon_to": "08:00"}, "Закрытие должно быть позже"),
        ({"mon_to": ""}, "Нужны и открытие, и закрытие"),
        ({"timezone": "Mars"}, "часовой пояс|Выберите корректный"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(office: Client, wrong: dict[str, str], words: str) -> None:
    answer = office.post(NEW, form(**wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert any(one in page for one in words.split("|"))
    assert "8 928 111-00-00" in page or "phone" in wrong
    assert not Interpreter.objects.exists()


@pytest.mark.parametrize("who", ["operator", "expert", "coordinator"])
def test_nobody_else_sees_them(region: Region, who: str) -> None:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    person = Interpreter.objects.create(name="Анна", language="rsl", timezone="Europe/Moscow", phone="+79281110000")
    for url in ("/office/interpreters/", NEW, f"/office/interpreters/{person.pk}/"):
        assert client.get(url).status_code == 404
    assert client.post(f"/office/interpreters/{person.pk}/stop/").status_code == 404
    assert Interpreter.objects.get().working
