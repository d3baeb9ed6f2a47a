"""Readiness of booths for the office, and the number to call: the centre's, the authority's, the installation's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue.models import DeviceCheck
from legalaid.directory.models import Authority, Booth, Branch
from legalaid.directory.states import BoothKind
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from tests.scenes import NOW, Region, at, make_region, of

pytestmark = pytest.mark.django_db
HOUSE = "8 (800) 555-00-00"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    settings.SUPPORT_PHONE = HOUSE
    return make_region()


def self_test(booth: Booth, *, hours: int = 1, **change: str) -> None:
    states = {"camera": "ok", "microphone": "ok", "sound": "ok", "line": "ok", "browser": "ok", **change}
    DeviceCheck.objects.create(booth=booth, at=NOW - timedelta(hours=hours), **states)


def test_the_office_sees_which_booths_are_ready_which_are_not_and_why(
    region: Region, django_assert_max_num_queries: Any
) -> None:
    client, url = of(region, "office"), "/office/booths/"
    ready, broken = region.booths
    self_test(ready)
    self_test(broken, camera="fault", camera_fault="covered")
    page = client.get(url).content.decode()
    assert "Готовы 1 из 2" in page
    assert "камера: закрыта" in page
    assert "23 ноября, понедельник, 08:00" in page
    DeviceCheck.objects.filter(booth=ready).update(at=NOW - timedelta(hours=25))
    page = client.get(url).content.decode()
    assert "Готовы 0 из 2" in page
    assert "давно молчит" in page
    for n in range(20):
        branch = Branch.objects.create(
            code=f"b{n}", name=f"МФЦ {n + 10}", municipality="Ростов", address="—", timezone="Europe/Moscow"
        )
        Booth.objects.create(branch=branch, code=f"x{n}", name="Кабинет", kind=BoothKind.ROOM)
    with django_assert_max_num_queries(6):
        assert "ещё не проверяло себя" in client.get(url).content.decode()


def test_the_desk_sees_its_own_booths(region: Region) -> None:
    self_test(region.booths[0], line="fault")
    assert "видеосвязь не проходит" in of(region, "operator").get("/desk/").content.decode()


def pages(request: HelpRequest) -> list[str]:
    link = f"/z/{token_for(request.pk)}/"
    return [link, f"{link}dialogue/", f"{link}devices/"]


def test_the_number_is_the_centres_then_the_authoritys_then_the_houses(region: Region) -> None:
    here = region.booked(at(10, 15), branch=region.branch).help_request
    home = region.booked(at(11, 15), n=2).help_request
    client = Client()
    for url in pages(here) + pages(home):
        assert HOUSE in client.get(url).content.decode(), url
    of(region, "coordinator").post(f"/authority/{region.authority.pk}/phone/", {"phone": "8 863 200-00-01"})
    for url in pages(here) + pages(home):
        assert "+7 863 200-00-01" in client.get(url).content.decode(), url
    of(region, "office").post(f"/office/branch/{region.branch.pk}/phone/", {"phone": "8 863 200-00-02"})
    for url in pages(here):
        page = client.get(url).content.decode()
        assert "+7 863 200-00-02" in page, url
        assert HOUSE not in page, url
    for url in pages(home):
        assert "+7 863 200-00-01" in client.get(url).content.decode(), url
    assert 'href="tel:+78632000002"' in client.get(pages(here)[1]).content.decode()
    assert HOUSE in client.get("/no/such/page/").content.decode()
    assert JournalEntry.objects.filter(action="phone").count() == 2


@pytest.mark.parametrize("wrong", ["звоните", "8 000 000", "+7 863 2000"])
def test_what_is_no_number_is_refused_and_the_old_one_stays(region: Region, wrong: str) -> None:
    Branch.objects.update(phone="+78632000009")
    Authority.objects.update(phone="+78632000008")
    for who, url in (("office", f"/office/branch/{region.branch.pk}/phone/"),
                     ("coordinator", f"/authority/{region.authority.pk}/phone/")):  # fmt: skip
        page = of(region, who).post(url, {"phone": wrong}, follow=True).content.decode()
        assert "телефон" in page
        assert "сохранён" not in page
    region.branch.refresh_from_db()
    region.authority.refresh_from_db()
    assert (region.branch.phone, region.authority.phone) == ("+78632000009", "+78632000008")
    assert not JournalEntry.objects.filter(action="phone").exists()


def test_a_foreign_authoritys_number_is_not_hers_to_set(region: Region) -> None:
    url = f"/authority/{region.other_authority.pk}/phone/"
    assert of(region, "coordinator").post(url, {"phone": "8 863 200-00-01"}).status_code == 404
    assert of(region, "office").post("/office/branch/999999/phone/", {"phone": ""}).status_code == 404
    region.other_authority.refresh_from_db()
    assert region.other_authority.phone == ""
