"""Who stands behind the four digits of a booth."""

import secrets

from django.db.models import Q

from legalaid.directory.models import Booth
from legalaid.intake.states import RequestState
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.states import WAITING_TICKETS, BookingState

# A visitor of the queue keeps her code through the dialogue: a booth that restarts must let her in again.
_AT_THE_CENTRE = Q(state__in=WAITING_TICKETS) | Q(help_request__state=RequestState.IN_DIALOGUE)


def booking_behind(*, booth_id: int, code: str) -> Booking | None:
    """The booking checked in for this booth with this code."""
    return (
        Booking.objects.filter(booth_id=booth_id, state=BookingState.CHECKED_IN, start_code=code)
        .exclude(start_code="")
        .order_by("id")
        .first()
    )


def ticket_behind(*, booth_id: int, code: str) -> Ticket | None:
    """The ticket with this code of a visitor who waits, or talks, at the branch of this booth."""
    return (
        Ticket.objects.filter(_AT_THE_CENTRE, help_request__branch__booths=booth_id, start_code=code)
        .exclude(start_code="")
        .select_related("help_request__branch")
        .order_by("-id")
        .first()
    )


def is_out(booth_id: int) -> bool:
    """Whether the booth is out of service."""
    return Booth.objects.filter(pk=booth_id, out_since__isnull=False).exists()


def free_code(branch_id: int) -> str:
    """Four digits that no other visitor now at this branch has."""
    taken = _codes_of(branch_id)
    while True:
        code = f"{secrets.randbelow(9000) + 1000}"
        if code not in taken:
            return code


def _codes_of(branch_id: int) -> set[str]:
    booked = Booking.objects.filter(state=BookingState.CHECKED_IN, booth__branch=branch_id)
    queued = Ticket.objects.filter(_AT_THE_CENTRE, help_request__branch=branch_id)
    return {code for rows in (booked, queued) for code in rows.order_by().values_list("start_code", flat=True)}
