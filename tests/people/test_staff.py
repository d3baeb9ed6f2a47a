"""The staff as the office keeps it: invitations, roles, leave dates, and that the office is never shut out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.messaging.models import Message
from legalaid.people import services
from legalaid.people.models import Membership, User
from legalaid.people.queries import grants_of, signed_in
from legalaid.people.services import StaffRefused
from legalaid.people.staff_queries import staff_by_place
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def region() -> Region:
    return make_region()


def stand() -> tuple[Any, ...]:
    return (
        list(User.objects.order_by("id").values_list("email", "is_active", "invited_at", "leaves_at")),
        list(Membership.objects.order_by("id").values_list("user", "role", "branch", "authority", "until")),
        JournalEntry.objects.count(), Message.objects.count(),
    )  # fmt: skip


def asked(region: Region, **change: Any) -> dict[str, Any]:
    return {"name": "Анна Новая", "email": "Anna@Example.org", "role": "operator", "branch_id": region.branch.pk,
            "authority_id": None, "actor": region.actor("office"), "now": NOW, **change}  # fmt: skip


def test_an_invitation_gives_the_role_and_writes_where_to_enter(region: Region) -> None:
    user = services.invite(**asked(region))
    assert (user.email, user.awaited) == ("anna@example.org", True)
    assert [(one.role, one.branch_id) for one in grants_of(user.pk, NOW)] == [("operator", region.branch.pk)]
    letter = Message.objects.get(to="anna@example.org")
    assert "/accounts/login/" in letter.body
    assert "оператор МФЦ, МФЦ № 1" in letter.body
    entry = JournalEntry.objects.get(kind="membership", action="give")
    assert entry.data == {"user": user.pk, "role": "operator", "branch": region.branch.pk, "authority": None}


def test_the_same_address_again_is_one_more_role_of_the_same_person(region: Region) -> None:
    expert = region.users["expert"]
    services.invite(**asked(region, name="сотрудник  Expert", email="EXPERT@example.org", role="observer",
                            branch_id=None))  # fmt: skip
    assert {one.role for one in grants_of(expert.pk, NOW)} == {"expert", "observer"}
    expert.refresh_from_db()
    assert expert.name == "Сотрудник expert"


def test_a_known_address_with_another_name_is_said_and_gives_nobody_a_role(region: Region) -> None:
    before = stand()
    with pytest.raises(StaffRefused) as refused:
        services.invite(**asked(region, email="EXPERT@example.org", role="observer", branch_id=None))
    assert refused.value.field == "name"
    assert "Сотрудник expert" in str(refused.value.text)
    assert stand() == before


def test_who_works_is_seen_and_it_is_written_once_in_ten_minutes(region: Region) -> None:
    expert, actor = region.users["expert"], region.actor("expert")
    User.objects.filter(pk=expert.pk).update(last_login=NOW - timedelta(days=30))
    expert.refresh_from_db()
    assert expert.last_seen == NOW - timedelta(days=30)
    written = []
    for minutes in (0, 1, 9, 10, 11, 19, 25):
        services.be_seen(actor=actor, now=NOW + timedelta(minutes=minutes))
        expert.refresh_from_db()
        written.append(expert.seen_at)
    assert [(one - NOW).seconds // 60 for one in written if one] == [0, 0, 0, 0, 11, 11, 25]
    assert expert.last_seen == NOW + timedelta(minutes=25)
    others = User.objects.exclude(pk=expert.pk)
    assert not others.filter(seen_at__isnull=False).exists()
    assert not JournalEntry.objects.filter(kind="staff").exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"name": "я" * 121}, "name"), ({"email": ""}, "email"), ({"email": "почта"}, "email"),
        ({"role": "king"}, "role"), ({"branch_id": None}, "place"), ({"branch_id": 10**6}, "place"),
        ({"role": "expert"}, "place"), ({"role": "office"}, "place"),
        ({"email": "operator@example.org", "name": "Сотрудник operator"}, "role"),
    ],
)  # fmt: skip
def test_a_wrong_invitation_changes_nothing(region: Region, change: dict[str, Any], field: str) -> None:
    before = stand()
    with pytest.raises(DomainError) as refused:
        services.invite(**asked(region, **change))
    assert refused.value.field == field
    assert stand() == before


def test_only_the_office_keeps_the_staff(region: Region) -> None:
    expert, row = region.users["expert"].pk, Membership.objects.get(user=region.users["observer"])
    changes: list[tuple[Callable[..., object], dict[str, Any]]] = [
        (services.invite, asked(region)), (services.leave, {"user_id": expert, "day": date(2026, 12, 1)}),
        (services.stay, {"user_id": expert}), (services.end_role, {"membership_id": row.pk}),
        (services.resend_invitation, {"user_id": expert}), (services.withdraw_invitation, {"user_id": expert}),
    ]  # fmt: skip
    before = stand()
    for who in ("operator", "expert", "coordinator", "observer", "duty_officer"):
        for change, what in changes:
            with pytest.raises(NotFound):
                change(**{**what, "actor": region.actor(who), "now": NOW})
    assert stand() == before


def test_an_invitation_is_sent_again_or_withdrawn_until_she_enters(region: Region) -> None:
    user = services.invite(**asked(region))
    office = region.actor("office")
    before = stand()
    with pytest.raises(StaffRefused):
        services.resend_invitation(user_id=user.pk, actor=office, now=NOW)  # a second press of the button
    assert stand() == before
    services.resend_invitation(user_id=user.pk, actor=office, now=LATER)
    assert Message.objects.filter(to=user.email).count() == 2
    services.withdraw_invitation(user_id=user.pk, actor=office, now=LATER)
    assert signed_in(user.pk, LATER) is None
    assert not Membership.objects.filter(user=user, until__isnull=True).exists()
    back = services.invite(**asked(region, now=LATER))
    assert back.pk == user.pk
    assert len(grants_of(user.pk, LATER)) == 1
    User.objects.filter(pk=user.pk).update(last_login=LATER)
    before = stand()
    for change in (services.resend_invitation, services.withdraw_invitation):
        with pytest.raises(StaffRefused):
            change(user_id=user.pk, actor=office, now=LATER + timedelta(hours=1))
    assert stand() == before


def test_from_her_last_day_on_she_has_no_role_and_no_session(region: Region) -> None:
    expert, office = region.users["expert"], region.actor("office")
    services.leave(user_id=expert.pk, day=date(2026, 11, 25), actor=office, now=NOW)
    assert len(grants_of(expert.pk, at(3, day=25) - timedelta(hours=3, seconds=1))) == 1  # Tuesday, the last second
    midnight = at(3, day=25) - timedelta(hours=3)
    assert signed_in(expert.pk, midnight) is None
    assert not expert.memberships.filter(until__isnull=True).exists()
    services.stay(user_id=expert.pk, actor=office, now=LATER)
    assert len(grants_of(expert.pk, midnight)) == 1
    services.leave(user_id=expert.pk, day=date(2026, 11, 23), actor=office, now=LATER)
    assert signed_in(expert.pk, LATER) is None  # today is at once
    before = stand()
    for change in (services.stay, lambda **common: services.leave(day=date(2026, 11, 26), **common)):
        with pytest.raises(StaffRefused):
            change(user_id=expert.pk, actor=office, now=LATER)
    assert stand() == before


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2030, 1, 1)])
def test_a_day_past_or_too_far_is_refused(region: Region, day: date) -> None:
    before = stand()
    with pytest.raises(StaffRefused) as refused:
        services.leave(user_id=region.users["expert"].pk, day=day, actor=region.actor("office"), now=NOW)
    assert refused.value.field == "day"
    assert stand() == before


def test_the_last_one_of_the_office_is_not_shut_out(region: Region) -> None:
    office, actor = region.users["office"], region.actor("office")
    row = Membership.objects.get(user=office)
    invited = services.invite(**asked(region, role="office", branch_id=None))  # has not entered: may never do
    before = stand()
    with pytest.raises(StaffRefused):
        services.end_role(membership_id=row.pk, actor=actor, now=NOW)
    for day in (date(2026, 11, 23), date(2026, 12, 1)):
        with pytest.raises(StaffRefused):
            services.leave(user_id=office.pk, day=day, actor=actor, now=NOW)
    assert stand() == before
    User.objects.filter(pk=invited.pk).update(last_login=NOW)
    services.end_role(membership_id=row.pk, actor=actor, now=LATER)
    assert grants_of(office.pk, LATER) == ()


def test_a_role_ends_by_itself_and_only_once(region: Region) -> None:
    expert, actor = region.users["expert"], region.actor("office")
    services.invite(**asked(region, name=expert.name, email=expert.email, role="observer", branch_id=None))
    row = expert.memberships.get(role="expert")
    services.end_role(membership_id=row.pk, actor=actor, now=LATER)
    assert {one.role for one in grants_of(expert.pk, LATER)} == {"observer"}
    before = stand()
    services.end_role(membership_id=row.pk, actor=actor, now=LATER + timedelta(hours=1))
    assert stand() == before
    with pytest.raises(NotFound):
        services.end_role(membership_id=10**6, actor=actor, now=LATER)


def test_the_list_goes_by_place_and_finds_by_every_word(region: Region) -> None:
    services.leave(user_id=region.users["stranger"].pk, day=date(2026, 11, 23), actor=region.actor("office"), now=NOW)
    found = {(place.kind, place.name): [user.email.split("@")[0] for user, _roles in place.people]
             for place in staff_by_place("", LATER)}  # fmt: skip
    assert found == {
        ("region", ""): ["duty_officer", "observer", "office"], ("authority", "Соцфонд"): ["colleague", "coordinator",
        "expert"], ("branch", "МФЦ № 1"): ["operator"], ("left", ""): ["stranger"],
    }  # fmt: skip
    one = staff_by_place("соцфонд СОТРУДНИК colleague", LATER)
    assert [user.email for place in one for user, _roles in place.people] == ["colleague@example.org"]
    assert staff_by_place("никто", LATER) == []
