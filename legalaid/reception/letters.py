"""Letters and text messages about a booking, written in the transaction that has cause for them."""

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.directory.models import Interpreter
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.kernel.period import Period
from legalaid.kernel.spoken import spoken_moment, zone_words
from legalaid.messaging.rules import is_quiet, morning_after, waking_moment
from legalaid.messaging.services import Attachment, withdraw, write_email, write_sms
from legalaid.reception import texts
from legalaid.reception.calendar import booking_event, method_of
from legalaid.reception.interpreter_letters import interpreter_booked_letter, interpreter_let_go_letter
from legalaid.reception.models import Booking, EarlierOffer, Ticket
from legalaid.reception.queries.bookings import calendar_versions_before

PASSING = ("booking-confirmed", "booking-moved", "reminder-24h", "reminder-2h", "earlier-offer")
"""What is said of a booking and is not true any more once it has been moved or called off."""


def request_url(request: HelpRequest) -> str:
    """The citizen's secret link, absolute."""
    return f"{settings.PUBLIC_URL}/z/{token_for(request.pk)}/"


def zone_of(request: HelpRequest, booking: Booking) -> str:
    """Times are told in the zone of the branch, or of the authority when the citizen is at home."""
    if booking.booth is not None:
        return booking.booth.branch.timezone
    assert request.authority
    return request.authority.timezone


def calendar_file(*, request: HelpRequest, booking: Booking, now: datetime, cancelled: bool = False) -> bytes:
    """The booking for the citizen's calendar: one event a request, each change of it with a higher version."""
    assert request.authority and request.topic
    where = booking.booth.branch.address if booking.booth else _("Из дома, по ссылке")
    version = booking.sequence + (1 if cancelled else 0)
    if request.held_at is not None:  # only a request whose dialogue once began may have had another booking
        version += calendar_versions_before(booking)
    return booking_event(
        uid=f"request-{request.pk}@legalaid", sequence=version,
        start=booking.during.lower, end=booking.during.upper, stamp=now, cancelled=cancelled, location=where,
        summary=_("Правовая помощь онлайн: %(authority)s") % {"authority": request.authority.plain},
        description=_("Заявка № %(number)s. Страница заявки: %(url)s")
        % {"number": request.number, "url": request_url(request)},
        url=request_url(request), organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    )  # fmt: skip


def _calendar(request: HelpRequest, booking: Booking, now: datetime, *, cancelled: bool = False) -> Attachment:
    content = calendar_file(request=request, booking=booking, now=now, cancelled=cancelled)
    return Attachment("zapis.ics", f"text/calendar; method={method_of(cancelled=cancelled)}", content)


def _what_when_where(request: HelpRequest, booking: Booking) -> dict[str, object]:
    """What the texts of a booking are filled with."""
    assert request.authority and request.topic
    return {
        "number": request.number, "topic": request.topic.title, "authority": request.authority.short,
        "when": spoken_moment(booking.during.lower, zone_of(request, booking)), "url": request_url(request),
        "zone": zone_words(zone_of(request, booking)),
        "where": booking.booth.branch.address if booking.booth else _("из дома, по ссылке ниже"),
        "site": settings.PUBLIC_URL,
    }  # fmt: skip


def _text_message(
    request: HelpRequest, booking: Booking, kind: str, text: str, *, now: datetime, urgent: bool = False
) -> None:
    """A text message beside the letter, when she left a telephone: in the quiet hours it waits for the morning.

    When the morning is too late, the news of somebody else's doing (`urgent`) is told at once, her own is not told. By
    day it goes at once, however near the start is: her link is in it.
    """
    assert request.citizen
    if not request.citizen.phone:
        return
    zone = zone_of(request, booking)
    moment = waking_moment(now, booking.during.lower, zone) if is_quiet(now, zone) else now
    if moment is None and not urgent:
        return
    write_sms(
        to=request.citizen.phone, text=text, about=f"{kind}:{booking.pk}", now=now,
        key=f"{kind}:{booking.pk}:{booking.sequence}:sms", not_before=None if moment in {None, now} else moment,
    )  # fmt: skip


def _withdraw_what_passed(booking: Booking, now: datetime) -> None:
    withdraw(about=[f"{kind}:{booking.pk}" for kind in PASSING], now=now)


