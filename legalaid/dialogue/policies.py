"""Who may see a dialogue, who may enter it and what she may do there. Unknown and forbidden look the same."""

from uuid import UUID

from legalaid.dialogue.models import Dialogue, Participant
from legalaid.dialogue.queries import dialogue_with_all, part_of
from legalaid.dialogue.states import ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role

CAPS: dict[str, tuple[str, ...]] = {
    ParticipantRole.CITIZEN: ("signal", "chat", "show", "point"),
    ParticipantRole.OPERATOR: ("signal", "chat", "show", "point", "caption"),
    ParticipantRole.EXPERT: ("signal", "chat", "show", "point", "caption", "aside", "end"),
    ParticipantRole.COLLEAGUE: ("signal", "chat", "show", "point", "aside"),
    ParticipantRole.INTERPRETER: ("signal", "chat", "point", "caption"),
    ParticipantRole.HELPER: ("signal", "chat", "point"),
}
"""What a socket may do, by role: pictures and sound, chat, put a page before all, point at it, type captions, talk
aside with the experts, end. Asked for every frame; what changes the dialogue is asked of the database besides."""

INVITERS = frozenset({ParticipantRole.EXPERT, ParticipantRole.COLLEAGUE})
"""Who may invite: the experts in the dialogue."""


def role_in(actor: Actor, request: HelpRequest) -> ParticipantRole | None:
    """As whom the actor would take part in a dialogue about the request by right; None for strangers.

    An expert is one of the request's authority, an operator one of its branch.
    """
    if actor.kind == "citizen":
        return ParticipantRole.CITIZEN if actor.help_request_id == request.pk else None
    if actor.kind != "staff":
        return None
    if request.authority_id is not None and actor.has(Role.EXPERT, authority_id=request.authority_id):
        return ParticipantRole.EXPERT
    if request.branch_id is not None and actor.has(Role.OPERATOR, branch_id=request.branch_id):
        return ParticipantRole.OPERATOR
    return None


def may_enter(actor: Actor, dialogue: Dialogue) -> bool:
    """The citizen, operators of her branch, the expert who leads, and whoever was invited; nobody who was removed."""
    mine = part_of(actor, dialogue.pk)
    if mine is not None and mine.removed_at is not None:
        return False
    if mine is not None and mine.role not in {ParticipantRole.CITIZEN, ParticipantRole.OPERATOR}:
        return True
    role = role_in(actor, dialogue.help_request)
    if role == ParticipantRole.EXPERT:
        return dialogue.expert_id == actor.user_id
    return role is not None


def get_visible_dialogue(actor: Actor, dialogue_id: UUID | None) -> Dialogue:
    """Return the dialogue, or raise NotFound when it is unknown or not the actor's to see.

    It is to be seen by those who have a right to the request, and by those who take part.
    """
    dialogue = dialogue_with_all(dialogue_id) if dialogue_id else None
    if dialogue is None:
        raise NotFound
    if role_in(actor, dialogue.help_request) is None:
        mine = part_of(actor, dialogue.pk) if actor.kind in {"staff", "guest"} else None
        if mine is None or mine.removed_at is not None:
            raise NotFound
    return dialogue


def get_room(actor: Actor, dialogue_id: UUID) -> Dialogue:
    """A dialogue the actor may enter, for what only those inside see: its papers and who is there. NotFound otherwise.

    A colleague of the authority who was not invited knows of the dialogue, but is not in the room.
    """
    dialogue = get_visible_dialogue(actor, dialogue_id)
    if not may_enter(actor, dialogue):
        raise NotFound
    return dialogue


def get_own_part(actor: Actor, dialogue_id: UUID, roles: frozenset[ParticipantRole]) -> Participant:
    """The actor's place in a dialogue if she has one of these roles there and was not removed; NotFound otherwise."""
    mine = part_of(actor, dialogue_id) if actor.kind != "system" else None
    if mine is None or mine.removed_at is not None or mine.role not in roles:
        raise NotFound
    if mine.role == ParticipantRole.CITIZEN:
        get_visible_dialogue(actor, dialogue_id)
    return mine


def get_led_dialogue(actor: Actor, dialogue_id: UUID) -> Dialogue:
    """A dialogue that the actor leads as its expert, or NotFound."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    if actor.user_id is None or dialogue.expert_id != actor.user_id:
        raise NotFound
    return dialogue
