"""What a citizen is told when her time is given up without her: by the authority, or with its agreement."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from legalaid.directory.models import Branch
from legalaid.intake.models import HelpRequest
from legalaid.kernel.spoken import spoken_moment, zone_words
from legalaid.messaging.services import write_email
from legalaid.reception.letters import request_url, zone_of
from legalaid.reception.models import Booking, Ticket

_BY_AUTHORITY = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (%(zone)s) не состоится. Его отменил орган: "
    "%(authority)s.\nПочему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время можно здесь: %(url)s"
)
_WITHOUT_AGREEMENT = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (%(zone)s) не состоится. Соглашение о видеоприёме с "
    "органом «%(authority)s» закончилось.\n%(reason)s\n\n"
    "Вашей вины в этом нет. Рассказать о своём вопросе снова можно здесь: %(url)s"
)
_BY_CENTRE = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (%(zone)s) не состоится: %(centre)s в это время не работает.\n"
    "Почему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время или поговорить из дома можно здесь: %(url)s"
)
_BY_BROKEN_BOOTH = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (%(zone)s) не состоится: место видеосвязи в отделении %(centre)s "
    "не работает.\nПочему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время или поговорить из дома можно здесь: %(url)s"
)
_PLACE_GIVEN_UP = gettext_noop(
    "Здравствуйте!\n\nНам жаль: сегодня разговор с органом «%(authority)s» не состоится, %(centre)s сейчас "
    "не принимает.\nПочему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время или поговорить из дома можно здесь: %(url)s"
)
_FROM_HOME = gettext_noop(
    "Здравствуйте!\n\n%(centre)s сейчас не принимает, но ваше место в очереди к органу «%(authority)s» сохранилось. "
    "Мы позвоним, когда очередь будет близко. Разговор откроется по вашей ссылке, с телефона или компьютера: %(url)s"
)


def booking_called_off_by_broken_booth_letter(
    *, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime
) -> None:
    """Explain by e-mail, when the citizen left one, that the booth does not work and what she may do."""
    _write(_BY_BROKEN_BOOTH, request, booking, start, reason, now)


def place_given_up_letter(*, request: HelpRequest, branch: Branch, ticket: Ticket, reason: str, now: datetime) -> None:
    """Explain by e-mail, when she left one, why nobody receives her at the centre today."""
    subject = gettext_noop("Заявка № %(number)s: почему не состоится разговор")
    _write_to_waiting(_PLACE_GIVEN_UP, subject, request, branch, ticket, now, url=settings.PUBLIC_URL, reason=reason)


def waits_from_home_letter(*, request: HelpRequest, branch: Branch, ticket: Ticket, now: datetime) -> None:
    """Say by e-mail, when she left one, that she keeps her place and is called; with her link."""
    subject = gettext_noop("Заявка № %(number)s: ваша очередь сохранилась")
    _write_to_waiting(_FROM_HOME, subject, request, branch, ticket, now, url=request_url(request))


def _write_to_waiting(
    text: str, subject: str, request: HelpRequest, branch: Branch, ticket: Ticket, now: datetime, **more: str
) -> None:
    assert request.citizen and request.authority
    if not request.citizen.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = _(text) % {"authority": request.authority.short, "centre": branch.name, **more}
        write_email(to=request.citizen.email, body=body, now=now, about=f"place-of-closed-branch:{ticket.pk}",
                    subject=_(subject) % {"number": request.number})  # fmt: skip


def booking_called_off_by_centre_letter(
    *, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime
) -> None:
    """Explain by e-mail, when the citizen left one, that the centre is closed then and what she may do."""
    _write(_BY_CENTRE, request, booking, start, reason, now)


def booking_called_off_by_authority_letter(
    *, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime
) -> None:
    """Explain by e-mail, when the citizen left one, why the authority cancelled and how to come another time."""
    _write(_BY_AUTHORITY, request, booking, start, reason, now)


def called_off_without_agreement_letter(
    *, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime
) -> None:
    """Explain by e-mail, when the citizen left one, why nobody can receive her and what she may do."""
    _write(_WITHOUT_AGREEMENT, request, booking, start, reason, now)


def _write(text: str, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime) -> None:
    assert request.citizen and request.authority
    if not request.citizen.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = _(text) % {
            "when": spoken_moment(start, zone_of(request, booking)),
            "zone": zone_words(zone_of(request, booking)), "authority": request.authority.short,
            "reason": reason, "url": settings.PUBLIC_URL,
            "centre": booking.booth.branch.name if booking.booth else "",
        }  # fmt: skip
        write_email(
            to=request.citizen.email, body=body, now=now, about=f"booking-called-off:{booking.pk}",
            subject=_("Заявка № %(number)s: почему отменён приём") % {"number": request.number},
        )  # fmt: skip
