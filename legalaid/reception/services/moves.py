"""Moving a booking, a ticket or an offer along its table: state, journal, screens, in one place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from legalaid.intake.services import RequestMovedOn
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.reception.models import Booking, Duty, Offer, Ticket
from legalaid.reception.queries.offers import lock_offer, open_offer_of
from legalaid.reception.queue_refusals import OfferGone
from legalaid.reception.states import BOOKING_MOVES, OFFER_MOVES, TICKET_MOVES, BookingState, OfferState, TicketState


def move_booking(
    booking: Booking, action: str, *, actor: Actor, now: datetime, also: tuple[str, ...] = (),
    data: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Move a booking of a locked request, inside the caller's transaction; `also` saves these fields with it.

    `data` goes to the journal. Raises IllegalMove.
    """
    before = BookingState(booking.state)
    booking.state = move(BOOKING_MOVES, before, action, RequestMovedOn.text)
    booking.save(update_fields=["state", *also])
    record(kind="booking", subject=booking.pk, action=action, actor=actor, at=now, before=before, after=booking.state,
           data=data)  # fmt: skip
    tell_of_booking(booking)


def tell_of_booking(booking: Booking) -> None:
    """Screens of the authority, the branch and the citizen look again after the commit."""
    tell(
        authority_id=booking.post.authority_id, help_request_id=booking.help_request_id,
        branch_id=booking.booth.branch_id if booking.booth else None,
    )  # fmt: skip


def tell(*, authority_id: int, help_request_id: UUID, branch_id: int | None) -> None:
    """The same, by ids."""
    day = () if branch_id is None else (f"day:{branch_id}",)
    publish_on_commit(f"queue:{authority_id}", f"request:{help_request_id}", *day)


def move_ticket(ticket: Ticket, action: str, *, actor: Actor, now: datetime) -> None:
    """Move a ticket, inside the caller's transaction. Raises IllegalMove."""
    before = TicketState(ticket.state)
    ticket.state = move(TICKET_MOVES, before, action, RequestMovedOn.text)
    ticket.save(update_fields=["state"])
    record(kind="ticket", subject=ticket.pk, action=action, actor=actor, at=now, before=before, after=ticket.state)
    publish_on_commit(f"queue:{ticket.authority_id}", f"request:{ticket.help_request_id}", "watch")


def move_offer(offer: Offer, action: str, *, actor: Actor, now: datetime) -> None:
    """Move a locked offer along its table, inside the caller's transaction. Raises IllegalMove."""
    before = OfferState(offer.state)
    offer.state = move(OFFER_MOVES, before, action, OfferGone.text)
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at", "reason"])
    record(kind="offer", subject=offer.pk, action=action, actor=actor, at=now, before=before, after=offer.state,
           data={"ticket": offer.ticket_id, "duty": offer.duty_id})  # fmt: skip
    publish_on_commit(f"expert:{offer.duty.expert_id}")


def withdraw_offer(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Take back the offer of a locked ticket whose person goes away, inside the caller's transaction."""
    seen = open_offer_of(ticket.pk)
    if seen is not None:
        move_offer(lock_offer(seen.pk), "withdraw", actor=actor, now=now)


def close_duty(duty: Duty, *, actor: Actor, now: datetime) -> None:
    """End a locked duty, inside the caller's transaction."""
    duty.ended_at = now
    duty.save(update_fields=["ended_at"])
    record(kind="duty", subject=duty.pk, action="end", actor=actor, at=now, before="open", after="closed")
    tell_of_duty(duty)


def tell_of_duty(duty: Duty) -> None:
    """Screens of the authority, the expert and the watch look again after the commit."""
    publish_on_commit(f"queue:{duty.post.authority_id}", f"expert:{duty.expert_id}", "watch")
