"""Writes of the dialogue: entering, admitting, saying, leaving, ending."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from legalaid.dialogue import queries
from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, Participant
from legalaid.dialogue.policies import CAPS, get_visible_dialogue, may_enter, role_in
from legalaid.dialogue.refusals import (
    AlreadyAdmitted,
    DialogueOver,
    ExpertBusy,
    NothingToWaitFor,
    NotOnDuty,
    NotWritable,
    TicketUsed,
    TooEarly,
)  # fmt: skip
from legalaid.dialogue.rules import HANDED_ON, SILENT_AFTER, TEXT_LIMIT, entrance_is_open
from legalaid.dialogue.states import DIALOGUE_MOVES, OPEN_DIALOGUES, DialogueState, EventKind, ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.states import RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.kernel.states import move
from legalaid.kernel.tickets import DialogueTicket, sign_dialogue
from legalaid.reception import services as reception
from legalaid.reception.queries import live_booking, open_duty, waiting_ticket


@dataclass(frozen=True, slots=True)
class Seat:
    """What a socket needs to know of its participant when it opens."""

    role: str
    name: str
    place: str
    state: str
    last: int
    events: list[dict[str, Any]]


def open_lobby(*, help_request_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Return the open dialogue of the request, opening its waiting room if there is none.

    For the citizen, an operator of her branch or an expert of the authority; the request must have a booking whose
    entrance is open at `now`, or a waiting ticket. Raises NotFound, NothingToWaitFor, TooEarly.
    """
    with transaction.atomic(durable=True):
        request = _lock_visible(actor, help_request_id)
        return _lobby_of(request, actor, now)


def join_waiting_room(*, help_request_id: UUID, actor: Actor, now: datetime) -> str:
    """Open the waiting room if need be and return the citizen's or operator's ticket to it: 60 s, one socket.

    Comes back into a live dialogue as well. Raises what `open_lobby` raises.
    """
    with transaction.atomic(durable=True):
        request = _lock_visible(actor, help_request_id)
        dialogue = _lobby_of(request, actor, now)
        if not may_enter(actor, dialogue):
            raise NotFound
        return _ticket(dialogue, actor, now)


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
        return _ticket(dialogue, actor, now)


