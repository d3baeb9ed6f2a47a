"""Recording: only where it is allowed, only while everybody agrees, never readable on the disk, gone in time."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from legalaid.dialogue import recording_rules, refusals, services, vault
from legalaid.dialogue.models import (
    Dialogue,
    DialogueEvent,
    DialoguePolicy,
    Participant,
    Recording,
    RecordingChunk,
    RecordingConsent,
)  # fmt: skip
from legalaid.dialogue.states import RECORDING_MOVES, EventKind, RecordingState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from tests.dialogue.scene import NOW, Scene, actor_of, citizen_of, make_scene

pytestmark = pytest.mark.django_db
SECRET_WORDS = b"what was said in confidence" * 40
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _vault(settings: Any, tmp_path: Path) -> None:
    settings.RECORDING_KEY = base64.b64encode(b"k" * 32).decode()
    settings.RECORDINGS_DIR = str(tmp_path / "recordings")


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    DialoguePolicy.objects.create(authority=scene.authority, recording=True, keep_days=10)
    return scene


def talk(scene: Scene) -> Dialogue:
    """A live dialogue with expert and citizen inside."""
    dialogue = scene.live()
    for actor in (scene.expert(), citizen_of(dialogue)):
        enter(dialogue, actor)
    return dialogue


def enter(dialogue: Dialogue, actor: Actor) -> int:
    from legalaid.kernel.tickets import read_dialogue

    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
    services.connected(
        connection_id=ticket.connection, participant_id=ticket.participant, since=0, actor=ticket.actor, now=NOW  # type: ignore[arg-type]
    )  # fmt: skip
    return ticket.connection


def ask(scene: Scene, dialogue: Dialogue) -> Recording:
    return services.ask_to_record(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)


def agree(dialogue: Dialogue, *, agreed: bool = True, actor: Actor | None = None) -> Recording:
    actor = actor or citizen_of(dialogue)
    return services.answer_recording(dialogue_id=dialogue.pk, agreed=agreed, actor=actor, now=NOW)


def running(scene: Scene) -> tuple[Dialogue, Recording]:
    dialogue = talk(scene)
    ask(scene, dialogue)
    return dialogue, agree(dialogue)


def put(scene: Scene, recording: Recording, number: int = 0, data: bytes = SECRET_WORDS, **more: Any) -> RecordingChunk:
    fields = {"take": 0, "actor": scene.expert(), "now": NOW, **more}
    return services.put_chunk(recording_id=recording.pk, number=number, data=data, **fields)


def words(dialogue: Dialogue) -> list[str]:
    rows = DialogueEvent.objects.filter(dialogue=dialogue, kind=EventKind.RECORDING).order_by("number")
    return list(rows.values_list("text", flat=True))


def state(recording: Recording) -> str:
    return Recording.objects.get(pk=recording.pk).state


def rows() -> tuple[object, ...]:
    return (
        list(Recording.objects.order_by("id").values_list("id", "state", "ended_at")),
        RecordingConsent.objects.count(),
        RecordingChunk.objects.count(),
        DialogueEvent.objects.count(),
        JournalEntry.objects.count(),
    )


def test_where_the_policy_says_no_nothing_is_recorded_whatever_a_page_asks() -> None:
    scene = make_scene()
    dialogue = talk(scene)
    before = rows()
    with pytest.raises(refusals.RecordingForbidden):
        ask(scene, dialogue)
    with pytest.raises(refusals.NotRecording):
        agree(dialogue)
    assert rows() == before


def test_a_policy_taken_back_stops_what_goes_on(scene: Scene) -> None:
    _, recording = running(scene)
    put(scene, recording)
    DialoguePolicy.objects.update(recording=False)
    before = rows()
    with pytest.raises(refusals.RecordingForbidden):
        put(scene, recording, 1)
    assert rows() == before


def test_without_a_key_of_the_installation_nothing_is_recorded(scene: Scene, settings: Any) -> None:
    settings.RECORDING_KEY, settings.DEMO = "", False
    dialogue = talk(scene)
    before = rows()
    with pytest.raises(refusals.RecordingUnavailable):
        ask(scene, dialogue)
    settings.RECORDING_KEY = base64.b64encode(b"short").decode()
    with pytest.raises(refusals.RecordingUnavailable):
        ask(scene, dialogue)
    assert rows() == before


def test_it_begins_when_everybody_has_agreed_to_the_very_words(scene: Scene) -> None:
    dialogue = talk(scene)
    recording = ask(scene, dialogue)
    assert state(recording) == RecordingState.ASKED
    agree(dialogue)
    assert state(recording) == RecordingState.RUNNING
    assert words(dialogue) == ["asked", "running"]
    for consent in RecordingConsent.objects.select_related("document"):
        assert consent.agreed
        assert consent.at == NOW
        assert consent.document.text == recording_rules.CONSENT_TEXT
        assert len(consent.document.digest) == 64
    actions = list(JournalEntry.objects.filter(kind="recording").order_by("id").values_list("action", flat=True))
    assert actions == ["ask", "consent", "consent", "begin"]


def test_one_who_does_not_agree_is_not_recorded(scene: Scene) -> None:
    dialogue = talk(scene)
    recording = ask(scene, dialogue)
    agree(dialogue, agreed=False)
    assert state(recording) == RecordingState.ENDED
    assert words(dialogue) == ["asked", "refused", "ended"]
    with pytest.raises(refusals.NotRecording):
        put(scene, recording, now=LATER)


def test_a_newcomer_is_not_recorded_before_she_agreed(scene: Scene) -> None:
    dialogue, recording = running(scene)
    connection = enter(dialogue, scene.desk)
    assert state(recording) == RecordingState.PAUSED
    with pytest.raises(refusals.NotRecording):
        put(scene, recording, now=LATER)
    agree(dialogue, actor=scene.desk)
    assert state(recording) == RecordingState.RUNNING
    services.leave(connection_id=connection, now=NOW)
    assert state(recording) == RecordingState.RUNNING
    assert words(dialogue) == ["asked", "running", "paused", "running"]


def test_a_newcomer_who_leaves_again_holds_nothing_up(scene: Scene) -> None:
    dialogue, recording = running(scene)
    connection = enter(dialogue, scene.desk)
    services.leave(connection_id=connection, now=NOW)
    assert state(recording) == RecordingState.RUNNING


def test_consent_taken_back_ends_it(scene: Scene) -> None:
    dialogue, recording = running(scene)
    services.revoke_recording(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=LATER)
    assert state(recording) == RecordingState.ENDED
    assert words(dialogue)[-2:] == ["revoked", "ended"]
    kept = RecordingConsent.objects.get(participant__user=None)
    assert kept.agreed, "the row stays as proof"
    assert kept.revoked_at == LATER
    with pytest.raises(refusals.NotRecording):
        services.revoke_recording(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=LATER)


def test_it_ends_with_the_dialogue_and_by_the_expert(scene: Scene) -> None:
    dialogue, recording = running(scene)
    with pytest.raises(NotFound):
        services.stop_recording(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW)
    services.stop_recording(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    assert state(recording) == RecordingState.ENDED
    second = ask(scene, dialogue)
    assert second.pk != recording.pk
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    assert state(second) == RecordingState.ENDED
    assert Recording.objects.get(pk=second.pk).expires_at == NOW + timedelta(days=10)


def test_strangers_see_nothing_to_ask_for(scene: Scene) -> None:
    dialogue, recording = running(scene)
    before = rows()
    for act in (services.ask_to_record, services.stop_recording, services.revoke_recording):
        with pytest.raises(NotFound):
            act(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)
    with pytest.raises(NotFound):
        agree(dialogue, actor=scene.expert(1))
    with pytest.raises(NotFound):
        put(scene, recording, actor=citizen_of(dialogue))
    with pytest.raises(NotFound):
        put(scene, recording, actor=scene.expert(1))
    assert rows() == before


def test_on_the_disk_lies_noise_bound_to_its_place(scene: Scene, settings: Any) -> None:
    _, recording = running(scene)
    for number in range(2):
        put(scene, recording, number, SECRET_WORDS + bytes([number]))
    files = sorted((Path(settings.RECORDINGS_DIR) / str(recording.pk)).iterdir())
    assert len(files) == 2
    assert all(SECRET_WORDS[:20] not in file.read_bytes() for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert bytes(Recording.objects.get().wrapped_key) not in {b"", b"k" * 32}
    first, second = (file.read_bytes() for file in files)
    files[0].write_bytes(second)
    with pytest.raises(vault.VaultClosed):
        services.open_take(recording_id=recording.pk, take=0, actor=scene.expert(), now=NOW)
    files[0].write_bytes(first)
    settings.RECORDING_KEY = base64.b64encode(os.urandom(32)).decode()
    with pytest.raises(vault.VaultClosed):
        services.open_take(recording_id=recording.pk, take=0, actor=scene.expert(), now=NOW)


def test_pieces_come_once_and_in_order(scene: Scene) -> None:
    _, recording = running(scene)
    first = put(scene, recording)
    assert put(scene, recording).pk == first.pk
    before = rows()
    for number, data in ((0, b"other"), (2, b"a hole"), (1, b""), (1, b"x" * (recording_rules.CHUNK_LIMIT + 1))):
        with pytest.raises(refusals.ChunkRefused):
            put(scene, recording, number, data)
    assert rows() == before
    put(scene, recording, 0, b"another run of the recorder", take=1)
    services.stop_recording(dialogue_id=recording.dialogue_id, actor=scene.expert(), now=NOW)
    put(scene, recording, 1, b"recorded before the end")
    with pytest.raises(refusals.NotRecording):
        put(scene, recording, 2, b"too late", now=LATER)


def test_every_look_is_journalled_and_only_of_those_who_may(scene: Scene) -> None:
    _, recording = running(scene)
    put(scene, recording, 0, b"one ")
    put(scene, recording, 1, b"two")
    user = User.objects.create_user(email="head@example.org", name="Глава")
    Membership.objects.create(user=user, role=Role.COORDINATOR, authority=scene.authority, since=NOW - timedelta(1))
    for actor in (scene.expert(), actor_of(user)):
        film = services.open_take(recording_id=recording.pk, take=0, actor=actor, now=NOW)
        assert film == b"one two"
    assert JournalEntry.objects.filter(kind="recording", action="open").count() == 2
    before = rows()
    for stranger in (scene.expert(1), scene.desk, citizen_of(recording.dialogue), Actor.system("worker")):
        with pytest.raises(NotFound):
            services.open_take(recording_id=recording.pk, take=0, actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        services.open_take(recording_id=recording.pk, take=9, actor=scene.expert(), now=NOW)
    assert rows() == before


def test_expiry_deletes_files_and_key_and_says_so(scene: Scene, settings: Any) -> None:
    _, recording = running(scene)
    put(scene, recording)
    services.stop_recording(dialogue_id=recording.dialogue_id, actor=scene.expert(), now=NOW)
    folder = Path(settings.RECORDINGS_DIR) / str(recording.pk)
    assert services.expire_recordings(actor=Actor.system("worker"), now=NOW + timedelta(days=9)) == 0
    assert folder.exists()
    with pytest.raises(NotFound):
        services.expire_recordings(actor=scene.expert(), now=NOW + timedelta(days=11))
    assert folder.exists()
    assert services.expire_recordings(actor=Actor.system("worker"), now=NOW + timedelta(days=11)) == 1
    assert not folder.exists()
    gone = Recording.objects.get(pk=recording.pk)
    assert (gone.state, bytes(gone.wrapped_key)) == (RecordingState.DELETED, b"")
    assert not RecordingChunk.objects.exists()
    assert JournalEntry.objects.get(kind="recording", action="expire").data == {"chunks": 1}
    with pytest.raises(NotFound):
        services.open_take(recording_id=recording.pk, take=0, actor=scene.expert(), now=NOW)


@pytest.mark.parametrize("known", sorted(RecordingState.values))
def test_every_state_has_its_moves(known: str) -> None:
    """The table is what the services obey: whatever is open can be stopped, what is deleted stays deleted."""
    moves = {action for (before, action) in RECORDING_MOVES if before == known}
    expected = {"asked": {"begin", "stop"}, "running": {"pause", "stop"}, "paused": {"resume", "stop"},
                "ended": {"expire"}, "deleted": set()}  # fmt: skip
    assert moves == expected[known]


def test_two_tabs_answer_at_once_and_one_counts(scene: Scene) -> None:
    dialogue = talk(scene)
    ask(scene, dialogue)
    agree(dialogue)
    agree(dialogue, agreed=False)
    assert RecordingConsent.objects.filter(participant__user=None).count() == 1
    assert RecordingConsent.objects.get(participant__user=None).agreed
    assert Participant.objects.filter(dialogue=dialogue).count() == 2


def test_over_is_over(scene: Scene) -> None:
    dialogue = talk(scene)
    services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
    with pytest.raises(DomainError):
        ask(scene, dialogue)
    assert not Recording.objects.exists()
