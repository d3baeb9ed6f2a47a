"""The page on which a consent is read again and revoked."""

import pytest
from django.test import Client

from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.people.models import Consent
from legalaid.reception.models import Booking
from legalaid.reception.states import BookingState
from tests.scenes import Region, make_region
from tests.web.citizen.walk import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def walk(region: Region) -> Walk:
    return Walk(region)


def test_the_request_leads_to_the_consent_and_reading_it_changes_nothing(walk: Walk) -> None:
    walk.book()
    assert walk.at("consent/") in walk.client.get(walk.at("")).content.decode()
    page = walk.client.get(walk.at("consent/")).content.decode()
    assert "Отозвать согласие?" in page and "Мы отменим запись" in page and "Я согласен." in page
    assert Consent.objects.get().revoked_at is None
    assert HelpRequest.objects.get().state == RequestState.AGREED


def test_revoking_closes_the_request_and_twice_is_once(walk: Walk) -> None:
    walk.book()
    for _ in range(2):
        assert walk.client.post(walk.at("consent/")).url == walk.at("")
    assert Consent.objects.get().revoked_at is not None
    assert HelpRequest.objects.get().state == RequestState.CANCELLED
    assert Booking.objects.get().state == BookingState.CANCELLED
    page = walk.client.get(walk.at("")).content.decode()
    assert "Отозвано" in page and "Заявка отменена" in page
    page = walk.client.get(walk.at("consent/")).content.decode()
    assert "Согласие отозвано" in page and "Да, отозвать" not in page


def test_a_cancelled_request_can_still_lose_its_consent(walk: Walk) -> None:
    walk.book()
    walk.client.post(walk.at("cancel/"))
    assert "Мы отменим запись" not in walk.client.get(walk.at("consent/")).content.decode()
    assert walk.client.post(walk.at("consent/")).url == walk.at("")
    assert Consent.objects.get().revoked_at is not None


def test_a_stranger_finds_no_page_and_changes_nothing(walk: Walk, client: Client) -> None:
    walk.book()
    spoilt = walk.token[:9] + ("A" if walk.token[9] != "A" else "B") + walk.token[10:]
    for token in (spoilt, "abc"):
        assert client.get(f"/z/{token}/consent/").status_code == 404
        assert client.post(f"/z/{token}/consent/").status_code == 404
    assert Consent.objects.get().revoked_at is None
    assert HelpRequest.objects.get().state == RequestState.AGREED
