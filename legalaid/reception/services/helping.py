"""An expert on duty is in somebody else's dialogue, or takes it over: the queue must not count on her meanwhile."""

from datetime import datetime

from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.reception.models import Duty
from legalaid.reception.queries import live_booking, open_duty
from legalaid.reception.queries.offers import is_free, lock_duty
from legalaid.reception.queries.queue import taken_ticket
from legalaid.reception.refusals import DutyBusy
from legalaid.reception.services.moves import tell_of_duty
from legalaid.reception.services.offers import match_after_commit


def begin_helping(*, expert_id: int, actor: Actor, now: datetime) -> Duty | None:
    """She goes into a colleague's dialogue, inside the caller's transaction; None when she is not on duty.

    Raises DutyBusy when she talks with somebody or is being called.
    """
    duty = open_duty(expert_id)
    if duty is None:
        return None
    duty = lock_duty(duty.pk)
    if duty.helping_since is None:
        if not is_free(duty):
            raise DutyBusy
        duty.helping_since = now
        duty.save(update_fields=["helping_since"])
        tell_of_duty(duty)
    return duty


def stop_helping(*, expert_id: int, actor: Actor, now: datetime) -> None:
    """She is out of it again: the next person may be offered to her. Inside the caller's transaction."""
    duty = open_duty(expert_id)
    if duty is None or duty.helping_since is None:
        return
    duty = lock_duty(duty.pk)
    duty.helping_since = None
    duty.save(update_fields=["helping_since"])
    tell_of_duty(duty)
    match_after_commit(authority_id=duty.post.authority_id, actor=actor, now=now)


def pass_contact(*, request: HelpRequest, to_expert_id: int, actor: Actor, now: datetime) -> None:
    """The contact of a locked request goes on with another expert on duty; the former one is free for the next.

    Inside the caller's transaction. Ticket and booking keep their place and name the new duty.
    """
    duty = open_duty(to_expert_id)
    held = taken_ticket(request.pk) or live_booking(request.pk)
    if duty is None or held is None:
        return
    duty, former = lock_duty(duty.pk), held.duty
    held.duty = duty
    held.save(update_fields=["duty"])
    if duty.helping_since is not None:  # from now on she counts as talking herself
        duty.helping_since = None
        duty.save(update_fields=["helping_since"])
    for one in (former, duty):
        if one is not None:
            match_after_commit(authority_id=one.post.authority_id, actor=actor, now=now)
