"""The office's writes about interpreters, whom bookings depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import WEEK
from legalaid.directory.models import Interpreter
from legalaid.directory.place_writing import demand_week
from legalaid.directory.policies import may_keep_network
from legalaid.directory.states import Language
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.kernel.spoken import spoken_moment
from legalaid.people.rules import clean_email, clean_phone
from legalaid.reception.interpreter_letters import interpreter_booked_letter, interpreter_let_go_letter
from legalaid.reception.models import Booking
from legalaid.reception.queries.interpreters import bookings_of_interpreter, lock_interpreter, who_could_interpret
from legalaid.reception.states import LIVE_BOOKINGS, BookingState


class InterpreterRefused(DomainError):
    """Something of the interpreter cannot be as written; `field` says which."""

    code = "interpreter"


@dataclass(frozen=True, slots=True)
class InterpreterDetails:
    """What the office writes of an interpreter; `hours` is {"mon": "09:00-17:00", …}, a day left out is a day off."""

    name: str
    language: str
    timezone: str
    hours: Mapping[str, str]
    phone: str = ""
    email: str = ""


def add_interpreter(*, details: InterpreterDetails, actor: Actor, now: datetime) -> Interpreter:
    """Somebody interprets from now on: her language can be asked for. For the office.

    Raises NotFound, InterpreterRefused, ContactRefused.
    """
    with transaction.atomic(durable=True):
        if not may_keep_network(actor):
            raise NotFound
        made = Interpreter.objects.create(**_checked(details))
        record(kind="interpreter", subject=made.pk, action="add", actor=actor, at=now, after="working")
        publish_on_commit("office")
    return made


def set_interpreter(
    *, interpreter_id: int, details: InterpreterDetails, actor: Actor, now: datetime
) -> Interpreter:  # fmt: skip
    """Write the details of an interpreter; bookings agreed already stay hers. For the office.

    The journal says which details changed, never a name or a telephone. Raises NotFound, InterpreterRefused (also
    for another language while she is booked), ContactRefused.
    """
    with transaction.atomic(durable=True):
        person = _locked(interpreter_id, actor)
        wanted = _checked(details)
        if wanted["language"] != person.language and (booked := bookings_of_interpreter(person.pk, now)):
            raise InterpreterRefused(_needed(person, booked), "language")
        changed = [name for name, value in wanted.items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            person.save(update_fields=changed)
            record(kind="interpreter", subject=person.pk, action="set", actor=actor, at=now, data={"changed": changed})
            publish_on_commit("office")
    return person


def stop_interpreter(*, interpreter_id: int, actor: Actor, now: datetime) -> int:
    """She interprets no longer; her bookings go to others of her language, and everybody is told. For the office.

    Return how many bookings changed hands. When one finds nobody, nothing changes. Raises InterpreterRefused, NotFound.
    """
    with transaction.atomic(durable=True):
        person = _locked(interpreter_id, actor)
        if not person.working:
            return 0
        person.working = False
        person.save(update_fields=["working"])
        booked = bookings_of_interpreter(person.pk, now)
        left = [booking for booking in booked if not _passed_on(booking, person, actor, now)]
        if left:
            raise InterpreterRefused(_needed(person, left))
        record(kind="interpreter", subject=person.pk, action="stop", actor=actor, at=now, before="working",
               after="stopped", data={"passed_on": [booking.pk for booking in booked]})  # fmt: skip
        publish_on_commit("office")
    return len(booked)


def resume_interpreter(*, interpreter_id: int, actor: Actor, now: datetime) -> None:
    """She interprets again. For the office. Raises NotFound."""
    with transaction.atomic(durable=True):
        person = _locked(interpreter_id, actor)
        if not person.working:
            person.working = True
            person.save(update_fields=["working"])
            record(kind="interpreter", subject=person.pk, action="resume", actor=actor, at=now, before="stopped",
                   after="working")  # fmt: skip
            publish_on_commit("office")


def _locked(interpreter_id: int, actor: Actor) -> Interpreter:
    person = lock_interpreter(interpreter_id) if may_keep_network(actor) else None
    if person is None:
        raise NotFound
    return person


def _passed_on(booking: Booking, former: Interpreter, actor: Actor, now: datetime) -> bool:
    """Whether another interpreter of the language has taken a booking of hers; she and the other are told."""
    request = lock_request(booking.help_request_id)
    booking.refresh_from_db(fields=["state", "during", "interpreter", "sequence"])
    if booking.state not in LIVE_BOOKINGS or booking.interpreter_id != former.pk:
        return True  # it changed while its lock was waited for
    during = Period(booking.during.lower, booking.during.upper)
    for other in who_could_interpret(former.language, during):
        booking.interpreter = other
        booking.sequence += 1
        try:
            with transaction.atomic():
                booking.save(update_fields=["interpreter", "sequence"])
        except IntegrityError:  # a rival was faster: the constraint holds, and the next is tried
            continue
        record(kind="booking", subject=booking.pk, action="pass_interpreter", actor=actor, at=now,
               before=booking.state, after=booking.state, data={"interpreter": other.pk})  # fmt: skip
        if booking.state != BookingState.HELD:
            interpreter_let_go_letter(request=request, booking=booking, person=former, during=during, now=now)
            interpreter_booked_letter(request=request, booking=booking, now=now)
        publish_on_commit(f"request:{request.pk}")
        return True
    return False


def _needed(person: Interpreter, booked: list[Booking]) -> str:
    when = "; ".join(
        _("№ %(number)s, %(when)s") % {"number": one.help_request.number,
                                       "when": spoken_moment(one.during.lower, person.timezone)}
        for one in booked[:5]
    )  # fmt: skip
    return _("Этот переводчик записан, и заменить его некем: %(when)s. Сначала перенесите или отмените эти записи.") % {
        "when": when
    }


def _checked(details: InterpreterDetails) -> dict[str, object]:
    """The details as they are stored. Raises InterpreterRefused, ContactRefused."""
    name = " ".join(details.name.replace("\x00", "").split())
    if not name or len(name) > 120:
        raise InterpreterRefused(_("Слишком длинно.") if name else _("Заполните это поле."), "name")
    if details.language not in Language.values:
        raise InterpreterRefused(_("Выберите язык из списка."), "language")
    if details.timezone not in available_timezones():
        raise InterpreterRefused(_("Выберите часовой пояс из списка."), "timezone")
    if not details.hours:
        raise InterpreterRefused(_("Укажите хотя бы один рабочий день."), WEEK[0])
    phone, email = clean_phone(details.phone), clean_email(details.email)
    if not (phone or email):
        raise InterpreterRefused(_("Нужен телефон или почта: туда придёт ссылка для входа."), "phone")
    return {"name": name, "language": details.language, "timezone": details.timezone, "phone": phone, "email": email,
            "hours": demand_week(details.hours)}  # fmt: skip
