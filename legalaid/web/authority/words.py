"""Words of the coordinator's pages: days, lengths, what is missing."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from legalaid.kernel.clock import effective_weekday, holiday_name, is_short_day, is_working_weekend
from legalaid.reception.coverage_rules import Coverage, Gap
from legalaid.web.templatetags.times import length

SHORT = (gettext_lazy("пн"), gettext_lazy("вт"), gettext_lazy("ср"), gettext_lazy("чт"), gettext_lazy("пт"),
         gettext_lazy("сб"), gettext_lazy("вс"))  # fmt: skip
LONG = (gettext_lazy("понедельник"), gettext_lazy("вторник"), gettext_lazy("среда"), gettext_lazy("четверг"),
        gettext_lazy("пятница"), gettext_lazy("суббота"), gettext_lazy("воскресенье"))  # fmt: skip
ON = (gettext_lazy("в понедельник"), gettext_lazy("во вторник"), gettext_lazy("в среду"), gettext_lazy("в четверг"),
      gettext_lazy("в пятницу"), gettext_lazy("в субботу"), gettext_lazy("в воскресенье"))  # fmt: skip
OF = (gettext_lazy("понедельника"), gettext_lazy("вторника"), gettext_lazy("среды"), gettext_lazy("четверга"),
      gettext_lazy("пятницы"), gettext_lazy("субботы"), gettext_lazy("воскресенья"))  # fmt: skip


def gap_words(gap: Gap) -> str:
    """«во вторник не хватает 3 ч», «в пятницу нет приёма»."""
    on = ON[gap.day.weekday()]
    if gap.nothing:
        return _("%(on)s нет приёма") % {"on": on}
    return _("%(on)s не хватает %(length)s") % {"on": on, "length": length(gap.missing)}


def coverage_words(found: Coverage) -> list[str]:
    """What is missing in a week, each thing named; empty when all is there."""
    words = [gap_words(gap) for gap in found.gaps]
    if found.posts < found.norm_posts:
        words.append(
            ngettext("по соглашению нужен %(norm)s пост, принимает %(posts)s",
                     "по соглашению нужно постов: %(norm)s, принимает %(posts)s", found.norm_posts)
            % {"norm": found.norm_posts, "posts": found.posts}
        )  # fmt: skip
    return words


def day_note(day: date) -> str:
    """What the production calendar says of a day, in words; '' for an ordinary one."""
    name = holiday_name(day, (get_language() or "ru").split("-")[0])
    if name:
        return name
    if is_working_weekend(day):
        weekday = effective_weekday(day)
        assert weekday is not None
        text = _("рабочий день, часы %(of)s") % {"of": OF[weekday]}
        return text + _(", на час короче") if is_short_day(day) else text
    return _("короткий день: на час меньше") if is_short_day(day) else ""


def day_words(day: date) -> str:
    """«пн 23 ноября»."""
    return f"{SHORT[day.weekday()]} {date_format(day, _('j E'))}"


def week_words(monday: date, sunday: date) -> str:
    """«23–29 ноября 2026»; months are told apart when they differ."""
    last = date_format(sunday, _("j E Y"))
    if monday.month == sunday.month:
        return f"{monday.day}–{last}"
    return f"{date_format(monday, _('j E'))} – {last}"
