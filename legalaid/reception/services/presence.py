"""An operator is at her desk: said by the open page, shown to the visitors of the centre."""

from datetime import datetime, timedelta

from django.db import transaction

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Role
from legalaid.reception.models import DeskPresence
from legalaid.reception.queries.watch import desk_seen_at
from legalaid.reception.queue_rules import AT_DESK_FOR


def be_at_desk(*, branch_id: int, actor: Actor, now: datetime) -> None:
    """The operator's page is open. Pages of visitors are told when she has come back. Raises NotFound."""
    if actor.user_id is None or not actor.has(Role.OPERATOR, branch_id=branch_id):
        raise NotFound
    with transaction.atomic(durable=True):
        before = desk_seen_at(branch_id)
        DeskPresence.objects.update_or_create(branch_id=branch_id, user_id=actor.user_id, defaults={"seen_at": now})
        if before is None or before < now - AT_DESK_FOR - timedelta(seconds=1):
            publish_on_commit(f"desk:{branch_id}")
