"""Nobody new joins the live queue at a centre that has closed for the day, nor after the hours of the posts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
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
from legalaid.reception.models import Booking, ReceptionHours, Ticket
from legalaid.reception.queries.queue import prospect_of
from legalaid.reception.queries.today import authority_today, branch_today
from legalaid.reception.queue_refusals import BranchNotReceiving
from legalaid.reception.refusals import NobodyOnReception, ReceptionOver
from legalaid.reception.states import PlaceReason
from tests.scenes import NOW, Region, at, citizen, make_region
from tests.support.statements import statements

pytestmark = pytest.mark.django_db
LOOK = {"story": "Не засчитали стаж", "topic": "pension.experience", "find": "1"}


@pytest.fixture
def region() -> Region:
    """The branch is open 08:00–18:00 but on Sundays; the expert's post receives until 18:00."""
    found = make_region()
    sit_down(found, NOW)
    return found


def sit_down(region: Region, now: datetime) -> None:
    services.start_duty(
        authority_id=region.authority.pk, post_id=region.posts[0].pk, actor=region.actor("expert"), now=now
    )


def longer_hours(region: Region) -> None:
    """The posts receive until 20:00, so that only the branch is closed."""
    ReceptionHours.objects.filter(post__in=region.posts, closes="18:00").update(closes="20:00")


def stand() -> tuple[Any, ...]:
    return (
        list(HelpRequest.objects.order_by("id").values_list("state", "branch")), Ticket.objects.count(),
        Citizen.objects.count(), Message.objects.count(), JournalEntry.objects.count(), Booking.objects.count(),
    )  # fmt: skip


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def desk(region: Region, monkeypatch: pytest.MonkeyPatch, now: datetime, **sent: str) -> str:
    monkeypatch.setattr(timezone, "now", lambda: now)
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    return words_of(client.post("/desk/new/", LOOK | sent).content.decode())


@pytest.mark.parametrize(("now", "opens"), [
    (at(18), "24 ноября, вторник, 08:00"), (at(7, 59), "23 ноября, понедельник, 08:00"),
    (at(18, day=28), "30 ноября, понедельник, 08:00"),
])  # fmt: skip
def test_a_ticket_is_refused_out_of_hours_and_nothing_changes(region: Region, now: datetime, opens: str) -> None:
    longer_hours(region)
    before = stand()
    with pytest.raises(BranchNotReceiving, match=f"закрыто. Откроется: {opens}"):
        region.at_desk(None, now=now)
    assert stand() == before


def test_until_the_last_minute_of_the_day_it_is_given(region: Region) -> None:
    longer_hours(region)
    assert region.at_desk(None, now=at(17, 59)).state == RequestState.QUEUED


def test_from_home_the_experts_still_on_duty_receive(region: Region) -> None:
    longer_hours(region)
    assert region.queued(now=at(19)).state == RequestState.QUEUED


