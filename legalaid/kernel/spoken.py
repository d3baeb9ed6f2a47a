"""Days and moments as people say them, in pages and letters alike."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.kernel.clock import in_zone

ZONES = {
    "Europe/Kaliningrad": gettext_lazy("по калининградскому времени"),
    "Europe/Moscow": gettext_lazy("по московскому времени"),
    "Europe/Simferopol": gettext_lazy("по московскому времени"),
    "Europe/Kirov": gettext_lazy("по московскому времени"),
    "Europe/Volgograd": gettext_lazy("по волгоградскому времени"),
    "Europe/Saratov": gettext_lazy("по саратовскому времени"),
    "Europe/Astrakhan": gettext_lazy("по астраханскому времени"),
    "Europe/Ulyanovsk": gettext_lazy("по ульяновскому времени"),
    "Europe/Samara": gettext_lazy("по самарскому времени"),
    "Asia/Yekaterinburg": gettext_lazy("по екатеринбургскому времени"),
    "Asia/Omsk": gettext_lazy("по омскому времени"),
    "Asia/Novosibirsk": gettext_lazy("по новосибирскому времени"),
    "Asia/Krasnoyarsk": gettext_lazy("по красноярскому времени"),
    "Asia/Irkutsk": gettext_lazy("по иркутскому времени"),
    "Asia/Yakutsk": gettext_lazy("по якутскому времени"),
    "Asia/Vladivostok": gettext_lazy("по владивостокскому времени"),
    "Asia/Sakhalin": gettext_lazy("по сахалинскому времени"),
    "Asia/Magadan": gettext_lazy("по магаданскому времени"),
    "Asia/Kamchatka": gettext_lazy("по камчатскому времени"),
}
"""How the clocks of a zone are named in Russian."""


def spoken_day(day: date) -> str:
    """«22 ноября, понедельник». Django's Russian weekdays begin with a capital, a mistake inside a sentence."""
    return _spoken_day(day.year, day.month, day.day, translation.get_language())


@lru_cache(maxsize=256)
def _spoken_day(year: int, month: int, number: int, language: str | None) -> str:
    """Kept: a list of free times says the same few days for every line."""
    day = date(year, month, number)
    weekday = formats.date_format(day, "l")
    if language in {None, "ru"}:
        weekday = weekday.lower()
    return _("%(day)s, %(weekday)s") % {"day": formats.date_format(day, _("j E")), "weekday": weekday}


def spoken_moment(moment: datetime, zone: str) -> str:
    """«22 ноября, понедельник, 14:30» on the clocks of a zone."""
    local = in_zone(moment, zone)
    return _("%(day)s, %(time)s") % {"day": spoken_day(local), "time": f"{local:%H:%M}"}


def zone_words(zone: str) -> str:
    """«по московскому времени»; a zone without a Russian name is called by its own."""
    known = ZONES.get(zone)
    return str(known) if known else _("по времени зоны %(zone)s") % {"zone": zone}
