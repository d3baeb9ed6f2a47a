"""What the interpreter of a booking is told: when she is needed, when no longer, and the link that leads her in.

Nothing of the citizen: not her name, not her words.
"""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.directory.models import Interpreter
from legalaid.intake.models import HelpRequest
from legalaid.kernel.period import Period
from legalaid.kernel.spoken import spoken_moment, zone_words
from legalaid.messaging.rules import waking_moment
from legalaid.messaging.services import Attachment, withdraw, write_email, write_sms
from legalaid.reception import texts
from legalaid.reception.calendar import booking_event, method_of
from legalaid.reception.interpreter_links import interpreter_url
from legalaid.reception.models import Booking


def interpreter_booked_letter(*, request: HelpRequest, booking: Booking, now: datetime) -> None:
    """Tell the interpreter of a booking, if it has one, when she is needed; again when the time has changed."""
    person = booking.interpreter
    if person is None:
        return
    about, start = _about(booking, person), booking.during.lower
    withdraw(about=[about], now=now)  # what is still to be said of a former time is not true any more
    with translation.override(settings.LANGUAGE_CODE):
        words = _words(request, booking, person, start)
        if person.email:
            write_email(
                to=person.email, now=now, about=about, key=f"{about}:{booking.sequence}:email",
                subject=_("Нужен переводчик: %(when)s") % words,
                body=_("Здравствуйте, %(name)s!\n\nВас ждут в видеодиалоге как переводчика.\n\n"
                       "Язык: %(language)s\nКогда: %(when)s (%(zone)s)\nТема: %(topic)s\nКто ответит: %(authority)s\n\n"
                       "Войти можно с этой страницы, с телефона или компьютера. Откройте её за несколько минут "
                       "до начала:\n%(url)s\n\nНикому не передавайте эту ссылку.") % words,
                attachment=_calendar(booking, person, Period(start, booking.during.upper), now),
            )  # fmt: skip
        _text_message(person, about, f"{about}:{booking.sequence}:sms", start, now,
                      texts.interpreter_booked(start, person.timezone, interpreter_url(booking)))  # fmt: skip


def interpreter_let_go_letter(
    *, request: HelpRequest, booking: Booking, person: Interpreter, during: Period, now: datetime
) -> None:
    """Tell an interpreter that she is not needed at a time of hers any more."""
    about = _about(booking, person)
    withdraw(about=[about], now=now)
    with translation.override(settings.LANGUAGE_CODE):
        if person.email:
            words = _words(request, booking, person, during.start)
            write_email(
                to=person.email, now=now, about=f"{about}:off", key=f"{about}:{booking.sequence}:off:email",
                subject=_("Переводчик не нужен: %(when)s") % words,
                body=_("Здравствуйте, %(name)s!\n\nВидеодиалог %(when)s (%(zone)s) не состоится или пройдёт без вас. "
                       "Приходить не нужно.") % words,
                attachment=_calendar(booking, person, during, now, cancelled=True),
            )  # fmt: skip
        _text_message(person, f"{about}:off", f"{about}:{booking.sequence}:off:sms", during.start, now,
                      texts.interpreter_let_go(during.start, person.timezone))  # fmt: skip


def interpreter_reminder(
    *, request: HelpRequest, booking: Booking, kind: str, by_text: bool, now: datetime
) -> None:  # fmt: skip
    """Remind the interpreter of a booking by text message or by mail; `kind` is reminder-24h or reminder-2h."""
    person = booking.interpreter
    assert person
    about, start = _about(booking, person), booking.during.lower
    key = interpreter_reminder_key(booking, kind, "sms" if by_text else "email")
    with translation.override(settings.LANGUAGE_CODE):
        if by_text:
            text = texts.interpreter_reminder(start, person.timezone, interpreter_url(booking))
            write_sms(to=person.phone, text=text, about=about, key=key, now=now)
            return
        words = _words(request, booking, person, start)
        write_email(
            to=person.email, now=now, about=about, key=key,
            subject=_("Напоминание: вы переводите %(when)s") % words,
            body=_("Здравствуйте, %(name)s!\n\nНапоминаем: вас ждут в видеодиалоге как переводчика.\n\n"
                   "Язык: %(language)s\nКогда: %(when)s (%(zone)s)\nТема: %(topic)s\nКто ответит: %(authority)s\n\n"
                   "Войти:\n%(url)s") % words,
        )  # fmt: skip


def interpreter_reminder_key(booking: Booking, kind: str, channel: str) -> str:
    """What makes a reminder one: the booking and its version, who interprets it, and the way it goes."""
    return f"interpreter-{kind}:{booking.pk}:{booking.interpreter_id}:{booking.sequence}:{channel}"


def _about(booking: Booking, person: Interpreter) -> str:
    return f"interpreter:{booking.pk}:{person.pk}"


def _words(request: HelpRequest, booking: Booking, person: Interpreter, start: datetime) -> dict[str, object]:
    assert request.authority and request.topic
    return {
        "name": person.name, "language": person.get_language_display(), "when": spoken_moment(start, person.timezone),
        "zone": zone_words(person.timezone), "topic": request.topic.title, "authority": request.authority.short,
        "url": interpreter_url(booking),
    }  # fmt: skip


def _calendar(
    booking: Booking, person: Interpreter, during: Period, now: datetime, *, cancelled: bool = False
) -> Attachment:
    url = interpreter_url(booking)
    content = booking_event(
        uid=f"interpreter-{booking.pk}-{person.pk}@legalaid", sequence=2 * booking.sequence + (1 if cancelled else 0),
        start=during.start, end=during.end, stamp=now, cancelled=cancelled, url=url, location=_("По ссылке"),
        summary=_("Правовая помощь онлайн: переводчик"), description=_("Вход в разговор: %(url)s") % {"url": url},
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )  # fmt: skip
    return Attachment("perevod.ics", f"text/calendar; method={method_of(cancelled=cancelled)}", content)


def _text_message(person: Interpreter, about: str, key: str, start: datetime, now: datetime, text: str) -> None:
    """A text message when she has a telephone: in the quiet hours it waits for the morning unless that is too late."""
    if person.phone:
        moment = waking_moment(now, start, person.timezone)
        write_sms(to=person.phone, text=text, about=about, key=key, now=now,
                  not_before=None if moment in {None, now} else moment)  # fmt: skip
