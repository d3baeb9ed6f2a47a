"""Writing messages inside a transaction and sending them after it."""

from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from legalaid.messaging.jobs import send_message
from legalaid.messaging.models import Message
from legalaid.messaging.states import MESSAGE_MOVES, MessageChannel, MessageState


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small file that goes with a message."""

    name: str
    content_type: str
    content: bytes


def write_email(
    *, to: str, subject: str, body: str, about: str, now: datetime, attachment: Attachment | None = None
) -> Message:
    """Put an e-mail into the outbox inside the caller's transaction; the worker sends it after the commit."""
    message = Message.objects.create(
        channel=MessageChannel.EMAIL, to=to, subject=subject, body=body, about=about, created_at=now,
        attachment_name=attachment.name if attachment else "",
        attachment_type=attachment.content_type if attachment else "",
        attachment=attachment.content if attachment else None,
    )  # fmt: skip
    send_message.defer(message_id=message.pk)
    return message


def send(*, message_id: int) -> None:
    """Send a queued message and note the receipt. A failure is left to the job's retries and stays visible."""
    message = Message.objects.get(pk=message_id)
    if (MessageState(message.state), "send") not in MESSAGE_MOVES:
        return
    mail = EmailMessage(subject=message.subject, body=message.body, to=[message.to])
    if message.attachment is not None:
        mail.attach(message.attachment_name, bytes(message.attachment).decode(), message.attachment_type)
    Message.objects.filter(pk=message_id).update(attempts=message.attempts + 1)
    mail.send()
    with transaction.atomic():
        Message.objects.filter(pk=message_id).update(state=MessageState.SENT, sent_at=timezone.now())
