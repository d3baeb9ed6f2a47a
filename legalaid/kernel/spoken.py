"""Days and moments as people say them, in pages and letters alike."""

from datetime import date, datetime

from django.utils import formats, translation
from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone


def spoken_day(day: date) -> str:
    """«22 ноября, понедельник». Django's Russian weekdays begin with a capital, a mistake inside a sentence."""
    weekday = formats.date_format(day, "l")
    if translation.get_language() in {None, "ru"}:
        weekday = weekday.lower()
    return _("%(day)s, %(weekday)s") % {"day": formats.date_format(day, _("j E")), "weekday": weekday}


def spoken_moment(moment: datetime, zone: str) -> str:
    """«22 ноября, понедельник, 14:30» on the clocks of a zone."""
    local = in_zone(moment, zone)
    return _("%(day)s, %(time)s") % {"day": spoken_day(local), "time": formats.date_format(local, "H:i")}
