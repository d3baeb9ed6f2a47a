"""What the duty officer may do for a dialogue from outside: say something to everybody in it, telephone, move."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.dialogue import queries
from legalaid.dialogue.models import DialogueEvent
from legalaid.dialogue.refusals import DialogueOver, NotWritable
from legalaid.dialogue.services.steps import append
from legalaid.dialogue.states import OPEN_DIALOGUES, EventKind
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.policies import watches

NOTE_LIMIT = 300
"""Letters of a message from outside."""


def tell_dialogue(*, dialogue_id: UUID, text: str, actor: Actor, now: datetime) -> DialogueEvent:
    """The duty officer says something to everybody in an open dialogue; it stands in the chat with her name.

    Raises NotFound for anybody else, NotWritable, DialogueOver.
    """
    text = " ".join(text.replace("\x00", "").split())
    if not watches(actor):
        raise NotFound
    if not 1 <= len(text) <= NOTE_LIMIT:
        raise NotWritable
    with transaction.atomic(durable=True):
        dialogue = queries.lock_dialogue(dialogue_id)
        if dialogue is None:
            raise NotFound
        if dialogue.state not in OPEN_DIALOGUES:
            raise DialogueOver
        event = append(dialogue, EventKind.NOTED, text=text, user_id=actor.user_id, now=now)
        record(kind="dialogue", subject=dialogue.pk, action="note", actor=actor, at=now, before=dialogue.state,
               after=dialogue.state)  # fmt: skip
        publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
        return event
