"""Warnings before an agreement ends: both sides are written to 60, 30 and 7 days ahead, once each."""

from datetime import datetime

from django.db import transaction

from legalaid.directory.agreement_letters import agreement_ends_letter
from legalaid.directory.agreement_queries import lock_agreement, sides_of, to_be_warned
from legalaid.directory.agreement_rules import warning_due
from legalaid.directory.models import AgreementWarning
from legalaid.directory.states import AgreementState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit


def warn_of_ends(*, actor: Actor, now: datetime) -> int:
    """Write to both sides of the agreements that end soon, once for each of 60, 30 and 7 days; return how many ends.

    Late is better than never: an agreement found 40 days before its end gets the warning of 60, one found 5 days
    before it that of 7 alone. What a signed version carries on is not warned of. Run again, it does nothing. For the
    system.
    """
    if actor.kind != "system":
        raise NotFound
    return sum(_warn(agreement_id, actor, now) for agreement_id in to_be_warned(now))


def _warn(agreement_id: int, actor: Actor, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        agreement = lock_agreement(agreement_id)
        if agreement is None or agreement.state != AgreementState.IN_FORCE or agreement.valid_until is None:
            return False
        today = local_day(now, agreement.authority.timezone)
        days = warning_due(agreement.valid_until, today)
        if days is None:
            return False
        told = sides_of(agreement.authority_id, now)
        _warning, new = AgreementWarning.objects.get_or_create(
            agreement=agreement, days=days, ends_on=agreement.valid_until,
            defaults={"told_at": now, "told_authority": len(told.authority), "told_office": len(told.office)},
        )  # fmt: skip
        if not new:
            return False
        for side, people in (("authority", told.authority), ("office", told.office)):
            for user in people:
                agreement_ends_letter(agreement=agreement, user=user, side=side, today=today, days=days, now=now)
        record(kind="agreement", subject=agreement.pk, action="warn", actor=actor, at=now, before=agreement.state,
               after=agreement.state, data={"days": days, "ends_on": str(agreement.valid_until),
                                            "letters": len(told.authority) + len(told.office)})  # fmt: skip
        publish_on_commit("office")
    return True
