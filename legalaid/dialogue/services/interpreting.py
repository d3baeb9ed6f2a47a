"""The interpreter who is booked together with a dialogue comes into it by the link of her booking."""

from datetime import datetime

from django.db import transaction

from legalaid.dialogue import queries
from legalaid.dialogue.models import Participant
from legalaid.dialogue.services.steps import demand_place, give_seat, publish
from legalaid.dialogue.states import DialogueState, ParticipantRole
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.queries.interpreters import booking_of_interpreter


def enter_as_interpreter(*, booking_id: int, interpreter_id: int, actor: Actor, now: datetime) -> Participant:
    """The interpreter of a booking takes her place in its dialogue; from another device she comes to the same place.

    Raises NotFound for a booking that is not hers any more, before the dialogue is live, and when she was taken out;
    DialogueFull and NoPlaceNow when there is no seat.
    """
    booking = booking_of_interpreter(booking_id, interpreter_id)
    if booking is None or booking.interpreter is None:
        raise NotFound
    with transaction.atomic(durable=True):
        lock_request(booking.help_request_id)
        found = queries.open_dialogue_of(booking.help_request_id)
        dialogue = queries.lock_dialogue(found.pk) if found is not None and found.booking_id == booking.pk else None
        if dialogue is None or dialogue.state != DialogueState.LIVE:
            raise NotFound
        person = Participant.objects.filter(dialogue=dialogue, interpreter_id=interpreter_id).order_by("id").first()
        if person is None:
            person = Participant(dialogue=dialogue, name=booking.interpreter.name, role=ParticipantRole.INTERPRETER,
                                 interpreter=booking.interpreter)  # fmt: skip
        if person.removed_at is not None:
            raise NotFound
        if person.seat is None:
            demand_place(dialogue, person, now, expected=True)
            give_seat(person)
            person.save()
            record(kind="dialogue", subject=dialogue.pk, action="interpreter_comes", actor=actor, at=now,
                   before=dialogue.state, after=dialogue.state, data={"interpreter": interpreter_id})  # fmt: skip
            publish(dialogue)
    return person
