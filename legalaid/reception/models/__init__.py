"""When and with which post: hours, bookings, duty and the live queue."""

from legalaid.reception.models.bookings import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.models.hours import Closure, ExtraHours, ReceptionHours
from legalaid.reception.models.kept import KeptBooking
from legalaid.reception.models.queue import BoothAttempt, Duty, Offer, Ticket, WaitingNote
from legalaid.reception.models.watch import DeskPresence, Task, WaitSpan

__all__ = [
    "Booking",
    "BoothAttempt",
    "Closure",
    "DeskPresence",
    "Duty",
    "EarlierOffer",
    "ExtraHours",
    "KeptBooking",
    "Offer",
    "ReceptionHours",
    "RestingTime",
    "Task",
    "Ticket",
    "WaitSpan",
    "WaitingNote",
    "WaitlistEntry",
]  # fmt: skip
