"""Reads about people."""

from datetime import datetime

from django.db.models import Q, QuerySet

from legalaid.kernel.actor import Grant
from legalaid.kernel.sql import fetch_all
from legalaid.people.models import Consent, ConsentDocument, Membership
from legalaid.people.states import ConsentKind

_GRANTS = """
    SELECT role, branch_id, authority_id FROM people_membership
    WHERE user_id = %(user)s AND since <= %(now)s AND (until IS NULL OR until > %(now)s) ORDER BY id
"""


def memberships_at(user_id: int, now: datetime) -> QuerySet[Membership]:
    """Memberships of a user that are in force at `now`."""
    return (
        Membership.objects.filter(user_id=user_id, since__lte=now)
        .filter(Q(until__isnull=True) | Q(until__gt=now))
        .select_related("branch", "authority")
        .order_by("id")
    )


def grants_of(user_id: int, now: datetime) -> tuple[Grant, ...]:
    """What the memberships in force let the user do."""
    rows = fetch_all(_GRANTS, user=user_id, now=now)  # by hand: read by every request of the staff
    return tuple(Grant(role=role, branch_id=branch, authority_id=authority) for role, branch, authority in rows)


def current_consent_document(kind: ConsentKind = ConsentKind.PROCESSING) -> ConsentDocument:
    """The newest version of a consent's text."""
    return ConsentDocument.objects.filter(kind=kind).order_by("-version")[:1].get()


def consent_given(citizen_id: int, at: datetime) -> Consent | None:
    """The consent a citizen gave at this very moment, with its document."""
    return Consent.objects.filter(citizen_id=citizen_id, given_at=at).select_related("document").order_by("-id").first()
