"""A consent is taken back, and with it what was only possible by it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import consent_of, lock_request
from legalaid.intake.states import CANCELLABLE_STATES
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.models import Consent
from legalaid.people.services import revoke
from legalaid.reception.policies import speaks_for_her
from legalaid.reception.services.bookings import call_off


def revoke_consent(*, help_request_id: UUID, actor: Actor, now: datetime) -> Consent:
    """Revoke the consent given with a request; what was still to come of the request is cancelled with it.

    It is never refused to the citizen, nor to an operator who does it for her: the consent itself promises «в любое
    время» (152-ФЗ, art. 9 part 2). A live dialogue is left alone and its memo may still be issued: the people in it end
    it, not a form in another window, and the law leaves 30 days to stop (art. 21 part 5). Only this request's consent
    is revoked, for its link proves no right to another. Revoking twice is revoking once. Raises NotFound.
    """
    with transaction.atomic(durable=True):
        seen = get_visible_request(actor, help_request_id)
        if not speaks_for_her(actor, seen):
            raise NotFound
        request = lock_request(help_request_id)
        consent = consent_of(request)
        if consent is None:
            raise NotFound
        if consent.revoked_at is None:
            revoke(consent=consent, actor=actor, now=now)
            if request.state in CANCELLABLE_STATES:
                call_off(request=request, actor=actor, now=now, her_word=True)
            publish_on_commit(f"request:{request.pk}")
    return consent
