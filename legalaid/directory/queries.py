"""Reads of the network; what is covered by agreements in force."""

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Booth, Branch, Topic
from legalaid.directory.states import AgreementState
from legalaid.kernel.clock import local_day


def _in_force(day: date, prefix: str = "") -> Q:
    """Agreements in force on a local day."""
    until = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    return Q(**{f"{prefix}state": AgreementState.IN_FORCE, f"{prefix}valid_from__lte": day}) & until


def is_covered(*, topic_id: int, authority_id: int, branch_id: int | None, today: date, day: date) -> bool:
    """Whether topic × branch (None = home) may be booked today for `day`: one agreement is in force on both."""
    cells = AgreementCoverage.objects.filter(
        _in_force(today, "agreement__") & _in_force(day, "agreement__"),
        topic_id=topic_id, agreement__authority_id=authority_id,
    )  # fmt: skip
    if branch_id is None:
        return cells.filter(branch__isnull=True).exists()
    return cells.filter(branch_id=branch_id).exists()


def branches_covering(*, topic_id: int, authority_id: int, day: date) -> QuerySet[Branch]:
    """Branches where the topic may be booked on a day."""
    cell = AgreementCoverage.objects.filter(
        _in_force(day, "agreement__"), topic_id=topic_id, agreement__authority_id=authority_id, branch_id=OuterRef("pk")
    )
    return Branch.objects.filter(Exists(cell)).order_by("municipality", "name", "id")


def topics_of_branch(*, branch_id: int, day: date) -> QuerySet[Topic]:
    """Topics that may be booked at a branch on a day."""
    cell = AgreementCoverage.objects.filter(_in_force(day, "agreement__"), topic_id=OuterRef("pk"), branch_id=branch_id)
    return (
        Topic.objects.filter(Exists(cell)).select_related("area", "authority").order_by("area__position", "title", "id")
    )


def agreements_by_end() -> QuerySet[Agreement]:
    """All agreements with their authority: first those with an end, the soonest on top, then by age."""
    return Agreement.objects.select_related("authority").order_by(F("valid_until").asc(nulls_last=True), "id")


def overdue_agreements(now: datetime) -> list[Agreement]:
    """Agreements said to be in force whose last day is over on the clocks of their authority."""
    rows = Agreement.objects.filter(state=AgreementState.IN_FORCE, valid_until__isnull=False)
    return [
        one
        for one in rows.select_related("authority").order_by("id")
        if one.valid_until and one.valid_until < local_day(now, one.authority.timezone)
    ]


def booths_of(branch_id: int) -> QuerySet[Booth]:
    """Booths of a branch."""
    return Booth.objects.filter(branch_id=branch_id).order_by("name", "id")


def branch_by_id(branch_id: int) -> Branch | None:
    """One branch."""
    return Branch.objects.filter(pk=branch_id).first()


def authorities() -> QuerySet[Authority]:
    """All authorities."""
    return Authority.objects.order_by("plain", "id")


def topic_by_code(code: str) -> Topic | None:
    """One topic with its authority and area."""
    return Topic.objects.select_related("authority", "area").filter(code=code).order_by("id").first()
