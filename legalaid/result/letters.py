"""The letter that brings the memo."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import consent_of
from legalaid.messaging.services import write_email
from legalaid.reception.letters import request_url
from legalaid.result.models import Memo


def memo_issued_letter(*, request: HelpRequest, memo: Memo, now: datetime) -> None:
    """Tell the citizen by e-mail, when she left one, where her memo is. The memo itself stays behind her link.

    Who has revoked her consent in the meantime gets no letter: the memo waits behind her link.
    """
    if request.citizen is None or not request.citizen.email:
        return
    consent = consent_of(request)
    if consent is not None and consent.revoked_at is not None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        write_email(
            to=request.citizen.email, now=now, about=f"memo-issued:{memo.pk}",
            subject=_("Заявка № %(number)s: памятка готова") % {"number": request.number},
            body=_("Здравствуйте!\n\nВаша памятка № %(memo)s готова. Открыть и напечатать её можно здесь:\n%(url)s")
            % {"memo": memo.number, "url": request_url(request)},
        )  # fmt: skip
