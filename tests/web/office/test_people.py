"""The staff's pages in the office, and how the login meets whoever has left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.people.models import Membership, User
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
BACKEND = "legalaid.people.backends.StaffBackend"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


@pytest.fixture
def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend=BACKEND)
    return client


def stand() -> tuple[Any, ...]:
    return (
        list(User.objects.order_by("id").values_list("email", "is_active", "leaves_at")),
        list(Membership.objects.order_by("id").values_list("user", "role", "until")),
        JournalEntry.objects.count(), Message.objects.count(),
    )  # fmt: skip


def test_the_list_says_who_works_where_and_who_is_awaited(region: Region, office: Client) -> None:
    sent = {"name": "Анна Новая", "email": "anna@example.org", "role": "operator",
            "place": f"branch-{region.branch.pk}"}  # fmt: skip
    page = office.post("/office/people/invite/", sent, follow=True).content.decode()
    assert "письмо отправлено" in page
    assert "Отозвать приглашение" in page
    listed = office.get("/office/people/").content.decode()
    for words in (
        "Анна Новая",
        "приглашение отправлено",
        "МФЦ № 1",
        "Соцфонд",
        "здесь последний раз 23.11.2026, 09:00",
    ):
        assert words in listed
    found = office.post("/office/people/", {"words": "анна"}).content.decode()
    assert "Анна Новая" in found
    assert "Сотрудник expert" not in found
    user = User.objects.get(email="anna@example.org")
    office.post(f"/office/people/{user.pk}/withdraw/")
    assert "приглашение отозвано" in office.get(f"/office/people/{user.pk}/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": "region"}, "Выберите отделение МФЦ"), ({"place": ""}, "Выберите место"),
        ({"place": "branch-999999"}, "Выберите место"), ({"role": "king"}, "Выберите роль"),
        ({"email": "почта"}, "не похоже на адрес почты"), ({"role": ""}, "Выберите роль"),
    ],
)  # fmt: skip
def test_a_refused_invitation_stands_as_typed(
    region: Region, office: Client, change: dict[str, str], words: str
) -> None:
    before = stand()
    sent = {"name": "Анна Новая", "email": "anna@example.org", "role": "operator",
            "place": f"branch-{region.branch.pk}", **change}  # fmt: skip
    answer = office.post("/office/people/invite/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Анна Новая" in page
    assert stand() == before


@pytest.mark.parametrize(("door", "field"), [("/accounts/login/", "login"), ("/accounts/login/code/", "email")])
def test_who_has_left_is_shut_out_and_answered_as_a_stranger(
    region: Region, office: Client, door: str, field: str
) -> None:
    expert = region.users["expert"]
    hers = Client()
    hers.force_login(expert, backend=BACKEND)
    assert hers.get("/expert/").status_code == 200
    before = len(mail.outbox)
    office.post(f"/office/people/{expert.pk}/leave/", {"day": "2026-11-23"})
    assert hers.get("/expert/")["Location"].startswith("/accounts/login/")  # her session is over
    answers = [Client().post(door, {field: email}) for email in (expert.email, "nobody@example.org")]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0]["Location"] == answers[1]["Location"]
    known, stranger = mail.outbox[before:]
    assert known.subject == stranger.subject
    assert "не работает" in office.get(f"/office/people/{expert.pk}/").content.decode()


def test_a_code_sent_before_she_left_opens_nothing(region: Region, office: Client) -> None:
    expert, client = region.users["expert"], Client()
    client.post("/accounts/login/", {"login": expert.email})
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    office.post(f"/office/people/{expert.pk}/leave/", {"day": "2026-11-23"})
    client.post("/accounts/login/code/confirm/", {"code": code[1]})
    assert "_auth_user_id" not in client.session
    assert client.get("/expert/")["Location"].startswith("/accounts/login/")


def test_a_refused_leave_says_why_and_changes_nothing(region: Region, office: Client) -> None:
    before = stand()
    for user, day, words in (
        ("expert", "2026-11-01", "сегодняшний день"), ("expert", "вчера", "Укажите день"),
        ("office", "2026-12-01", "больше никого не останется"),
    ):  # fmt: skip
        answer = office.post(f"/office/people/{region.users[user].pk}/leave/", {"day": day})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    row = Membership.objects.get(user=region.users["office"])
    page = office.post(f"/office/people/{row.user_id}/role/{row.pk}/end/", follow=True).content.decode()
    assert "больше никого не останется" in page
    other = region.users["expert"].pk
    assert office.post(f"/office/people/{other}/role/{row.pk}/end/").status_code == 404  # not her role
    assert office.get("/office/people/999999/").status_code == 404
    assert stand() == before


def test_inviting_somebody_known_says_so(region: Region, office: Client) -> None:
    sent = {"name": "Иван Другой", "email": "expert@example.org", "role": "observer", "place": "region"}
    before = stand()
    answer = office.post("/office/people/invite/", sent)
    assert answer.status_code == 422
    assert "там записано другое имя: Сотрудник expert" in answer.content.decode()
    assert stand() == before
    page = office.post("/office/people/invite/", {**sent, "name": "Сотрудник expert"}, follow=True).content.decode()
    assert "уже есть в списке: ему добавлена ещё одна роль" in page


def test_a_page_of_the_staff_says_that_she_is_at_work(region: Region, office: Client) -> None:
    hers = Client()
    hers.force_login(region.users["expert"], backend=BACKEND)
    assert 'src="/staff/seen/" data-every="600"' in hers.get("/expert/").content.decode()
    assert User.objects.get(pk=region.users["expert"].pk).seen_at is None  # reading a page writes nothing
    assert hers.post("/staff/seen/").status_code == 204
    assert User.objects.get(pk=region.users["expert"].pk).seen_at == NOW
    assert hers.get("/staff/seen/").status_code == 405
    assert Client().post("/staff/seen/").status_code == 302
    assert User.objects.filter(seen_at__isnull=False).count() == 1


def test_a_leave_is_planned_and_called_off(region: Region, office: Client) -> None:
    expert = region.users["expert"].pk
    page = office.post(f"/office/people/{expert}/leave/", {"day": "2026-12-01"}, follow=True).content.decode()
    assert "уходит 01.12.2026" in page
    page = office.post(f"/office/people/{expert}/stay/", follow=True).content.decode()
    assert "Уход отменён" in page
    row = Membership.objects.get(user=expert)
    office.post(f"/office/people/{expert}/role/{row.pk}/end/")
    assert "Без роли" in office.get("/office/people/").content.decode()
