"""On the eve of a holiday nobody is booked, queued or shown a place at a centre that has closed an hour earlier."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Branch
from legalaid.reception import services
from legalaid.reception.models import Booking, ExtraHours, Ticket
from legalaid.reception.queries import offered_starts
from legalaid.reception.queries.today import branch_today
from legalaid.reception.queue_refusals import BranchNotReceiving
from legalaid.reception.refusals import SlotTaken
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db
EVE = date(2027, 4, 30)  # Friday; 1 May is the holiday
NOW = datetime(2027, 4, 29, 6, 0, tzinfo=UTC)  # Thursday, 09:00 in Rostov


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 4, 30, hour - 3, minute, tzinfo=UTC)


@pytest.fixture
def region() -> Region:
    """The post receives until 18:00 on the eve too: somebody drew that hour for this very day."""
    found = make_region()
    ExtraHours.objects.create(post=found.posts[0], day=EVE, opens=time(14), closes=time(18))
    return found


def starts(region: Region, branch: Branch | None) -> list[datetime]:
    found = offered_starts(authority=region.authority, branch=branch, minutes=20, days=2, now=NOW)
    return [start for start in found if start >= at(3)]


def test_nothing_is_offered_or_booked_after_the_branch_has_closed(region: Region) -> None:
    assert max(starts(region, None)) > at(17), "from home it goes on"
    assert max(starts(region, region.branch)) + timedelta(minutes=20) <= at(17)
    late = max(starts(region, None))
    with pytest.raises(SlotTaken):
        region.held(late, now=NOW, branch=region.branch)
    assert not Booking.objects.exists()
    region.branch.hours["eve"] = "08:00-18:00"
    region.branch.save()
    assert max(starts(region, region.branch)) == late, "a branch may say that it stays open"
    assert region.held(late, now=NOW, branch=region.branch).booth is not None


def test_a_walk_in_finds_it_closed(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=region.posts[0].pk, actor=region.actor("expert"),
                        now=at(16))  # fmt: skip
    assert branch_today(region.branch.pk, at(16)).closes_at == at(17)
    assert branch_today(region.branch.pk, at(17)).receives is False
    with pytest.raises(BranchNotReceiving):
        region.at_desk(None, now=at(17, 5))
    assert not Ticket.objects.exists()
    region.at_desk(None, now=at(16, 5))
    assert Ticket.objects.count() == 1


def test_pages_that_show_the_hours_say_so(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for page in (f"/where/{region.branch.code}/", "/where/"):
        words = Client().get(page).content.decode()
        assert "короткий день" in words and "30 апреля, пятница: 8:00–17:00" in words
    region.branch.hours["eve"] = "08:00-14:00"
    region.branch.save()
    words = Client().get("/where/").content.decode()
    assert "30 апреля, пятница: 8:00–14:00" in words and "накануне праздника 8:00–14:00" in words
