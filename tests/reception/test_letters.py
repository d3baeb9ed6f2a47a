"""What the letters about a booking say."""

from datetime import datetime, timedelta

import pytest

from legalaid.messaging.models import Message
from legalaid.messaging.states import MessageChannel
from legalaid.people.models import Citizen
from legalaid.reception import services
from tests.scenes import NOW, at, citizen, make_region

pytestmark = pytest.mark.django_db


def test_the_letter_tells_the_time_as_the_page_does() -> None:
    booking = make_region().held(at(10, 15))
    services.confirm_booking(
        help_request_id=booking.help_request_id, name="Мария", phone="", email="maria@example.org", consent=True,
        actor=citizen(booking.help_request), now=NOW,
    )  # fmt: skip
    assert Citizen.objects.get().email
    assert "Когда: 23 ноября, понедельник, 10:15 (по московскому времени)" in Message.objects.get().body


@pytest.mark.parametrize(
    ("now", "told"), [(NOW, True), (NOW - timedelta(minutes=20), False)], ids=["by day", "in the quiet hours"]
)
def test_who_books_a_start_that_is_near_gets_her_link_by_text_message(now: datetime, told: bool) -> None:
    """At 09:00 for 09:15; at 08:40, while nobody is woken, the morning would be too late."""
    region = make_region()
    booking = region.held(at(9, 15), now=now)
    services.confirm_booking(
        help_request_id=booking.help_request_id, name="Мария", phone="89281234567", email="", consent=True,
        actor=citizen(booking.help_request), now=now,
    )  # fmt: skip
    found = Message.objects.filter(channel=MessageChannel.SMS)
    assert found.exists() is told
    if told:
        assert found.get().not_before is None
