"""A booking and a change of hours at the same moment, with real connections; first the bug that the turn prevents."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, time
from time import sleep
from typing import Any

import pytest
from django.db import connection

from legalaid.kernel.errors import DomainError
from legalaid.people.rules import Contact
from legalaid.reception import services
from legalaid.reception.hours_rules import Span
from legalaid.reception.models import Booking, ReceptionHours
from legalaid.reception.queries import hours as hours_queries
from legalaid.reception.queries.hours import hours_rows, outside_hours, week_on
from legalaid.reception.services import Decision, reserve
from legalaid.reception.states import LIVE_BOOKINGS
from tests.concurrency.test_booking_races import race, tally
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
MONDAY = date(2026, 11, 23)
ROUNDS = 6
MORNING, AFTERNOON = (time(9), time(13)), (time(14), time(18))


def close_all(region: Region) -> Callable[[], object]:
    def run() -> str:
        services.set_week(post_id=region.posts[0].pk, week=[], since=MONDAY, until=None, decisions={},
                          actor=region.actor("coordinator"), now=NOW)  # fmt: skip
        return "closed"

    return run


def at_desk(region: Region, n: int) -> Callable[[], object]:
    def run() -> object:
        return services.register_at_desk(
            story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk,
            contact=Contact(name=f"Посетитель {n}"), consent=True, start=at(10, 15), queue=False, submission="",
            actor=region.actor("operator"), now=NOW,
        )  # fmt: skip

    return run


def meet(monkeypatch: pytest.MonkeyPatch, looked: threading.Event, go_on: threading.Event) -> None:
    """Stop the booking between looking what is free and writing it, until the hours had their chance."""
    usual = reserve.places_at

    def slow(**values: Any) -> Any:
        found = usual(**values)
        looked.set()
        go_on.wait(3)
        return found

    monkeypatch.setattr(reserve, "places_at", slow)


def both(monkeypatch: pytest.MonkeyPatch, region: Region) -> list[object]:
    looked, go_on = threading.Event(), threading.Event()
    meet(monkeypatch, looked, go_on)

    def hours() -> object:
        assert looked.wait(5)
        threading.Timer(0.3, go_on.set).start()  # the booking goes on whether or not the hours are through
        return close_all(region)()

    return race([at_desk(region, 1), hours])


def stray(region: Region) -> list[int]:
    """Agreed bookings outside the hours about which nobody decided."""
    return list(outside_hours(region.posts, NOW))


def test_control_without_the_turn_a_booking_is_left_outside_the_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking, then writing, while the hours are drawn away between: what the turn of an authority is for."""
    region = make_region()
    monkeypatch.setattr(hours_queries, "lock_hours", lambda _authority_id: None)
    booked, closed = both(monkeypatch, region)
    assert closed == "closed"
    assert not isinstance(booked, Exception)
    assert len(stray(region)) == 1


def test_with_the_turn_the_hours_wait_and_see_the_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    region = make_region()
    rows = ReceptionHours.objects.count()
    booked, closed = both(monkeypatch, region)
    assert not isinstance(booked, Exception)
    assert isinstance(closed, DomainError)
    assert closed.code == "bookings_touched"
    assert stray(region) == []
    assert ReceptionHours.objects.count() == rows


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_whoever_is_first_nothing_is_left_undecided(attempt: int) -> None:
    region = make_region()
    actions = [at_desk(region, 1), close_all(region)]
    results = race(actions if attempt % 2 else actions[::-1])
    assert stray(region) == []
    assert set(tally(results)) <= {"HelpRequest", "bookings_touched", "str", "slot_taken"}
    assert len({"HelpRequest", "str"} & set(tally(results))) == 1


def test_two_coordinators_at_once_leave_one_week_and_not_a_mixture() -> None:
    region = make_region()
    early, late = ([Span(day, *hours) for day in range(5)] for hours in (MORNING, AFTERNOON))

    def draw(week: list[Span]) -> Callable[[], object]:
        return lambda: services.set_week(post_id=region.posts[0].pk, week=week, since=MONDAY, until=None,
                                         decisions={}, actor=region.actor("coordinator"), now=NOW)  # fmt: skip

    assert tally(race([draw(early), draw(late)] * 2)) == {"bool": 4}
    (post,) = region.posts
    assert week_on(hours_rows([post.pk])[post.pk], MONDAY) in (early, late)


def test_a_move_and_a_change_of_hours_do_not_tread_on_each_other() -> None:
    region = make_region(posts=2)
    booking = region.booked(at(10, 15))
    request = booking.help_request

    def move() -> object:
        return services.move_booking_to(help_request_id=request.pk, start=at(14), actor=citizen(request), now=NOW)

    def hours() -> object:
        sleep(0.01)
        return services.set_week(post_id=booking.post_id, week=[], since=MONDAY, until=None, actor=region.actor(
            "coordinator"), decisions={booking.pk: Decision("move")}, now=NOW)  # fmt: skip

    results = race([move, hours])
    assert set(tally(results)) <= {"Booking", "bool", "bookings_touched", "hours_busy", "slot_taken", "moved_on"}
    assert stray(region) == []
    assert Booking.objects.filter(state__in=LIVE_BOOKINGS).count() == 1


def test_a_time_held_while_she_types_is_let_go_and_not_confirmed_outside_the_hours() -> None:
    region = make_region()
    held = region.held(at(10, 15))
    request = held.help_request
    close_all(region)()
    with pytest.raises(DomainError) as refused:
        services.confirm_booking(help_request_id=request.pk, name="Мария", phone="8 928 123-45-67", email="",
                                 consent=True, actor=citizen(request), now=NOW)  # fmt: skip
    assert refused.value.code == "hold_lapsed"
    assert stray(region) == []
    connection.close()
