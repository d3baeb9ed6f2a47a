"""Theme and «Версия для слабовидящих»: a form, a cookie, the same pages."""

import pytest
from django.test import Client

from legalaid.web.appearance.choices import ALLOWED, COOKIE, Appearance, UnknownChoice, from_cookie

pytestmark = pytest.mark.django_db


def test_turning_the_version_on_enlarges_at_once_and_stays(client: Client) -> None:
    answer = client.post("/appearance/", {"vision": "on", "next": "/"})
    assert answer.url == "/"
    page = client.get("/").content.decode()
    assert 'data-vision="on"' in page and 'data-size="150"' in page and 'data-scheme="black-on-white"' in page
    assert "Обычная версия" in page


def test_each_choice_is_an_attribute_of_the_page(client: Client) -> None:
    client.post("/appearance/", {"vision": "on"})
    for name, value in (("size", "200"), ("spacing", "widest"), ("scheme", "blue-on-blue"), ("images", "off")):
        client.post("/appearance/", {name: value})
        assert f'data-{name}="{value}"' in client.get("/").content.decode()


def test_turning_it_off_forgets_its_choices_and_keeps_the_theme(client: Client) -> None:
    client.post("/appearance/", {"theme": "dark"})
    client.post("/appearance/", {"vision": "on", "size": "200"})
    client.post("/appearance/", {"vision": "off"})
    page = client.get("/").content.decode()
    assert 'data-theme="dark"' in page
    assert "data-vision" not in page and "data-size" not in page


def test_a_value_that_no_button_sends_is_refused(client: Client) -> None:
    answer = client.post("/appearance/", {"size": "900"})
    assert answer.status_code == 400
    assert COOKIE not in client.cookies


def test_only_a_post_chooses(client: Client) -> None:
    assert client.get("/appearance/", {"theme": "dark"}).status_code == 405
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("next_page", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_a_foreign_page(client: Client, next_page: str) -> None:
    assert client.post("/appearance/", {"theme": "light", "next": next_page}).url == "/"


@pytest.mark.parametrize("cookie", ["", "size=900", "vision=maybe&size=200", "%%%", "x" * 5000, "theme=dark&theme=<b>"])
def test_a_strange_cookie_means_the_usual_look(client: Client, cookie: str) -> None:
    client.cookies[COOKIE] = cookie
    page = client.get("/").content.decode()
    assert "data-vision" not in page and "<b>" not in page


def test_a_cookie_says_only_what_is_unusual() -> None:
    assert Appearance().to_cookie() == ""
    chosen = Appearance().changed({"vision": "on", "spacing": "wide"})
    assert from_cookie(chosen.to_cookie()) == chosen


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_every_choice_is_checked(name: str) -> None:
    with pytest.raises(UnknownChoice):
        Appearance().changed({name: "nonsense"})
