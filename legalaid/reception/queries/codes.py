"""Who stands behind the four digits of a booth."""

from django.db.models import Q

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
        .order_by("-id")
        .first()
    )


def codes_of_branch(branch_id: int) -> set[str]:
    """Codes that open a booth of the branch now."""
    booked = Booking.objects.filter(state=BookingState.CHECKED_IN, booth__branch=branch_id)
    queued = Ticket.objects.filter(_AT_THE_CENTRE, help_request__branch=branch_id)
    return {code for rows in (booked, queued) for code in rows.order_by().values_list("start_code", flat=True)}
