"""Recording a dialogue: only where the authority's policy allows it and everybody in the dialogue has agreed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from legalaid.dialogue import queries, vault
from legalaid.dialogue.media_queries import policy_of
from legalaid.dialogue.models import Dialogue, Participant, Recording, RecordingChunk, RecordingConsent
from legalaid.dialogue.recording_policies import may_watch
from legalaid.dialogue.recording_queries import agreed_in, lock_recording, open_recording_of, person_in, present_in
from legalaid.dialogue.recording_rules import (
    CHUNK_LIMIT,
    CONSENT_TEXT,
    LATE_CHUNK,
    MOST_CHUNKS,
    MOST_TAKES,
    ready,
)  # fmt: skip
from legalaid.dialogue.refusals import (
    ChunkRefused,
    DialogueOver,
    NotRecording,
    RecordingForbidden,
    RecordingUnavailable,
)
from legalaid.dialogue.services.steps import append
from legalaid.dialogue.states import RECORDING_MOVES, DialogueState, EventKind, RecordingState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.people.services import publish_consent_document
from legalaid.people.states import ConsentKind


def ask_to_record(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Recording:
    """The expert of a live dialogue asks everybody in it to agree; asking is her own consent.

    Asked again while a recording is open it returns that one. Raises NotFound, DialogueOver, RecordingForbidden,
    RecordingUnavailable.
    """
    with transaction.atomic(durable=True):
        dialogue, person = _mine(dialogue_id, actor)
        if dialogue.expert_id != actor.user_id:
            raise NotFound
        _must_be_allowed(dialogue)
        known = open_recording_of(dialogue_id)
        if known is not None:
            return known
        try:
            key = vault.new_key()
        except vault.VaultClosed:
            raise RecordingUnavailable from None
        recording = Recording.objects.create(
            dialogue=dialogue, recorder=person, wrapped_key=key, asked_at=now, changed_at=now
        )
        record(kind="recording", subject=recording.pk, action="ask", actor=actor, at=now, after=recording.state)
        _tell(dialogue, person, "asked", now)
        _note_consent(recording, person, agreed=True, actor=actor, now=now)
        _weigh(recording, dialogue, person, actor, now)
        return recording


def answer_recording(*, dialogue_id: UUID, agreed: bool, actor: Actor, now: datetime) -> Recording:
    """A participant agrees to the recording of this dialogue, or does not: then there is none.

    When everybody present has agreed it begins, or goes on. Raises NotFound, DialogueOver, NotRecording.
    """
    with transaction.atomic(durable=True):
        dialogue, person = _mine(dialogue_id, actor)
        recording = _open(dialogue_id)
        _must_be_allowed(dialogue)
        if not RecordingConsent.objects.filter(recording=recording, participant=person).exists():
            _note_consent(recording, person, agreed=agreed, actor=actor, now=now)
            if not agreed:
                _tell(dialogue, person, "refused", now)
                _end(recording, dialogue, person, actor, now)
            else:
                _weigh(recording, dialogue, person, actor, now)
        return recording


def revoke_recording(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Recording:
    """A participant takes her consent back: the recording ends. Raises NotFound, DialogueOver, NotRecording."""
    with transaction.atomic(durable=True):
        dialogue, person = _mine(dialogue_id, actor)
        recording = _open(dialogue_id)
        given = RecordingConsent.objects.filter(recording=recording, participant=person, agreed=True, revoked_at=None)
        if not given.update(revoked_at=now):
            raise NotRecording
        record(kind="recording", subject=recording.pk, action="revoke", actor=actor, at=now, before=recording.state,
               after=recording.state, data={"participant": str(person.pk)})  # fmt: skip
        _tell(dialogue, person, "revoked", now)
        _end(recording, dialogue, person, actor, now)
        return recording


def stop_recording(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Recording:
    """The expert ends the recording. Raises NotFound, DialogueOver, NotRecording."""
    with transaction.atomic(durable=True):
        dialogue, person = _mine(dialogue_id, actor)
        if dialogue.expert_id != actor.user_id:
            raise NotFound
        recording = _open(dialogue_id)
        _end(recording, dialogue, person, actor, now)
        return recording


def put_chunk(
    *, recording_id: UUID, take: int, number: int, data: bytes, actor: Actor, now: datetime
) -> RecordingChunk:
    """Keep the next piece; when this returns it survives a crash. Sent twice it is kept once.

    Only from the recorder's page, only while recording goes on or just after. Raises NotFound, NotRecording,
    ChunkRefused (too big, out of order, other content under a known number), RecordingForbidden.
    """
    with transaction.atomic(durable=True):
        recording = lock_recording(recording_id)
        if recording is None or recording.recorder.user_id != actor.user_id or actor.user_id is None:
            raise NotFound
        _must_be_allowed(recording.dialogue)
        just_over = recording.state in {RecordingState.PAUSED, RecordingState.ENDED}
        if recording.state != RecordingState.RUNNING and not (just_over and now - recording.changed_at < LATE_CHUNK):
            raise NotRecording
        digest = hashlib.sha256(data).hexdigest()
        known = RecordingChunk.objects.filter(recording=recording, take=take, number=number).first()
        if known is not None:
            if known.digest != digest:
                raise ChunkRefused
            return known
        if not data or len(data) > CHUNK_LIMIT or take >= MOST_TAKES or number >= MOST_CHUNKS:
            raise ChunkRefused
        if number != RecordingChunk.objects.filter(recording=recording, take=take).count():
            raise ChunkRefused  # a hole would make what follows unplayable
        vault.put(recording.pk, recording.wrapped_key, take, number, data)
        return RecordingChunk.objects.create(
            recording=recording, take=take, number=number, size=len(data), digest=digest, received_at=now
        )


def open_take(*, recording_id: UUID, take: int, actor: Actor, now: datetime) -> bytes:
    """The film of one take, for the expert who led the dialogue and coordinators of its authority; each look is
    journalled. Raises NotFound, also when it was deleted."""
    with transaction.atomic(durable=True):
        recording = lock_recording(recording_id)
        if recording is None or not may_watch(actor, recording) or recording.state == RecordingState.DELETED:
            raise NotFound
        rows = list(RecordingChunk.objects.filter(recording=recording, take=take).order_by("number"))
        if not rows:
            raise NotFound
        record(kind="recording", subject=recording.pk, action="open", actor=actor, at=now, before=recording.state,
               after=recording.state, data={"take": take})  # fmt: skip
    return b"".join(vault.get(recording.pk, recording.wrapped_key, take, row.number) for row in rows)


def expire_recordings(*, actor: Actor, now: datetime) -> int:
    """Delete what has been kept long enough: the files, then the key; the journal says so. For the system.

    Returns how many. A crash between files and row repeats the deletion, which does no harm.
    """
    if actor.kind != "system":
        raise NotFound
    due = Recording.objects.filter(state=RecordingState.ENDED, expires_at__lte=now).order_by("expires_at", "id")
    ids = list(due.values_list("pk", flat=True))
    for recording_id in ids:
        vault.remove(recording_id)
        with transaction.atomic(durable=True):
            recording = lock_recording(recording_id)
            if recording is None or recording.state != RecordingState.ENDED:
                continue
            recording.wrapped_key = b""
            chunks, _ = RecordingChunk.objects.filter(recording=recording).delete()
            _move(recording, "expire", actor, now, data={"chunks": chunks})
    return len(ids)


def follow_people(*, dialogue: Dialogue, person: Participant, actor: Actor, now: datetime) -> None:
    """Somebody came or went, inside the caller's transaction: recording waits for a newcomer's consent."""
    recording = open_recording_of(dialogue.pk)
    if recording is not None:
        _weigh(recording, dialogue, person, actor, now)


def end_with_dialogue(*, dialogue: Dialogue, actor: Actor, now: datetime) -> None:
    """The dialogue is over, inside the caller's transaction: so is its recording."""
    recording = open_recording_of(dialogue.pk)
    if recording is not None:
        _end(recording, dialogue, None, actor, now)


