"""A text message leaves once, twice only in doubt, and the gateway's word about it is taken."""

import hmac
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from legalaid.kernel.errors import NotFound
from legalaid.messaging.gateways import GatewayAway, OutcomeUnknown
from legalaid.messaging.models import Message
from legalaid.messaging.services import StillSending, resend_stuck, send, take_receipt, withdraw, write_sms
from legalaid.messaging.states import MessageState
from tests.messaging.gateway import LOST, Gateway, running
from tests.scenes import NOW

PHONE, TEXT, SECRET = "+79281234567", "Вы записаны: 23 ноября, 10:15", "a-secret-of-receipts"
LONG = timedelta(hours=1)


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    with running() as found:
        settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_RECEIPT_SECRET = found.url, "key-of-ours", SECRET
        yield found


def written(**kwargs: Any) -> Message:
    return write_sms(**({"to": PHONE, "text": TEXT, "about": "x:1", "now": NOW} | kwargs))


def state(message: Message) -> tuple[str, int, int]:
    message.refresh_from_db()
    return message.state, message.attempts, message.doubts


@pytest.mark.django_db
def test_it_goes_to_the_gateway_once_with_its_key(gateway: Gateway) -> None:
    message = written(key="booking-confirmed:1:0:sms")
    for _attempt in range(2):
        send(message_id=message.pk)
    assert gateway.asked == [{"to": PHONE, "text": TEXT, "key": "booking-confirmed:1:0:sms"}]
    assert gateway.headers[0]["Authorization"] == "Bearer key-of-ours"
    assert gateway.headers[0]["Idempotency-Key"] == "booking-confirmed:1:0:sms"
    assert state(message) == (MessageState.SENT, 1, 0)
    assert message.gateway_id == "g-1" and message.sent_at is not None


@pytest.mark.django_db
def test_in_doubt_it_is_sent_once_more_marked_and_never_a_third_time(gateway: Gateway) -> None:
    gateway.answers = [LOST]
    message = written()
    for _attempt in range(2):
        with pytest.raises(OutcomeUnknown):
            send(message_id=message.pk)
    assert state(message) == (MessageState.SENDING, 2, 1)
    for _attempt in range(2):
        send(message_id=message.pk)
    assert state(message) == (MessageState.FAILED, 2, 1)
    assert message.error_code == "unknown"
    assert len(gateway.asked) == 2 and len({asked["key"] for asked in gateway.asked}) == 1


@pytest.mark.django_db
def test_what_certainly_did_not_leave_may_be_tried_again(gateway: Gateway) -> None:
    gateway.answers = [503, 429, 200]
    message = written()
    for _attempt in range(2):
        with pytest.raises(GatewayAway):
            send(message_id=message.pk)
    assert state(message) == (MessageState.QUEUED, 2, 0)
    send(message_id=message.pk)
    assert state(message) == (MessageState.SENT, 3, 0)


@pytest.mark.django_db
def test_a_gateway_that_is_away_and_one_that_refuses(gateway: Gateway, settings: Any) -> None:
    gateway.answers = [400]
    message = written()
    send(message_id=message.pk)
    assert state(message) == (MessageState.FAILED, 1, 0)
    assert message.error_code == "http-400" and message.failed_at is not None
    settings.SMS_URL = "http://127.0.0.1:1/"
    other = written()
    with pytest.raises(GatewayAway):
        send(message_id=other.pk)
    assert state(other) == (MessageState.QUEUED, 1, 0)


@pytest.mark.django_db
def test_a_worker_that_died_is_noticed_by_the_sweep(gateway: Gateway) -> None:
    """The mark is made before the attempt, so kill -9 between the two leaves a trace and not a silence."""
    now = datetime.now(UTC)
    died, lost, fresh = written(now=now - LONG), written(now=now - LONG), written(now=now)
    waits = written(not_before=now + LONG)
    Message.objects.filter(pk=died.pk).update(state=MessageState.SENDING, attempts=1, attempted_at=now - LONG)
    assert resend_stuck(now=now) == 2
    assert state(died) == (MessageState.SENT, 2, 1)
    assert state(lost) == (MessageState.SENT, 1, 0)
    assert state(fresh)[0] == state(waits)[0] == MessageState.QUEUED
    assert resend_stuck(now=now) == 0


