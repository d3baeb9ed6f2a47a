"""The duty officer gives a live dialogue to another expert: her form, the card of who is asked, both rooms in words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Dialogue, Invitation, Participant
from legalaid.dialogue.rules import OFFER_LIFE
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.people.models import User
from legalaid.people.states import Role
from tests.dialogue.scene import NOW, Scene, _member, citizen_of, make_scene
from tests.dialogue.test_inviting import enter, snapshot

FRAGMENT = {"hx-request": "true"}


@pytest.fixture
def scene(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_scene()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


@pytest.fixture
def officer(scene: Scene) -> Client:
    return client_of(_member("duty@example.org", "Дежурная Вера", Role.DUTY_OFFICER))


def going_on(scene: Scene) -> Dialogue:
    dialogue = scene.live()
    for actor in (scene.expert(), citizen_of(dialogue)):
        enter(dialogue, actor)
    return dialogue


def send(client: Client, dialogue: Dialogue, reason: str = "must_go", topic: str = "") -> str:
    answer = client.post(f"/watch/dialogue/{dialogue.pk}/hand-over/", {"reason": reason, "topic": topic}, follow=True)
    return answer.content.decode()


def test_from_the_watch_to_the_card_to_both_rooms(scene: Scene, officer: Client) -> None:
    dialogue = going_on(scene)
    scene.on_duty(1)
    page = officer.get("/watch/").text
    assert "Кому передать разговор" in page
    assert "пенсионный фонд: другой специалист, тема остаётся" in page
    page = send(officer, dialogue)
    assert "Специалистов спросили, ответ придёт за минуту" in page
    assert "передаём: пенсионный фонд, ждём ответа до 12:01" in page
    assert "Кому передать разговор" not in page, "one answer is waited for"
    people = client_of(scene.experts[0]).get(f"/expert/dialogue/{dialogue.pk}/people/", headers=FRAGMENT).text
    assert "Дежурный передаёт разговор (СФР): специалист не может продолжить. Ждём ответа до 12:01" in people
    assert "/withdraw/" not in people
    receiver = client_of(scene.experts[1])
    card = receiver.get("/expert/").text
    for words in (
        "Дежурный просит принять разговор, его ведёт Мария Петрова 1, СФР", "Специалист не может продолжить.",
        "Размер пенсии", "Не пересчитали пенсию.", "Принять и вести разговор",
    ):  # fmt: skip
        assert words in card, words
    invitation = Invitation.objects.get()
    room = receiver.post(f"/expert/invitation/{invitation.pk}/accept/", follow=True).text
    assert 'data-role="expert"' in room, "the room of who leads, with the memo"
    assert "Теперь разговор ведёте вы" in room
    assert "Дежурный передал его вам: специалист не может продолжить. Мария Петрова 1 остаётся" in room
    former = client_of(scene.experts[0]).get(f"/expert/dialogue/{dialogue.pk}/").text
    assert 'data-role="colleague"' in former
    assert "Разговор передан другому специалисту" in former
    assert "Теперь разговор ведёт Мария Петрова 2" in former
    assert "передан в 12:00: пенсионный фонд" in officer.get("/watch/now/", headers=FRAGMENT).text
    assert JournalEntry.objects.get(action="hand_over").data["reason"] == "must_go"


def test_unanswered_the_watch_says_so_and_may_ask_again(scene: Scene, officer: Client) -> None:
    dialogue = going_on(scene)
    scene.on_duty(1)
    send(officer, dialogue)
    services.expire_open(actor=Actor.system("test"), now=NOW + OFFER_LIFE + timedelta(seconds=1))
    page = officer.get("/watch/now/", headers=FRAGMENT).text
    assert "не передан, в 12:01 никто не принял: пенсионный фонд" in page
    assert "Кому передать разговор" in page


def test_the_watch_takes_it_back(scene: Scene, officer: Client) -> None:
    dialogue = going_on(scene)
    scene.on_duty(1)
    assert "Отменить передачу" in send(officer, dialogue)
    where = f"/watch/invitation/{Invitation.objects.get().pk}/withdraw/"
    before = snapshot()
    for user in (scene.experts[0], scene.operator):
        assert client_of(user).post(where).status_code in {403, 404}
    assert officer.get(where).status_code == 405
    assert snapshot() == before
    page = officer.post(where, follow=True).text
    assert "Передача отменена: разговор ведёт прежний специалист" in page
    assert "передача отменена в 12:00" in page
    assert "Кому передать разговор" in page
    assert "Принять и вести разговор" not in client_of(scene.experts[1]).get("/expert/").text


def test_refusals_are_words_and_change_nothing(scene: Scene, officer: Client) -> None:
    dialogue = going_on(scene)
    before = snapshot()
    assert "Передать некому: в этом органе сейчас нет другого специалиста на приёме" in send(officer, dialogue)
    for reason in ("", "whatever"):
        answer = officer.post(f"/watch/dialogue/{dialogue.pk}/hand-over/", {"reason": reason})
        assert answer.status_code == 404
    assert officer.post(f"/watch/dialogue/{uuid4()}/hand-over/", {"reason": "line"}).status_code == 404
    assert officer.get(f"/watch/dialogue/{dialogue.pk}/hand-over/").status_code == 405
    scene.on_duty(1)
    before = snapshot()
    for user in (scene.experts[0], scene.operator):
        answer = client_of(user).post(f"/watch/dialogue/{dialogue.pk}/hand-over/", {"reason": "line"})
        assert answer.status_code in {403, 404}
    assert snapshot() == before
    assert not Invitation.objects.exists()


def test_before_the_name_there_is_nothing_to_hand_over(scene: Scene, officer: Client) -> None:
    dialogue = scene.received()
    enter(dialogue, scene.expert())
    scene.on_duty(1)
    assert "Кому передать разговор" not in officer.get("/watch/").text
    before = snapshot()
    assert "разговор ещё не начат или уже закончен" in send(officer, dialogue)
    assert snapshot() == before
    assert Participant.objects.count() == 1
