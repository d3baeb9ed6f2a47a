"""Reads about people."""

import json
from datetime import datetime

from django.db.models import Q, QuerySet

from legalaid.kernel.actor import Grant
from legalaid.kernel.sql import columns_of, fetch_one, made_of
from legalaid.people.models import Consent, ConsentDocument, Membership, User
from legalaid.people.states import ConsentKind

# By hand: read by every request of the staff.
_SIGNED_IN = """
    SELECT (
        SELECT json_agg(json_build_array(m.role, m.branch_id, m.authority_id) ORDER BY m.id)::text
        FROM people_membership m
        WHERE m.user_id = u.id AND m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s)
    ), {columns}
    FROM people_user u WHERE u.id = %(user)s AND u.is_active AND (u.leaves_at IS NULL OR u.leaves_at > %(now)s)
"""


def signed_in(user_id: int, now: datetime) -> User | None:
    """A member of staff with the memberships in force as her `grants`; None when she has left."""
    row = fetch_one(_SIGNED_IN.replace("{columns}", columns_of(User, "u")), user=user_id, now=now)
    if row is None:
        return None
    user = made_of(User, row[1:])
    user.grants = tuple(
        Grant(role=role, branch_id=branch, authority_id=authority)
        for role, branch, authority in json.loads(row[0] or "[]")
    )
    return user


def memberships_at(user_id: int, now: datetime) -> QuerySet[Membership]:
    """Memberships of a user that are in force at `now`."""
    return (
        Membership.objects.filter(user_id=user_id, since__lte=now)
        .filter(Q(until__isnull=True) | Q(until__gt=now))
        .select_related("branch", "authority")
        .order_by("id")
    )


def grants_of(user_id: int, now: datetime) -> tuple[Grant, ...]:
    """What the memberships in force let the user do; nothing when she has left."""
    user = signed_in(user_id, now)
    return user.grants if user and user.grants else ()


def current_consent_document(kind: ConsentKind = ConsentKind.PROCESSING) -> ConsentDocument:
    """The newest version of a consent's text."""
    return ConsentDocument.objects.filter(kind=kind).order_by("-version")[:1].get()


def consent_given(citizen_id: int, at: datetime) -> Consent | None:
    """The consent a citizen gave at this very moment, with its document."""
    return Consent.objects.filter(citizen_id=citizen_id, given_at=at).select_related("document").order_by("-id").first()
