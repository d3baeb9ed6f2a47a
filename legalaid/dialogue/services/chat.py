"""What people write to each other."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.dialogue.models import DialogueEvent
from legalaid.dialogue.refusals import NotWritable
from legalaid.dialogue.rules import TEXT_LIMIT
from legalaid.dialogue.services.steps import append, lock_open, person_of
from legalaid.dialogue.states import EventKind
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit


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
        return event
