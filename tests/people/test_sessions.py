"""Sessions: who is signed in comes with the session itself, always as the tables say now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from legalaid.people import backends
from legalaid.people.jobs import forget_sessions
from legalaid.people.models import Membership, Session, User
from legalaid.people.sessions import SessionStore
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db
DESK = "/desk/"


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def clerk(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["operator"])
    return client


def test_the_member_of_staff_comes_with_her_session_by_one_statement(
    clerk: Client, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(backends, "signed_in", lambda user_id, now: asked.append(user_id))
    assert clerk.get(DESK).status_code == 200
    assert asked == []
    assert Session.objects.get().account == region.users["operator"]


@pytest.mark.parametrize("change", ["inactive", "gone", "password"])
def test_who_has_left_or_has_another_password_is_asked_to_sign_in(clerk: Client, region: Region, change: str) -> None:
    user = region.users["operator"]
    if change == "inactive":
        user.is_active = False
    elif change == "gone":
        user.leaves_at = timezone.now() - timedelta(seconds=1)
    else:
        user.set_password("другой пароль")
    user.save()
    answer = clerk.get(DESK)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_a_role_that_ended_is_gone_with_the_next_page(clerk: Client, region: Region) -> None:
    Membership.objects.filter(user=region.users["operator"]).update(until=timezone.now())
    assert clerk.get(DESK).status_code == 404


def test_the_data_says_whose_a_session_is_not_the_column_beside_them(clerk: Client, region: Region) -> None:
    Session.objects.update(account=region.users["expert"])
    assert clerk.get(DESK).status_code == 200
    assert clerk.get("/expert/").status_code == 404


def test_a_session_that_ended_knows_nobody(clerk: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert clerk.get(DESK).status_code == 302


def test_an_account_takes_its_sessions_with_it_and_signing_out_leaves_none(clerk: Client, region: Region) -> None:
    other = Client()
    other.force_login(User.objects.create_user(email="last@example.org", name="Последняя"))
    assert Session.objects.count() == 2
    User.objects.filter(email="last@example.org").delete()
    assert Session.objects.get().account == region.users["operator"]
    clerk.logout()
    assert not Session.objects.exists()


def test_a_session_of_nobody_has_no_account() -> None:
    store = SessionStore()
    store["caller"] = "7"
    store.save()
    again = SessionStore(store.session_key)
    assert (again["caller"], again.account, SESSION_KEY in again) == ("7", None, False)
    assert Session.objects.get().get_decoded() == {"caller": "7"}


def test_sessions_that_have_ended_are_deleted_and_no_others(clerk: Client) -> None:
    ended = SessionStore()
    ended.save()
    Session.objects.filter(pk=ended.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    forget_sessions(int(timezone.now().timestamp()))
    assert not Session.objects.filter(pk=ended.session_key).exists()
    assert clerk.get(DESK).status_code == 200
