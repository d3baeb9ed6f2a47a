"""Bookings that outlived their agreement: listed, and kept, moved or called off; nobody is dropped in silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory import services as directory
from legalaid.directory.models import Agreement, AgreementCoverage, Post
from legalaid.directory.states import AgreementState
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.reception import services
from legalaid.reception.models import Booking, KeptBooking, ReceptionHours
from legalaid.reception.queries.orphans import orphaned_bookings
from legalaid.reception.states import BookingState
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


def office(region: Region) -> Client:
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def end(region: Region) -> None:
    directory.move_agreement(
        agreement_id=region.agreement.pk, action="terminate", reason="Орган отказался", actor=region.actor("office"),
        now=NOW,
    )  # fmt: skip


def other_receives(region: Region) -> None:
    """The other authority has an agreement in force, and a post that receives all day."""
    agreement = Agreement.objects.create(
        number="2/2026", authority=region.other_authority, state=AgreementState.IN_FORCE, valid_from=date(2026, 1, 1)
    )
    for place in (region.branch, None):
        AgreementCoverage.objects.create(agreement=agreement, topic=region.other_topic, branch=place)
    post = Post.objects.create(authority=region.other_authority, name="Пост А")
    for hours in ReceptionHours.objects.filter(post=region.posts[0]).order_by("id"):
        ReceptionHours.objects.create(
            post=post, weekday=hours.weekday, opens=hours.opens, closes=hours.closes, valid_from=hours.valid_from
        )


def snapshot() -> list[object]:
    tables = (Booking, HelpRequest, KeptBooking, Message)
    return [row for table in tables for row in table.objects.order_by("pk").values_list()] + [
        JournalEntry.objects.count()
    ]


def decide(region: Region, booking: Booking, **form: str) -> str:
    answer = office(region).post(f"/office/decisions/{booking.pk}/", form, follow=True)
    return str(answer.content.decode())


def test_the_end_of_an_agreement_lists_those_booked_and_cancels_nobody(
    region: Region, django_assert_max_num_queries: Any
) -> None:
    home, here = region.booked(at(10, 15)), region.booked(at(11, 15), branch=region.branch, n=2)
    assert orphaned_bookings(NOW) == []
    assert "Решать нечего" in office(region).get("/office/decisions/").content.decode()
    end(region)
    assert orphaned_bookings(NOW) == [home, here]
    client = office(region)
    client.get("/office/")
    with django_assert_max_num_queries(6):
        page = client.get("/office/decisions/").content.decode()
    assert f"№ {home.help_request.number}" in page
    assert "МФЦ № 1" in page
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 2
    assert orphaned_bookings(at(10, 30)) == [here], "what has begun needs no decision"


def test_a_cell_that_left_the_annex_counts_for_its_place_alone(region: Region) -> None:
    region.booked(at(10, 15))
    here = region.booked(at(11, 15), branch=region.branch, n=2)
    directory.set_coverage(
        agreement_id=region.agreement.pk, cells={(region.topic.pk, None)}, actor=region.actor("office"), now=NOW
    )
    assert orphaned_bookings(NOW) == [here]


def test_an_end_by_date_counts_from_the_day_after(region: Region) -> None:
    last, after = region.booked(at(10, 15)), region.booked(at(10, 15, day=24), n=2)
    Agreement.objects.filter(pk=region.agreement.pk).update(valid_until=date(2026, 11, 23))
    assert orphaned_bookings(NOW) == [after]
    assert last.state == BookingState.CONFIRMED


def test_kept_is_not_asked_about_again(region: Region) -> None:
    booking = region.booked(at(10, 15))
    end(region)
    page = decide(region, booking, kind="keep")
    assert "Оставлено" in page
    assert "Решать нечего" in page
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert JournalEntry.objects.filter(action="keep_without_agreement", subject=str(booking.pk)).count() == 1


def test_called_off_with_an_explanation(region: Region) -> None:
    booking = region.booked(at(10, 15))
    citizen = booking.help_request.citizen
    assert citizen is not None
    citizen.email = "anna@example.org"
    citizen.save()
    end(region)
    before = snapshot()
    assert "Напишите, почему отменяем" in decide(region, booking, kind="cancel", reason="  ")
    assert snapshot() == before
    decide(region, booking, kind="cancel", reason="Орган больше не принимает по видео.")
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.CANCELLED, RequestState.CANCELLED)
    told = Message.objects.filter(about=f"booking-called-off:{booking.pk}").get()
    assert "Соглашение о видеоприёме" in told.body
    assert "Орган больше не принимает по видео." in told.body


def test_moved_to_another_authority_at_the_same_place(region: Region) -> None:
    booking = region.booked(at(10, 15), branch=region.branch)
    end(region)
    other_receives(region)
    decide(region, booking, kind="move", topic=region.other_topic.code)
    booking.refresh_from_db()
    asked = HelpRequest.objects.get(pk=booking.help_request_id)
    assert (asked.topic, asked.authority) == (region.other_topic, region.other_authority)
    assert booking.post.authority == region.other_authority
    assert booking.booth is not None
    assert booking.booth.branch == region.branch
    assert booking.state == BookingState.CONFIRMED
    assert orphaned_bookings(NOW) == []
    assert JournalEntry.objects.filter(action="another_authority", subject=str(asked.pk)).exists()


def test_nowhere_to_move_is_refused_and_changes_nothing(region: Region) -> None:
    booking = region.booked(at(10, 15))
    end(region)
    before = snapshot()
    client = office(region)
    url = f"/office/decisions/{booking.pk}/"
    assert client.post(url, {"kind": "move", "topic": region.other_topic.code}).status_code == 404
    assert client.post(url, {"kind": "burn"}).status_code == 404
    assert client.post("/office/decisions/999999/", {"kind": "keep"}).status_code == 404
    other_receives(region)
    ReceptionHours.objects.filter(post__authority=region.other_authority).delete()
    answer = client.post(url, {"kind": "move", "topic": region.other_topic.code})
    assert answer.status_code == 422
    assert "нет свободного времени" in answer.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize("who", ["operator", "expert", "coordinator", "observer", "duty_officer"])
def test_only_the_office_decides(region: Region, who: str) -> None:
    booking = region.booked(at(10, 15))
    end(region)
    before = snapshot()
    for actor in (region.actor(who), Actor.system("worker"), Actor.citizen(booking.help_request_id)):
        with pytest.raises(NotFound):
            services.decide_orphan(booking_id=booking.pk, kind="keep", actor=actor, now=NOW)
    assert snapshot() == before


def test_a_covered_booking_is_not_the_offices_to_decide(region: Region) -> None:
    booking = region.booked(at(10, 15))
    before = snapshot()
    with pytest.raises(NotFound):
        services.decide_orphan(booking_id=booking.pk, kind="cancel", reason="x", actor=region.actor("office"), now=NOW)
    assert snapshot() == before