def test_the_desk_is_told_when_it_opens_and_offered_other_ways(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    longer_hours(region)
    assert "живая очередь" in desk(region, monkeypatch, at(17, 30))
    page = desk(region, monkeypatch, at(18, 30))
    assert "живая очередь" not in page
    assert "Отделение сейчас закрыто Откроется: 24 ноября, вторник, 08:00." in page
    assert "попросить перезвонить" in page
    assert "24 ноября, вторник, 09:00" in page  # and a time to book
    before = stand()
    refused = desk(region, monkeypatch, at(18, 30), name="Анна", phone="8 928 123-45-67", consent="on", start="now",
                   submission="a" * 32, book="1")  # fmt: skip
    assert "Отделение сейчас закрыто. Откроется" in refused
    assert stand() == before


def test_a_closure_ends_the_day_earlier_and_moves_the_opening(region: Region) -> None:
    services.close_branch(branch_id=region.branch.pk, first=at(9, day=24).date(), last=at(9, day=25).date(),
                          reason="Ремонт", decisions={}, actor=region.actor("office"), now=NOW)  # fmt: skip
    assert branch_today(region.branch.pk, at(12)).closes_at == at(18)
    assert branch_today(region.branch.pk, at(18)).opens_at == at(8, day=26)
    there = branch_today(region.branch.pk, at(12, day=24))
    assert (there.receives, there.closure, there.opens_at) == (False, "Ремонт", at(8, day=26))
    with statements() as said:
        branch_today(region.branch.pk, NOW)
    assert len(said) == 1


def test_who_came_before_the_hours_ended_is_still_called(region: Region) -> None:
    """The negative control of the refusals: a place taken in time lives on."""
    request = region.at_desk(None, now=at(17, 55))
    services.watch_queues(actor=region.actor("expert"), now=at(18, 20))
    request.refresh_from_db()
    assert request.state == RequestState.QUEUED


def test_a_duty_left_open_after_the_hours_receives_nobody_new(region: Region) -> None:
    waiting = region.queued(n=1, now=at(17, 59))
    draft = region.draft(now=at(18))
    before = stand()
    with pytest.raises(ReceptionOver, match=r"закончен. Следующий начнётся: 24 ноября, вторник, 09:00"):
        services.join_queue(help_request_id=draft.pk, name="Мария", phone="8 928 123-45-68", email="", consent=True,
                            actor=citizen(draft), now=at(18))  # fmt: skip
    assert stand() == before
    waiting.refresh_from_db()
    assert waiting.state == RequestState.QUEUED
    assert issubclass(ReceptionOver, NobodyOnReception)  # doors that know the one know the other


def test_at_lunch_the_queue_is_open_for_the_afternoon(region: Region) -> None:
    today = authority_today(region.authority, at(13, 30))
    assert (today.receives, today.ends_at) == (True, at(18))


def test_who_sits_down_after_the_hours_means_to_receive(region: Region) -> None:
    services.end_duty(actor=region.actor("expert"), now=at(18))
    assert not authority_today(region.authority, at(18, 30)).receives
    sit_down(region, at(19))
    today = authority_today(region.authority, at(19, 30))
    assert (today.receives, today.ends_at) == (True, None)
    assert region.queued(now=at(19, 30)).state == RequestState.QUEUED


def test_a_duty_of_yesterday_on_a_day_without_hours_receives_nobody(region: Region) -> None:
    ReceptionHours.objects.filter(post__in=region.posts, weekday=1).delete()
    assert authority_today(region.authority, at(17)).receives
    today = authority_today(region.authority, at(10, day=24))
    assert (today.receives, today.opens_at) == (False, at(9, day=25))


def topic_page(request: HelpRequest, monkeypatch: pytest.MonkeyPatch, now: datetime) -> str:
    monkeypatch.setattr(timezone, "now", lambda: now)
    return words_of(Client().get(f"/z/{token_for(request.pk)}/topic/").content.decode())


def test_her_page_says_when_reception_begins_and_what_is_free(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    request = region.draft()
    page = topic_page(request, monkeypatch, at(17))
    assert "Поговорить сейчас" in page
    assert "специалист свободен" in page
    page = topic_page(request, monkeypatch, at(18, 10))
    assert "Поговорить сейчас" not in page
    assert "следующий начнётся: 24 ноября, вторник, 09:00" in page
    assert "Ближайшее свободное время из дома: 24 ноября, вторник, 09:00" in page


def test_nobody_waiting_is_not_called_a_free_expert(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits, yet the expert is called for another: «специалист свободен» would be untrue."""
    request = region.draft()
    region.queued(n=1)
    services.match_queue(authority_id=region.authority.pk, actor=region.actor("expert"), now=NOW)
    met = prospect_of(authority_id=region.authority.pk, topic_id=region.topic.pk, reason=PlaceReason.TIME, now=NOW)
    assert (met.ahead, met.at_once) == (1, False)
    Ticket.objects.update(state="taken", duty=region.posts[0].duties.get(), taken_at=NOW)
    page = topic_page(request, monkeypatch, NOW + timedelta(minutes=1))
    assert "Перед вами никого, но специалист освободится не сразу." in page
    assert "специалист свободен" not in page


def held_before(region: Region, minutes: int) -> None:
    """Six dialogues of so many minutes stand in the past, so that an estimate is made."""
    for n in range(6):
        day = NOW - timedelta(days=n + 1)
        request = region.queued(n=20 + n, now=day)
        Ticket.objects.filter(help_request=request).update(
            state="taken", created_at=day, taken_at=day, finished_at=day + timedelta(minutes=minutes)
        )


def test_a_wait_past_the_closing_is_said_at_both_doors(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    held_before(region, 30)
    early, late = at(12), at(17, 40)
    assert "до 18:00" not in desk(region, monkeypatch, early)
    for n in range(2):
        region.queued(n=n + 1, now=late - timedelta(minutes=1))
    page = desk(region, monkeypatch, late)
    assert "Приём до 18:00: скорее всего, до этого очередь не дойдёт. Надёжнее записаться на время." in page
    last = region.queued(n=9, now=late)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert "Приём до 18:00" in Client().get(f"/z/{token_for(last.pk)}/").content.decode()
