"""Working hours of a week as people say them."""

from collections.abc import Mapping
from itertools import groupby

from django import template
from django.utils.translation import gettext as _

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
    return ", ".join(said)


def _spoken(span: str) -> str:
    """«8:00–18:00» of «08:00-18:00», «круглосуточно» of a whole day."""
    if span == "00:00-23:59":
        return _("круглосуточно")
    return "–".join(end.removeprefix("0") for end in span.split("-"))