def booking_confirmed_letter(*, request: HelpRequest, booking: Booking, now: datetime) -> None:
    """Tell the citizen, by what she left of e-mail and telephone, when and how she will be received.

    The interpreter of the booking, if there is one, is told as well.
    """
    assert request.citizen
    interpreter_booked_letter(request=request, booking=booking, now=now)
    if not (request.citizen.email or request.citizen.phone):
        return
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            body = _(
                "Здравствуйте!\n\nВы записаны на видеодиалог. Это бесплатно.\n\n"
                "Заявка № %(number)s\nТема: %(topic)s\nКто ответит: %(authority)s\nКогда: %(when)s (%(zone)s)\n"
                "Где: %(where)s\n\n"
                "Страница вашей заявки: отсюда вы войдёте в диалог, отсюда же можно перенести или отменить запись:\n"
                "%(url)s\n\nНикому не передавайте эту ссылку."
            ) % _what_when_where(request, booking)
            write_email(
                to=request.citizen.email, body=body, now=now, about=f"booking-confirmed:{booking.pk}",
                key=f"booking-confirmed:{booking.pk}:{booking.sequence}:email",
                subject=_("Заявка № %(number)s: время назначено") % {"number": request.number},
                attachment=_calendar(request, booking, now),
            )  # fmt: skip
        text = texts.confirmed(booking, zone_of(request, booking), request_url(request))
        _text_message(request, booking, "booking-confirmed", text, now=now)


def queue_joined_letter(*, request: HelpRequest, ticket: Ticket, now: datetime) -> None:
    """Send the link to who has joined the queue from home, by what she left: from another device she comes back by it.

    In the quiet hours no text message goes out, for in the morning it says nothing any more.
    """
    assert request.citizen and request.authority and request.topic
    about = f"queue-joined:{ticket.pk}"
    words = {
        "number": request.number, "topic": request.topic.title, "authority": request.authority.short,
        "url": request_url(request),
    }  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            write_email(
                to=request.citizen.email, now=now, about=about, key=f"{about}:email",
                subject=_("Заявка № %(number)s: вы в очереди") % words,
                body=_(
                    "Здравствуйте!\n\nВы в очереди на видеодиалог. Это бесплатно.\n\n"
                    "Заявка № %(number)s\nТема: %(topic)s\nКто ответит: %(authority)s\n\n"
                    "Страница вашей заявки. Если связь оборвётся или понадобится другое устройство, откройте её "
                    "в течение 10 минут, и место останется за вами:\n%(url)s\n\nНикому не передавайте эту ссылку."
                ) % words,
            )  # fmt: skip
        if request.citizen.phone and not is_quiet(now, request.authority.timezone):
            text = texts.queued(request_url(request))
            write_sms(to=request.citizen.phone, text=text, about=about, key=f"{about}:sms", now=now)


