"""Offered starts, grouped by the days of a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from legalaid.kernel.clock import in_zone, local_day
from legalaid.kernel.errors import DomainError
from legalaid.kernel.spoken import spoken_day
from legalaid.reception.waitlist_rules import part_of

ENOUGH = 8
"""Starts shown unfolded; further days unfold on demand."""


class StartNotUnderstood(DomainError):
    """The sent start is not a moment of time: a page of ours does not send that."""

    code = "start"
    field = "start"

    def __init__(self) -> None:
        super().__init__(_("Мы не поняли, какое время вы выбрали. Нажмите на время в списке."))


@dataclass(slots=True)
class Day:
    """A local day and its parts; a start is (value of the button, «14:30»)."""

    day: date
    label: str
    count: int = 0
    open: bool = False
    parts: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def add(self, start: datetime, local: datetime) -> None:
        part = _part(local.hour)
        if not self.parts or self.parts[-1][0] != part:
            self.parts.append((part, []))
        self.parts[-1][1].append((start.isoformat(), f"{local:%H:%M}"))
        self.count += 1


def by_day(starts: Iterable[datetime], zone: str, now: datetime) -> list[Day]:
    """Group starts (UTC, ascending) by local days; today and tomorrow are called so."""
    found: list[Day] = []
    today = local_day(now, zone)
    for start in starts:
        local = in_zone(start, zone)
        if not found or found[-1].day != local.date():
            found.append(Day(local.date(), day_words(local.date(), today)))
        found[-1].add(start, local)
    _open_enough(found)
    return found


def _open_enough(days: list[Day]) -> None:
    """Unfold the first days until there is something to choose from."""
    shown = 0
    for one in days:
        if shown >= ENOUGH:
            return
        one.open = True
        shown += one.count


def _part(hour: int) -> str:
    return {"morning": _("Утром"), "day": _("Днём"), "evening": _("Вечером")}[part_of(hour)]


def day_words(day: date, today: date) -> str:
    """«22 ноября, воскресенье», with «Сегодня» or «Завтра» before it."""
    words = spoken_day(day)
    ahead = (day - today).days
    if ahead == 0:
        return _("Сегодня, %(day)s") % {"day": words}
    if ahead == 1:
        return _("Завтра, %(day)s") % {"day": words}
    return words


def read_start(text: str) -> datetime:
    """The moment behind a button. Raises StartNotUnderstood."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise StartNotUnderstood from None
    if start.tzinfo is None:
        raise StartNotUnderstood
    return start
