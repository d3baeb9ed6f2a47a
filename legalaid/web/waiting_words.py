"""How long somebody waits in the live queue, and whether reception ends before: the same words at every door."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from legalaid.reception.estimate_rules import Estimate
from legalaid.web.templatetags.times import clock, length

HOUR = 60
"""Minutes; from here on a wait is told in hours: nobody counts 190 minutes in her head."""


def how_long(found: Estimate | None) -> str:
    """The range of an estimate, or that nobody knows."""
    if found is None:
        return _("Сколько ждать, пока сказать нельзя: мало разговоров, чтобы посчитать честно.")
    if found.low == 0:
        return _("Ждать, скорее всего, не больше %(high)s.") % {"high": length(found.high)}
    if found.high < HOUR:
        return _("Ждать, скорее всего, от %(low)s до %(high)s минут.") % {"low": found.low, "high": found.high}
    both = {"low": length(found.low), "high": length(found.high)}
    return _("Ждать, скорее всего, от %(low)s до %(high)s.") % both


def too_late(found: Estimate | None, ends_at: datetime | None, now: datetime, zone: str) -> str:
    """That reception may end before her turn comes; '' when it does not, or when nobody knows."""
    if found is None or ends_at is None or now + timedelta(minutes=found.high) <= ends_at:
        return ""
    if now + timedelta(minutes=found.low) >= ends_at:
        return _("Приём до %(time)s: скорее всего, до этого очередь не дойдёт. Надёжнее записаться на время.") % {
            "time": clock(ends_at, zone)
        }
    return _("Приём до %(time)s: очередь может не дойти. Надёжнее записаться на время.") % {
        "time": clock(ends_at, zone)
    }
