"""What the hall of a branch may see: numbers and booths, nothing about anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from legalaid.directory.models import Branch
from legalaid.kernel.clock import day_period, local_day
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import WAITING_TICKETS, BookingState, TicketState

AHEAD = timedelta(hours=3)
"""How far ahead the hall shows bookings: longer than anybody waits in it."""
SHOWN = 6
"""Rows of each list: what can be read from five metres."""


@dataclass(frozen=True, slots=True)
class Call:
    """A visitor is called: `key` tells one call from another, `place` is a booth or '' for the desk."""

    key: str
    label: str
    place: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Hall:
    """The hall's board: called now (the newest first), next by ticket, next by appointment as (number, when)."""

    called: list[Call]
    queue: list[str]
    booked: list[tuple[str, datetime]]


def branch_of_board(code: str) -> Branch | None:
    """The branch of a board's address."""
    return Branch.objects.filter(code=code).order_by("id").first()


def hall_now(*, branch: Branch, now: datetime) -> Hall:
    """What the board shows at a moment. Two queries, whatever the size of the hall."""
    bookings, tickets = list(_bookings(branch, now)), list(_tickets(branch, now))
    called = [
        Call(f"b{one.pk}-{one.booth_id}", one.help_request.number or "", one.booth.name, one.during.lower)
        for one in bookings
        if one.state == BookingState.CHECKED_IN and one.booth is not None
    ]
    called += [
        Call(f"t{one.pk}-{one.booth_id or 0}", label_of(one), one.booth.name if one.booth else "",
             one.taken_at or one.created_at)
        for one in tickets
        if one.booth is not None or one.state == TicketState.TAKEN
    ]  # fmt: skip
    waiting = [one for one in tickets if one.booth is None and one.state != TicketState.TAKEN]
    return Hall(
        called=sorted(called, key=lambda call: call.since, reverse=True)[:SHOWN],
        queue=[label_of(one) for one in waiting[:SHOWN]],
        booked=[
            (one.help_request.number or "", one.during.lower) for one in bookings if one.state == BookingState.CONFIRMED
        ][:SHOWN],
    )


def label_of(ticket: Ticket) -> str:
    """The ticket's own number, or her request's when it has none: neither says who she is."""
    return ticket.label or ticket.help_request.number or ""


def _bookings(branch: Branch, now: datetime) -> QuerySet[Booking]:
    """Bookings of the branch that may still begin or go on now."""
    return (
        Booking.objects.filter(
            booth__branch=branch, state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN], finished_at=None,
            during__startswith__gt=now - timedelta(hours=2), during__startswith__lt=now + AHEAD,
        )
        .exclude(state=BookingState.CONFIRMED, during__startswith__lt=now - NO_SHOW_AFTER)
        .select_related("help_request", "booth")
        .order_by("during", "id")
    )  # fmt: skip


def _tickets(branch: Branch, now: datetime) -> QuerySet[Ticket]:
    """Tickets of visitors who sit at the branch: waiting, or taken and not finished; only today's."""
    today = day_period(local_day(now, branch.timezone), branch.timezone)
    return (
        Ticket.objects.filter(
            help_request__branch=branch, seen_at=None, state__in=[*WAITING_TICKETS, TicketState.TAKEN],
            finished_at=None, created_at__gte=today.start,
        )
        .select_related("help_request", "booth")
        .order_by("priority", "created_at", "id")
    )  # fmt: skip
