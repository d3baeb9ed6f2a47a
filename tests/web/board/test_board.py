"""The hall's screen: numbers and booths for everybody, people for nobody."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from legalaid.kernel.tickets import read_live
from legalaid.reception import services
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.queries.hall import Call, hall_now
from legalaid.reception.states import TicketState
from legalaid.web.board.views import spoken_call
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=3)


def waiting(region: Region, n: int) -> Ticket:
    request = region.at_desk(None, n=n)
    return Ticket.objects.get(help_request=request)


def test_anybody_sees_numbers_and_booths_and_nobody_by_name(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    called, later = region.at_desk(at(9, 50), n=1), region.at_desk(at(11, 5), n=2)
    booking = Booking.objects.get(help_request=called)
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=NOW)
    ticket = waiting(region, 3)
    for url, headers in (("/board/mfc-1/", {}), ("/board/mfc-1/now/", {"HX-Request": "true"})):
        answer = Client().get(url, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert re.search(rf'data-call="b{booking.pk}-\d+" data-say="Номер[^"]+Кабинет 0\."', page)
        assert str(later.number) in page
        assert "11:05" in page
        assert (ticket.label or str(ticket.help_request.number)) in page
        for personal in ("Посетитель", "стаж", booking.start_code or "0000-", str(called.pk), "Соцфонд"):
            code = re.escape(personal)
            assert not re.search(rf"(?<!\d){code}(?!\d)", page), personal


def test_an_unknown_branch_is_not_there(region: Region) -> None:
    for url in ("/board/nowhere/", "/board/nowhere/now/"):
        assert Client().get(url).status_code == 404
    assert Client().post("/board/mfc-1/").status_code == 405


def test_a_ticket_is_called_to_its_booth_or_to_the_desk_and_leaves_when_done(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    first, second, third = (waiting(region, n) for n in (1, 2, 3))
    Ticket.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(state=TicketState.WAITING)
    Ticket.objects.filter(pk=first.pk).update(booth=region.booths[1], label="А001")
    Ticket.objects.filter(pk=second.pk).update(state=TicketState.TAKEN, taken_at=at(9, 5))
    hall = hall_now(branch=region.branch, now=at(9, 6))
    number = second.label or second.help_request.number
    assert [(call.label, call.place) for call in hall.called] == [(number, ""), ("А001", "Кабинет 1")]
    assert hall.queue == [third.label or third.help_request.number]
    Ticket.objects.filter(pk=second.pk).update(finished_at=at(9, 20))
    assert [call.label for call in hall_now(branch=region.branch, now=at(9, 21)).called] == ["А001"]
    assert hall_now(branch=region.branch, now=at(9, day=24)).called == []


def test_those_at_home_are_not_called_in_the_hall(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    region.queued()
    region.booked(at(9, 50), n=2)
    hall = hall_now(branch=region.branch, now=NOW)
    assert (hall.called, hall.queue, hall.booked) == ([], [], [])


def test_the_board_costs_two_queries_however_full_the_hall_is(
    region: Region, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n, start in enumerate([at(9, 25), at(9, 50), at(10, 15)]):
        request = region.at_desk(start, n=n)
        services.check_in(booking_id=Booking.objects.get(help_request=request).pk, actor=region.actor("operator"),
                          now=NOW)  # fmt: skip
    with django_assert_num_queries(2):
        hall_now(branch=region.branch, now=NOW)


def test_the_screen_may_listen_to_its_own_branch_and_nothing_else(region: Region) -> None:
    client = Client()
    page = client.get("/board/mfc-1/").content.decode()
    note = re.search(r'page="([^"]+)"', page)
    assert note
    ticket = client.post("/live/ticket/", {"page": note[1]}).json()["ticket"]
    assert read_live(ticket) == [f"day:{region.branch.pk}"]


@pytest.mark.parametrize(
    ("label", "place", "said"),
    [
        ("61-4827", "Кабинет 2", "Номер 61, 48, 27. Пройдите: Кабинет 2."),
        ("А012", "", "Номер А, 01, 2. Подойдите к стойке."),
    ],
)
def test_numbers_are_said_in_pairs(label: str, place: str, said: str) -> None:
    assert spoken_call(Call("k", label, place, NOW)) == said
