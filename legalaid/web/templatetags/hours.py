"""Periods of absence as people say them."""

from datetime import timedelta

from django import template
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from legalaid.kernel.clock import day_period, in_zone, local_day
from legalaid.kernel.spoken import spoken_day

register = template.Library()


@register.filter
def period_words(during: DateTimeTZRange, zone: str) -> str:
    """«26 ноября, четверг, 15:00–17:00», «26 ноября, четверг» for a whole day, or both ends of a longer period.

    The end is not part of the period: midnight is the end of the day before.
    """
    start, end = in_zone(during.lower, zone), in_zone(during.upper, zone)
    first = local_day(during.lower, zone)
    if during.upper <= day_period(first, zone).end:
        whole = (during.lower, during.upper) == (day_period(first, zone).start, day_period(first, zone).end)
        return spoken_day(first) if whole else f"{spoken_day(first)}, {start:%H:%M}–{end:%H:%M}"
    last = local_day(during.upper - timedelta(microseconds=1), zone)
    if during.lower == day_period(first, zone).start and during.upper == day_period(last, zone).end:
        return _("с %(first)s по %(last)s включительно") % {"first": spoken_day(first), "last": spoken_day(last)}
    return _("с %(first)s, %(from)s, по %(last)s, %(to)s") % {
        "first": spoken_day(first), "from": f"{start:%H:%M}", "last": spoken_day(end.date()), "to": f"{end:%H:%M}",
    }  # fmt: skip
