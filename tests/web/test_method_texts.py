"""Texts of the pack where people read them: about the project, posters, figures, training, the expert's memo."""

from __future__ import annotations

import pytest
from django.test import Client

from legalaid.directory.models import MethodPart
from legalaid.directory.pack import PACKS, read_pack
from legalaid.directory.pack.plan import Choices
from legalaid.directory.services import import_pack
from legalaid.kernel.actor import Actor
from legalaid.web.templatetags.markdown import markdown
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    found = make_region()
    import_pack(pack=read_pack(PACKS / "rostov"), actor=Actor.system("test"), now=NOW, choices=Choices(take_all=True))
    return found


def page(address: str, region: Region, who: str = "", **headers: str) -> str:
    client = Client(headers=headers)
    if who:
        client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client.get(address).content.decode()


def test_the_story_of_the_project_is_the_regions_own(region: Region) -> None:
    MethodPart.objects.filter(kind="story", code="history").update(title="Как было у нас", text="Мы начали **позже**.")
    found = page("/about/", region)
    assert "Как было у нас" in found
    assert "Мы начали <strong>позже</strong>." in found
    assert "715 человек" not in found
    assert "Региону." in found, "how to join, from the pack"
    assert "715" in page("/about/", region, **{"accept-language": "en"})


def test_without_a_pack_the_page_still_tells_it() -> None:
    assert "715 человек" in Client().get("/about/").content.decode()


def test_a_poster_says_what_the_pack_says(region: Region) -> None:
    MethodPart.objects.filter(kind="poster", code="branch").update(title="Приходите в библиотеку")
    found = page(f"/where/{region.branch.code}/poster/", region)
    assert "<h1>Приходите в библиотеку</h1>" in found
    assert "наведите камеру телефона" in found


def test_figures_are_defined_beside_the_figures(region: Region) -> None:
    assert "Обрыв и возвращение остаются одним диалогом" in page("/figures/", region, "observer")


def test_each_role_reads_its_own_training(region: Region) -> None:
    operator, expert = page("/staff/guide/", region, "operator"), page("/staff/guide/", region, "expert")
    assert "Первый день оператора" in operator
    assert "Первый день оператора" not in expert
    assert "Как писать памятку" in expert
    assert "Как писать памятку" not in operator
    assert "Первый день оператора" in page("/staff/guide/", region, "office")
    client = Client()
    client.force_login(region.users["observer"], backend="legalaid.people.backends.StaffBackend")
    assert client.get("/staff/guide/").status_code == 404


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![a](https://e.example/a.png)",
    "[a](data:text/html;base64,AAAA)", "`<b>`", "&lt;script&gt;", "<a href='javascript:alert(1)'>a</a>",
    "[a](vbscript:x)", "a <svg/onload=alert(1)>", "<!-- -->", "[x]: javascript:alert(1)\n\n[x]",
])  # fmt: skip
def test_markdown_makes_no_tag_it_was_not_asked_for(text: str) -> None:
    html = markdown(text)
    for tag in (
        "<script",
        "<img",
        "<svg",
        "<b>",
        "<!--",
        'href="javascript',
        'href="data',
        'href="vbscript',
        "<a href='",
    ):
        assert tag not in html, html


def test_headings_stand_below_the_pages_own() -> None:
    assert markdown("# А\n\n## Б") == "<h2>А</h2>\n<h3>Б</h3>\n"
