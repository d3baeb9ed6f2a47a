"""The command centre: dialogues as states and lines, nodes, messages, moves, calls. Never a word of what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, LineSample, Participant
from legalaid.dialogue.services.line import Findings
from legalaid.dialogue.states import EventKind, ParticipantRole
from legalaid.dialogue.watch_queries import watched_dialogues
from legalaid.directory.models import Booth
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import DialogueTicket, read_dialogue
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from legalaid.reception.models import Task
from legalaid.reception.states import TaskKind
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)
SECRET = "то, что сказано доверительно"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_scene()


@pytest.fixture
def officer(scene: Scene) -> Client:
    user = User.objects.create_user(email="duty@example.org", name="Дежурная Вера")
    Membership.objects.create(user=user, role=Role.DUTY_OFFICER, since=NOW - timedelta(days=1))
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


def enter(dialogue: Dialogue, actor: Actor) -> DialogueTicket:
    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
    person = Participant.objects.get(pk=ticket.participant)
    services.connected(
        connection_id=ticket.connection, participant_id=person.pk, since=0, actor=ticket.actor, now=NOW
    )  # fmt: skip
    return ticket


def lose(ticket: DialogueTicket, code: int = 1006) -> None:
    services.disconnected(connection_id=ticket.connection, code=code, now=NOW + SOON)
    services.leave(connection_id=ticket.connection, now=NOW + SOON)


def sample(person: Participant, level: int, seconds: int = 0) -> None:
    LineSample.objects.create(
        participant=person, at=NOW + timedelta(seconds=seconds), level=level, step=0, rtt_ms=40, lost=12, kbps=480
    )


def test_each_person_is_a_state_and_a_line_over_time(scene: Scene) -> None:
    dialogue = scene.live()
    enter(dialogue, scene.expert())
    citizen = enter(dialogue, citizen_of(dialogue))
    person = Participant.objects.get(pk=citizen.participant)
    for second, level in enumerate((3, 2, 1)):
        sample(person, level, second)
    (row,) = watched_dialogues(NOW + SOON)
    seen = {who.participant.role: who for who in row.people}
    assert seen["citizen"].state == "here"
    assert seen["citizen"].line is not None
    assert seen["citizen"].line.level == 1
    assert len(seen["citizen"].points.split()) == 3
    assert [one.level for one in seen["citizen"].newest] == [1, 2, 3]
    assert row.troubled
    assert seen["expert"].line is None
    services.disconnected(connection_id=citizen.connection, code=1006, now=NOW + SOON)
    (row,) = watched_dialogues(NOW + SOON)
    assert {who.participant.role: who.state for who in row.people}["citizen"] == "away"
    services.leave(connection_id=citizen.connection, now=NOW + SOON)
    (row,) = watched_dialogues(NOW + SOON)
    assert {who.participant.role: who.state for who in row.people}["citizen"] == "gone"


def test_the_page_shows_states_nodes_and_nothing_that_was_said(scene: Scene, officer: Client) -> None:
    dialogue = scene.live()
    enter(dialogue, scene.expert())
    ticket = enter(dialogue, citizen_of(dialogue))
    person = Participant.objects.get(pk=ticket.participant)
    for second in range(3):
        sample(person, 2, second - 3)
    services.say(participant_id=person.pk, cid=uuid4(), text=SECRET, actor=citizen_of(dialogue), now=NOW)
    services.put_node(name="node-7", url="ws://node", actor=Actor.system("test"), now=NOW)
    services.note_nodes(seen=[], lost=["node-7"], actor=Actor.system("test"), now=NOW)
    page = officer.get("/watch/").content.decode()
    for words in ("Гражданин", "связь слабая", "напрямую", "node-7", "ещё не отвечал", "<polyline", "Связь по времени"):
        assert words in page
    assert SECRET not in page
    assert "Анна Ивановна" not in page


def test_a_lost_line_calls_the_watch_until_she_is_back(scene: Scene) -> None:
    dialogue = scene.live()
    lose(enter(dialogue, citizen_of(dialogue)))
    task = Task.objects.get(kind=TaskKind.DISCONNECTED)
    assert task.help_request_id == dialogue.help_request_id
    assert task.closed_at is None
    again = enter(dialogue, citizen_of(dialogue))
    task.refresh_from_db()
    assert task.closed_at is not None
    lose(again, code=1000)
    assert not Task.objects.filter(kind=TaskKind.DISCONNECTED, closed_at=None).exists(), "she left on purpose"
    assert Connection.objects.count() == 2


def test_the_end_of_a_dialogue_ends_its_task(scene: Scene) -> None:
    dialogue = scene.live()
    lose(enter(dialogue, citizen_of(dialogue)))
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    assert not Task.objects.filter(kind=TaskKind.DISCONNECTED, closed_at=None).exists()


def test_a_message_from_outside_stands_in_the_chat(scene: Scene, officer: Client) -> None:
    dialogue = scene.live()
    officer.post(f"/watch/dialogue/{dialogue.pk}/tell/", {"text": "Сейчас перезвоним"})
    event = DialogueEvent.objects.get(kind=EventKind.NOTED)
    assert (event.text, event.user.name if event.user else "") == ("Сейчас перезвоним", "Дежурная Вера")
    assert JournalEntry.objects.get(kind="dialogue", action="note").data == {}
    before = DialogueEvent.objects.count()
    page = officer.post(f"/watch/dialogue/{dialogue.pk}/tell/", {"text": " "}, follow=True)
    assert page.status_code == 200
    with pytest.raises(NotFound):
        services.tell_dialogue(dialogue_id=dialogue.pk, text="Привет", actor=scene.expert(), now=NOW)
    assert officer.post(f"/watch/dialogue/{uuid4()}/tell/", {"text": "Привет"}).status_code == 404
    assert DialogueEvent.objects.count() == before


def test_a_call_is_noted_without_the_number(scene: Scene, officer: Client) -> None:
    dialogue = scene.live()
    citizen = dialogue.help_request.citizen
    assert citizen is not None
    citizen.phone = "+79001234567"
    citizen.save()
    enter(dialogue, citizen_of(dialogue))
    assert 'href="tel:+79001234567"' in officer.get("/watch/").content.decode()
    officer.post(f"/watch/request/{dialogue.help_request_id}/called/")
    entry = JournalEntry.objects.get(kind="request", action="call")
    assert entry.data == {}
    assert "9001234567" not in str(entry.__dict__)
    assert Participant.objects.filter(role=ParticipantRole.CITIZEN).count() == 1


def test_the_watch_sees_which_booths_are_not_ready(scene: Scene, officer: Client) -> None:
    names = ("Кабинет 1", "Кабинет 2", "Кабинет 3")
    booths = [Booth.objects.create(branch=scene.branch, code=f"b{n}", name=name) for n, name in enumerate(names)]
    good = Findings(camera="ok", microphone="ok", sound="unknown", line="ok", browser="ok")
    blind = replace(good, camera="fault", camera_fault="missing")
    for booth, found in zip(booths[:2], (good, blind), strict=True):
        services.note_booth_check(booth_id=booth.pk, findings=found, actor=Actor.system("booth"), now=NOW)
    page = officer.get("/watch/now/", headers={"hx-request": "true"}).text
    said = page[page.index("booths-title") :]
    assert "Готовы 1 из 3" in said
    for place in ("waiting-title", "dialogues-title", "tasks-title"):
        assert f'href="#{place}"' in page
        assert f'id="{place}"' in page, "a figure leads to its list"
    assert "камера не найдена" in said
    assert "Кабинет 2" in said
    assert "Кабинет 1" not in said, "nobody need go there"
    assert "Кабинет 3" not in said, "it never said anything"
