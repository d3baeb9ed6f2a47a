"""The duty officer sees which messages did not arrive today, and which request each was about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.kernel import events
from legalaid.messaging.models import Message
from legalaid.messaging.services import take_receipt, write_email
from legalaid.messaging.states import MessageState
from tests.scenes import NOW, Region, at, make_region

COUNT = "не дошло сообщений сегодня"


@pytest.fixture
def region(db: None, monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_region(posts=2)


def page(region: Region, who: str = "duty_officer") -> str:
    client = Client()
    client.force_login(region.users[who], backend="legalaid.people.backends.StaffBackend")
    return client.get("/watch/").content.decode()


def failed(message: Message, when: object = NOW) -> None:
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, failed_at=when, error_code="away")


def test_a_failed_message_is_counted_and_leads_to_its_request_without_telling_to_whom_it_went(region: Region) -> None:
    assert f"{COUNT}</dt><dd>0</dd>" in page(region)
    first, second = region.booked(at(10, 15), n=1), region.booked(at(10, 15), n=2)
    failed(Message.objects.get(about=f"booking-confirmed:{first.pk}"))
    failed(Message.objects.get(about=f"booking-confirmed:{second.pk}"), NOW - timedelta(days=1))
    words = page(region)
    assert f"{COUNT}</a></dt><dd>1</dd>" in words and 'id="unreached"' in words
    assert f"№ {first.help_request.number}" in words and f"№ {second.help_request.number}" not in words
    assert "Время назначено" in words and f"/watch/request/{first.help_request_id}/called/" in words
    assert "Гражданка" not in words, "her name is not the duty officer's to see"


def test_a_message_about_no_request_is_counted_too(region: Region) -> None:
    failed(write_email(to="a@example.org", subject="?", body="!", about="agreement-ends:7", now=NOW))
    words = page(region)
    assert f"{COUNT}</a></dt><dd>1</dd>" in words and "Другое сообщение" in words and "a@example.org" not in words


@pytest.mark.django_db(transaction=True)
def test_the_page_is_told_when_a_message_fails_and_when_it_arrives_after_all(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics: list[str] = []

    class Bus:
        def publish(self, topic: str, payload: object) -> None:
            topics.append(topic)

    message = write_email(to="a@example.org", subject="?", body="!", about="agreement-ends:7", now=NOW)
    Message.objects.filter(pk=message.pk).update(channel="sms", gateway_id="g1", state=MessageState.SENT)
    monkeypatch.setattr(events, "get_bus", Bus)
    take_receipt(gateway_id="g1", delivered=False, code="absent", now=NOW)
    assert topics == ["watch"] and f"{COUNT}</a></dt><dd>1</dd>" in page(region)
    take_receipt(gateway_id="g1", delivered=True, code="", now=NOW)
    assert topics == ["watch", "watch"] and f"{COUNT}</dt><dd>0</dd>" in page(region)
