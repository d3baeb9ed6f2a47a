"""Parts of the dialogue's services that others call inside their own transaction: locks, events, moves, tickets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from legalaid.dialogue import queries
from legalaid.dialogue.media_queries import guests_in, places_now
from legalaid.dialogue.models import AsideNote, Connection, Dialogue, DialogueEvent, Invitation, Participant
from legalaid.dialogue.policies import CAPS, get_visible_dialogue, role_in
from legalaid.dialogue.refusals import (
    DialogueFull,
    DialogueOver,
    InvitationGone,
    NoPlaceNow,
    NothingToWaitFor,
    TicketUsed,
    TooEarly,
)  # fmt: skip
from legalaid.dialogue.rules import CITIZEN_SEAT, LEAD_SEAT, entrance_is_open
from legalaid.dialogue.states import (
    DIALOGUE_MOVES,
    INVITATION_MOVES,
    OPEN_DIALOGUES,
    DialogueState,
    EventKind,
    InvitationState,
    ParticipantRole,
)  # fmt: skip
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
from legalaid.reception.queries import live_booking, waiting_ticket
from legalaid.reception.services.tasks import DEVICE_TASKS, close_tasks_of
from legalaid.reception.states import TaskKind

OWN_SEATS: dict[str, int] = {ParticipantRole.CITIZEN: CITIZEN_SEAT, ParticipantRole.EXPERT: LEAD_SEAT}


def lock_visible(actor: Actor, help_request_id: UUID) -> HelpRequest:
    get_visible_request(actor, help_request_id)
    return lock_request(help_request_id)


def lock_for(actor: Actor, dialogue_id: UUID) -> tuple[HelpRequest, Dialogue]:
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


def lock_open(dialogue_id: UUID) -> Dialogue:
    dialogue = queries.lock_dialogue(dialogue_id)
    if dialogue is None or dialogue.state not in OPEN_DIALOGUES:
        raise DialogueOver
    return dialogue


def lobby_of(request: HelpRequest, actor: Actor, now: datetime) -> Dialogue:
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
    if actor.kind == "citizen":
        reception.note_arrival(request=request, actor=actor, now=now)
    dialogue = Dialogue.objects.create(help_request=request, booking=booking, ticket=ticket, opened_at=now)
    record(kind="dialogue", subject=dialogue.pk, action="open", actor=actor, at=now, after=dialogue.state)
    publish(dialogue)
    return dialogue


def seat_of(dialogue: Dialogue, actor: Actor, request: HelpRequest) -> Participant:
    """The actor's row in a locked or visible dialogue, made at her first coming. Raises NotFound for strangers."""
    found = queries.part_of(actor, dialogue.pk)
    if found is not None:
        if found.removed_at is not None:
            raise NotFound
        return found
    role = role_in(actor, request)
    if role is None:
        raise NotFound
    if role == ParticipantRole.EXPERT and dialogue.expert_id != actor.user_id:
        raise NotFound
    return Participant.objects.create(
        dialogue=dialogue, user_id=actor.user_id, role=role, seat=OWN_SEATS.get(role),
        authority=request.authority if role == ParticipantRole.EXPERT else None,
    )  # fmt: skip


def demand_place(dialogue: Dialogue, person: Participant, now: datetime, *, expected: bool = False) -> None:
    """Whoever comes must be carried by what carries the dialogue now; the citizen and the lead always are.

    `expected` counts those as well who have a seat and are on their way. Raises NoPlaceNow.
    """
    if person.present or person.role in OWN_SEATS:
        return
    others = guests_in(dialogue.pk, besides=person.pk, expected=expected)
    if others >= places_now(dialogue, now) - len(OWN_SEATS):
        raise NoPlaceNow


def give_seat(person: Participant) -> None:
    """Make sure that a participant of a locked dialogue has a seat; the caller saves it. Raises DialogueFull."""
    if person.seat is None:
        person.seat = queries.free_seat(person.dialogue_id)
        if person.seat is None:
            raise DialogueFull


def ticket_for(dialogue: Dialogue, actor: Actor, now: datetime) -> str:
    """A ticket of 60 s for one socket of the actor. Raises NotFound, DialogueFull."""
    person = seat_of(dialogue, actor, dialogue.help_request)
    demand_place(dialogue, person, now)
    if person.seat is None and queries.free_seat(dialogue.pk) is None:
        raise DialogueFull
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


