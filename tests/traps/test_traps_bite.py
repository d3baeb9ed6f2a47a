"""Each trap of the suite is sprung once on purpose."""

import socket
import warnings
from datetime import datetime
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.base import Origin, Template
from django.test import Client
from django.urls import path
from pytest_socket import SocketConnectBlockedError

from legalaid.journal.models import JournalEntry
from tests.support.html_lint import problems
from tests.support.traps import ROOT, TrapSprung

PAGE = '<!doctype html><html lang="ru"><head><title>Т</title></head><body>{}</body></html>'


def _page(request: HttpRequest, body: str) -> HttpResponse:
    return HttpResponse(PAGE.format(body))


urlpatterns = [
    path("good", lambda request: _page(request, "<p>ничего</p>")),
    path("bad", lambda request: _page(request, "<input name='story'>")),
]


def _render(text: str, name: Path, **context: object) -> str:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    from django.template import Context

    return str(Template(text, origin=Origin(str(name)), engine=engine).render(Context(context)))


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("тихо сломалось", stacklevel=1)


def test_unknown_template_variable_fails_in_our_templates_only() -> None:
    ours = ROOT / "legalaid/web/templates/some.html"
    with pytest.raises(TrapSprung, match="unknown template variable «nobody»"):
        _render("{{ nobody }}", ours)
    with pytest.raises(TrapSprung):
        _render("{% load i18n %}{% blocktranslate %}Кто {{ nobody }}{% endblocktranslate %}", ours)
    assert _render("{% if nobody %}1{% else %}2{% endif %}", ours) == "2"
    assert _render("{{ nobody|default:'нет' }}", ours) == "нет"
    assert _render("{{ known }}", ours, known=None) == "None"
    assert _render("{{ nobody }}", Path("/elsewhere/allauth/login.html")) == ""


@pytest.mark.urls(__name__)
def test_a_faulty_page_fails_the_test_that_met_it(client: Client) -> None:
    assert client.get("/good").status_code == 200
    with pytest.raises(TrapSprung, match="has no label"):
        client.get("/bad")
    with pytest.raises(TrapSprung, match="has no label"):
        Client().get("/bad", headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<input name='story'>", "has no label"),
        ("<label for='b'>Имя</label><input id='a' name='name'>", "has no label"),
        ("<form method='post'><button>Дальше</button></form>", "no csrf token"),
        ("<button onclick='go()'>Дальше</button>", "inline handler"),
        ("<button hx-on:click='go()'>Дальше</button>", "inline handler"),
        ("<p style='color:red'>Текст</p>", "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>go()</script>", "inline <script>"),
        ("<a href='javascript:go()'>Дальше</a>", "javascript:"),
        ("<img src='https://cdn.example/a.png' alt=''>", "loads from cdn.example"),
        ("<script src='//cdn.example/a.js'></script>", "loads from cdn.example"),
        ("<p id='a'></p><p id='a'></p>", "stands 2 times"),
        ("<img src='/a.png'>", "no alt"),
        ("<button><svg></svg></button>", "says nothing"),
        ("{# Says\nwhat it is. #}<p>Текст</p>", "comment of the template"),
    ],
)
def test_each_rule_of_the_lint_finds_its_fault(body: str, fault: str) -> None:
    assert any(fault in problem for problem in problems(PAGE.format(body)))


def test_the_lint_passes_what_is_right() -> None:
    body = (
        "<form method='post'><input type='hidden' name='csrfmiddlewaretoken' value='x'><label for='s'>Что случилось"
        "</label><textarea id='s' name='story'></textarea><label><input type='checkbox' name='ok'> Да</label>"
        "<button>Дальше</button></form><script type='application/json' id='d'>{}</script>"
        "<a href='https://pravo.gov.ru/'>закон</a><script src='/static/a.js'></script>"
    )
    assert problems(PAGE.format(body)) == []
    assert any("no <title>" in problem for problem in problems("<p>1</p>"))
    assert any("no lang" in problem for problem in problems("<p>1</p>"))


@pytest.mark.django_db
def test_an_unordered_slice_fails() -> None:
    with pytest.raises(TrapSprung, match="unordered slice of JournalEntry"):
        JournalEntry.objects.order_by()[:5]
    assert list(JournalEntry.objects.order_by("id")[:5]) == []


@pytest.mark.django_db
def test_a_naive_datetime_fails() -> None:
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        JournalEntry.objects.filter(at__gt=datetime(2026, 1, 1)).exists()  # noqa: DTZ001 - that is the point


def test_the_network_is_closed() -> None:
    with socket.socket() as out:
        out.settimeout(1)
        with pytest.raises((SocketConnectBlockedError, UserWarning), match=r"192\.0\.2\.1"):
            out.connect(("192.0.2.1", 80))
