"""«Сотрудник рядом»: a visitor in a booth is alone, but not abandoned."""

from datetime import datetime

from django.utils.translation import gettext as _

from legalaid.reception.queries.watch import bell_of, desk_seen_at
from legalaid.reception.queue_rules import AT_DESK_FOR
from legalaid.web.citizen.visit import Visit
from legalaid.web.templatetags.times import clock


class OperatorNear:
    """Whether an operator of the visitor's centre is at her desk, was called, is coming."""

    def __init__(self, visit: Visit, now: datetime) -> None:
        assert visit.request.branch_id is not None
        self.zone = visit.zone
        self.seen_at = desk_seen_at(visit.request.branch_id)
        self.near = self.seen_at is not None and now - self.seen_at <= AT_DESK_FOR
        self.bell = bell_of(visit.id)

    @property
    def coming(self) -> bool:
        """Whether she was called and the bell still rings."""
        return self.bell is not None

    @property
    def words(self) -> str:
        if self.bell is not None:
            return _("Сотрудник идёт к вам") if self.bell.taken_by_id else _("Сотрудника позвали, он сейчас подойдёт")
        if self.near:
            return _("Сотрудник рядом")
        if self.seen_at is None:
            return _("Сотрудника сейчас нет у стойки")
        return _("Сотрудник был у стойки в %(time)s") % {"time": clock(self.seen_at, self.zone)}

    @property
    def tone(self) -> str:
        return "ok" if self.near or self.coming else "away"
