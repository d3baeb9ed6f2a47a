"""Days and moments as people say them, in pages and letters alike."""

from datetime import date, datetime
from functools import lru_cache

from django.utils import formats, translation
from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone


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
