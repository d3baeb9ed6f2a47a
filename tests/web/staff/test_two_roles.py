"""Somebody with two roles works in all of them, or in the one she has chosen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.people.models import Membership
from tests.scenes import NOW, Region, make_region, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    found = make_region()
    Membership.objects.create(user=found.users["expert"], role="observer", since=NOW)
    return found


def doors(client: Client) -> tuple[int, int]:
    return client.get("/expert/").status_code, client.get("/figures/").status_code


def test_all_roles_are_open_until_she_chooses_one(region: Region) -> None:
    client = of(region, "expert")
    assert doors(client) == (200, 200)
    answer = client.post("/staff/role/", {"role": "observer"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/figures/"
    assert 'href="/expert/"' not in answer.content.decode()
    assert doors(client) == (404, 200)
    client.post("/staff/role/", {"role": "expert"})
    assert doors(client) == (200, 404)
    assert doors(of(region, "expert")) == (200, 200)  # another session of hers is as it was
    client.post("/staff/role/", {"role": ""})
    assert doors(client) == (200, 200)


def test_the_menu_offers_roles_to_those_who_have_several(region: Region) -> None:
    page = of(region, "expert").get("/expert/").content.decode()
    assert "Рабочая роль" in page
    assert page.count('name="role"') == 3
    assert "Рабочая роль" not in of(region, "colleague").get("/expert/").content.decode()


def test_a_role_she_has_not_is_not_to_be_chosen(region: Region) -> None:
    client = of(region, "expert")
    for role in ("office", "king"):
        assert client.post("/staff/role/", {"role": role}).status_code == 404
    assert doors(client) == (200, 200)
    assert client.get("/office/").status_code == 404
    assert Client().post("/staff/role/", {"role": "expert"})["Location"].startswith("/accounts/login/")


def test_when_the_chosen_role_ends_the_others_open_again(region: Region) -> None:
    client = of(region, "expert")
    client.post("/staff/role/", {"role": "observer"})
    Membership.objects.filter(user=region.users["expert"], role="observer").update(until=NOW)
    assert doors(client) == (200, 404)
