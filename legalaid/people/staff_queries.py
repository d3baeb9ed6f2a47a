"""Reads about the staff: who works where, who was invited, who has left."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from legalaid.people.models import Membership, User
from legalaid.people.states import Role

STAFF_LOCK = 0x7374616666  # one change of the staff at a time: the last one of the office is counted


def lock_staff() -> None:
    """Take the turn for changes of the staff until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STAFF_LOCK])


def user_by_id(user_id: int) -> User | None:
    """One member of staff, also one who has left."""
    return User.objects.filter(pk=user_id).first()


def user_by_email(email: str) -> User | None:
    """The member of staff with an address in lower case."""
    return User.objects.filter(email=email).first()


def open_roles(user_id: int, now: datetime) -> QuerySet[Membership]:
    """Memberships that are in force or will be."""
    rows = Membership.objects.filter(user_id=user_id).filter(Q(until__isnull=True) | Q(until__gt=now))
    return rows.select_related("branch", "authority").order_by("id")


def role_by_id(membership_id: int) -> Membership | None:
    """One membership with its person."""
    return Membership.objects.select_related("user").filter(pk=membership_id).first()


def office_stays(now: datetime) -> bool:
    """Whether somebody of the office remains for good: she can enter, has no leave date, and is not merely invited."""
    rows = Membership.objects.filter(
        role=Role.OFFICE, since__lte=now, until__isnull=True, user__is_active=True, user__leaves_at__isnull=True
    )
    return rows.exclude(user__invited_at__isnull=False, user__last_login__isnull=True).exists()


def office_has_anybody(now: datetime) -> bool:
    """Whether anybody is of the office, be it by an invitation she has not taken yet."""
    rows = Membership.objects.filter(role=Role.OFFICE, since__lte=now, user__is_active=True)
    return rows.filter(Q(until__isnull=True) | Q(until__gt=now)).exists()


class Place(NamedTuple):
    """A place and its people, each with her roles there. `kind`: region, branch, authority, none or left."""

    kind: str
    name: str
    people: list[tuple[User, list[Membership]]]


ORDER = ("region", "authority", "branch", "none", "left")


def staff_by_place(words: str, now: datetime) -> list[Place]:
    """Everybody, place by place; `words` are looked for in the name, the e-mail and the place. Two queries."""
    rows = Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=now)).select_related("branch", "authority")
    found: dict[tuple[int, str, int], Place] = {}
    for user in User.objects.prefetch_related(Prefetch("memberships", rows.order_by("id"))).order_by("name", "id"):
        for kind, key, name, roles in _places_of(user, now):
            if all(word in f"{user.name} {user.email} {name}".casefold() for word in words.casefold().split()):
                place = found.setdefault((ORDER.index(kind), name, key), Place(kind, name, []))
                place.people.append((user, roles))
    return [found[key] for key in sorted(found)]


def _places_of(user: User, now: datetime) -> Iterable[tuple[str, int, str, list[Membership]]]:
    if not user.works(now):
        return [("left", 0, "", [])]
    places: dict[tuple[str, int], tuple[str, int, str, list[Membership]]] = {}
    for row in user.memberships.all():
        kind, key, name = "region", 0, ""
        if row.branch:
            kind, key, name = "branch", row.branch.pk, row.branch.name
        elif row.authority:
            kind, key, name = "authority", row.authority.pk, row.authority.plain or row.authority.name
        places.setdefault((kind, key), (kind, key, name, []))[3].append(row)
    return places.values() or [("none", 0, "", [])]
