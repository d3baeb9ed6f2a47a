"""Dates and hours as people say them, always on the clocks of a named zone."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.kernel.clock import in_zone
from legalaid.kernel.spoken import spoken_day, spoken_moment

register = template.Library()

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


@register.filter
def clock(moment: datetime, zone: str) -> str:
    """«14:30»."""
    return f"{in_zone(moment, zone):%H:%M}"


@register.filter
def day(moment: datetime, zone: str) -> str:
    """«22 ноября, понедельник»."""
    return spoken_day(in_zone(moment, zone))


@register.filter
def day_and_clock(moment: datetime, zone: str) -> str:
    """«22 ноября, понедельник, 14:30»."""
    return spoken_moment(moment, zone)


@register.filter
def utc_minutes(zone: str) -> int:
    """How far the clocks of a zone are ahead of UTC now, for times that the page itself writes."""
    ahead = in_zone(timezone.now(), zone).utcoffset()
    return int((ahead or timedelta()).total_seconds() // 60)


@register.filter
def zone_words(zone: str) -> str:
    """«по московскому времени»; a zone without a Russian name is called by its own."""
    known = ZONES.get(zone)
    return str(known) if known else _("по времени зоны %(zone)s") % {"zone": zone}
