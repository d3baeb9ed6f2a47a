"""The day of a branch as a table: half hours down, booths across."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from legalaid.kernel.clock import in_zone
from legalaid.reception.rules import branch_hours

if TYPE_CHECKING:
    from legalaid.directory.models import Booth, Branch
    from legalaid.reception.models import Booking, Ticket

STEP = timedelta(minutes=30)
LATE = timedelta(minutes=5)
"""An expert who has not begun so long after the start of a visitor who is here is late."""


@dataclass(slots=True)
class Cell:
    """What begins at one booth in one half hour, and in that of this moment who sits there from the live queue."""

    booth: Booth
    bookings: list[Booking] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


@dataclass(slots=True)
class HalfHour:
    """One row of the table; `now` marks the row of this moment."""

    start: datetime
    cells: list[Cell]
    now: bool = False

    @property
    def is_used(self) -> bool:
        """Whether anybody is booked or sits in it."""
        return any(cell.bookings or cell.tickets for cell in self.cells)


@dataclass(slots=True)
class Day:
    """The table, the bookings whose expert is late, and the first free half hour of each booth still to come."""

    booths: list[Booth]
    rows: list[HalfHour]
    late: list[Booking]


def day_of(
    branch: Branch, booths: list[Booth], bookings: list[Booking], seated: list[Ticket], now: datetime
) -> Day:  # fmt: skip
    """The table from the first to the last hour that the branch is open or something is booked; local half hours.

    Those that have passed with nothing in them are left out: what is now stands on top. `seated` are the visitors of
    the live queue who sit at a booth now.
    """
    moment, starts = in_zone(now, branch.timezone), [in_zone(b.during.lower, branch.timezone) for b in bookings]
    first, last = _span(branch, [*starts, moment] if seated else starts, moment)
    rows, start = [], first
    while start < last:
        rows.append(HalfHour(start, [Cell(booth) for booth in booths], now=start <= moment < start + STEP))
        start += STEP
    place = {booth.pk: n for n, booth in enumerate(booths)}
    for booking, at in zip(bookings, starts, strict=True):
        if booking.booth_id in place:
            rows[int((at - first) / STEP)].cells[place[booking.booth_id]].bookings.append(booking)
    for ticket in seated:
        if ticket.booth_id in place:
            rows[int((moment - first) / STEP)].cells[place[ticket.booth_id]].tickets.append(ticket)
    rows = [row for row in rows if row.start + STEP > moment or row.is_used]
    return Day(booths, rows, [b for b in bookings if _is_late(b, now)])


def _span(branch: Branch, starts: list[datetime], now: datetime) -> tuple[datetime, datetime]:
    hours = branch_hours(branch.hours, now.date()) or (time(9), time(18))
    opens, closes = (now.replace(hour=t.hour, minute=t.minute, second=0, microsecond=0) for t in hours)
    for at in starts:
        half = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
        opens, closes = min(opens, half), max(closes, half + STEP)
    return opens, closes


def _is_late(booking: Booking, now: datetime) -> bool:
    return booking.state == "checked_in" and booking.began_at is None and booking.during.lower + LATE <= now
