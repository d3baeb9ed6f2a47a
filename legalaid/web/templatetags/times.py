"""Dates and hours as people say them, always on the clocks of a named zone."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone
from legalaid.kernel.spoken import spoken_day, spoken_moment, zone_words

register = template.Library()


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


def length(minutes: int) -> str:
    """«3 ч», «3 ч 30 мин», «45 мин»."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s мин") % {"n": rest}
    if not rest:
        return _("%(n)s ч") % {"n": hours}
    return _("%(hours)s ч %(minutes)s мин") % {"hours": hours, "minutes": rest}


@register.filter
def utc_minutes(zone: str) -> int:
    """How far the clocks of a zone are ahead of UTC now, for times that the page itself writes."""
    ahead = in_zone(timezone.now(), zone).utcoffset()
    return int((ahead or timedelta()).total_seconds() // 60)


register.filter("zone_words", zone_words)
