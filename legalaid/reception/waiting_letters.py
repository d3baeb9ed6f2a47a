"""Letters and text messages to somebody who waits for a time without having one."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legalaid.intake.models import HelpRequest
from legalaid.kernel.spoken import spoken_moment, zone_words
from legalaid.messaging.rules import is_quiet, morning_after
from legalaid.messaging.services import write_email, write_sms
from legalaid.reception import texts
from legalaid.reception.letters import request_url
from legalaid.reception.models import EarlierOffer, WaitlistEntry


def place_zone(request: HelpRequest) -> str:
    """The zone a request without a booking is told times in: its branch's, or the authority's from home."""
    assert request.authority
    return request.branch.timezone if request.branch else request.authority.timezone


def _words(request: HelpRequest) -> dict[str, object]:
    assert request.authority and request.topic
    return {
        "number": request.number, "topic": request.topic.title, "authority": request.authority.short,
        "zone": zone_words(place_zone(request)), "url": request_url(request),
        "where": request.branch.address if request.branch else _("из дома, по ссылке ниже"),
    }  # fmt: skip


def waiting_for_time_letter(*, request: HelpRequest, entry: WaitlistEntry, now: datetime) -> None:
    """Send her the link: by it she sees what is offered. At night no text message goes out before the morning."""
    assert request.citizen
    about, zone = f"waiting-for-time:{entry.pk}", place_zone(request)
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            write_email(
                to=request.citizen.email, now=now, about=about, key=f"{about}:email",
                subject=_("Заявка № %(number)s: ищем вам время") % _words(request),
                body=_(
                    "Здравствуйте!\n\nВремени, которое вам подходит, пока нет. Как только оно появится, мы сообщим и "
                    "подержим его за вами. Предложим не больше трёх раз.\n\n"
                    "Заявка № %(number)s\nТема: %(topic)s\nКто ответит: %(authority)s\nГде: %(where)s\n\n"
                    "Страница вашей заявки. Здесь же можно выбрать время самим или больше не ждать:\n%(url)s\n\n"
                    "Никому не передавайте эту ссылку."
                ) % _words(request),
            )  # fmt: skip
        if request.citizen.phone:
            write_sms(
                to=request.citizen.phone, now=now, about=about, key=f"{about}:sms",
                not_before=morning_after(now, zone) if is_quiet(now, zone) else None,
                text=texts.waiting(request_url(request)),
            )  # fmt: skip


def time_offer_letter(*, request: HelpRequest, offer: EarlierOffer, now: datetime) -> None:
    """Tell her that there is a time, and until when it is kept for her."""
    assert request.citizen
    zone, about = place_zone(request), f"time-offer:{offer.entry_id}"
    words = {
        **_words(request), "offered": spoken_moment(offer.start, zone), "until": spoken_moment(offer.expires_at, zone)
    }  # fmt: skip
    with translation.override(settings.LANGUAGE_CODE):
        if request.citizen.email:
            write_email(
                to=request.citizen.email, now=now, about=about, key=f"time-offer:{offer.pk}:email",
                subject=_("Заявка № %(number)s: появилось время") % words,
                body=_("Здравствуйте!\n\nПоявилось время: %(offered)s (%(zone)s).\nГде: %(where)s\n\n"
                       "Мы держим его за вами до %(until)s. Записаться или отказаться можно здесь:\n%(url)s") % words,
            )  # fmt: skip
        if request.citizen.phone:
            moment = morning_after(now, zone)
            write_sms(
                to=request.citizen.phone, now=now, about=about, key=f"time-offer:{offer.pk}:sms",
                not_before=None if moment == now else moment,
                text=texts.offered(offer.start, offer.expires_at, zone, request_url(request)),
            )  # fmt: skip