def person_of(participant_id: UUID, actor: Actor) -> Participant:
    """The participant if the actor is that very person; TicketUsed otherwise."""
    person = queries.participant_with_all(participant_id)
    if person is None or person.user_id != actor.user_id or person.removed_at is not None:
        raise TicketUsed
    if person.role == ParticipantRole.CITIZEN:
        mine = person.dialogue.help_request_id == actor.help_request_id
    else:
        mine = person.user_id is not None or person.pk == actor.participant_id
    if not mine:
        raise TicketUsed
    return person


def append(
    dialogue: Dialogue, kind: EventKind, *, participant: Participant | None = None, text: str = "",
    cid: UUID | None = None, data: dict[str, Any] | None = None, user_id: int | None = None, now: datetime,
) -> DialogueEvent:  # fmt: skip
    """Add the next event of a locked dialogue."""
    dialogue.last_event += 1
    dialogue.save(update_fields=["last_event"])
    return DialogueEvent.objects.create(
        dialogue=dialogue, number=dialogue.last_event, kind=kind, participant=participant, text=text, cid=cid,
        data=data or {}, user_id=user_id, at=now,
    )  # fmt: skip


def move_dialogue(dialogue: Dialogue, action: str, actor: Actor, now: datetime, also: tuple[str, ...] = ()) -> None:
    before = DialogueState(dialogue.state)
    dialogue.state = move(DIALOGUE_MOVES, before, action, DialogueOver.text)
    dialogue.save(update_fields=["state", *also])
    record(
        kind="dialogue", subject=dialogue.pk, action=action, actor=actor, at=now, before=before, after=dialogue.state
    )


def close_dialogue(
    dialogue: Dialogue, action: str, event: EventKind, actor: Actor, now: datetime, text: str = ""
) -> None:
    """End a locked dialogue: nobody is present any more, invitations are void, what experts said aside is gone."""
    dialogue.ended_at, dialogue.held_until, dialogue.hold_reason = now, None, ""
    move_dialogue(dialogue, action, actor, now, also=("ended_at", "held_until", "hold_reason"))
    append(dialogue, event, text=text, now=now)
    for person in queries.people_of(dialogue.pk):
        if person.user_id is not None and person.role == ParticipantRole.COLLEAGUE:
            reception.stop_helping(expert_id=person.user_id, actor=actor, now=now)
    Participant.objects.filter(dialogue=dialogue, present=True).update(present=False)
    kinds = (TaskKind.DISCONNECTED, *DEVICE_TASKS)
    close_tasks_of(help_request_id=dialogue.help_request_id, kinds=kinds, actor=actor, now=now)
    for invitation in queries.open_invitations(dialogue.pk):
        move_invitation(invitation, "withdraw", actor=actor, now=now)
    said, _rows = AsideNote.objects.filter(dialogue=dialogue).delete()
    if said:
        record(kind="dialogue", subject=dialogue.pk, action="forget_asides", actor=actor, at=now,
               before=dialogue.state, after=dialogue.state, data={"notes": said})  # fmt: skip
    publish(dialogue)


def move_invitation(invitation: Invitation, action: str, *, actor: Actor, now: datetime) -> None:
    """Move a locked invitation along its table. Raises IllegalMove."""
    before = InvitationState(invitation.state)
    invitation.state = move(INVITATION_MOVES, before, action, InvitationGone.text)
    invitation.answered_at = now
    invitation.save(update_fields=["state", "answered_at", "participant", "declined_by"])
    record(kind="invitation", subject=invitation.pk, action=action, actor=actor, at=now, before=before,
           after=invitation.state, data={"dialogue": str(invitation.dialogue_id)})  # fmt: skip
    if invitation.authority_id is not None:
        publish_on_commit(f"queue:{invitation.authority_id}")
    if invitation.reason:
        publish_on_commit("watch")


def publish(dialogue: Dialogue) -> None:
    """Tell the dialogue's sockets, the request's pages, the authority's queue and the day board of the branch."""
    publish_on_commit(f"dialogue:{dialogue.pk}", v=dialogue.last_event)
    publish_on_commit(f"request:{dialogue.help_request_id}")
    publish_on_commit(f"queue:{dialogue.help_request.authority_id}")
    if dialogue.help_request.branch_id is not None:
        publish_on_commit(f"day:{dialogue.help_request.branch_id}")
