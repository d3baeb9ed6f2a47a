"""An open page of one request at the desk says that the request has changed meanwhile."""

from __future__ import annotations

import re
from html import unescape

import pytest

from legalaid.journal.models import JournalEntry
from legalaid.reception import services
from tests.scenes import NOW, Region, at, citizen, of

pytestmark = pytest.mark.django_db
CHANGED, LIVE = "Заявка изменилась", {"hx-request": "true"}


@pytest.mark.parametrize("page", ["", "move/"])
@pytest.mark.parametrize("act", ["move", "cancel"])
def test_an_open_page_says_that_the_request_has_changed(region: Region, page: str, act: str) -> None:
    request = region.booked(at(10, 15), branch=region.branch).help_request
    client = of(region)
    words = client.get(f"/desk/request/{request.pk}/{page}").content.decode()
    found = re.search(r'<live-region src="([^"]+)" page="[^"]+"[^>]*><template data-gone>', words)
    assert found, "no form stands in the region, and it shows nothing at first"
    src = unescape(found.group(1))
    assert CHANGED not in client.get(src, headers=LIVE).content.decode()
    if act == "move":
        services.move_booking_to(help_request_id=request.pk, start=at(12), actor=citizen(request), now=NOW)
    else:
        services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    told = client.get(src, headers=LIVE).content.decode()
    assert CHANGED in told and f'href="/desk/request/{request.pk}/"' in told


def test_a_request_that_left_the_branch_leaves_its_words_on_the_page_and_its_address_unknown(region: Region) -> None:
    request = region.booked(at(10, 15), branch=region.branch).help_request
    client = of(region)
    for page in ("", "move/"):
        words = client.get(f"/desk/request/{request.pk}/{page}").content.decode()
        gone = re.search(r"<template data-gone>(.*?)</template>", words, re.DOTALL)
        assert gone and "больше не открыта" in gone.group(1) and 'href="/desk/"' in gone.group(1)
    services.move_booking_to(help_request_id=request.pk, start=at(12), branch_id=None, actor=citizen(request), now=NOW)
    assert client.get(f"/desk/request/{request.pk}/changed/?seen=x", headers=LIVE).status_code == 404


def test_a_stranger_learns_nothing_from_it(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    before = JournalEntry.objects.count()
    for who in ("operator", "expert", "observer"):  # she talks from home: no operator's branch is hers
        assert of(region, who).get(f"/desk/request/{request.pk}/changed/?seen=", headers=LIVE).status_code in {403, 404}
    assert JournalEntry.objects.count() == before
