"""What the letters about a booking say."""

import pytest

from legalaid.messaging.models import Message
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
