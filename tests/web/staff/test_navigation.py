"""The head of the staff's pages: every door of the role once in each of its two forms, and where one stands."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from legalaid.kernel.actor import Actor, Grant
from legalaid.people.states import Role
from legalaid.web.staff.doors import DOORS, landing_of, nav_of
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db
ROWS = r'<nav class="site-nav nav-(row|fold)".*?</nav>'


@pytest.fixture
def region() -> Region:
    return make_region()


def page_of(region: Region, who: str, url: str) -> str:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client.get(url).content.decode()


def test_each_form_of_the_menu_has_every_page_of_the_office_once(region: Region) -> None:
    page = page_of(region, "office", "/office/")
    wanted = sorted(reverse(door.name) for door in DOORS[Role.OFFICE])
    forms = [found[0] for found in re.finditer(ROWS, page, re.DOTALL)]
    assert len(forms) == 2
    for form in forms:
        assert sorted(re.findall(r'<a href="([^"]+)"', form)) == wanted


def test_pages_of_one_group_stand_under_its_word_and_single_ones_by_themselves() -> None:
    groups = nav_of(Actor.staff(1, (Grant("office"),)), "/office/")
    assert [len(group.items) for group in groups if not group.label] == [1]
    named = [str(group.label) for group in groups if group.label]
    assert len(named) == len(set(named)) >= 4


def test_one_sees_where_one_stands_on_the_page_and_below_it() -> None:
    office = Actor.staff(1, (Grant("office"),))

    def marked(path: str) -> list[tuple[str, str]]:
        return [(item.url, item.current) for group in nav_of(office, path) for item in group.items if item.current]

    assert marked("/office/pack/") == [("/office/pack/", "page")]
    assert marked("/office/pack/texts/memo/") == [("/office/pack/", "true")]
    assert marked("/office/") == [("/office/", "page")]
    assert marked("/office/nothing-of-ours/") == []


def test_a_page_of_two_roles_is_named_once() -> None:
    both = Actor.staff(1, (Grant("expert", authority_id=1), Grant("operator", branch_id=1)))
    urls = [item.url for group in nav_of(both, "/") for item in group.items]
    assert urls.count(reverse("search")) == 1
    assert len(urls) == len(set(urls))


def test_nobody_lands_anywhere_without_a_role() -> None:
    assert landing_of(Actor.staff(1, ())) is None
    assert landing_of(Actor.staff(1, (Grant("observer"),))) == reverse("figures")
