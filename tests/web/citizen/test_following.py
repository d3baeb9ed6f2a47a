"""The citizen's open page of moving says that her request has changed meanwhile."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.intake.links import token_for
from legalaid.kernel.tickets import live_from_page, read_live
from legalaid.reception import services
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
CHANGED, LIVE = "Заявка изменилась", {"hx-request": "true"}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


def opened(token: str) -> tuple[str, str]:
    """The address of the live part of the page of moving, and its note of topics."""
    words = Client().get(f"/z/{token}/move/").content.decode()
    found = re.search(r'<live-region src="([^"]+)" page="([^"]+)"[^>]*></live-region>', words)
    assert found, "nothing stands in the region at first"
    return unescape(found.group(1)), unescape(found.group(2))


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_the_page_of_moving_says_that_the_request_has_changed(region: Region, act: str) -> None:
    request = region.booked(at(10, 15)).help_request
    token = token_for(request.pk)
    src, note = opened(token)
    assert read_live(live_from_page(note, user_id=None)) == [f"request:{request.pk}"]
    assert CHANGED not in Client().get(src, headers=LIVE).content.decode()
    if act == "move":
        services.move_booking_to(help_request_id=request.pk, start=at(12), actor=citizen(request), now=NOW)
    else:
        services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    told = Client().get(src, headers=LIVE).content.decode()
    assert CHANGED in told and f'href="/z/{token}/"' in told


def test_so_it_does_for_one_who_left_the_queue_in_another_window(region: Region) -> None:
    services.start_duty(
        authority_id=region.authority.pk, post_id=region.posts[0].pk, actor=region.actor("expert"), now=NOW
    )
    request = region.queued()
    src, _note = opened(token_for(request.pk))
    assert CHANGED not in Client().get(src, headers=LIVE).content.decode()
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    assert CHANGED in Client().get(src, headers=LIVE).content.decode()


def test_a_spoilt_link_learns_nothing_and_a_reader_without_script_gets_the_page(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    assert Client().get("/z/spoilt/changed/?seen=", headers=LIVE).status_code == 404
    token = token_for(request.pk)
    assert Client().get(f"/z/{token}/changed/").headers["Location"] == f"/z/{token}/"
