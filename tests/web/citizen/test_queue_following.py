"""The pages of one who waits follow the queue: who is ahead of her, whether anybody receives, and what time it is."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.kernel.tickets import live_from_page, read_live
from legalaid.reception import services
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
LIVE = {"hx-request": "true"}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


@pytest.fixture
def waiting(region: Region) -> list[HelpRequest]:
    """Three in the queue of one expert."""
    post = region.posts[0]
    services.start_duty(authority_id=region.authority.pk, post_id=post.pk, actor=region.actor("expert"), now=NOW)
    return [region.queued(n=n) for n in (1, 2, 3)]


def regions(url: str) -> list[tuple[str, list[str], str]]:
    """The live regions of a page that stand in its words: address, topics, what they show."""
    page = Client().get(url).content.decode()
    found = re.findall(r'<live-region src="([^"]+)" page="([^"]+)"[^>]*>(.*?)</live-region>', page, re.DOTALL)
    assert found
    return [
        (unescape(src), read_live(live_from_page(unescape(note), user_id=None)) or [], words)
        for src, note, words in found
    ]


def gone(request: HelpRequest) -> None:
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)


@pytest.mark.parametrize("page", ["", "done/", "dialogue/", "devices/"])
def test_each_page_of_one_who_waits_says_who_is_ahead_and_hears_of_it(
    region: Region, waiting: list[HelpRequest], page: str
) -> None:
    mine = waiting[2]
    src, topics, words = regions(f"/z/{token_for(mine.pk)}/{page}")[0]
    assert topics[:2] == [f"request:{mine.pk}", f"queue:{region.authority.pk}"]
    assert "Перед вами в очереди: 2" in words
    first = Client().get(src, headers=LIVE)
    assert "Перед вами в очереди: 2" in first.text
    assert Client().get(src, headers={**LIVE, "If-None-Match": first["ETag"]}).status_code == 304
    gone(waiting[0])
    assert "Перед вами в очереди: 1" in Client().get(src, headers={**LIVE, "If-None-Match": first["ETag"]}).text


def test_one_who_has_a_time_hears_of_no_queue(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    for page in ("", "done/", "devices/"):
        assert regions(f"/z/{token_for(request.pk)}/{page}")[0][1] == [f"request:{request.pk}"]


@pytest.mark.parametrize("page", ["dialogue/", "devices/"])
def test_the_check_says_when_nobody_receives_any_more(region: Region, waiting: list[HelpRequest], page: str) -> None:
    nobody = "Сейчас никто из специалистов не ведёт приём"
    src, _topics, words = regions(f"/z/{token_for(waiting[2].pk)}/{page}")[0]
    assert src.endswith("?check") and nobody not in words
    services.end_duty(actor=region.actor("expert"), now=NOW)
    assert nobody in Client().get(src, headers=LIVE).text


def test_the_confirmation_promises_no_place_that_is_gone(region: Region, waiting: list[HelpRequest]) -> None:
    mine = waiting[2]
    token = token_for(mine.pk)
    (where, _topics, panel), (next_one, _same, words) = regions(f"/z/{token}/done/")
    assert "Вы в очереди" in panel and (mine.number or "?") in panel
    assert f'href="/z/{token}/dialogue/"' in words and "Войдите в комнату ожидания" in words
    gone(mine)
    panel, words = (Client().get(src, headers=LIVE).text for src in (where, next_one))
    assert "Вы в очереди" not in panel and "Вы записаны" not in panel and "Заявка отменена" in panel
    assert f"/z/{token}/dialogue/" not in words and f'href="/z/{token}/"' in words
    assert Client().get(where).headers["Location"] == f"/z/{token}/done/", "who came by herself gets the page"


@pytest.mark.parametrize(
    ("now", "said", "unsaid"),
    [
        (at(10, 14), "Можно входить: специалист начнёт в 10:15", "Ваше время пришло"),
        (at(10, 15), "Ваше время пришло: можно входить", "начнёт в"),
        (at(10, 19), "Ваше время пришло: можно входить", "начнёт в"),
    ],
)
def test_a_time_that_has_passed_is_not_promised(
    region: Region, monkeypatch: pytest.MonkeyPatch, now: datetime, said: str, unsaid: str
) -> None:
    token = token_for(region.booked(at(10, 15)).help_request.pk)
    monkeypatch.setattr(timezone, "now", lambda: now)
    page = Client().get(f"/z/{token}/").content.decode()
    assert said in page and unsaid not in page
