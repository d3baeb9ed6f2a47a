"""Who may watch a recording."""

from legalaid.dialogue.models import Recording
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role


def may_watch(actor: Actor, recording: Recording) -> bool:
    """The expert who led the dialogue, and coordinators of its authority."""
    if actor.kind != "staff":
        return False
    if recording.dialogue.expert_id == actor.user_id:
        return True
    return actor.has(Role.COORDINATOR, authority_id=recording.dialogue.help_request.authority_id)
