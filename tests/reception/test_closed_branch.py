"""A branch that is closed or has no booth in service takes nobody new into the live queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.people.models import Citizen
from legalaid.reception import services
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.queries.queue import waiting_at_branch
from legalaid.reception.queue_refusals import BranchNotReceiving
from tests.scenes import NOW, Region, at, make_region, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    found = make_region()
    services.start_duty(
        authority_id=found.authority.pk, post_id=found.posts[0].pk, actor=found.actor("expert"), now=NOW
    )
    return found


def close(region: Region) -> None:
    services.close_branch(
        branch_id=region.branch.pk, first=NOW.date(), last=NOW.date(), reason="Авария на сетях.", decisions={},
        actor=region.actor("office"), now=NOW,
    )  # fmt: skip


def break_booths(region: Region) -> None:
    for booth in region.booths:
        services.take_booth_out(
            booth_id=booth.pk, reason="Не включается экран", decisions={}, actor=region.actor("office"), now=NOW
        )


def stand() -> tuple[Any, ...]:
    return (
        list(HelpRequest.objects.order_by("id").values_list("state", "branch")), Ticket.objects.count(),
        Citizen.objects.count(), Message.objects.count(), JournalEntry.objects.count(), Booking.objects.count(),
    )  # fmt: skip


def sent(region: Region, **given: str) -> dict[str, str]:
    return {
        "story": "Не засчитали стаж", "topic": region.topic.code, "name": "Анна Петровна", "phone": "8 928 123-45-67",
        "consent": "on", "start": "now", "submission": "a" * 32, "book": "1",
    } | given  # fmt: skip


STOPS = [(close, "Авария на сетях"), (break_booths, "не принимает")]


@pytest.mark.parametrize(("stop", "words"), STOPS)
def test_the_desk_is_refused_a_ticket_and_nothing_changes(
    region: Region, stop: Callable[[Region], None], words: str
) -> None:
    stop(region)
    before = stand()
    with pytest.raises(BranchNotReceiving, match=words):
        region.at_desk(None)
    assert stand() == before
    page = of(region).post("/desk/new/", sent(region)).content.decode()
    assert "Отделение сейчас не принимает" in page
    assert words in page
    assert "Анна Петровна" in page  # what was typed stays
    assert stand() == before


@pytest.mark.parametrize("stop", [close, break_booths])
def test_now_is_not_offered_there_and_the_page_says_why(region: Region, stop: Callable[[Region], None]) -> None:
    look = {"story": "Не засчитали стаж", "topic": region.topic.code, "find": "1"}
    assert "живая очередь, специалист на приёме" in of(region).post("/desk/new/", look).content.decode()
    stop(region)
    page = of(region).post("/desk/new/", look).content.decode()
    assert "живая очередь, специалист на приёме" not in page
    assert "Сейчас сюда не принимаем" in page


def test_one_booth_in_service_is_enough(region: Region) -> None:
    break_booths(region)
    services.return_booth(booth_id=region.booths[0].pk, actor=region.actor("office"), now=NOW)
    assert region.at_desk(None).state == RequestState.QUEUED


def test_the_day_after_a_closure_the_queue_is_open(region: Region) -> None:
    close(region)
    assert region.at_desk(None, now=at(10, day=24)).state == RequestState.QUEUED


def test_from_home_the_queue_is_open_all_the_same(region: Region) -> None:
    close(region)
    assert region.queued().state == RequestState.QUEUED


def test_who_thought_of_a_centre_first_and_speaks_from_home_does_not_wait_there(region: Region) -> None:
    booking = region.held(at(11), branch=region.branch)
    page = Client().post(f"/z/{token_for(booking.help_request_id)}/confirm/", {
        "way": "now", "name": "Мария", "phone": "8 928 123-45-67", "consent": "on"})  # fmt: skip
    assert page.status_code == 302
    request = HelpRequest.objects.get()
    assert (request.state, request.branch_id) == (RequestState.QUEUED, None)
    assert not waiting_at_branch(region.branch.pk).exists()
    booking.refresh_from_db()
    assert booking.state == "lapsed"
