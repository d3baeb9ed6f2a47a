"""One-click logins exist in the demo only, and open only what was printed."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from legalaid.web.demo.keys import LANDING, login_path
from tests.scenes import Region, make_region


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("role", [role for role in LANDING if role != "citizen"])
def test_a_printed_address_logs_in(client: Client, region: Region, demo: None, role: str) -> None:
    answer = client.get(login_path(role, region.users[role].pk))
    assert (answer.status_code, answer["Location"]) == (302, LANDING[role])
    assert client.session["_auth_user_id"] == str(region.users[role].pk)
    assert client.get(LANDING[role]).status_code == 200


def test_the_citizen_has_no_account_and_leaves_the_former_one(client: Client, region: Region, demo: None) -> None:
    client.get(login_path("expert", region.users["expert"].pk))
    answer = client.get(login_path("citizen", None))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_outside_the_demo_there_is_no_such_page(client: Client, region: Region, settings: Settings) -> None:
    assert settings.DEMO is False
    assert client.get(login_path("expert", region.users["expert"].pk)).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("spoil", ["", "?key=", "?key=forged", "observer"])
def test_a_key_that_was_not_printed_for_the_role_opens_nothing(
    client: Client, region: Region, demo: None, spoil: str
) -> None:
    good = login_path("observer", region.users["observer"].pk)
    address = good.replace("/observer/", "/office/") if spoil == "observer" else good.partition("?")[0] + spoil
    assert client.get(address).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_dismissed_person_is_not_logged_in(client: Client, region: Region, demo: None) -> None:
    user = region.users["expert"]
    user.is_active = False
    user.save()
    assert client.get(login_path("expert", user.pk)).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_health_answers_without_a_session(client: Client) -> None:
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert client.post(address).status_code == 405
    assert client.cookies.output() == ""
