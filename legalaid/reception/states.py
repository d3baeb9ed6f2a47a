"""Life of a booking and of a ticket of the live queue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.states import Moves


class BookingState(TextChoices):
    HELD = "held", _("время удержано")
    CONFIRMED = "confirmed", _("подтверждена")
    CHECKED_IN = "checked_in", _("гражданин на месте")
    USED = "used", _("состоялась")
    LAPSED = "lapsed", _("удержание истекло")
    CANCELLED = "cancelled", _("отменена")
    EXCUSED = "excused", _("предупредил, что не придёт")
    NO_SHOW = "no_show", _("не пришёл")


B = BookingState
BOOKING_MOVES: Moves[BookingState] = {
    (B.HELD, "confirm"): B.CONFIRMED,
    (B.HELD, "lapse"): B.LAPSED,
    (B.CONFIRMED, "check_in"): B.CHECKED_IN,
    (B.CONFIRMED, "cancel"): B.CANCELLED,
    (B.CONFIRMED, "excuse"): B.EXCUSED,
    (B.CONFIRMED, "miss"): B.NO_SHOW,
    (B.CHECKED_IN, "use"): B.USED,
    (B.CHECKED_IN, "cancel"): B.CANCELLED,
    (B.CHECKED_IN, "miss"): B.NO_SHOW,
}
LIVE_BOOKINGS = (B.HELD, B.CONFIRMED, B.CHECKED_IN)
"""States in which a booking keeps its post, booth and citizen."""


class TicketState(TextChoices):
    WAITING = "waiting", _("ждёт")
    TAKEN = "taken", _("принят")
    LEFT = "left", _("ушёл")


T = TicketState
TICKET_MOVES: Moves[TicketState] = {
    (T.WAITING, "take"): T.TAKEN,
    (T.WAITING, "leave"): T.LEFT,
}
