"""The life of a dialogue: it is begun, handed on and ended."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from legalaid.dialogue import queries
from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.policies import role_in
from legalaid.dialogue.refusals import AlreadyAdmitted, ExpertBusy, NotOnDuty
from legalaid.dialogue.rules import HANDED_ON
from legalaid.dialogue.services.recording import end_with_dialogue
from legalaid.dialogue.services.steps import (
    append,
    close_dialogue,
    lobby_of,
    lock_for,
    lock_visible,
    move_dialogue,
    publish,
    seat_of,
)  # fmt: skip
from legalaid.dialogue.states import LED_DIALOGUES, DialogueState, EventKind, ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception import services as reception
from legalaid.reception.queries import open_duty


def receive(*, help_request_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Call the person in: the actor becomes the expert of her lobby; they can write, pictures do not meet yet.

    The actor must be on duty at a post of the request's authority. Pressed twice by the same expert it returns the
    same dialogue. Raises NotFound, NotOnDuty, ExpertBusy, AlreadyAdmitted, NothingToWaitFor, TooEarly.
    """
    return _begin(help_request_id, "receive", actor=actor, now=now)


def admit(*, help_request_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """The name is right: pictures meet. Out of the lobby it calls the person in besides, as `receive` does.

    Raises what `receive` raises.
    """
    return _begin(help_request_id, "admit", actor=actor, now=now)


def _begin(help_request_id: UUID, action: str, *, actor: Actor, now: datetime) -> Dialogue:
    try:
        with transaction.atomic(durable=True):
            request = lock_visible(actor, help_request_id)
            if role_in(actor, request) != ParticipantRole.EXPERT or actor.user_id is None:
                raise NotFound
            duty = open_duty(actor.user_id)
            if duty is None or duty.post.authority_id != request.authority_id:
                raise NotOnDuty
            dialogue = lobby_of(request, actor, now)
            if dialogue.state in LED_DIALOGUES:
                if dialogue.expert_id != actor.user_id:
                    raise AlreadyAdmitted
                if action == "admit" and dialogue.state == DialogueState.RECEIVED:
                    _name_is_right(dialogue, request, actor, now)
                return dialogue
            if queries.live_dialogue_of_expert(actor.user_id) is not None:
                raise ExpertBusy
            dialogue.expert_id, dialogue.admitted_at = actor.user_id, now
            reception.begin_contact(request=request, duty=duty, actor=actor, now=now)
            if action == "admit":
                _name_is_right(dialogue, request, actor, now)
            else:
                move_dialogue(dialogue, "receive", actor, now, also=("expert", "admitted_at"))
                append(dialogue, EventKind.RECEIVED, participant=seat_of(dialogue, actor, request), now=now)
                publish(dialogue)
            return dialogue
    except IntegrityError as error:
        if "dialogue_one_live_per_expert" in str(error):
            raise ExpertBusy from error
        raise


def _name_is_right(dialogue: Dialogue, request: HelpRequest, actor: Actor, now: datetime) -> None:
    dialogue.named_at = now
    move_dialogue(dialogue, "admit", actor, now, also=("expert", "admitted_at", "named_at"))
    append(dialogue, EventKind.ADMITTED, participant=seat_of(dialogue, actor, request), now=now)
    publish(dialogue)


def end(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """The expert of a live dialogue ends it; its booking is used. Pressed twice, it is ended once. Raises NotFound."""
    with transaction.atomic(durable=True):
        request, dialogue = lock_for(actor, dialogue_id)
        if dialogue.expert_id != actor.user_id or actor.user_id is None:
            raise NotFound
        if dialogue.state == DialogueState.ENDED:
            return dialogue
        end_with_dialogue(dialogue=dialogue, actor=actor, now=now)
        close_dialogue(dialogue, "end", EventKind.ENDED, actor, now)
        reception.finish_contact(request=request, actor=actor, now=now)
        return dialogue


def hand_on(*, dialogue_id: UUID, topic_code: str | None, actor: Actor, now: datetime) -> Dialogue:
    """The expert gives the person to the queue of a topic's authority, or back to her own when `topic_code` is None.

    The dialogue ends with the event's text HANDED_ON, so that the page of the person follows her. Pressed twice it is
    once. Raises NotFound, NobodyOnReception, TopicNotCovered: then nothing has changed and the dialogue goes on.
    """
    with transaction.atomic(durable=True):
        request, dialogue = lock_for(actor, dialogue_id)
        if dialogue.expert_id != actor.user_id or actor.user_id is None:
            raise NotFound
        if dialogue.state in LED_DIALOGUES:
            end_with_dialogue(dialogue=dialogue, actor=actor, now=now)
            close_dialogue(dialogue, "end", EventKind.ENDED, actor, now, text=HANDED_ON)
            reception.finish_contact(request=request, actor=actor, now=now)
            reception.hand_on(request=request, topic_code=topic_code, actor=actor, now=now)
        return dialogue


def miss(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Close a waiting room in which nobody was received; for staff and the system. Raises NotFound, IllegalMove."""
    if actor.kind == "citizen":
        raise NotFound
    with transaction.atomic(durable=True):
        _request, dialogue = lock_for(actor, dialogue_id)
        close_dialogue(dialogue, "miss", EventKind.MISSED, actor, now)
        return dialogue


def fail(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Close a live dialogue that technology broke off, for the system; its booking is used up all the same.

    Raises NotFound, IllegalMove.
    """
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        request, dialogue = lock_for(actor, dialogue_id)
        end_with_dialogue(dialogue=dialogue, actor=actor, now=now)
        close_dialogue(dialogue, "fail", EventKind.FAILED, actor, now)
        reception.finish_contact(request=request, actor=actor, now=now)
        return dialogue


def close_abandoned(*, actor: Actor, now: datetime) -> None:
    """Close the waiting rooms of requests that were cancelled or missed, or whose time is another now."""
    for dialogue_id in queries.abandoned_lobbies(now):
        miss(dialogue_id=dialogue_id, actor=actor, now=now)
