"""What people write to each other, and how far it was delivered and read."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from legalaid.dialogue import queries
from legalaid.dialogue.models import DialogueEvent, Participant
from legalaid.dialogue.refusals import NotWritable
from legalaid.dialogue.rules import TEXT_LIMIT
from legalaid.dialogue.services.steps import append, lock_open, person_of
from legalaid.dialogue.states import DialogueState, EventKind
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.reception import services as reception
from legalaid.reception.states import DelayReason


def say(*, participant_id: UUID, cid: UUID, text: str, actor: Actor, now: datetime) -> DialogueEvent:
    """Add a line of chat; the same `cid` sent again returns the line that stands. Raises NotWritable, DialogueOver."""
    text = text.replace("\x00", "").strip()
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise NotWritable
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        dialogue = lock_open(person.dialogue_id)
        known = DialogueEvent.objects.filter(participant=person, cid=cid).order_by("number").first()
        if known is not None:
            return known
        event = append(dialogue, EventKind.SAID, participant=person, text=text, cid=cid, now=now)
        publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
        if dialogue.state == DialogueState.LOBBY:  # the experts of the authority see it beside her place
            publish_on_commit(f"queue:{dialogue.help_request.authority_id}")
        return event


def mark_seen(*, participant_id: UUID, delivered: int, read: int, actor: Actor, now: datetime) -> None:
    """Note how far events have reached a participant's page and her eyes; it never goes back. One statement, no lock.

    Numbers past the newest event count as that event. Raises TicketUsed.
    """
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        newest = person.dialogue.last_event
        Participant.objects.filter(pk=person.pk).update(
            delivered=Greatest(F("delivered"), min(delivered, newest)), read=Greatest(F("read"), min(read, newest))
        )


def write_to_waiting(*, help_request_id: UUID, text: str, actor: Actor, now: datetime) -> None:
    """Staff say something to a person who waits: on her request's page, and in her waiting room if she is there.

    Raises NoteRefused, NotWaiting, NotFound.
    """
    note = reception.send_note(help_request_id=help_request_id, text=text, actor=actor, now=now)
    _note_in_room(help_request_id, note.text, actor, now)


def explain_delay(*, help_request_id: UUID, reason: DelayReason, actor: Actor, now: datetime) -> None:
    """An expert says why it takes longer: the person reads it where she waits, and the wait is put down to its cause.

    Raises NotWaiting, NotFound.
    """
    note = reception.explain_delay(help_request_id=help_request_id, reason=reason, actor=actor, now=now)
    _note_in_room(help_request_id, note.text, actor, now)


def _note_in_room(help_request_id: UUID, text: str, actor: Actor, now: datetime) -> None:
    """The same words in her waiting room, if she is there."""
    seen = queries.open_dialogue_of(help_request_id)
    if seen is None:
        return
    with transaction.atomic(durable=True):
        dialogue = queries.lock_dialogue(seen.pk)
        if dialogue is not None and dialogue.state == DialogueState.LOBBY:
            event = append(dialogue, EventKind.NOTED, text=text, user_id=actor.user_id, now=now)
            publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
