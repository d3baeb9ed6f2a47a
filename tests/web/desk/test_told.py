"""Whether messages arrived, as the desk and the citizen see it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.intake.links import token_for
from legalaid.messaging.models import Message
from legalaid.messaging.states import MessageState
from legalaid.reception import services
from legalaid.reception.models import Booking
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region()


def booked(region: Region) -> Booking:
    booking = region.held(at(11), branch=region.branch)
    return services.confirm_booking(help_request_id=booking.help_request_id, name="Мария", phone="8 928 123-45-67",
                                    email="maria@example.org", consent=True, actor=citizen(booking.help_request),
                                    now=NOW)  # fmt: skip


def desk_page(region: Region, booking: Booking) -> str:
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    return client.get(f"/desk/request/{booking.help_request_id}/").content.decode()


def own_page(booking: Booking) -> str:
    return Client().get(f"/z/{token_for(booking.help_request_id)}/").content.decode()


def test_what_arrived_and_what_did_not(region: Region) -> None:
    booking = booked(region)
    Message.objects.filter(channel="sms").update(state=MessageState.DELIVERED)
    page = desk_page(region, booking)
    for words in ("Что сообщили", "время назначено", "доставлено", "ждёт отправки"):
        assert words in page
    assert "не дошл" not in page + own_page(booking)

    Message.objects.filter(channel="email").update(state=MessageState.FAILED)
    assert "Письмо на maria@example.org не дошло" in desk_page(region, booking)
    assert "Письмо до вас не дошло" in own_page(booking)
    assert "СМС до вас не дошла" not in own_page(booking)


def test_a_later_letter_that_arrived_takes_the_warning_away(region: Region) -> None:
    booking = booked(region)
    Message.objects.filter(channel="email").update(state=MessageState.FAILED)
    services.move_booking_to(help_request_id=booking.help_request_id, start=at(14), now=NOW,
                             actor=citizen(booking.help_request))  # fmt: skip
    assert "Письмо до вас не дошло" in own_page(booking)  # the second is still on its way
    Message.objects.filter(about__startswith="booking-moved", channel="email").update(state=MessageState.SENT)
    assert "Письмо до вас не дошло" not in own_page(booking)
    assert "не дошло" not in desk_page(region, booking)


def test_somebody_elses_messages_are_not_shown(region: Region) -> None:
    first, request = booked(region), region.at_desk(at(15), n=2)
    Message.objects.filter(about=f"booking-confirmed:{first.pk}").update(state=MessageState.FAILED)
    client = Client()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    assert "Что сообщили" not in client.get(f"/desk/request/{request.pk}/").content.decode()