def _mine(dialogue_id: UUID, actor: Actor) -> tuple[Dialogue, Participant]:
    """The live dialogue, locked, and the actor as its participant."""
    dialogue = queries.lock_dialogue(dialogue_id)
    if dialogue is None:
        raise NotFound
    person = person_in(dialogue, actor)
    if person is None:
        raise NotFound
    if dialogue.state != DialogueState.LIVE:
        raise DialogueOver
    return dialogue, person


def _must_be_allowed(dialogue: Dialogue) -> None:
    if not policy_of(dialogue.help_request.authority_id).recording:
        raise RecordingForbidden


def _open(dialogue_id: UUID) -> Recording:
    recording = open_recording_of(dialogue_id)
    if recording is None:
        raise NotRecording
    return recording


def _note_consent(recording: Recording, person: Participant, *, agreed: bool, actor: Actor, now: datetime) -> None:
    document = publish_consent_document(
        kind=ConsentKind.RECORDING, text=CONSENT_TEXT, actor=Actor.system("dialogue"), now=now
    )
    try:
        with transaction.atomic():
            RecordingConsent.objects.create(
                recording=recording, participant=person, document=document, agreed=agreed, at=now
            )
    except IntegrityError:
        return  # answered in the same moment from another tab
    record(kind="recording", subject=recording.pk, action="consent" if agreed else "refuse", actor=actor, at=now,
           before=recording.state, after=recording.state,
           data={"participant": str(person.pk), "document": document.pk, "digest": document.digest})  # fmt: skip


def _weigh(recording: Recording, dialogue: Dialogue, person: Participant, actor: Actor, now: datetime) -> None:
    """Begin, pause or go on, as consents of those present say."""
    may = ready(present_in(dialogue.pk), agreed_in(recording.pk))
    if may and recording.state == RecordingState.ASKED:
        _move(recording, "begin", actor, now)
        _tell(dialogue, person, "running", now)
    elif may and recording.state == RecordingState.PAUSED:
        _move(recording, "resume", actor, now)
        _tell(dialogue, person, "running", now)
    elif not may and recording.state == RecordingState.RUNNING:
        _move(recording, "pause", actor, now)
        _tell(dialogue, person, "paused", now)


def _end(recording: Recording, dialogue: Dialogue, person: Participant | None, actor: Actor, now: datetime) -> None:
    keep = policy_of(dialogue.help_request.authority_id).keep_days
    recording.ended_at, recording.expires_at = now, now + timedelta(days=keep)
    _move(recording, "stop", actor, now)
    _tell(dialogue, person, "ended", now)


def _move(
    recording: Recording, action: str, actor: Actor, now: datetime, data: dict[str, object] | None = None
) -> None:
    before = RecordingState(recording.state)
    recording.state = move(RECORDING_MOVES, before, action, NotRecording.text)
    recording.changed_at = now
    recording.save(update_fields=["state", "changed_at", "ended_at", "expires_at", "wrapped_key"])
    record(kind="recording", subject=recording.pk, action=action, actor=actor, at=now, before=before,
           after=recording.state, data=data or {})  # fmt: skip


def _tell(dialogue: Dialogue, person: Participant | None, word: str, now: datetime) -> None:
    event = append(dialogue, EventKind.RECORDING, participant=person, text=word, now=now)
    publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
