"""Coming and going: waiting rooms, tickets, sockets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from legalaid.dialogue import queries
from legalaid.dialogue.media_queries import policy_of
from legalaid.dialogue.models import Connection, Dialogue, Participant
from legalaid.dialogue.policies import get_visible_dialogue, may_enter
from legalaid.dialogue.refusals import DialogueOver, TicketUsed
from legalaid.dialogue.rules import SILENT_AFTER
from legalaid.dialogue.services.recording import follow_people
from legalaid.dialogue.services.steps import (
    OWN_SEATS,
    append,
    demand_place,
    give_seat,
    lobby_of,
    lock_open,
    lock_visible,
    person_of,
    publish,
    ticket_for,
)  # fmt: skip
from legalaid.dialogue.states import ASIDE_ROLES, OPEN_DIALOGUES, DialogueState, EventKind, ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception import services as reception
from legalaid.reception.services.tasks import close_tasks_of, note_task
from legalaid.reception.states import TaskKind

MISSED_ROLES = frozenset({ParticipantRole.CITIZEN, ParticipantRole.EXPERT})
"""Without them there is no dialogue."""
LEFT_ON_PURPOSE = 1000


@dataclass(frozen=True, slots=True)
class Seat:
    """What a socket needs to know of its participant when it opens."""

    role: str
    name: str
    place: str
    state: str
    last: int
    events: list[dict[str, Any]]
    receipts: dict[str, list[int]]
    asides: list[dict[str, Any]] | None  # None: not for her eyes
    relay_only: bool = False


def open_lobby(*, help_request_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Return the open dialogue of the request, opening its waiting room if there is none.

    For the citizen, an operator of her branch or an expert of the authority; the request must have a booking whose
    entrance is open at `now`, or a waiting ticket. Raises NotFound, NothingToWaitFor, TooEarly.
    """
    with transaction.atomic(durable=True):
        request = lock_visible(actor, help_request_id)
        return lobby_of(request, actor, now)


def join_waiting_room(*, help_request_id: UUID, actor: Actor, now: datetime) -> str:
    """Open the waiting room if need be and return the citizen's or operator's ticket to it: 60 s, one socket.

    Comes back into a live dialogue as well. Raises what `open_lobby` raises.
    """
    with transaction.atomic(durable=True):
        request = lock_visible(actor, help_request_id)
        dialogue = lobby_of(request, actor, now)
        if not may_enter(actor, dialogue):
            raise NotFound
        return ticket_for(dialogue, actor, now)


def join(*, dialogue_id: UUID, actor: Actor, now: datetime) -> str:
    """Return a participant's ticket to a dialogue that is open: 60 s, one socket.

    Raises NotFound for strangers (and for experts other than the one who admitted), DialogueOver when it has ended.
    """
    with transaction.atomic(durable=True):
        dialogue = get_visible_dialogue(actor, dialogue_id)
        if not may_enter(actor, dialogue):
            raise NotFound
        if dialogue.state not in OPEN_DIALOGUES:
            raise DialogueOver
        return ticket_for(dialogue, actor, now)


def connected(*, connection_id: int, participant_id: UUID, since: int, actor: Actor, now: datetime) -> Seat:
    """Let a socket in, once for its connection; `since` is the last event the page already has.

    Writes `entered` when the participant was away. Raises TicketUsed, DialogueOver, DialogueFull.
    """
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        dialogue = lock_open(person.dialogue_id)
        let_in = Connection.objects.filter(pk=connection_id, participant=person, opened_at=None).update(
            opened_at=now, seen_at=now
        )
        if not let_in:
            raise TicketUsed
        person.refresh_from_db(fields=["present", "seat", "role", "removed_at"])
        if person.removed_at is not None:
            raise TicketUsed
        if not person.present:
            demand_place(dialogue, person, now)
            give_seat(person)
            person.present = True
            person.save(update_fields=["present", "seat"])
            append(dialogue, EventKind.ENTERED, participant=person, now=now)
            follow_people(dialogue=dialogue, person=person, actor=actor, now=now)
            if person.role in MISSED_ROLES:
                kinds = (TaskKind.DISCONNECTED,)
                close_tasks_of(help_request_id=dialogue.help_request_id, kinds=kinds, actor=actor, now=now)
            publish(dialogue)
        return Seat(
            role=person.role,
            name=queries.display_name(person, person.dialogue),
            place=person.authority.plain if person.authority else "",
            state=dialogue.state,
            last=dialogue.last_event,
            events=queries.events_after(dialogue.pk, since),
            receipts=queries.receipts_of(dialogue.pk),
            asides=queries.asides_after(dialogue.pk, 0) if person.role in ASIDE_ROLES else None,
            relay_only=policy_of(dialogue.help_request.authority_id).relay_only,
        )


def disconnected(*, connection_id: int, code: int, now: datetime) -> None:
    """Note that the socket of a connection has closed; the participant counts as present until she has left."""
    with transaction.atomic(durable=True):
        Connection.objects.filter(pk=connection_id, opened_at__isnull=False, closed_at=None).update(
            closed_at=now, close_code=code
        )


def leave(*, connection_id: int, now: datetime) -> None:
    """The participant went away on purpose, or did not come back in time; nothing happens if she has come back."""
    with transaction.atomic(durable=True):
        connection = Connection.objects.select_related("participant").filter(pk=connection_id).first()
        if connection is None or (dialogue := queries.lock_dialogue(connection.participant.dialogue_id)) is None:
            return
        person = connection.participant
        person.refresh_from_db(fields=["present", "seat", "role"])
        if not person.present or queries.later_connection_opened(connection):
            return
        person.present = False
        if person.role not in OWN_SEATS:
            person.seat = None  # somebody else may have it
        person.save(update_fields=["present", "seat"])
        if person.user_id is not None and person.role == ParticipantRole.COLLEAGUE:
            reception.stop_helping(expert_id=person.user_id, actor=Actor.staff(person.user_id, ()), now=now)
        if dialogue.state in OPEN_DIALOGUES:
            append(dialogue, EventKind.LEFT, participant=person, now=now)
            follow_people(dialogue=dialogue, person=person, actor=Actor.system("live"), now=now)
            _miss(dialogue, person, connection, now)
            publish(dialogue)


def _miss(dialogue: Dialogue, person: Participant, connection: Connection, now: datetime) -> None:
    """Somebody without whom there is no dialogue lost her line and did not come back in time: the watch is called."""
    if (
        dialogue.state == DialogueState.LIVE
        and person.role in MISSED_ROLES
        and connection.close_code != LEFT_ON_PURPOSE
    ):
        asked = dialogue.help_request
        note_task(kind=TaskKind.DISCONNECTED, help_request=asked, actor=Actor.system("live"), now=now)


def keep_alive(*, connection_ids: list[int], actor: Actor, now: datetime) -> None:
    """Note which sockets a process holds. Raises NotFound for anybody but the system."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        Connection.objects.filter(pk__in=connection_ids).update(seen_at=now)


def let_the_silent_leave(*, actor: Actor, now: datetime) -> None:
    """People whose process died without a word, and who did not come back, have left. For the system."""
    if actor.kind != "system":
        raise NotFound
    for connection_id in queries.silent_connections(now - SILENT_AFTER):
        leave(connection_id=connection_id, now=now)
