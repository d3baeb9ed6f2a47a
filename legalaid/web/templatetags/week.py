"""Working hours of a week as people say them."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import EVE
from legalaid.kernel.clock import is_short_day, local_day
from legalaid.kernel.spoken import spoken_day
from legalaid.reception.rules import HORIZON_DAYS, branch_hours

if TYPE_CHECKING:
    from legalaid.directory.models import Branch

register = template.Library()
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@register.filter
def week_words(hours: Mapping[str, str]) -> str:
    """«пн–вт 8:00–18:00, ср 8:00–20:00, чт–сб 8:00–18:00, вс выходной»; days of the same hours stand together."""
    names = dict(zip(DAYS, (_("пн"), _("вт"), _("ср"), _("чт"), _("пт"), _("сб"), _("вс")), strict=True))
    day_off, said = _("выходной"), []
    for span, group in groupby(DAYS, key=lambda day: hours.get(day, "")):
        days = list(group)
        when = names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"
        said.append(f"{when} {_spoken(span) if span else day_off}")
    if EVE in hours:
        said.append(_("накануне праздника %(hours)s") % {"hours": _spoken(hours[EVE])})
    return ", ".join(said)


@register.simple_tag
def short_days(branch: "Branch") -> list[str]:
    """«31 декабря, четверг: 8:00–17:00» for each short day of the next two weeks on which the branch is open."""
    today, found = local_day(timezone.now(), branch.timezone), []
    for day in (today + timedelta(days=n) for n in range(HORIZON_DAYS)):
        span = branch_hours(branch.hours, day) if is_short_day(day) else None
        if span is not None:
            found.append(f"{spoken_day(day)}: {_spoken('-'.join(f'{at:%H:%M}' for at in span))}")
    return found


def _spoken(span: str) -> str:
    """«8:00–18:00» of «08:00-18:00», «круглосуточно» of a whole day."""
    if span == "00:00-23:59":
        return _("круглосуточно")
    return "–".join(end.removeprefix("0") for end in span.split("-"))
