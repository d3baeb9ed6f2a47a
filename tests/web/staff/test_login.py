"""Staff log in by a code sent to their e-mail; a stranger learns nothing, not even who works here."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests.scenes import Region, make_region


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def ask(client: Client, email: str) -> str:
    return client.post("/accounts/login/", {"login": email}, follow=True).content.decode()


def test_a_code_from_the_letter_opens_the_door(region: Region) -> None:
    client = Client()
    assert "Код для входа" in ask(client, "operator@example.org")
    assert mail.outbox[0].to == ["operator@example.org"]
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{2,})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert code, mail.outbox[0].body
    opened = client.post("/accounts/login/code/confirm/", {"code": code[1]}, follow=True)
    assert opened.request["PATH_INFO"] == "/desk/"


def test_a_wrong_code_opens_nothing(region: Region) -> None:
    client = Client()
    ask(client, "operator@example.org")
    page = client.post("/accounts/login/code/confirm/", {"code": "WRONG1"}, follow=True).content.decode()
    assert "Код для входа" in page
    assert client.get("/desk/").status_code == 302


def test_an_unknown_address_looks_like_a_known_one(region: Region) -> None:
    known, unknown = ask(Client(), "operator@example.org"), ask(Client(), "nobody@example.org")
    plain = [re.sub(r'value="[^"]*"|operator@|nobody@', "", page) for page in (known, unknown)]
    assert plain[0] == plain[1]


def test_nobody_signs_up(region: Region) -> None:
    client = Client()
    page = client.get("/accounts/signup/").content.decode()
    assert "<form" not in page.split('id="main"')[1].split("</main>")[0]
