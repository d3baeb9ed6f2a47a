"""«Перезвоните мне» comes when her turn is near in minutes; an expert reads why nobody is offered to her."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.kernel.actor import Actor
from legalaid.people.models import User
from legalaid.reception import services
from legalaid.reception.models import Task, Ticket
from legalaid.reception.queries.queue import blocked_by, open_duty
from legalaid.reception.queue_rules import call_is_due
from legalaid.reception.states import TaskKind
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")


@pytest.fixture
def region() -> Region:
    region = make_region()
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    return region


@pytest.mark.parametrize(("position", "least", "due"), [
    (3, None, True), (4, None, False), (1, 16, False), (1, 15, True), (6, 0, True),
])  # fmt: skip
def test_minutes_count_where_they_are_known(position: int, least: int | None, due: bool) -> None:
    assert call_is_due(position, least) is due


def thirty_minutes_each(region: Region) -> None:
    for n in range(6):
        day = NOW - timedelta(days=n + 2)
        request = region.queued(n=20 + n, now=NOW)
        Ticket.objects.filter(help_request=request).update(
            state="taken", created_at=day, taken_at=day, finished_at=day + timedelta(minutes=30)
        )


def test_she_is_not_called_an_hour_too_early(region: Region) -> None:
    thirty_minutes_each(region)
    first, second = region.queued(n=1), region.queued(n=2)
    third = region.queued(n=3)
    services.ask_call_back(help_request_id=third.pk, wanted=True, actor=citizen(third), now=NOW)
    services.watch_queues(actor=SYSTEM, now=NOW + timedelta(minutes=1))
    assert Task.objects.filter(kind=TaskKind.CALL_BACK).count() == 0  # two before her, but an hour
    for one in (first, second):
        services.cancel(help_request_id=one.pk, actor=citizen(one), now=NOW)
    services.watch_queues(actor=SYSTEM, now=NOW + timedelta(minutes=1))
    assert Task.objects.get(kind=TaskKind.CALL_BACK).help_request_id == third.pk


def test_the_expert_reads_that_a_booking_holds_her_back(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    booking = region.booked(at(9, 25))
    request = region.queued(n=2)
    duty = open_duty(region.users["expert"].pk)
    assert duty is not None
    assert blocked_by(duty, at(9)) is None  # twenty minutes fit before it: she is offered the person
    Ticket.objects.filter(help_request=request).update(seen_at=at(9, 6))
    assert blocked_by(duty, at(9, 6)) == booking.during.lower
    monkeypatch.setattr(timezone, "now", lambda: at(9, 6))
    page = client_of(region.users["expert"]).get("/expert/").content.decode()
    assert "В 09:25 у вас запись" in page


def test_the_expert_reads_that_her_hours_are_over(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(region.users["expert"])
    monkeypatch.setattr(timezone, "now", lambda: at(17, 59))
    assert "Часы вашего поста закончились" not in client.get("/expert/").content.decode()
    monkeypatch.setattr(timezone, "now", lambda: at(18, 1))
    assert "Часы вашего поста закончились" in client.get("/expert/").content.decode()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client
