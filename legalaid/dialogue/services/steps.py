"""Parts of the dialogue's services that others call inside their own transaction: locks, events, moves, tickets."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from legalaid.dialogue import queries
from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, Participant
from legalaid.dialogue.policies import CAPS, get_visible_dialogue, role_in
from legalaid.dialogue.refusals import DialogueOver, NothingToWaitFor, TicketUsed, TooEarly
from legalaid.dialogue.rules import entrance_is_open
from legalaid.dialogue.states import DIALOGUE_MOVES, OPEN_DIALOGUES, DialogueState, EventKind
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
from legalaid.reception.queries import live_booking, waiting_ticket


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
    dialogue = Dialogue.objects.create(help_request=request, booking=booking, ticket=ticket, opened_at=now)
    record(kind="dialogue", subject=dialogue.pk, action="open", actor=actor, at=now, after=dialogue.state)
    publish(dialogue)
    return dialogue


def seat_of(dialogue: Dialogue, actor: Actor, request: HelpRequest) -> Participant:
    role = role_in(actor, request)
    if role is None:
        raise NotFound
    mine = Q(user=actor.user_id) if actor.user_id is not None else Q(user__isnull=True)
    found = Participant.objects.filter(mine, dialogue=dialogue).order_by("id").first()
    return found or Participant.objects.create(dialogue=dialogue, user_id=actor.user_id, role=role)


def ticket_for(dialogue: Dialogue, actor: Actor, now: datetime) -> str:
    person = seat_of(dialogue, actor, dialogue.help_request)
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
    if person is None or person.user_id != actor.user_id:
        raise TicketUsed
    if person.user_id is None and person.dialogue.help_request_id != actor.help_request_id:
        raise TicketUsed
    return person


def append(
    dialogue: Dialogue, kind: EventKind, *, participant: Participant | None = None, text: str = "",
    cid: UUID | None = None, now: datetime,
) -> DialogueEvent:  # fmt: skip
    """Add the next event of a locked dialogue."""
    dialogue.last_event += 1
    dialogue.save(update_fields=["last_event"])
    return DialogueEvent.objects.create(
        dialogue=dialogue, number=dialogue.last_event, kind=kind, participant=participant, text=text, cid=cid, at=now
    )


def move_dialogue(dialogue: Dialogue, action: str, actor: Actor, now: datetime, also: tuple[str, ...] = ()) -> None:
    before = DialogueState(dialogue.state)
    dialogue.state = move(DIALOGUE_MOVES, before, action, str(DialogueOver.text))
    dialogue.save(update_fields=["state", *also])
    record(
        kind="dialogue", subject=dialogue.pk, action=action, actor=actor, at=now, before=before, after=dialogue.state
    )


def close_dialogue(
    dialogue: Dialogue, action: str, event: EventKind, actor: Actor, now: datetime, text: str = ""
) -> None:
    dialogue.ended_at = now
    move_dialogue(dialogue, action, actor, now, also=("ended_at",))
    append(dialogue, event, text=text, now=now)
    Participant.objects.filter(dialogue=dialogue, present=True).update(present=False)
    publish(dialogue)


def publish(dialogue: Dialogue) -> None:
    """Tell the dialogue's sockets, the request's pages and the authority's queue."""
    publish_on_commit(f"dialogue:{dialogue.pk}", v=dialogue.last_event)
    publish_on_commit(f"request:{dialogue.help_request_id}")
    publish_on_commit(f"queue:{dialogue.help_request.authority_id}")
