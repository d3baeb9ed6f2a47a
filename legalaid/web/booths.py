"""What booths said of themselves, branch by branch: for the project office and the duty officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from legalaid.dialogue.line_queries import Checked, checks_of_booths
from legalaid.dialogue.rules import CHECK_GOOD_FOR
from legalaid.dialogue.states import Readiness
from legalaid.directory.queries import branches_with_booths

if TYPE_CHECKING:
    from legalaid.directory.models import Booth, Branch


@dataclass(frozen=True, slots=True)
class Row:
    """One booth: its newest self-test, and whether that says anything about now."""

    booth: Booth
    checked: Checked | None
    silent: bool
    out: bool = False

    @property
    def failed(self) -> bool:
        """Whether somebody must go there: it is out of service, or tested itself once and is not ready now."""
        return self.out or (self.checked is not None and not self.ready)

    @property
    def ready(self) -> bool:
        said = self.checked is not None and self.checked.readiness == Readiness.READY
        return said and not self.silent and not self.out


@dataclass(frozen=True, slots=True)
class Place:
    """A branch with its booths."""

    branch: Branch
    rows: Sequence[Row]

    @property
    def ready(self) -> int:
        return sum(row.ready for row in self.rows)

    @property
    def whole(self) -> bool:
        return self.ready == len(self.rows)


def booth_places(now: datetime) -> list[Place]:
    """Every branch with its booths. Three queries."""
    branches = branches_with_booths()
    checks = checks_of_booths([booth.pk for branch in branches for booth in branch.booths.all()])
    return [Place(branch, [_row(booth, checks.get(booth.pk), now) for booth in branch.booths.all()])
            for branch in branches]  # fmt: skip


def _row(booth: Booth, checked: Checked | None, now: datetime) -> Row:
    return Row(booth, checked, silent=checked is not None and now - checked.at > CHECK_GOOD_FOR,
               out=booth.out_since is not None)  # fmt: skip
