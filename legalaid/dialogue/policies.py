"""Who may see a dialogue and who may enter it. Unknown and forbidden look the same."""

from uuid import UUID

from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.queries import dialogues_with_all
from legalaid.dialogue.states import ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role

CAPS: dict[str, tuple[str, ...]] = {
    ParticipantRole.CITIZEN: ("signal", "chat"),
    ParticipantRole.OPERATOR: ("signal", "chat"),
    ParticipantRole.EXPERT: ("signal", "chat", "end"),
}
"""What a socket may do, by role."""


def role_in(actor: Actor, request: HelpRequest) -> ParticipantRole | None:
    """As whom the actor would take part in a dialogue about the request; None for strangers.

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
    """The citizen, operators of her branch, and once it is live the one expert who admitted her."""
    role = role_in(actor, dialogue.help_request)
    if role == ParticipantRole.EXPERT:
        return dialogue.expert_id == actor.user_id
    return role is not None


def get_visible_dialogue(actor: Actor, dialogue_id: UUID | None) -> Dialogue:
    """Return the dialogue, or raise NotFound when it is unknown or not the actor's to see."""
    dialogue = dialogues_with_all().filter(pk=dialogue_id).first() if dialogue_id else None
    if dialogue is None or role_in(actor, dialogue.help_request) is None:
        raise NotFound
    return dialogue
