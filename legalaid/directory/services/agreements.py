"""Agreements: drafting, moving along their life, ending in time."""

from datetime import date, datetime

from django.db import transaction

from legalaid.directory.models import Agreement, AgreementCoverage
from legalaid.directory.queries import overdue_agreements
from legalaid.directory.states import AGREEMENT_MOVES, AgreementState
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move


def draft_agreement(
    *, number: str, authority_id: int, valid_from: date, valid_until: date | None, topic_ids: list[int],
    branch_ids: list[int], with_home: bool, actor: Actor, now: datetime,
) -> Agreement:  # fmt: skip
    """Draft a gratuitous agreement whose annex covers every topic at every branch (and from home)."""
    with transaction.atomic(durable=True):
        agreement = Agreement.objects.create(
            number=number, authority_id=authority_id, valid_from=valid_from, valid_until=valid_until
        )
        places: list[int | None] = [*branch_ids, *([None] if with_home else [])]
        AgreementCoverage.objects.bulk_create(
            AgreementCoverage(agreement=agreement, topic_id=topic, branch_id=place)
            for topic in topic_ids
            for place in places
        )
        record(kind="agreement", subject=agreement.pk, action="draft", actor=actor, at=now, after=AgreementState.DRAFT)
        publish_on_commit("office")
    return agreement


def move_agreement(*, agreement_id: int, action: str, actor: Actor, now: datetime, on: date | None = None) -> Agreement:
    """Move an agreement along its table; `sign` notes the day it was signed `on`. Raises IllegalMove, NotFound."""
    with transaction.atomic(durable=True):
        agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).order_by("id").first()
        if agreement is None:
            raise NotFound
        before = AgreementState(agreement.state)
        agreement.state = move(AGREEMENT_MOVES, before, action, "")
        if action == "sign":
            agreement.signed_on = on
        agreement.save(update_fields=["state", "signed_on"])
        record(kind="agreement", subject=agreement.pk, action=action, actor=actor, at=now, before=before,
               after=agreement.state)  # fmt: skip
        publish_on_commit("office")
    return agreement


def expire_overdue(*, actor: Actor, now: datetime) -> int:
    """End the agreements in force whose last day is over on the clocks of their authority; return how many.

    Nothing becomes bookable or stops being so by this: coverage goes by the dates. It makes the list say the truth.
    """
    ended = 0
    for agreement in overdue_agreements(now):
        move_agreement(agreement_id=agreement.pk, action="expire", actor=actor, now=now)
        ended += 1
    return ended
