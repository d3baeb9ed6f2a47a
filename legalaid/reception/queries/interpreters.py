"""Reads of interpreters: who there is, and what they are booked for."""

from datetime import datetime

from django.db.models import QuerySet

from legalaid.directory.models import Interpreter
from legalaid.kernel.clock import local_day
from legalaid.kernel.period import Period
from legalaid.reception.models import Booking
from legalaid.reception.rules import BUFFER, branch_periods, fits
from legalaid.reception.states import LIVE_BOOKINGS


def interpreters() -> QuerySet[Interpreter]:
    """All of them: those who work in front, by language and name."""
    return Interpreter.objects.order_by("-working", "language", "name", "id")


def interpreter_by_id(interpreter_id: int) -> Interpreter | None:
    """One of them."""
    return interpreters().filter(pk=interpreter_id).first()


def lock_interpreter(interpreter_id: int) -> Interpreter | None:
    """The interpreter, locked against other changes; bookings go on meanwhile."""
    return Interpreter.objects.select_for_update(no_key=True).filter(pk=interpreter_id).order_by("id").first()


def bookings_of_interpreter(interpreter_id: int, now: datetime) -> list[Booking]:
    """Bookings of hers that are not over, holds too, by time."""
    rows = Booking.objects.filter(interpreter_id=interpreter_id, during__endswith__gt=now, state__in=LIVE_BOOKINGS)
    return list(rows.select_related("help_request", "interpreter").order_by("during", "id"))


def booking_of_interpreter(booking_id: int, interpreter_id: int) -> Booking | None:
    """A booking that is hers, whatever became of it; None for one that is another's by now."""
    rows = Booking.objects.filter(pk=booking_id, interpreter_id=interpreter_id)
    related = ("interpreter", "help_request__topic", "help_request__authority", "help_request__branch")
    return rows.select_related(*related).order_by("id").first()


def interpreters_for(language: str, booking: Booking | None, now: datetime) -> list[Interpreter]:
    """Whom the experts of a dialogue turn to for a language: who is booked with it, else those who are at work now."""
    if not language:
        return []
    if booking is not None and booking.interpreter is not None:
        return [booking.interpreter]
    return who_could_interpret(language, Period(now, now + BUFFER))


def who_could_interpret(language: str, during: Period) -> list[Interpreter]:
    """Who of a language works during a period, and has nothing else in it or the buffer around it."""
    wide = Period(during.start, during.end + BUFFER)
    busy = Booking.objects.filter(occupies__overlap=wide.range, state__in=LIVE_BOOKINGS, interpreter__isnull=False)
    rows = Interpreter.objects.filter(language=language, working=True)
    free = rows.exclude(pk__in=busy.order_by().values("interpreter_id")).order_by("id")
    return [one for one in free if _works(one, during)]


def _works(person: Interpreter, during: Period) -> bool:
    day = local_day(during.start, person.timezone)
    return fits(branch_periods(person.hours, [day], person.timezone), during)
