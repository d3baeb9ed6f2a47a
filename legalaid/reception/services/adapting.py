"""What decides which times there are: the topic, and what a citizen needs to be received. Said before one is chosen."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.directory.states import Language
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import RequestMovedOn, take_topic
from legalaid.intake.states import AccessNeed, RequestState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.queries import live_booking
from legalaid.reception.services.freed import let_go


def choose_topic(*, help_request_id: UUID, topic_code: str, actor: Actor, now: datetime) -> HelpRequest:
    """Give a draft its topic and with it the competent authority; a time kept for another topic is let go.

    Raises NotFound, RequestMovedOn.
    """
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        before = request.topic_id
        take_topic(request=request, topic_code=topic_code, actor=actor, now=now)
        kept = live_booking(request.pk)
        if kept is not None and request.topic_id != before:
            let_go(held=kept, actor=actor, now=now)
    return request


def say_needs(
    *, help_request_id: UUID, needs: Iterable[str], interpreter: str, actor: Actor, now: datetime
) -> HelpRequest:
    """Write down what the citizen of a draft needs of a booth, and the language of an interpreter ('' for none).

    A time kept without regard to it is let go. Saying the same twice changes nothing. Raises RequestMovedOn, NotFound.
    """
    wanted = sorted(set(needs))
    if not set(wanted) <= set(AccessNeed) or interpreter not in {"", *Language}:
        raise NotFound
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state != RequestState.DRAFT:
            raise RequestMovedOn
        if (sorted(request.needs), request.interpreter) == (wanted, interpreter):
            return request
        request.needs, request.interpreter = wanted, interpreter
        request.save(update_fields=["needs", "interpreter"])
        record(kind="request", subject=request.pk, action="adapt", actor=actor, at=now, before=request.state,
               after=request.state, data={"needs": wanted, "interpreter": interpreter})  # fmt: skip
        kept = live_booking(request.pk)
        if kept is not None:
            let_go(held=kept, actor=actor, now=now)
    return request
