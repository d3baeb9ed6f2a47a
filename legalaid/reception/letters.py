"""Letters about a booking, written in the transaction that has cause for them."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.kernel.spoken import spoken_moment
from legalaid.messaging.services import Attachment, write_email
from legalaid.reception.calendar import booking_event
from legalaid.reception.models import Booking


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
    """The booking for the citizen's calendar."""
    assert request.authority and request.topic
    where = booking.booth.branch.address if booking.booth else _("Из дома, по ссылке")
    return booking_event(
        uid=f"booking-{booking.pk}@legalaid", sequence=booking.sequence + (1 if cancelled else 0),
        start=booking.during.lower, end=booking.during.upper, stamp=now, cancelled=cancelled, location=where,
        summary=_("Правовая помощь онлайн: %(authority)s") % {"authority": request.authority.plain},
        description=_("Заявка № %(number)s. Страница заявки: %(url)s")
        % {"number": request.number, "url": request_url(request)},
        url=request_url(request),
    )  # fmt: skip


def _calendar(request: HelpRequest, booking: Booking, now: datetime, *, cancelled: bool = False) -> Attachment:
    content = calendar_file(request=request, booking=booking, now=now, cancelled=cancelled)
    return Attachment("zapis.ics", "text/calendar", content)


def booking_confirmed_letter(*, request: HelpRequest, booking: Booking, now: datetime) -> None:
    """Tell the citizen by e-mail, when she left one, when and how she will be received."""
    assert request.citizen and request.authority and request.topic
    if not request.citizen.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "Здравствуйте!\n\nВы записаны на видеодиалог. Это бесплатно.\n\n"
            "Заявка № %(number)s\nТема: %(topic)s\nКто ответит: %(authority)s\nКогда: %(when)s (местное время)\n"
            "Где: %(where)s\n\n"
            "Страница вашей заявки: отсюда вы войдёте в диалог, отсюда же можно отменить запись:\n%(url)s\n\n"
            "Никому не передавайте эту ссылку."
        ) % {
            "number": request.number, "topic": request.topic.title, "authority": request.authority.short,
            "when": spoken_moment(booking.during.lower, zone_of(request, booking)), "url": request_url(request),
            "where": booking.booth.branch.address if booking.booth else _("из дома, по ссылке ниже"),
        }  # fmt: skip
        write_email(
            to=request.citizen.email, body=body, now=now, about=f"booking-confirmed:{booking.pk}",
            subject=_("Заявка № %(number)s: время назначено") % {"number": request.number},
            attachment=_calendar(request, booking, now),
        )  # fmt: skip


def booking_cancelled_letter(*, request: HelpRequest, booking: Booking, now: datetime) -> None:
    """Tell the citizen by e-mail that the booking is cancelled, with the calendar's cancellation."""
    assert request.citizen
    if not request.citizen.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        write_email(
            to=request.citizen.email, now=now, about=f"booking-cancelled:{booking.pk}",
            subject=_("Заявка № %(number)s: запись отменена") % {"number": request.number},
            body=_("Здравствуйте!\n\nЗапись по заявке № %(number)s отменена. Записаться снова можно здесь: %(url)s")
            % {"number": request.number, "url": settings.PUBLIC_URL},
            attachment=_calendar(request, booking, now, cancelled=True),
        )  # fmt: skip
