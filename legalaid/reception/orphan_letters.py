"""What a citizen is told when the agreement she was booked under has ended."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.intake.models import HelpRequest
from legalaid.kernel.spoken import spoken_moment
from legalaid.messaging.services import write_email
from legalaid.reception.letters import zone_of
from legalaid.reception.models import Booking


def called_off_without_agreement_letter(
    *, request: HelpRequest, booking: Booking, start: datetime, reason: str, now: datetime
) -> None:
    """Explain by e-mail, when the citizen left one, why nobody can receive her and what she may do."""
    assert request.citizen and request.authority
    if not request.citizen.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "Здравствуйте!\n\nНам жаль: приём %(when)s (местное время) не состоится. Соглашение о видеоприёме с "
            "органом «%(authority)s» закончилось.\n%(reason)s\n\n"
            "Вашей вины в этом нет. Рассказать о своём вопросе снова можно здесь: %(url)s"
        ) % {
            "when": spoken_moment(start, zone_of(request, booking)), "authority": request.authority.short,
            "reason": reason, "url": settings.PUBLIC_URL,
        }  # fmt: skip
        write_email(
            to=request.citizen.email, body=body, now=now, about=f"booking-called-off:{booking.pk}",
            subject=_("Заявка № %(number)s: почему отменён приём") % {"number": request.number},
        )  # fmt: skip