def admit(*, help_request_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Start the dialogue of a request: its lobby becomes live with the actor as its expert.

    The actor must be on duty at a post of the request's authority. Pressed twice by the same expert it returns the
    same dialogue. Raises NotFound, NotOnDuty, ExpertBusy, AlreadyAdmitted, NothingToWaitFor, TooEarly.
    """
    try:
        with transaction.atomic(durable=True):
            request = _lock_visible(actor, help_request_id)
            if role_in(actor, request) != ParticipantRole.EXPERT or actor.user_id is None:
                raise NotFound
            duty = open_duty(actor.user_id)
            if duty is None or duty.post.authority_id != request.authority_id:
                raise NotOnDuty
            dialogue = _lobby_of(request, actor, now)
            if dialogue.state == DialogueState.LIVE:
                if dialogue.expert_id == actor.user_id:
                    return dialogue
                raise AlreadyAdmitted
            if queries.live_dialogue_of_expert(actor.user_id) is not None:
                raise ExpertBusy
            dialogue.expert_id, dialogue.admitted_at = actor.user_id, now
            _move(dialogue, "admit", actor, now, also=("expert", "admitted_at"))
            reception.begin_contact(request=request, duty=duty, actor=actor, now=now)
            _append(dialogue, EventKind.ADMITTED, participant=_seat_of(dialogue, actor, request), now=now)
            _publish(dialogue)
            return dialogue
    except IntegrityError as error:
        if "dialogue_one_live_per_expert" in str(error):
            raise ExpertBusy from error
        raise


def connected(*, connection_id: int, participant_id: UUID, since: int, actor: Actor, now: datetime) -> Seat:
    """Let a socket in, once for its connection; `since` is the last event the page already has.

    Writes `entered` when the participant was away. Raises TicketUsed, DialogueOver.
    """
    with transaction.atomic(durable=True):
        person = _person(participant_id, actor)
        dialogue = _lock_open(person.dialogue_id)
        let_in = Connection.objects.filter(pk=connection_id, participant=person, opened_at=None).update(
            opened_at=now, seen_at=now
        )
        if not let_in:
            raise TicketUsed
        person.refresh_from_db(fields=["present"])
        if not person.present:
            person.present = True
            person.save(update_fields=["present"])
            _append(dialogue, EventKind.ENTERED, participant=person, now=now)
            _publish(dialogue)
        request = person.dialogue.help_request
        authority = request.authority.short if person.user_id and request.authority else ""
        return Seat(
            role=person.role,
            name=queries.display_name(person, person.dialogue),
            place=authority if person.role == ParticipantRole.EXPERT else "",
            state=dialogue.state,
            last=dialogue.last_event,
            events=queries.events_after(dialogue.pk, since),
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
        person.refresh_from_db(fields=["present"])
        if not person.present or queries.later_connection_opened(connection):
            return
        person.present = False
        person.save(update_fields=["present"])
        if dialogue.state in OPEN_DIALOGUES:
            _append(dialogue, EventKind.LEFT, participant=person, now=now)
            _publish(dialogue)


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


def close_abandoned(*, actor: Actor, now: datetime) -> None:
    """Close the waiting rooms of requests that were cancelled or missed."""
    for dialogue_id in queries.abandoned_lobbies():
        miss(dialogue_id=dialogue_id, actor=actor, now=now)


def say(*, participant_id: UUID, cid: UUID, text: str, actor: Actor, now: datetime) -> DialogueEvent:
    """Add a line of chat; the same `cid` sent again returns the line that stands. Raises NotWritable, DialogueOver."""
    text = text.replace("\x00", "").strip()
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise NotWritable
    with transaction.atomic(durable=True):
        person = _person(participant_id, actor)
        dialogue = _lock_open(person.dialogue_id)
        known = DialogueEvent.objects.filter(participant=person, cid=cid).order_by("number").first()
        if known is not None:
            return known
        event = _append(dialogue, EventKind.SAID, participant=person, text=text, cid=cid, now=now)
        publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
        return event


def end(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """The expert of a live dialogue ends it; its booking is used. Pressed twice, it is ended once. Raises NotFound."""
    with transaction.atomic(durable=True):
        request, dialogue = _lock_for(actor, dialogue_id)
        if dialogue.expert_id != actor.user_id or actor.user_id is None:
            raise NotFound
        if dialogue.state == DialogueState.ENDED:
            return dialogue
        _close(dialogue, "end", EventKind.ENDED, actor, now)
        reception.finish_contact(request=request, actor=actor, now=now)
        return dialogue


def hand_on(*, dialogue_id: UUID, topic_code: str | None, actor: Actor, now: datetime) -> Dialogue:
    """The expert gives the person to the queue of a topic's authority, or back to her own when `topic_code` is None.

    The dialogue ends with the event's text HANDED_ON, so that the page of the person follows her. Pressed twice it is
    once. Raises NotFound, NobodyOnReception, TopicNotCovered: then nothing has changed and the dialogue goes on.
    """
    with transaction.atomic(durable=True):
        request, dialogue = _lock_for(actor, dialogue_id)
        if dialogue.expert_id != actor.user_id or actor.user_id is None:
            raise NotFound
        if dialogue.state == DialogueState.LIVE:
            _close(dialogue, "end", EventKind.ENDED, actor, now, text=HANDED_ON)
            reception.finish_contact(request=request, actor=actor, now=now)
            reception.hand_on(request=request, topic_code=topic_code, actor=actor, now=now)
        return dialogue


def miss(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Close a waiting room in which nobody was received; for staff and the system. Raises NotFound, IllegalMove."""
    if actor.kind == "citizen":
        raise NotFound
    with transaction.atomic(durable=True):
        _request, dialogue = _lock_for(actor, dialogue_id)
        _close(dialogue, "miss", EventKind.MISSED, actor, now)
        return dialogue


def fail(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Close a live dialogue that technology broke off, for the system; its booking is used up all the same.

    Raises NotFound, IllegalMove.
    """
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        request, dialogue = _lock_for(actor, dialogue_id)
        _close(dialogue, "fail", EventKind.FAILED, actor, now)
        reception.finish_contact(request=request, actor=actor, now=now)
        return dialogue


def _lock_visible(actor: Actor, help_request_id: UUID) -> HelpRequest:
    get_visible_request(actor, help_request_id)
    return lock_request(help_request_id)


def _lock_for(actor: Actor, dialogue_id: UUID) -> tuple[HelpRequest, Dialogue]:
    """Request, then dialogue, locked in that order."""
    seen = (
        Dialogue.objects.filter(pk=dialogue_id).only("help_request_id").first()
        if actor.kind == "system"
        else (get_visible_dialogue(actor, dialogue_id))
    )
    if seen is None:
        raise NotFound
    request = lock_request(seen.help_request_id)
    dialogue = queries.lock_dialogue(dialogue_id)
    if dialogue is None:
        raise NotFound
    return request, dialogue


def _lock_open(dialogue_id: UUID) -> Dialogue:
    dialogue = queries.lock_dialogue(dialogue_id)
    if dialogue is None or dialogue.state not in OPEN_DIALOGUES:
        raise DialogueOver
    return dialogue


def _lobby_of(request: HelpRequest, actor: Actor, now: datetime) -> Dialogue:
    """The open dialogue of a locked request, made if the request may be received at `now`."""
    found = queries.open_dialogue_of(request.pk)
    if found is not None:
        locked = queries.lock_dialogue(found.pk)
        if locked is not None and locked.state in OPEN_DIALOGUES:
            return locked
    booking, ticket = live_booking(request.pk), waiting_ticket(request.pk)
    if request.state not in {RequestState.AGREED, RequestState.QUEUED} or not (booking or ticket):
        raise NothingToWaitFor
    if booking and not ticket and not entrance_is_open(Period(booking.during.lower, booking.during.upper), now):
        raise TooEarly
    dialogue = Dialogue.objects.create(help_request=request, booking=booking, ticket=ticket, opened_at=now)
    record(kind="dialogue", subject=dialogue.pk, action="open", actor=actor, at=now, after=dialogue.state)
    _publish(dialogue)
    return dialogue


def _seat_of(dialogue: Dialogue, actor: Actor, request: HelpRequest) -> Participant:
    role = role_in(actor, request)
    if role is None:
        raise NotFound
    mine = Q(user=actor.user_id) if actor.user_id is not None else Q(user__isnull=True)
    found = Participant.objects.filter(mine, dialogue=dialogue).order_by("id").first()
    return found or Participant.objects.create(dialogue=dialogue, user_id=actor.user_id, role=role)


def _ticket(dialogue: Dialogue, actor: Actor, now: datetime) -> str:
    person = _seat_of(dialogue, actor, dialogue.help_request)
    connection = Connection.objects.create(participant=person, issued_at=now)
    return sign_dialogue(
        DialogueTicket(
            dialogue=str(dialogue.pk),
            participant=str(person.pk),
            connection=connection.pk,
            role=person.role,
            caps=CAPS[person.role],
            user=actor.user_id,
            request=str(actor.help_request_id) if actor.help_request_id else None,
        )
    )


def _person(participant_id: UUID, actor: Actor) -> Participant:
    """The participant if the actor is that very person; TicketUsed otherwise."""
    person = queries.participant_with_all(participant_id)
    if person is None or person.user_id != actor.user_id:
        raise TicketUsed
    if person.user_id is None and person.dialogue.help_request_id != actor.help_request_id:
        raise TicketUsed
    return person


def _append(
    dialogue: Dialogue, kind: EventKind, *, participant: Participant | None = None, text: str = "",
    cid: UUID | None = None, now: datetime,
) -> DialogueEvent:  # fmt: skip
    """Add the next event of a locked dialogue."""
    dialogue.last_event += 1
    dialogue.save(update_fields=["last_event"])
    return DialogueEvent.objects.create(
        dialogue=dialogue, number=dialogue.last_event, kind=kind, participant=participant, text=text, cid=cid, at=now
    )


def _move(dialogue: Dialogue, action: str, actor: Actor, now: datetime, also: tuple[str, ...] = ()) -> None:
    before = DialogueState(dialogue.state)
    dialogue.state = move(DIALOGUE_MOVES, before, action, str(DialogueOver.text))
    dialogue.save(update_fields=["state", *also])
    record(
        kind="dialogue", subject=dialogue.pk, action=action, actor=actor, at=now, before=before, after=dialogue.state
    )


def _close(dialogue: Dialogue, action: str, event: EventKind, actor: Actor, now: datetime, text: str = "") -> None:
    dialogue.ended_at = now
    _move(dialogue, action, actor, now, also=("ended_at",))
    _append(dialogue, event, text=text, now=now)
    Participant.objects.filter(dialogue=dialogue, present=True).update(present=False)
    _publish(dialogue)


def _publish(dialogue: Dialogue) -> None:
    """Tell the dialogue's sockets, the request's pages and the authority's queue."""
    publish_on_commit(f"dialogue:{dialogue.pk}", v=dialogue.last_event)
    publish_on_commit(f"request:{dialogue.help_request_id}")
    publish_on_commit(f"queue:{dialogue.help_request.authority_id}")
