"""The rules of an authority's dialogues: set by those who may, journalled, refused where they could not hold."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from legalaid.dialogue import refusals, services
from legalaid.dialogue.models import Dialogue, DialoguePolicy, Recording
from legalaid.dialogue.states import RecordingState
from legalaid.dialogue.turn import relays
from legalaid.directory.models import Authority
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor, Grant
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import read_dialogue
from legalaid.people.states import Role
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene

pytestmark = pytest.mark.django_db
WISH: dict[str, Any] = {"media": "server", "recording": True, "keep_days": 7, "relay_only": True}
OFFICE = Actor.staff(901, (Grant("office"),))


@pytest.fixture(autouse=True)
def _everything_there(settings: Any, tmp_path: Path) -> None:
    settings.RECORDING_KEY = base64.b64encode(b"k" * 32).decode()
    settings.RECORDINGS_DIR = str(tmp_path / "recordings")
    settings.TURN_URLS, settings.TURN_SECRET, settings.TURN_ONLY = ["turn:relay.example:3478"], "north", False


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def coordinator(scene: Scene) -> Actor:
    return Actor.staff(900, (Grant("coordinator", authority_id=scene.authority.pk),))


def put(scene: Scene, actor: Actor, **change: Any) -> DialoguePolicy:
    return services.set_policy(authority_id=scene.authority.pk, actor=actor, now=NOW, **{**WISH, **change})


def test_a_coordinator_and_the_office_set_them_and_the_journal_tells(scene: Scene) -> None:
    put(scene, coordinator(scene))
    put(scene, coordinator(scene))
    put(scene, OFFICE, media="mesh", recording=False)
    policy = DialoguePolicy.objects.get()
    assert (policy.media, policy.recording, policy.keep_days, policy.relay_only) == ("mesh", False, 7, True)
    entries = JournalEntry.objects.filter(kind="dialogue_policy").order_by("id")
    assert [(one.before, one.after) for one in entries] == [("auto", "server"), ("server", "mesh")]
    assert entries[0].data["after"] == WISH
    assert entries[1].data["before"] == WISH


@pytest.mark.parametrize("role", [role.value for role in Role if role != Role.OFFICE])
def test_nobody_else_sets_them(scene: Scene, role: str) -> None:
    other = Authority.objects.create(code="x", name="X", short="X", plain="X", timezone="Europe/Moscow")
    place = {"authority_id": other.pk if role == Role.COORDINATOR else scene.authority.pk}
    for actor in (Actor.staff(7, (Grant(role, **place),)), Actor.citizen(None), Actor.system("live")):
        with pytest.raises(NotFound):
            put(scene, actor)
    with pytest.raises(NotFound):
        services.set_policy(authority_id=0, actor=OFFICE, now=NOW, **WISH)
    assert not DialoguePolicy.objects.exists()
    assert not JournalEntry.objects.filter(kind="dialogue_policy").exists()


@pytest.mark.parametrize(
    ("change", "lost", "refusal"),
    [
        ({"media": "pigeon"}, "", refusals.WayUnknown),
        ({"keep_days": 0}, "", refusals.KeptTooLong),
        ({"keep_days": 366}, "", refusals.KeptTooLong),
        ({"keep_days": None}, "", refusals.KeptTooLong),
        ({}, "RECORDING_KEY", refusals.RecordingUnavailable),
        ({"recording": False}, "TURN_SECRET", refusals.RelayMissing),
    ],
)
def test_what_could_not_hold_is_refused_and_changes_nothing(
    scene: Scene, settings: Any, change: dict[str, Any], lost: str, refusal: type[DomainError]
) -> None:
    put(scene, OFFICE, media="auto", recording=False, relay_only=False, keep_days=30)
    before, entries = DialoguePolicy.objects.values().get(), JournalEntry.objects.count()
    if lost:
        setattr(settings, lost, "")
    with pytest.raises(refusal) as caught:
        put(scene, OFFICE, **change)
    assert caught.value.field
    assert DialoguePolicy.objects.values().get() == before
    assert JournalEntry.objects.count() == entries


def enter(dialogue: Dialogue, actor: Actor) -> services.Seat:
    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
    return services.connected(
        connection_id=ticket.connection, participant_id=ticket.participant, since=0, actor=ticket.actor, now=NOW  # type: ignore[arg-type]
    )  # fmt: skip


def test_recording_that_goes_on_ends_when_it_is_forbidden(scene: Scene) -> None:
    put(scene, OFFICE)
    dialogue = scene.live()
    for actor in (scene.expert(), citizen_of(dialogue)):
        enter(dialogue, actor)
    services.ask_to_record(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    services.answer_recording(dialogue_id=dialogue.pk, agreed=True, actor=citizen_of(dialogue), now=NOW)
    assert Recording.objects.get().state == RecordingState.RUNNING
    put(scene, OFFICE, keep_days=8)
    assert Recording.objects.get().state == RecordingState.RUNNING, "the control: other changes leave it alone"
    put(scene, OFFICE, recording=False)
    assert Recording.objects.get().state == RecordingState.ENDED


def test_hidden_addresses_reach_the_socket_of_everybody(scene: Scene) -> None:
    dialogue = scene.live()
    assert not enter(dialogue, scene.expert()).relay_only
    put(scene, OFFICE)
    assert enter(dialogue, scene.expert()).relay_only
    assert enter(dialogue, citizen_of(dialogue)).relay_only
    assert relays("p", relay_only=True)["policy"] == "relay"
    assert relays("p")["policy"] == "all"
