"""Reads about people."""

from datetime import datetime

from django.db.models import Q, QuerySet

from legalaid.kernel.actor import Grant
from legalaid.people.models import Citizen, Consent, ConsentDocument, Membership
from legalaid.people.rules import Contact
from legalaid.people.states import ConsentKind


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
    return tuple(
        Grant(role=m.role, branch_id=m.branch_id, authority_id=m.authority_id) for m in memberships_at(user_id, now)
    )


def same_citizen(contact: Contact) -> Citizen | None:
    """A citizen already known by this very name and telephone (or e-mail), or None."""
    if not (contact.phone or contact.email):
        return None
    known = Q(phone=contact.phone) if contact.phone else Q(email=contact.email)
    return Citizen.objects.filter(known, name__iexact=contact.name).order_by("id").first()


def current_consent_document(kind: ConsentKind = ConsentKind.PROCESSING) -> ConsentDocument:
    """The newest version of a consent's text."""
    return ConsentDocument.objects.filter(kind=kind).order_by("-version")[:1].get()


def consent_given(citizen_id: int, at: datetime) -> Consent | None:
    """The consent a citizen gave at this very moment, with its document."""
    return Consent.objects.filter(citizen_id=citizen_id, given_at=at).select_related("document").order_by("-id").first()
