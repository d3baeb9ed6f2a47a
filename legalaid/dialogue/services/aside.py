"""What the experts of a dialogue write among themselves: unseen by everybody else, and gone when it is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.dialogue.models import AsideNote
from legalaid.dialogue.refusals import NotWritable
from legalaid.dialogue.rules import TEXT_LIMIT
from legalaid.dialogue.services.steps import lock_open, person_of
from legalaid.dialogue.states import ASIDE_ROLES
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit


def say_aside(*, participant_id: UUID, cid: UUID, text: str, actor: Actor, now: datetime) -> AsideNote:
    """Add a line that experts alone read; the same `cid` sent again returns the line that stands.

    The journal learns that they talked aside, once a dialogue, and never what. Raises NotFound for other roles,
    NotWritable, DialogueOver.
    """
    text = text.replace("\x00", "").strip()
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        dialogue = lock_open(person.dialogue_id)
        person.refresh_from_db(fields=["role", "removed_at"])
        if person.role not in ASIDE_ROLES or person.removed_at is not None:
            raise NotFound
        if not 1 <= len(text) <= TEXT_LIMIT:
            raise NotWritable
        known = AsideNote.objects.filter(participant=person, cid=cid).order_by("id").first()
        if known is not None:
            return known
        if not AsideNote.objects.filter(dialogue=dialogue).exists():
            record(kind="dialogue", subject=dialogue.pk, action="talk_aside", actor=actor, at=now,
                   before=dialogue.state, after=dialogue.state)  # fmt: skip
        note = AsideNote.objects.create(dialogue=dialogue, participant=person, text=text, cid=cid, at=now)
        publish_on_commit(f"dialogue:{dialogue.pk}", aside=note.pk)
        return note
