"""Refusals of whoever changes the hours of posts, each with its text for the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError
from legalaid.reception.hours_csv import RowError


@dataclass(frozen=True, slots=True)
class Touched:
    """An agreed booking that a change of hours would leave outside them, and what may be done with it.

    `nearest` is the closest free start once the change is made; equal to `start` when another post is free then.
    """

    booking_id: int
    number: str
    start: datetime
    topic: str
    post: str
    place: str
    zone: str
    nearest: datetime | None
    may_cancel: bool
    has_email: bool
    has_phone: bool


@dataclass(frozen=True, slots=True)
class Stranded:
    """Somebody in the live queue who sits at a branch that stops receiving now, and what may be done with her."""

    ticket_id: int
    number: str
    label: str
    since: datetime
    topic: str
    authority: str
    zone: str
    may_go_home: bool
    has_email: bool


class BookingsTouched(DomainError):
    """The change leaves agreed bookings, or people who wait, without a place, and nobody decided about each of them.

    `booth`: it is a booth that stops working, not hours that change.
    """

    code = "bookings_touched"
    text = _("На это время уже записаны люди. Решите по каждой записи.")

    def __init__(
        self, touched: list[Touched], text: str = "", *, waiting: Sequence[Stranded] = (), booth: bool = False
    ) -> None:
        self.touched, self.waiting, self.booth = touched, list(waiting), booth
        super().__init__(text)


class CannotGoHome(DomainError):
    """Her topic is not received from home, or nobody could call her there."""

    code = "cannot_go_home"
    text = _("из дома эту тему не принимают, или нет телефона, чтобы позвать.")


class HoursRefused(DomainError):
    """The hours as they were sent cannot be: reversed, in the past, too far."""

    code = "hours"
    field = "hours"


class ReasonMissing(DomainError):
    """An absence says why, so that the desk can tell it to people."""

    code = "reason"
    field = "reason"
    text = _("Напишите причину: её увидят сотрудники МФЦ.")


def demand_reason(text: str) -> str:
    """Why a branch or a booth does not work, in one line. Raises ReasonMissing."""
    reason = " ".join(text.replace("\x00", "").split())[:200]
    if not reason:
        raise ReasonMissing(gettext("Напишите причину: её увидят сотрудники и посетители."))
    return reason


class HoursBusy(DomainError):
    """Somebody is changing one of the touched bookings at this very moment."""

    code = "hours_busy"
    text = _("Одну из этих записей меняют прямо сейчас. Ничего не сохранено; нажмите «Сохранить» ещё раз.")


class FileRefused(DomainError):
    """The table has rows that cannot be understood; nothing of it was written."""

    code = "file"
    field = "file"
    text = _("В файле есть ошибки. Ничего не загружено.")

    def __init__(self, errors: list[RowError]) -> None:
        self.errors = errors
        super().__init__()


class PostNameRefused(DomainError):
    """A post needs a name of its own within the authority."""

    code = "post_name"
    field = "name"
    text = _("Нужно название, которого ещё нет у других постов, не длиннее 80 знаков.")
