"""Messages that did not reach anybody, with the request each is about: read by the duty officer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from legalaid.intake.models import HelpRequest
from legalaid.kernel.period import Period
from legalaid.messaging.queries import failed_within
from legalaid.reception.models import Booking, Ticket, WaitlistEntry
from legalaid.reception.queries.told import OF_BOOKING, OF_TICKET, OF_WAIT
from legalaid.result.models import Memo

OWNERS = {
    **dict.fromkeys((*OF_BOOKING, "interpreter"), Booking), **dict.fromkeys(OF_TICKET, Ticket),
    **dict.fromkeys(OF_WAIT, WaitlistEntry), "memo-issued": Memo,
}  # fmt: skip
"""Kind of a message → the rows it is about; others are about no request."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """One message that failed at `at`: what it said (`kind`), by which way, and the request; never to whom."""

    kind: str
    way: str
    at: datetime
    help_request: HelpRequest | None


def unreached_within(period: Period) -> list[Unreached]:
    """Messages that failed in a period, the newest first. Six queries at most."""
    failed = failed_within(period)
    wanted: dict[type, set[int]] = defaultdict(set)
    for rows, number in (_of(one.about) for one in failed):
        wanted[rows].add(number)
    wanted.pop(object, None)
    owner: dict[tuple[type, int], UUID] = {}
    for rows, ids in wanted.items():
        found = rows.objects.filter(pk__in=ids).order_by("pk")  # type: ignore[attr-defined]  # each is a model
        for pk, help_request_id in found.values_list("pk", "help_request_id"):
            owner[rows, pk] = help_request_id
    requests = {
        one.pk: one
        for one in HelpRequest.objects.filter(pk__in=set(owner.values()))
        .select_related("authority", "topic", "branch", "citizen")
        .order_by("pk")
    }
    return [
        Unreached(one.kind, one.get_channel_display(), one.failed_at,
                  requests[owner[_of(one.about)]] if _of(one.about) in owner else None)
        for one in failed if one.failed_at
    ]  # fmt: skip


def _of(about: str) -> tuple[type, int]:
    """The row a message is about: (Booking, 17) of "booking-confirmed:17" and of "interpreter:17:3"."""
    kind, number = about.split(":")[:2]
    return OWNERS.get(kind, object), int(number)
