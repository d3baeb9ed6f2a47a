"""Letters to the two sides of an agreement."""

from datetime import date, datetime

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from legalaid.directory.models import Agreement
from legalaid.messaging.rules import morning_after
from legalaid.messaging.services import write_email
from legalaid.people.models import User


def agreement_ends_letter(
    *, agreement: Agreement, user: User, side: str, today: date, days: int, now: datetime
) -> None:  # fmt: skip
    """Tell one person of one side which agreement ends, when, and what happens then; by day, once."""
    assert agreement.valid_until is not None
    left = (agreement.valid_until - today).days
    path = f"/office/agreement/{agreement.pk}/" if side == "office" else "/authority/agreements/"
    with translation.override(settings.LANGUAGE_CODE):
        last = formats.date_format(agreement.valid_until, _("j E Y"))
        body = _(
            "Здравствуйте!\n\nСоглашение № %(number)s о видеоприёме (%(authority)s) скоро закончится. "
            "Последний день: %(last)s. Осталось дней: %(left)s.\n\n"
            "После этого дня по нему нельзя будет записаться. Тех, кто уже записан на более поздние дни, система "
            "не отменит сама: проектный офис решит по каждой записи.\n\n"
            "Чтобы приём не прервался, подпишите дополнительное соглашение до этого дня.\n\n"
            "Соглашение здесь: %(url)s"
        ) % {"number": agreement.number, "authority": agreement.authority.short, "left": left, "last": last,
             "url": settings.PUBLIC_URL + path}  # fmt: skip
        write_email(
            to=user.email, body=body, now=now, about=f"agreement-ends:{agreement.pk}",
            subject=_("Соглашение № %(number)s действует по %(last)s") % {"number": agreement.number, "last": last},
            key=f"agreement-ends:{agreement.pk}:{agreement.valid_until}:{days}:{user.pk}",
            not_before=_by_day(now, agreement.authority.timezone),
        )  # fmt: skip


def _by_day(now: datetime, zone: str) -> datetime | None:
    moment = morning_after(now, zone)
    return moment if moment != now else None
