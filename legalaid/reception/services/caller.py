"""Somebody telephones the desk about a request: who she is, is checked before anything is said or changed."""

import hmac
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction

from legalaid.intake.models import HelpRequest, ThirdParty
from legalaid.intake.queries import request_to_check
from legalaid.intake.rules import spoken_phrase
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.reception.queries.bookings import refused_callers
from legalaid.reception.refusals import CallerNotKnown, TooManyCallers
from legalaid.reception.rules import CALLER_ATTEMPTS, CALLER_DIGITS, CALLER_REST


def check_caller(*, number: str, digits: str, phrase: str, actor: Actor, now: datetime) -> HelpRequest:
    """Return the request of the caller: she names its number and the last four digits of the telephone left with it.

    Who acts for the citizen says the pass-phrase instead. For an operator of any branch. An unknown number, wrong
    digits and a wrong phrase are one refusal; after five in ten minutes the request rests. Raises CallerNotKnown,
    TooManyCallers, NotFound.
    """
    if not actor.has(Role.OPERATOR):
        raise NotFound
    with transaction.atomic(durable=True):
        request = request_to_check(number)
        if request is None:
            record(kind="desk", subject=actor.user_id, action="refuse_caller", actor=actor, at=now)
        elif refused_callers(request.pk, since=now - CALLER_REST) >= CALLER_ATTEMPTS:
            raise TooManyCallers
        else:
            known = _knows_phone(request, digits) or _knows_phrase(request, phrase)
            record(kind="request", subject=request.pk, action="check_caller" if known else "refuse_caller",
                   actor=actor, at=now, before=request.state, after=request.state)  # fmt: skip
            if known:
                return request
    raise CallerNotKnown


def _knows_phone(request: HelpRequest, digits: str) -> bool:
    said = "".join(c for c in digits if c.isdecimal() and c.isascii())
    phone = request.citizen.phone if request.citizen else ""
    return len(said) == CALLER_DIGITS and hmac.compare_digest(phone[-CALLER_DIGITS:], said)


def _knows_phrase(request: HelpRequest, phrase: str) -> bool:
    party: ThirdParty | None = getattr(request, "third_party", None)
    said = spoken_phrase(phrase)
    return party is not None and bool(party.phrase and said) and check_password(said, party.phrase)
