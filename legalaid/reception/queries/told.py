"""What a citizen was told of her request, and whether it reached her."""

from collections.abc import Sequence
from uuid import UUID

from legalaid.messaging.models import Message
from legalaid.messaging.queries import messages_about
from legalaid.messaging.states import MessageState
from legalaid.reception.models import Booking, Ticket, WaitlistEntry
from legalaid.reception.states import BookingState

OF_BOOKING = ("booking-confirmed", "booking-moved", "booking-cancelled", "booking-called-off", "reminder-24h",
              "reminder-2h", "earlier-offer")  # fmt: skip
OF_TICKET = ("queue-joined", "place-of-closed-branch")
OF_WAIT = ("waiting-for-time", "time-offer")


def messages_to_citizen(help_request_id: UUID, *, also: Sequence[str] = ()) -> list[Message]:
    """Messages about the bookings and places of a request, and `also` about these; the newest in front. Four queries.

    What was taken back before it left is not among them: nobody was told it.
    """
    bookings = Booking.objects.filter(help_request_id=help_request_id).exclude(state=BookingState.LAPSED)
    tickets = Ticket.objects.filter(help_request_id=help_request_id)
    about = [f"{kind}:{pk}" for pk in bookings.order_by("id").values_list("pk", flat=True) for kind in OF_BOOKING]
    about += [f"{kind}:{pk}" for pk in tickets.order_by("id").values_list("pk", flat=True) for kind in OF_TICKET]
    waits = WaitlistEntry.objects.filter(help_request_id=help_request_id)
    about += [f"{kind}:{pk}" for pk in waits.order_by("id").values_list("pk", flat=True) for kind in OF_WAIT]
    return messages_about([*about, *also])


def not_reached(messages: Sequence[Message]) -> list[Message]:
    """The last message of each way (newest in front) if it did not arrive: that way does not reach her now."""
    last: dict[str, Message] = {}
    for one in messages:
        if one.state in {MessageState.SENT, MessageState.DELIVERED, MessageState.FAILED}:
            last.setdefault(one.channel, one)
    return [one for one in last.values() if one.state == MessageState.FAILED]
