"""Reads and locks of messages."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from legalaid.kernel.period import Period
from legalaid.messaging.models import Message
from legalaid.messaging.states import MessageChannel, MessageState

BATCH = 200
LONG_AGO = timedelta(minutes=30)
"""A message put back waits for its job, which tries for 23 minutes; after this the sweep takes over."""


def lock_message(message_id: int) -> Message:
    """The message, locked for this transaction."""
    return Message.objects.select_for_update().get(pk=message_id)


def lock_message_of_receipt(gateway_id: str) -> Message | None:
    """The text message a gateway knows by this id, locked; None for an unknown one."""
    if not gateway_id:
        return None
    return (
        Message.objects.select_for_update()
        .filter(gateway_id=gateway_id, channel=MessageChannel.SMS)
        .order_by("-id")
        .first()
    )


def written_keys(keys: list[str]) -> set[str]:
    """Which of the keys have been said already."""
    return {key for key in Message.objects.filter(key__in=keys).order_by().values_list("key", flat=True) if key}


def text_message_about(about: list[str]) -> Message | None:
    """The last text message written about one of these that has left or will leave; None when there is none."""
    gone = (MessageState.WITHDRAWN, MessageState.FAILED)
    return (
        Message.objects.filter(about__in=about, channel=MessageChannel.SMS)
        .exclude(state__in=gone)
        .order_by("-id")
        .first()
    )


def messages_about(about: list[str]) -> list[Message]:
    """Messages about these, the newest in front, without what was taken back before it left; texts are left unread."""
    rows = Message.objects.filter(about__in=about).exclude(state=MessageState.WITHDRAWN)
    return list(rows.defer("body", "attachment").order_by("-created_at", "-id"))


def failed_within(period: Period) -> list[Message]:
    """Messages that were found undelivered in a period and still are, the newest in front, at most BATCH."""
    rows = Message.objects.filter(
        state=MessageState.FAILED, failed_at__gte=period.start, failed_at__lt=period.end
    ).defer("body", "attachment")
    return list(rows.order_by("-failed_at", "-id")[:BATCH])


def stuck_messages(*, now: datetime, after: timedelta) -> list[int]:
    """Ids of messages that should have left and did not, oldest first, at most BATCH."""
    due = Coalesce("not_before", "created_at")
    lost = Q(state=MessageState.QUEUED, attempts=0, due__lt=now - after)
    left = Q(state=MessageState.QUEUED, attempts__gt=0, attempted_at__lt=now - LONG_AGO)
    died = Q(state=MessageState.SENDING) & (Q(attempted_at__lt=now - after) | Q(attempted_at=None))
    found = Message.objects.annotate(due=due).filter(lost | left | died).order_by("created_at", "id")
    return list(found.values_list("pk", flat=True)[:BATCH])
