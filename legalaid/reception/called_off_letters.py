"""What a citizen is told when her time is given up without her: by the authority, or with its agreement."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from legalaid.intake.models import HelpRequest
from legalaid.kernel.spoken import spoken_moment
from legalaid.messaging.services import write_email
from legalaid.reception.letters import zone_of
from legalaid.reception.models import Booking

_BY_AUTHORITY = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (местное время) не состоится. Его отменил орган: "
    "%(authority)s.\nПочему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время можно здесь: %(url)s"
)
_WITHOUT_AGREEMENT = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (местное время) не состоится. Соглашение о видеоприёме с "
    "органом «%(authority)s» закончилось.\n%(reason)s\n\n"
    "Вашей вины в этом нет. Рассказать о своём вопросе снова можно здесь: %(url)s"
)
_BY_CENTRE = gettext_noop(
    "Здравствуйте!\n\nНам жаль: приём %(when)s (местное время) не состоится: %(centre)s в это время не работает.\n"
    "Почему: %(reason)s\n\n"
    "Вашей вины в этом нет. Записаться на другое время или поговорить из дома можно здесь: %(url)s"
)


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
            "when": spoken_moment(start, zone_of(request, booking)), "authority": request.authority.short,
            "reason": reason, "url": settings.PUBLIC_URL,
            "centre": booking.booth.branch.name if booking.booth else "",
        }  # fmt: skip
        write_email(
            to=request.citizen.email, body=body, now=now, about=f"booking-called-off:{booking.pk}",
            subject=_("Заявка № %(number)s: почему отменён приём") % {"number": request.number},
        )  # fmt: skip
