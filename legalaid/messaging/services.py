"""Writing messages inside a transaction and sending them after it."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.mime.text import MIMEText

import phonenumbers
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.messaging.gateways import GatewayAway, GatewayRefused, OutcomeUnknown, sms_gateway
from legalaid.messaging.jobs import send_message
from legalaid.messaging.models import Message
from legalaid.messaging.queries import lock_message, lock_message_of_receipt, stuck_messages
from legalaid.messaging.states import MESSAGE_MOVES, MessageChannel, MessageState

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 50
"""Attempts at a message that certainly did not leave: five by its job, then one each half an hour, about a day."""
MAX_DOUBTS = 1
"""A message whose outcome is unknown is sent once more, never a third time: at least once and at most twice."""
STILL_SENDING = timedelta(minutes=2)
"""After this an attempt nobody finished is one whose process died; far above the timeouts of the ways out."""
UNKNOWN = "unknown"
"""Error code of a message given up because nobody knows whether it left."""


class StillSending(Exception):
    """Another worker is sending this message at this moment."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that goes with a message."""

    name: str
    content_type: str
    content: bytes


def write_email(
    *, to: str, subject: str, body: str, about: str, now: datetime, attachment: Attachment | None = None,
    key: str | None = None, not_before: datetime | None = None,
) -> Message:  # fmt: skip
    """Put an e-mail into the outbox inside the caller's transaction; the worker sends it after the commit.

    `key` names what is said once and never again: a second message with it is refused by the database. It leaves not
    before `not_before`.
    """
    message = Message(
        channel=MessageChannel.EMAIL, to=to, subject=subject, body=body, about=about, created_at=now, key=key,
        not_before=not_before,
        attachment_name=attachment.name if attachment else "",
        attachment_type=attachment.content_type if attachment else "",
        attachment=attachment.content if attachment else None,
    )  # fmt: skip
    return _put_out(message)


def write_sms(
    *, to: str, text: str, about: str, now: datetime, key: str | None = None, not_before: datetime | None = None
) -> Message:
    """Put a text message into the outbox as `write_email` does. `to` is a telephone in E.164; ValueError otherwise."""
    try:
        number = phonenumbers.parse(to)
    except phonenumbers.NumberParseException:
        raise ValueError("not a telephone in E.164") from None
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != to:
        raise ValueError("not a telephone in E.164")
    return _put_out(
        Message(channel=MessageChannel.SMS, to=to, body=text, about=about, created_at=now, key=key,
                not_before=not_before)
    )  # fmt: skip


def _put_out(message: Message) -> Message:
    message.save(force_insert=True)
    job = send_message.configure(schedule_at=message.not_before) if message.not_before else send_message
    job.defer(message_id=message.pk)
    return message


def withdraw(*, about: list[str], now: datetime) -> int:
    """Take back what waits for its hour and is not true any more, inside the caller's transaction; return how many."""
    waiting = Message.objects.filter(about__in=about, state=MessageState.QUEUED, not_before__gt=now)
    return waiting.update(state=MessageState.WITHDRAWN)


def send(*, message_id: int) -> None:
    """Send a queued message and note the receipt: at least once, and twice only when the first outcome is unknown.

    A failure is left to the job's retries and stays visible. Raises what went wrong, StillSending.
    """
    message = _begin(message_id, timezone.now())
    if message is None:
        return
    try:
        gateway_id = _hand_over(message)
    except OutcomeUnknown:
        Message.objects.filter(pk=message_id).update(attempted_at=None)  # the attempt is over: nobody else is sending
        raise
    except GatewayRefused as refusal:
        _end(message_id, "give_up", failed_at=timezone.now(), error_code=refusal.code)
    except (GatewayAway, OSError, smtplib.SMTPException):
        if message.attempts < MAX_ATTEMPTS:
            _end(message_id, "put_back")
            raise
        _end(message_id, "give_up", failed_at=timezone.now(), error_code="away")
    else:
        _end(message_id, "send", sent_at=timezone.now(), gateway_id=gateway_id)


