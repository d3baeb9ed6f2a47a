"""Two of the office remove each other at the same moment; first the loss that the turn prevents."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from legalaid.people.models import Membership, User
from legalaid.people.services import StaffRefused, end_role, staff
from legalaid.people.staff_queries import office_stays
from tests.concurrency.test_booking_races import race
from tests.scenes import NOW, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def two_who_remove_each_other() -> list[Callable[[], object]]:
    region = make_region()
    other = User.objects.create_user("second@example.org", "Второй")
    second = Membership.objects.create(user=other, role="office", since=NOW)
    first = Membership.objects.get(user=region.users["office"])
    region.users["second"] = other

    def removing(who: str, row: Membership) -> Callable[[], object]:
        actor = region.actor(who)
        return lambda: end_role(membership_id=row.pk, actor=actor, now=NOW).pk

    return [removing("office", second), removing("second", first)]


def meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both count the office before either commits, when nothing makes them wait for each other."""
    usual, gate = staff.office_stays, threading.Barrier(2, timeout=0.5)

    def slow(*args: object) -> bool:
        found = usual(*args)  # type: ignore[arg-type]
        try:
            gate.wait()
        except threading.BrokenBarrierError:
            gate.reset()  # the other waits for its turn
        return found

    monkeypatch.setattr(staff, "office_stays", slow)


def test_without_the_turn_nobody_of_the_office_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: each sees the other still there."""
    both = two_who_remove_each_other()
    meet(monkeypatch)
    monkeypatch.setattr(staff, "lock_staff", lambda: None)
    assert [type(one) for one in race(both)] == [int, int]
    assert not office_stays(NOW)


def test_one_of_the_two_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    both = two_who_remove_each_other()
    meet(monkeypatch)
    found = race(both)
    assert sorted(type(one).__name__ for one in found) == ["StaffRefused", "int"], found
    assert any(isinstance(one, StaffRefused) for one in found)
    assert office_stays(NOW)
    assert Membership.objects.filter(role="office", until__isnull=True).count() == 1
