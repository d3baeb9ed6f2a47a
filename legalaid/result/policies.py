"""Who may write a memo and who may read it."""

from uuid import UUID

from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.policies import get_visible_dialogue
from legalaid.intake.policies import get_visible_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.result.models import Memo
from legalaid.result.queries import issued_memo_of


def get_own_dialogue(actor: Actor, dialogue_id: UUID) -> Dialogue:
    """A dialogue that the actor holds as its expert, or NotFound: only she writes its memo."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    if actor.user_id is None or dialogue.expert_id != actor.user_id:
        raise NotFound
    return dialogue


def get_readable_memo(actor: Actor, help_request_id: UUID) -> Memo:
    """The issued memo of a request the actor may see, or NotFound."""
    get_visible_request(actor, help_request_id)
    memo = issued_memo_of(help_request_id)
    if memo is None:
        raise NotFound
    return memo
