"""How a request stood when a page of it was made: by it the open page finds out that it is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from legalaid.kernel.tickets import sign_page
from legalaid.reception.queries import last_booking, waiting_ticket
from legalaid.reception.queries.waitlist import waiting_entry

if TYPE_CHECKING:
    from legalaid.intake.models import HelpRequest


def standing_mark(found: HelpRequest) -> str:
    """What was shown of a request, in short: another value, and the page is out of date. Three queries."""
    booking, ticket, entry = last_booking(found.pk), waiting_ticket(found.pk), waiting_entry(found.pk)
    booked = (booking.state, int(booking.during.lower.timestamp()), booking.booth_id) if booking else ("",)
    return "-".join(map(str, (found.state, *booked, ticket.state if ticket else "", entry.offers if entry else "")))


def following(found: HelpRequest, *, user_id: int | None) -> dict[str, object]:
    """What a page of the request needs to hear of a change; `user_id` None for the citizen behind her link."""
    return {"live_page": sign_page([f"request:{found.pk}"], user_id=user_id), "seen": standing_mark(found)}
