"""Reads of bookings and of the booths they take."""

from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from legalaid.directory.models import Booth
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.period import Period
from legalaid.kernel.sql import first_of, listed
from legalaid.people.rules import Contact
from legalaid.reception.models import Booking, Ticket, WaitlistEntry
from legalaid.reception.states import LIVE_BOOKINGS, WAITING_TICKETS, BookingState, WaitlistState

CONTACT_LOCK = 0x636F6E74
_LIVE = f"t.help_request_id = %(id)s AND t.state IN {listed(LIVE_BOOKINGS)}"


def live_booking(help_request_id: UUID) -> Booking | None:
    """The booking that keeps a place for the request, if any."""
    return first_of(Booking, _LIVE, related=("post", "booth__branch"), id=help_request_id)


def last_booking(help_request_id: UUID) -> Booking | None:
    """The newest booking of the request that was ever confirmed, or the live one."""
    return (
        Booking.objects.filter(help_request_id=help_request_id)
        .exclude(state=BookingState.LAPSED)
        .select_related("post", "booth__branch")
        .order_by("-id")
        .first()
    )


def bookings_of_authority(*, authority_ids: list[int], during: Period) -> QuerySet[Booking]:
    """Confirmed and later bookings of authorities in a period, by time, with what a card shows."""
    return (
        Booking.objects.filter(post__authority_id__in=authority_ids, during__overlap=during.range)
        .exclude(state__in=[BookingState.HELD, BookingState.LAPSED])
        .select_related("post", "booth__branch", "help_request__topic", "help_request__citizen", "help_request__branch")
        .order_by("during", "id")
    )


def bookings_of_branch(*, branch_id: int, during: Period) -> QuerySet[Booking]:
    """Confirmed and later bookings at a branch in a period, by time."""
    return (
        Booking.objects.filter(booth__branch_id=branch_id, during__overlap=during.range)
        .exclude(state__in=[BookingState.HELD, BookingState.LAPSED])
        .select_related("post__authority", "booth", "help_request__topic", "help_request__citizen")
        .order_by("during", "booth_id", "id")
    )


def booth_of_operator(booth_id: int, branch_ids: list[int]) -> Booth | None:
    """A booth of one of the branches, or None."""
    return Booth.objects.filter(pk=booth_id, branch_id__in=branch_ids).order_by("id").first()


def paired_booth(booth_id: int) -> Booth | None:
    """The booth of a paired computer."""
    return Booth.objects.select_related("branch").filter(pk=booth_id).order_by("id").first()


def calendar_versions_before(booking: Booking) -> int:
    """How many versions of the calendar's event earlier bookings of the same request may have used up."""
    earlier = Booking.objects.filter(help_request_id=booking.help_request_id, pk__lt=booking.pk)
    used = earlier.exclude(state=BookingState.LAPSED).aggregate(moves=Sum("sequence"), rows=Count("pk"))
    return int(used["moves"] or 0) + 2 * int(used["rows"])  # each was announced once and may have been cancelled once


def lock_contact(contact: str) -> None:
    """Take the turn for one telephone or e-mail until the transaction ends: its bookings are counted one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [CONTACT_LOCK, contact])


def bookings_of_contact(contact: Contact, *, now: datetime, since: datetime) -> tuple[int, int]:
    """(bookings it still keeps, bookings made since then that it called off) of a telephone or an e-mail. One query."""
    counted = Booking.objects.filter(_left_by("citizen", contact)).aggregate(
        kept=Count("pk", filter=Q(state__in=LIVE_BOOKINGS, during__endswith__gt=now)),
        called_off=Count(
            "pk", filter=Q(state__in=[BookingState.CANCELLED, BookingState.EXCUSED], created_at__gt=since)
        ),
    )
    return counted["kept"], counted["called_off"]


def places_of_contact(contact: Contact) -> int:
    """How many places in live queues a telephone or an e-mail keeps."""
    mine = _left_by("help_request__citizen", contact)
    return Ticket.objects.filter(mine, state__in=WAITING_TICKETS).count()


def waits_of_contact(contact: Contact) -> int:
    """How many requests of a telephone or an e-mail wait for a time without having one."""
    mine = _left_by("help_request__citizen", contact)
    return WaitlistEntry.objects.filter(
        mine, state=WaitlistState.WAITING, help_request__state=RequestState.SUBMITTED
    ).count()


def _left_by(citizen: str, contact: Contact) -> Q:
    """The condition that the citizen at the end of a path left this telephone or e-mail; true of nobody without."""
    ways = [("phone", contact.phone), ("email", contact.email)]
    return reduce(or_, (Q((f"{citizen}__{way}", left)) for way, left in ways if left), Q(pk__in=[]))


def refused_callers(help_request_id: UUID, *, since: datetime) -> int:
    """How many callers about a request could not say who they are."""
    entries = JournalEntry.objects.filter(kind="request", subject=str(help_request_id), action="refuse_caller")
    return entries.filter(at__gt=since).count()
