"""Reads of bookings and of the booths they take."""

from uuid import UUID

from django.db.models import QuerySet

from legalaid.directory.models import Booth
from legalaid.kernel.period import Period
from legalaid.reception.models import Booking
from legalaid.reception.states import LIVE_BOOKINGS, BookingState


def live_booking(help_request_id: UUID) -> Booking | None:
    """The booking that keeps a place for the request, if any."""
    return (
        Booking.objects.filter(help_request_id=help_request_id, state__in=LIVE_BOOKINGS)
        .select_related("post", "booth__branch")
        .order_by("id")
        .first()
    )


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
