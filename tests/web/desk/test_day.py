"""The day board begins with now: half hours that passed with nothing in them are left out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.kernel.clock import day_period
from legalaid.reception.queries.bookings import bookings_of_branch
from legalaid.web.desk.day import day_of
from tests.scenes import NOW, ZONE, at, make_region

pytestmark = pytest.mark.django_db


def test_past_half_hours_with_nothing_in_them_are_left_out() -> None:
    region = make_region()
    region.booked(at(9, 25), branch=region.branch)
    today = day_period(NOW.date(), ZONE)
    found = list(bookings_of_branch(branch_id=region.branch.pk, during=today))
    day = day_of(region.branch, region.booths, found, [], at(16, 40))
    assert [f"{row.start:%H:%M}" for row in day.rows] == ["09:00", "16:30", "17:00", "17:30"]
    assert [row.now for row in day.rows] == [False, True, False, False]
    assert len(day_of(region.branch, region.booths, found, [], at(8)).rows) == 20  # in the morning nothing has passed


def test_a_no_show_is_offered_when_it_may_be_marked_and_the_halls_screen_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    region = make_region()
    region.booked(at(9, 25), branch=region.branch)
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    monkeypatch.setattr(timezone, "now", lambda: at(9, 34))
    page = client.get("/desk/").content.decode()
    assert "Не пришёл" not in page
    assert f'href="/board/{region.branch.code}/"' in page
    monkeypatch.setattr(timezone, "now", lambda: at(9, 35))
    assert "Не пришёл" in client.get("/desk/").content.decode()
