"""Reads about people."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from legalaid.kernel.actor import Grant
from legalaid.kernel.sql import columns_of, fetch_one, made_of
from legalaid.people.models import Consent, ConsentDocument, Membership, User
from legalaid.people.states import ConsentKind

# By hand: read by every request of the staff.
_GRANTS = """
    SELECT json_agg(json_build_array(m.role, m.branch_id, m.authority_id) ORDER BY m.id)::text
    FROM people_membership m WHERE m.user_id = u.id AND m.since <= %(now)s AND (m.until IS NULL OR m.until > %(now)s)
"""
_STAYS = "u.is_active AND (u.leaves_at IS NULL OR u.leaves_at > %(now)s)"
_SIGNED_IN = f"SELECT ({_GRANTS}), {columns_of(User, 'u')} FROM people_user u WHERE u.id = %(user)s AND {_STAYS}"  # noqa: S608 - our own names
_SESSION = f"""
    SELECT s.session_data, ({_GRANTS}), {columns_of(User, "u")}
    FROM people_session s LEFT JOIN people_user u ON u.id = s.account_id AND {_STAYS}
    WHERE s.session_key = %(key)s AND s.expire_date > %(now)s
"""  # noqa: S608 - our own names


def signed_in(user_id: int, now: datetime) -> User | None:
    """A member of staff with the memberships in force as her `grants`; None when she has left."""
    row = fetch_one(_SIGNED_IN, user=user_id, now=now)
    return _with_grants(row) if row else None


def open_session(key: str, now: datetime) -> tuple[str, User | None] | None:
    """Data of a session that has not ended, and whose it is, as `signed_in` tells; None for any other key."""
    row = fetch_one(_SESSION, key=key, now=now)
    if row is None:
        return None
    return row[0], None if row[2] is None else _with_grants(row[1:])


def _with_grants(row: Sequence[Any]) -> User:
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