def booking_moved_letter(
    *, request: HelpRequest, booking: Booking, actor: Actor, now: datetime, was: Period, interpreter: Interpreter | None
) -> None:
    """Tell the citizen her new time, with the calendar's update; what waited to be said of the old one is withdrawn.

    `interpreter` is who was booked for the time that it `was`: she is told too, and whoever takes her place.
    """
    assert request.citizen
    _withdraw_what_passed(booking, now)
    if interpreter is not None and interpreter.pk != booking.interpreter_id:
        interpreter_let_go_letter(request=request, booking=booking, person=interpreter, during=was, now=now)
    interpreter_booked_letter(request=request, booking=booking, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            body = _(
                "Здравствуйте!\n\nВремя вашего видеодиалога изменено.\n\n"
                "Заявка № %(number)s\nТема: %(topic)s\nКто ответит: %(authority)s\n"
                "Теперь: %(when)s (%(zone)s)\nГде: %(where)s\n\n"
                "Ссылка осталась прежней. Если это время не подходит, перенесите или отмените запись здесь:\n%(url)s"
            ) % _what_when_where(request, booking)
            write_email(
                to=request.citizen.email, body=body, now=now, about=f"booking-moved:{booking.pk}",
                key=f"booking-moved:{booking.pk}:{booking.sequence}:email",
                subject=_("Заявка № %(number)s: время изменено") % {"number": request.number},
                attachment=_calendar(request, booking, now),
            )  # fmt: skip
        text = texts.moved(booking, zone_of(request, booking), request_url(request))
        _text_message(request, booking, "booking-moved", text, now=now, urgent=actor.kind != "citizen")


def booking_cancelled_letter(
    *, request: HelpRequest, booking: Booking, actor: Actor, now: datetime, reason: str = ""
) -> None:  # fmt: skip
    """Tell the citizen that the booking is called off, with the calendar's cancellation.

    The `reason` of somebody else is told by text message; by mail a letter of its own explains it. The interpreter of
    the booking, if there is one, is told as well.
    """
    assert request.citizen
    _withdraw_what_passed(booking, now)
    if booking.interpreter is not None:
        interpreter_let_go_letter(request=request, booking=booking, person=booking.interpreter, now=now,
                                  during=Period(booking.during.lower, booking.during.upper))  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            write_email(
                to=request.citizen.email, now=now, about=f"booking-cancelled:{booking.pk}",
                key=f"booking-cancelled:{booking.pk}:email",
                subject=_("Заявка № %(number)s: запись отменена") % {"number": request.number},
                body=_("Здравствуйте!\n\nЗапись по заявке № %(number)s отменена: %(when)s (%(zone)s).\n\n"
                       "Записаться снова можно здесь: %(site)s") % _what_when_where(request, booking),
                attachment=_calendar(request, booking, now, cancelled=True),
            )  # fmt: skip
        text = texts.cancelled(booking, zone_of(request, booking), settings.PUBLIC_URL, reason)
        _text_message(request, booking, "booking-cancelled", text, now=now, urgent=actor.kind != "citizen")


def reminder_letter(*, request: HelpRequest, booking: Booking, kind: str, now: datetime) -> None:
    """Remind of a booking by e-mail; `kind` is reminder-24h or reminder-2h."""
    assert request.citizen
    with translation.override(settings.LANGUAGE_CODE):
        write_email(
            to=request.citizen.email, now=now, about=f"{kind}:{booking.pk}", key=reminder_key(booking, kind, "email"),
            subject=_("Напоминание: видеодиалог %(when)s") % _what_when_where(request, booking),
            body=_("Здравствуйте!\n\nНапоминаем о видеодиалоге.\n\nЗаявка № %(number)s\nТема: %(topic)s\n"
                   "Кто ответит: %(authority)s\nКогда: %(when)s (%(zone)s)\nГде: %(where)s\n\n"
                   "Войти, перенести или отменить:\n%(url)s") % _what_when_where(request, booking),
        )  # fmt: skip


def reminder_text(*, request: HelpRequest, booking: Booking, kind: str, now: datetime) -> None:
    """Remind of a booking by a text message."""
    assert request.citizen
    with translation.override(settings.LANGUAGE_CODE):
        write_sms(
            to=request.citizen.phone, now=now, about=f"{kind}:{booking.pk}", key=reminder_key(booking, kind, "sms"),
            text=texts.reminder(booking, zone_of(request, booking), request_url(request)),
        )  # fmt: skip


def reminder_key(booking: Booking, kind: str, channel: str) -> str:
    """What makes a reminder one: the booking, its version, and the way it goes."""
    return f"{kind}:{booking.pk}:{booking.sequence}:{channel}"


def earlier_offer_letter(*, request: HelpRequest, booking: Booking, offer: EarlierOffer, now: datetime) -> None:
    """Tell a citizen who waits for it that an earlier time is free, and until when it is kept for her."""
    assert request.citizen
    zone = zone_of(request, booking)
    about = f"earlier-offer:{booking.pk}"
    words = {
        **_what_when_where(request, booking), "offered": spoken_moment(offer.start, zone),
        "until": spoken_moment(offer.expires_at, zone),
    }  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            write_email(
                to=request.citizen.email, now=now, about=about, key=f"earlier-offer:{offer.pk}:email",
                subject=_("Заявка № %(number)s: освободилось время раньше") % words,
                body=_("Здравствуйте!\n\nОсвободилось время раньше вашего: %(offered)s (%(zone)s).\n"
                       "Сейчас вы записаны на %(when)s.\n\nМы держим его за вами до %(until)s. Перейти на него или "
                       "оставить своё можно здесь:\n%(url)s") % words,
            )  # fmt: skip
        if request.citizen.phone:
            moment = morning_after(now, zone)
            write_sms(
                to=request.citizen.phone, now=now, about=about, key=f"earlier-offer:{offer.pk}:sms",
                not_before=None if moment == now else moment,
                text=texts.earlier(offer.start, offer.expires_at, zone, request_url(request)),
            )  # fmt: skip
