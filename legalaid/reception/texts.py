"""Text messages about a booking: date, time, and the place or the link; in two parts where possible."""

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone
from legalaid.messaging.rules import segments
from legalaid.reception.models import Booking

PARTS = 2
"""Parts a text message should not exceed: each is paid for, and a long one is not read."""


def short_moment(moment: datetime, zone: str) -> str:
    """«23 ноября, 10:15» on the clocks of a zone."""
    local = in_zone(moment, zone)
    day, time = formats.date_format(local, _("j E")), formats.date_format(local, "H:i")
    return _("%(day)s, %(time)s") % {"day": day, "time": time}


def _fitting(*variants: str) -> str:
    """The first variant that is short enough, else the shortest."""
    return next((text for text in variants if segments(text) <= PARTS), min(variants, key=len))


def _about(opening: str, booking: Booking, zone: str, url: str) -> str:
    """«Вы записаны: 23 ноября, 10:15, из дома. Войти: …», shorter where the address is long."""
    opening = f"{opening} {short_moment(booking.during.lower, zone)}"
    if booking.booth is None:
        return _("%(opening)s, из дома. Войти: %(url)s") % {"opening": opening, "url": url}
    words = {"opening": opening, "address": booking.booth.branch.address, "url": url}
    return _fitting(
        _("%(opening)s, %(address)s. Подробнее: %(url)s") % words,
        _("%(opening)s, %(address)s.") % words,
        _("%(opening)s, в МФЦ. %(url)s") % words,
    )


def confirmed(booking: Booking, zone: str, url: str) -> str:
    """She is booked."""
    return _about(_("Вы записаны:"), booking, zone, url)


def queued(url: str) -> str:
    """She has joined the live queue from home."""
    return _("Вы в очереди на видеодиалог. Страница заявки: %(url)s") % {"url": url}


def moved(booking: Booking, zone: str, url: str) -> str:
    """Her time has changed."""
    return _about(_("Время изменено:"), booking, zone, url)


def reminder(booking: Booking, zone: str, url: str) -> str:
    """Her time comes near."""
    return _about(_("Напоминаем о приёме:"), booking, zone, url)


def cancelled(booking: Booking, zone: str, site: str, reason: str = "") -> str:
    """Her booking is called off; `reason` is somebody else's and is cut short where it is long."""
    words = {"when": short_moment(booking.during.lower, zone), "site": site}
    again = _("Запись на %(when)s отменена. Записаться снова: %(site)s") % words
    short = _("Запись на %(when)s отменена.") % words
    if not reason:
        return _fitting(again, short)
    why = _("Запись на %(when)s отменена. Почему: %(reason)s")
    whole = " ".join(reason.split())
    parts = (whole[:end].rstrip(" ,;:") + "…" for end in range(len(whole) - 1, 0, -1))
    told = next((text for text in (whole, *parts) if segments(why % {**words, "reason": text}) <= PARTS), "")
    return why % {**words, "reason": told} if told else short


def earlier(start: datetime, until: datetime, zone: str, url: str) -> str:
    """An earlier time is free and kept for her until a moment."""
    kept = formats.date_format(in_zone(until, zone), "H:i")
    words = {"when": short_moment(start, zone), "time": kept, "url": url}
    return _("Есть время раньше: %(when)s. Держим до %(time)s: %(url)s") % words


def waiting(url: str) -> str:
    """She waits for a time without having one."""
    return _("Сообщим, когда появится время для видеодиалога. Страница заявки: %(url)s") % {"url": url}


def offered(start: datetime, until: datetime, zone: str, url: str) -> str:
    """There is a time for one who had none, kept for her until a moment."""
    kept = formats.date_format(in_zone(until, zone), "H:i")
    words = {"when": short_moment(start, zone), "time": kept, "url": url}
    return _("Появилось время: %(when)s. Держим до %(time)s: %(url)s") % words


def interpreter_booked(start: datetime, zone: str, url: str) -> str:
    """An interpreter is needed at a time."""
    return _("Нужен переводчик: %(when)s. Войти: %(url)s") % {"when": short_moment(start, zone), "url": url}


def interpreter_reminder(start: datetime, zone: str, url: str) -> str:
    """The time at which an interpreter is needed comes near."""
    return _("Напоминаем: вы переводите %(when)s. Войти: %(url)s") % {"when": short_moment(start, zone), "url": url}


def interpreter_let_go(start: datetime, zone: str) -> str:
    """An interpreter is not needed at a time any more."""
    return _("Переводчик не нужен: %(when)s. Разговор отменён или пройдёт без вас.") % {
        "when": short_moment(start, zone)
    }