def _begin(message_id: int, now: datetime) -> Message | None:
    """Mark the attempt before it is made, so that a process that dies leaves its trace. None: nothing to send."""
    with transaction.atomic():
        message = lock_message(message_id)
        if (MessageState(message.state), "begin") not in MESSAGE_MOVES:
            return None
        if message.state == MessageState.SENDING:
            if message.attempted_at is not None and now - message.attempted_at < STILL_SENDING:
                raise StillSending
            if message.doubts >= MAX_DOUBTS:
                message.state = move(MESSAGE_MOVES, MessageState(message.state), "give_up", "")
                message.failed_at, message.error_code = now, UNKNOWN
                message.save(update_fields=["state", "failed_at", "error_code"])
                publish_on_commit("watch")
                return None
            message.doubts += 1
        message.state = move(MESSAGE_MOVES, MessageState(message.state), "begin", "")
        message.attempts += 1
        message.attempted_at = now
        message.save(update_fields=["state", "attempts", "attempted_at", "doubts"])
    return message


def _hand_over(message: Message) -> str:
    """Give the message to its way out; return the gateway's id, '' for mail."""
    if message.channel == MessageChannel.SMS:
        return sms_gateway().send(to=message.to, text=message.body, key=message.key or f"message-{message.pk}")
    mail = EmailMessage(
        subject=message.subject, body=message.body, to=[message.to],
        headers={"Message-ID": f"<message-{message.pk}@legalaid>"},  # an attempt repeated is one letter to a mailbox
    )  # fmt: skip
    if message.attachment is not None:
        mail.attach(_part(message))
    try:
        mail.send()
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        raise OutcomeUnknown from error
    return ""


def _part(message: Message) -> MIMEText:
    """The attachment, a text; its type may name a method, as calendars want it («text/calendar; method=CANCEL»)."""
    kind, _sign, method = message.attachment_type.partition("; method=")
    part = MIMEText(bytes(message.attachment or b"").decode(), kind.partition("/")[2], "utf-8")
    if method:
        part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=message.attachment_name)
    return part


def _end(message_id: int, action: str, **also: object) -> None:
    """Note how an attempt ended."""
    with transaction.atomic():
        message = lock_message(message_id)
        if (MessageState(message.state), action) in MESSAGE_MOVES:  # a receipt may have been faster
            message.state = move(MESSAGE_MOVES, MessageState(message.state), action, "")
        for name, value in also.items():
            setattr(message, name, value)
        message.save(update_fields=["state", *also])
        if message.state == MessageState.FAILED:
            publish_on_commit("watch")


def resend_stuck(*, now: datetime) -> int:
    """Send what its job has lost: a worker that was killed leaves a message behind. Return how many were tried."""
    tried = 0
    for message_id in stuck_messages(now=now, after=STILL_SENDING):
        tried += 1
        try:
            send(message_id=message_id)
        except (GatewayAway, OutcomeUnknown, StillSending, OSError, smtplib.SMTPException) as error:
            log.warning("message %s stays in the outbox: %s", message_id, type(error).__name__)
    return tried


def take_receipt(*, gateway_id: str, delivered: bool, code: str, now: datetime) -> None:
    """Note what the gateway says became of a text message. The same receipt twice is one. Raises NotFound."""
    with transaction.atomic(durable=True):
        message = lock_message_of_receipt(gateway_id)
        if message is None:
            raise NotFound
        action = "deliver" if delivered else "give_up"
        if (MessageState(message.state), action) not in MESSAGE_MOVES:
            return
        if not delivered or message.state == MessageState.FAILED:
            publish_on_commit("watch")
        message.state = move(MESSAGE_MOVES, MessageState(message.state), action, "")
        if delivered:
            message.delivered_at, message.error_code = now, ""
        else:
            message.failed_at, message.error_code = now, code[:40]
        message.save(update_fields=["state", "delivered_at", "failed_at", "error_code"])
