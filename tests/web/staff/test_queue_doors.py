"""The expert's offer, the citizen's place and the command centre, through their pages."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, Duty, Offer, Task, Ticket, WaitingNote, WaitSpan
from legalaid.reception.queue_refusals import NotWaiting
from legalaid.reception.states import OfferState, TaskKind, TicketState, WaitCause
from tests.scenes import NOW, Region, at, make_region, of

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


def offered(region: Region) -> tuple[Client, HelpRequest]:
    """An expert at the second post, with a person offered to her."""
    client = of(region, "expert")
    client.post("/expert/duty/", {"on": "1", "post": str(region.posts[1].pk)})
    request = region.queued()
    services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=NOW)
    return client, request


def test_the_expert_chooses_her_post_and_sees_the_next_person(region: Region) -> None:
    client, request = offered(region)
    assert Duty.objects.get().post == region.posts[1]
    page = client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    for words in ("Гражданка 1", 'data-seconds="30"', "СНИЛС", "по времени прихода", "3 месяца", "400-ФЗ"):
        assert words in page
    client.post(f"/expert/card/{request.pk}/accept/")
    assert Offer.objects.get().state == OfferState.ACCEPTED


def test_she_is_led_to_the_post_where_somebody_is_booked_soonest(region: Region) -> None:
    Booking.objects.filter(pk=region.booked(at(11)).pk).update(post=region.posts[1])
    client = of(region, "expert")
    options = re.findall(r'<option value="(\d+)">([^<]+)</option>', client.get("/expert/").content.decode())
    assert [int(pk) for pk, _words in options] == [region.posts[1].pk, region.posts[0].pk]
    assert options[0][1].endswith("записаны к 11:00")
    client.post("/expert/duty/", {"on": "1"})
    assert Duty.objects.get().post == region.posts[1], "also without a choice"


def test_the_expert_passes_on_with_a_reason(region: Region) -> None:
    client, _request = offered(region)
    offer = Offer.objects.get()
    empty = client.post(f"/expert/offer/{offer.pk}/decline/", {"other": " "}, follow=True).content.decode()
    assert "почему передаёте дальше" in empty
    assert Offer.objects.get().state == OfferState.OPEN
    assert of(region, "colleague").post(f"/expert/offer/{offer.pk}/decline/", {"reason": "Нет"}).status_code == 404
    client.post(f"/expert/offer/{offer.pk}/decline/", {"reason": "Не моя тема"})
    assert Offer.objects.get().reason == "Не моя тема"
    late = client.post(f"/expert/offer/{offer.pk}/decline/", {"reason": "Ещё раз"})
    assert late.status_code == 302
    assert Offer.objects.get().reason == "Не моя тема"


def test_an_expert_who_fell_silent_reads_it_kindly(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _request = offered(region)
    for step in (1, 2):
        services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=NOW + step * timedelta(seconds=30))
    monkeypatch.setattr(timezone, "now", lambda: at(9, 2))
    page = client.get("/expert/").content.decode()
    assert "Приём остановлен" in page and "Гражданка 1" in page
    assert "пригласили коллеги" not in page, "she stands in the list still"


def test_the_head_follows_a_duty_that_began_or_ended_elsewhere(region: Region) -> None:
    client = of(region, "expert")
    page = client.get("/expert/").content.decode()
    notes = re.findall(r'<live-region src="([^"]+)" page="([^"]+)"', page)
    assert [src for src, _note in notes] == ["/expert/duty/now/", "/expert/queue/"]
    assert len({note for _src, note in notes}) == 1, "one socket brings both"
    off = client.get("/expert/duty/now/", headers={"hx-request": "true"})
    assert "Приём не ведётся" in off.text and 'id="duty-on"' in off.text and region.posts[1].name in off.text
    same = client.get("/expert/duty/now/", headers={"hx-request": "true", "If-None-Match": off["ETag"]})
    assert same.status_code == 304, "nothing moves under her hand while nothing has changed"
    actor, post = region.actor("expert"), region.posts[1]
    services.start_duty(authority_id=region.authority.pk, post_id=post.pk, actor=actor, now=NOW)
    on = client.get("/expert/duty/now/", headers={"hx-request": "true", "If-None-Match": off["ETag"]}).text
    assert f"На приёме · {post.name}" in on and 'id="duty-off"' in on and "Приём не ведётся" not in on
    region.queued()
    for step in (0, 1, 2):
        services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=NOW + step * timedelta(seconds=30))
    assert "Приём не ведётся" in client.get("/expert/duty/now/", headers={"hx-request": "true"}).text
    assert of(region, "operator").get("/expert/duty/now/").status_code in {302, 403, 404}


def test_a_message_and_a_call_reach_the_person(region: Region) -> None:
    client, request = offered(region)
    citizen, token = Client(), token_for(request.pk)
    assert "Позвоним по номеру" in citizen.get(f"/z/{token}/call-back/").content.decode()
    citizen.post(f"/z/{token}/call-back/", {"wanted": "1"})
    queue = client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    assert "просит позвонить" in queue
    assert "+7 928 123-45-01" in queue
    client.post(f"/expert/card/{request.pk}/called/")
    client.post(f"/expert/card/{request.pk}/note/", {"text": "Через 5 минут начнём"})
    page = citizen.get(f"/z/{token}/").content.decode()
    assert "Через 5 минут начнём" in page
    assert "Мы звонили вам в 09:00" in page
    refused = client.post(f"/expert/card/{request.pk}/note/", {"text": ""}, follow=True).content.decode()
    assert "не длиннее 300" in refused
    assert WaitingNote.objects.count() == 1


def test_an_expert_who_is_late_says_why_from_a_list(region: Region) -> None:
    client, first = offered(region)
    request = region.queued(n=2)
    assert 'value="technics"' in client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()

    def stand() -> tuple[int, str]:
        return WaitingNote.objects.count(), WaitSpan.objects.get(help_request=request).cause

    assert of(region, "operator").post(f"/expert/card/{request.pk}/delay/", {"reason": "technics"}).status_code == 404
    assert client.post(f"/expert/card/{request.pk}/delay/", {"reason": "citizen"}).status_code == 404
    assert client.post(f"/expert/card/{uuid4()}/delay/", {"reason": "technics"}).status_code == 404
    assert stand() == (0, WaitCause.AUTHORITY)
    client.post(f"/expert/card/{request.pk}/delay/", {"reason": "technics"})
    assert "Неполадка со связью" in Client().get(f"/z/{token_for(request.pk)}/").content.decode()
    assert stand() == (1, WaitCause.TECHNICS)
    client.post(f"/expert/card/{first.pk}/accept/")
    late = client.post(f"/expert/card/{first.pk}/delay/", {"reason": "long_talk"}, follow=True).content.decode()
    assert str(NotWaiting.text) in late
    assert WaitingNote.objects.count() == 1


def test_her_page_says_her_place_and_keeps_it(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    _client, _first = offered(region)
    request = region.queued(n=2)
    citizen, token = Client(), token_for(request.pk)
    page = citizen.get(f"/z/{token}/").content.decode()
    for words in ("Перед вами в очереди: 1", "пока сказать нельзя", "по времени прихода", "<here-beat"):
        assert words in page
    assert (
        "Перед вами в очереди: 1"
        in citizen.get(f"/z/{token}/dialogue/waiting/", headers={"hx-request": "true"}).content.decode()
    )
    monkeypatch.setattr(timezone, "now", lambda: at(9, 1))
    assert citizen.get(f"/z/{token}/here/").status_code == 405
    assert citizen.post(f"/z/{token}/here/").status_code == 204
    assert Ticket.objects.get(help_request=request).seen_at == at(9, 1)


@pytest.mark.parametrize("name", ["", "done/", "call-back/", "consent/", "cancel/", "devices/", "dialogue/"])
def test_every_page_of_hers_keeps_her_place_with_and_without_a_script(
    region: Region, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _client, _first = offered(region)
    request = region.queued(n=2)
    monkeypatch.setattr(timezone, "now", lambda: at(9, 1))
    page = Client().get(f"/z/{token_for(request.pk)}/{name}")
    assert (page.status_code, page.content.decode().count("<here-beat")) == (200, 1)
    assert Ticket.objects.get(help_request=request).seen_at == at(9, 1)


def test_a_lost_place_is_said_and_taken_again_by_one_button(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    client, request = offered(region)
    services.watch_queues(actor=SYSTEM, now=at(9, 12))
    monkeypatch.setattr(timezone, "now", lambda: at(9, 30))
    citizen, token = Client(), token_for(request.pk)
    page = citizen.get(f"/z/{token}/").content.decode()
    assert "Вас долго не было" in page
    assert "Встать в очередь снова" in page
    client.post("/expert/duty/", {"on": "0"})
    assert "никто не ведёт приём" in citizen.post(f"/z/{token}/come-back/").content.decode()
    client.post("/expert/duty/", {"on": "1"})
    citizen.post(f"/z/{token}/come-back/")
    request.refresh_from_db()
    assert request.state == RequestState.QUEUED


def test_handing_on_from_the_dialogue(region: Region) -> None:
    client, request = offered(region)
    held = dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)
    assert "Передать другому" in client.get(f"/expert/dialogue/{held.pk}/").content.decode()
    refused = client.post(f"/expert/dialogue/{held.pk}/hand-on/", {"topic": region.other_topic.code}, follow=True)
    assert "нет действующего соглашения" in refused.content.decode()
    assert of(region, "colleague").post(f"/expert/dialogue/{held.pk}/hand-on/").status_code == 404
    client.post(f"/expert/dialogue/{held.pk}/hand-on/", {"topic": ""})
    assert list(Ticket.objects.order_by("id").values_list("state", flat=True)) == ["returned", "waiting"]
    page = Client().get(f"/z/{token_for(request.pk)}/dialogue/").content.decode()
    assert 'data-state="check"' in page


@pytest.mark.parametrize("who", ["duty_officer", "office"])
def test_the_watch_sees_tasks_and_queues_and_closes_them(region: Region, who: str) -> None:
    client = of(region, who)
    assert "Задач нет" in client.get("/watch/").content.decode()
    offered(region)
    request = region.at_desk(None, n=2)
    services.raise_task(kind=TaskKind.BELL, booth_id=region.booths[0].pk, actor=SYSTEM, now=NOW)
    held = dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)
    page = client.get("/watch/now/", headers={"hx-request": "true"}).content.decode()
    for words in ("Зовут сотрудника", "Кабинет 0", "никто не взял", "Соцфонд", request.number or "?"):
        assert words in page
    assert '<span class="muted"> ·' not in page, "a sentence that begins with a dot"
    task = Task.objects.get(kind=TaskKind.BELL)
    client.post(f"/watch/task/{task.pk}/take/")
    assert region.users[who].name in client.get("/watch/now/", headers={"hx-request": "true"}).content.decode()
    client.post(f"/watch/task/{task.pk}/close/")
    task.refresh_from_db()
    assert task.closed_by == region.users[who]
    waiting = Ticket.objects.exclude(state=TicketState.TAKEN).get().help_request_id
    client.post(f"/watch/wait/{waiting}/", {"cause": "technics"})
    assert WaitSpan.objects.get(help_request=waiting).cause == "technics"
    assert client.post(f"/watch/wait/{waiting}/", {"cause": "weather"}).status_code == 404
    client.post(f"/watch/wait/{waiting}/note/", {"text": "Мы чиним связь"})
    assert WaitingNote.objects.get().text == "Мы чиним связь"
    late = client.post(f"/watch/task/{task.pk}/take/", follow=True).content.decode()
    assert "уже закрыли" in late
    assert held.ended_at is None


def test_the_watch_shows_no_names(region: Region) -> None:
    offered(region)
    page = of(region, "duty_officer").get("/watch/now/", headers={"hx-request": "true"}).content.decode()
    assert not re.search("Гражданка", page)


def test_the_duty_officer_moves_a_waiting_person_to_another_queue(region: Region) -> None:
    of(region, "expert").post("/expert/duty/", {"on": "1", "post": str(region.posts[1].pk)})
    watch, request = of(region, "duty_officer"), region.queued()
    former = Ticket.objects.get(help_request=request)
    page = watch.get("/watch/").content.decode()
    assert f'value="{request.topic.code if request.topic else ""}"' in page
    watch.post(f"/watch/wait/{request.pk}/move/", {"topic": "unknown"})
    former.refresh_from_db()
    assert former.state == TicketState.WAITING, "an unknown topic moves nobody"
    watch.post(f"/watch/wait/{request.pk}/move/", {"topic": request.topic.code if request.topic else ""})
    former.refresh_from_db()
    assert former.state == TicketState.RETURNED
    moved = Ticket.objects.exclude(pk=former.pk).get(help_request=request)
    assert moved.state in {TicketState.WAITING, TicketState.OFFERED}
    assert moved.priority <= former.priority, "the smaller comes first"
    before = Ticket.objects.count()
    of(region, "expert").post(f"/watch/wait/{request.pk}/move/", {"topic": "x"})
    assert Ticket.objects.count() == before
