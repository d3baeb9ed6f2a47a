"""How a row of the network is written: locked, only what differs, and with what it was in the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legalaid.directory.branch_rules import EVE, WEEK, span_of
from legalaid.directory.models import Authority, Booth
from legalaid.directory.refusals import PlaceRefused
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound

Row = TypeVar("Row", Booth, Authority)


def locked_place(rows: "QuerySet[Row]") -> Row:
    """The row, locked until the transaction ends. Raises NotFound."""
    found = rows.select_for_update(of=("self",)).order_by("id").first()
    if found is None:
        raise NotFound
    return found


def write_changes(
    row: Booth | Authority, kind: str, wanted: Mapping[str, Any], actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Write what differs, and say in the journal what it was; what is set already is no change."""
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return
    data = {name: [str(getattr(row, name)), str(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    record(kind=kind, subject=row.pk, action="set", actor=actor, at=now, data=data)


def one_line(text: str, most: int, field: str) -> str:
    """A text in one line that is there and not too long. Raises PlaceRefused."""
    found = " ".join(text.replace("\x00", "").split())
    if not found or len(found) > most:
        raise PlaceRefused(_("Слишком длинно.") if found else _("Заполните это поле."), field)
    return found


def demand_week(hours: Mapping[str, str]) -> dict[str, str]:
    """The hours of a week, {"mon": "08:00-18:00", …, "eve": …}, in the order of its days. Raises PlaceRefused."""
    for day, text in hours.items():
        if day not in {*WEEK, EVE}:
            raise PlaceRefused(_("Проверьте часы работы."), "hours")
        opens, closes = span_of(text)
        if opens >= closes:
            raise PlaceRefused(_("Закрытие должно быть позже открытия."), day)
    return {day: hours[day] for day in (*WEEK, EVE) if day in hours}