@pytest.mark.django_db
def test_one_bad_message_does_not_stop_the_sweep_and_no_telephone_is_logged(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answers = [LOST, 200]
    long_ago = datetime.now(UTC) - LONG
    first, second = written(now=long_ago), written(now=long_ago)
    with caplog.at_level(logging.DEBUG):
        resend_stuck(now=datetime.now(UTC))
    assert (state(first)[0], state(second)[0]) == (MessageState.SENDING, MessageState.SENT)
    assert "stays in the outbox" in caplog.text
    assert PHONE not in caplog.text and TEXT not in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_workers_with_one_message_send_it_once(gateway: Gateway) -> None:
    message = written()
    gate, refused = threading.Barrier(6), []

    def work() -> None:
        try:
            gate.wait(10)
            send(message_id=message.pk)
        except StillSending as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(gateway.asked) == 1
    assert state(message) == (MessageState.SENT, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_what_was_said_once_is_not_written_again() -> None:
    written(key="reminder-24h:1:0:sms")
    with pytest.raises(IntegrityError), transaction.atomic():
        written(key="reminder-24h:1:0:sms")
    assert Message.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("phone", ["8 928 123-45-67", "89281234567", "мама", ""])
def test_only_e164_is_written_down(phone: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        written(to=phone)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_what_waits_has_its_hour_in_the_queue_and_can_be_withdrawn() -> None:
    morning = NOW + LONG
    waits, goes = written(not_before=morning, about="booking-confirmed:7"), written(about="booking-confirmed:7")
    job = ProcrastinateJob.objects.filter(task_name="messaging.send", args__message_id=waits.pk).get()
    assert job.scheduled_at == morning
    assert withdraw(about=["booking-confirmed:7"], now=NOW) == 1
    assert (state(waits)[0], state(goes)[0]) == (MessageState.WITHDRAWN, MessageState.QUEUED)
    send(message_id=waits.pk)
    assert state(waits)[0] == MessageState.WITHDRAWN


@pytest.mark.django_db
def test_the_demo_writes_files_that_only_the_owner_reads(settings: Any, tmp_path: Path) -> None:
    settings.SMS_URL, settings.STATE_DIR = "", tmp_path
    message = written()
    send(message_id=message.pk)
    (file,) = (tmp_path / "sms").iterdir()
    assert PHONE in file.read_text() and TEXT in file.read_text()
    assert (tmp_path / "sms").stat().st_mode & 0o077 == 0
    assert state(message)[0] == MessageState.SENT and message.gateway_id == file.stem


def receipt(client: Client, body: bytes, signature: str) -> int:
    return client.post("/api/sms/receipt/", body, content_type="application/json",
                       headers={"X-Signature": signature}).status_code  # fmt: skip


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()


@pytest.fixture
def sent(gateway: Gateway, db: None) -> Message:
    message = written()
    send(message_id=message.pk)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(("delivered", "after"), [(True, MessageState.DELIVERED), (False, MessageState.FAILED)])
def test_the_gateways_receipt_is_taken_once(sent: Message, delivered: bool, after: MessageState) -> None:
    client = Client(enforce_csrf_checks=True)  # a gateway has no cookie: its signature stands for it
    body = json.dumps({"id": sent.gateway_id, "delivered": delivered, "code": "EC_ABSENT"}).encode()
    assert [receipt(client, body, signed(body)) for _ in range(2)] == [204, 204]
    assert state(sent)[0] == after
    assert (sent.delivered_at is not None, sent.failed_at is not None) == (delivered, not delivered)
    assert sent.error_code == ("" if delivered else "EC_ABSENT")


def test_a_stranger_and_an_unknown_message_look_alike(sent: Message, client: Client, settings: Any) -> None:
    body = json.dumps({"id": sent.gateway_id, "delivered": True}).encode()
    unknown = json.dumps({"id": "g-999", "delivered": True}).encode()
    broken = [b"", b"[]", b"{", b'{"id": 7}', b'{"id": "", "delivered": true}', b"\xff\xfe"]
    answers = [receipt(client, body, signature) for signature in ("", "sha256=", "я", signed(body, "another"))]
    answers += [receipt(client, bad, signed(bad)) for bad in (unknown, *broken)]
    answers.append(client.get("/api/sms/receipt/").status_code)
    settings.SMS_RECEIPT_SECRET = ""
    answers.append(receipt(client, body, signed(body, "")))
    assert set(answers) == {404}
    assert state(sent)[0] == MessageState.SENT


def test_a_receipt_of_nothing_changes_nothing(db: None) -> None:
    message = written()
    with pytest.raises(NotFound):
        take_receipt(gateway_id="", delivered=True, code="", now=NOW)
    assert state(message)[0] == MessageState.QUEUED
