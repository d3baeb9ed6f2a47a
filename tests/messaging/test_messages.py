"""A letter is a row and a job of the transaction that has cause for it; it leaves by real SMTP after the commit."""

from collections.abc import Iterator
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from legalaid.messaging.models import Message
from legalaid.messaging.services import Attachment, send, write_email
from legalaid.messaging.states import MessageState
from tests.scenes import NOW
from tests.support.mailbox import Mailbox, open_mailbox


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with open_mailbox(settings) as box:
        yield box


def jobs() -> int:
    """Jobs ever enqueued; the queue's own tables are not emptied between tests."""
    return ProcrastinateJob.objects.filter(task_name="messaging.send").count()


def letter() -> Message:
    file = Attachment("zapis.ics", "text/calendar; method=CANCEL", b"BEGIN:VCALENDAR")
    return write_email(to="maria@example.org", subject="Время назначено", body="Здравствуйте!", about="x", now=NOW,
                       attachment=file)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_out_once_by_smtp_and_leaves_a_receipt(mailbox: Mailbox) -> None:
    before = jobs()
    message = letter()
    assert jobs() == before + 1
    for _attempt in range(2):
        send(message_id=message.pk)
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert message.sent_at is not None
    assert len(mailbox.letters) == 1
    assert str(make_header(decode_header(mailbox.letters[0]["Subject"]))) == "Время назначено"
    part = list(mailbox.letters[0].walk())[-1]
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "CANCEL")
    assert (part.get_filename(), part.get_payload(decode=True)) == ("zapis.ics", b"BEGIN:VCALENDAR")


class Stop(Exception):
    """Something went wrong after the letter was written."""


def fail_after_letter() -> None:
    with transaction.atomic():
        letter()
        raise Stop


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_sends_nothing() -> None:
    before = jobs()
    with pytest.raises(Stop):
        fail_after_letter()
    assert Message.objects.count() == 0
    assert jobs() == before


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_cannot_leave_stays_queued(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = letter()
    with pytest.raises(ConnectionRefusedError):
        send(message_id=message.pk)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 1)
