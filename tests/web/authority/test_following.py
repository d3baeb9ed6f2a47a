"""A coordinator's open week says that somebody else has changed it, and keeps what was drawn on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.kernel import events
from legalaid.kernel.period import Period
from legalaid.kernel.tickets import live_from_page, read_live
from legalaid.reception import services
from legalaid.reception.hours_rules import Span
from legalaid.reception.models import Closure, ExtraHours
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
LIVE = {"hx-request": "true"}
HOURS, BOOKED = "Часы этого поста изменились", "Записи на этой неделе изменились"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Topics published so far."""
    topics: list[str] = []

    class Bus:
        def publish(self, topic: str, payload: object) -> None:
            topics.append(topic)

    monkeypatch.setattr(events, "get_bus", Bus)
    return topics


def of(region: Region, who: str = "coordinator") -> Client:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client


def address(page: str) -> str:
    found = re.search(r'<live-region src="([^"]+)" page="[^"]+"[^>]*></live-region>', page)
    assert found, "nothing stands in the region at first: what is drawn is outside"
    return unescape(found.group(1))


def _hours(region: Region) -> None:
    services.set_week(post_id=region.posts[0].pk, week=[Span(2, time(10), time(12))], since=MONDAY, until=None,
                      decisions={}, actor=region.actor("coordinator"), now=NOW)  # fmt: skip


def _extra(region: Region) -> None:
    services.add_extra_hours(post_id=region.posts[0].pk, day=MONDAY + timedelta(days=5), opens=time(19),
                             closes=time(20), decisions={}, actor=region.actor("coordinator"), now=NOW)  # fmt: skip


def _absence(region: Region) -> None:
    services.add_absence(post_ids=[region.posts[0].pk], during=Period(at(10, day=26), at(12, day=26)), reason="Учёба",
                         decisions={}, actor=region.actor("coordinator"), now=NOW)  # fmt: skip


def _name(region: Region) -> None:
    services.rename_post(post_id=region.posts[0].pk, name="Окно 5", actor=region.actor("coordinator"), now=NOW)


def _booked(region: Region) -> None:
    for n in (1, 2):  # one at each post
        region.booked(at(10, 15), n=n)


ACTS = [(_hours, HOURS), (_extra, HOURS), (_absence, HOURS), (_name, HOURS), (_booked, BOOKED)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "words"), ACTS)
def test_an_open_week_hears_of_a_change_and_names_it(
    region: Region, told: list[str], act: Callable[[Region], None], words: str
) -> None:
    client = of(region)
    page = client.get(f"/authority/post/{region.posts[0].pk}/").content.decode()
    src, note = address(page), re.search(r'<live-region [^>]*page="([^"]+)"', page)
    assert note
    watched = read_live(live_from_page(unescape(note.group(1)), user_id=region.users["coordinator"].pk))
    assert client.get(src, headers=LIVE).content.decode().strip() == ""
    told.clear()
    act(region)
    assert set(watched) & set(told), "the open page is told at once"
    answer = client.get(src, headers=LIVE).content.decode()
    assert words in answer and f'href="/authority/post/{region.posts[0].pk}/?week={MONDAY.isoformat()}"' in answer


def test_a_change_of_another_post_or_of_a_week_far_away_is_not_this_pages(region: Region) -> None:
    client = of(region)
    src = address(client.get(f"/authority/post/{region.posts[1].pk}/").content.decode())
    for act in (_hours, _extra, _absence, _name):
        act(region)
    assert client.get(src, headers=LIVE).content.decode().strip() == ""


def test_a_refused_week_is_still_measured_by_what_she_drew_it_on(region: Region) -> None:
    client, url = of(region), f"/authority/post/{region.posts[0].pk}/"
    page = client.get(url).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    _absence(region)
    sent = {"week": MONDAY.isoformat(), "scope": "on", "seen": seen.group(1), "d0-0-from": "12:00", "d0-0-to": "11:00"}
    refused = client.post(url, sent)
    assert refused.status_code == 422
    words = refused.content.decode()
    assert 'value="12:00"' in words, "what was typed stays"
    assert HOURS in client.get(address(words), headers=LIVE).content.decode()


def test_only_a_coordinator_of_the_authority_may_ask(region: Region) -> None:
    before = (Closure.objects.count(), ExtraHours.objects.count())
    url = f"/authority/post/{region.posts[0].pk}/changed/?seen="
    for who in ("expert", "stranger", "operator"):
        assert of(region, who).get(url, headers=LIVE).status_code in {403, 404}
    assert of(region).get("/authority/post/999999/changed/?seen=", headers=LIVE).status_code == 404
    assert of(region).get(url).headers["Location"].startswith(f"/authority/post/{region.posts[0].pk}/")
    assert (Closure.objects.count(), ExtraHours.objects.count()) == before
