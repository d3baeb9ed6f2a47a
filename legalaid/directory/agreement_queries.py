"""Reads and locks of agreements and their annexes."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from legalaid.directory.agreement_rules import WARN_AHEAD
from legalaid.directory.models import (
    Agreement,
    AgreementClause,
    AgreementCoverage,
    AgreementScan,
    AgreementWarning,
    Branch,
    ExchangeItem,
    MethodPart,
    Topic,
)  # fmt: skip
from legalaid.directory.queries import agreements_by_end
from legalaid.directory.states import AgreementState, PartKind
from legalaid.people.models import Membership, User
from legalaid.people.states import Role


def agreement_with_all(agreement_id: int) -> Agreement | None:
    """One agreement with its authority and the one it amends."""
    rows = Agreement.objects.select_related("authority", "amends").filter(pk=agreement_id)
    return rows.order_by("id").first()


def lock_agreement(agreement_id: int) -> Agreement | None:
    """One agreement, locked, with its authority."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("authority")
    return rows.filter(pk=agreement_id).order_by("id").first()


def cells_of(agreement_id: int) -> set[tuple[int, int | None]]:
    """The annex: topic × branch, None = from home. One query."""
    rows = AgreementCoverage.objects.filter(agreement_id=agreement_id).order_by("id")
    return set(rows.values_list("topic_id", "branch_id"))


def topics_of(agreement: Agreement) -> list[Topic]:
    """Topics the authority of an agreement answers, by area; of the retired ones those it covers. One query."""
    covered = AgreementCoverage.objects.filter(agreement=agreement, topic=OuterRef("pk"))
    rows = Topic.objects.filter(Q(retired_at=None) | Exists(covered), authority_id=agreement.authority_id)
    return list(rows.select_related("area").order_by("area__position", "title", "id"))


def branches() -> QuerySet[Branch]:
    """All branches by municipality."""
    return Branch.objects.order_by("municipality", "name", "id")


def agreements_listed(*, state: str, term: str, authority_id: int | None, today: date) -> QuerySet[Agreement]:
    """Agreements by filter, with `topics` and `places`: how much each annex covers, and `warned`: of this very end.

    `term`: "60", "30", "7" = in force and ending within so many days; "open" = бессрочно; "" = any.
    """
    rows = agreements_by_end().annotate(
        topics=Count("coverage__topic", distinct=True), places=Count("coverage__branch", distinct=True),
        home=Count("coverage", filter=Q(coverage__branch__isnull=True)),
        warned=Exists(AgreementWarning.objects.filter(agreement=OuterRef("pk"), ends_on=OuterRef("valid_until"))),
    )  # fmt: skip
    if state in AgreementState.values:
        rows = rows.filter(state=state)
    if term.isdigit():
        rows = rows.filter(
            state=AgreementState.IN_FORCE, valid_until__gte=today, valid_until__lte=today + timedelta(days=int(term))
        )
    elif term == "open":
        rows = rows.filter(valid_until__isnull=True)
    return rows.filter(authority_id=authority_id) if authority_id else rows


def region_clauses() -> QuerySet[AgreementClause]:
    """The region's templates of clauses, in their order."""
    return AgreementClause.objects.order_by("position", "id")


def region_norms() -> dict[str, int]:
    """The numbers of the region's method by code: posts, post_hours, agree_days, …"""
    rows = MethodPart.objects.filter(kind=PartKind.NORM).order_by("code").values_list("code", "data__value")
    return {code: int(value) for code, value in rows if value is not None}


def exchange_of(agreement_id: int) -> QuerySet[ExchangeItem]:
    """The annex on data exchange, in its order."""
    return ExchangeItem.objects.filter(agreement_id=agreement_id).order_by("position", "id")


def scans_of(agreement_id: int) -> QuerySet[AgreementScan]:
    """Scans of a version, the oldest first; the files themselves stay in the table."""
    rows = AgreementScan.objects.filter(agreement_id=agreement_id).select_related("added_by").defer("pdf")
    return rows.order_by("added_at", "id")


def scan_file(agreement_id: int, scan_id: int) -> bytes | None:
    """The PDF of a scan of this very version."""
    rows = AgreementScan.objects.filter(agreement_id=agreement_id, pk=scan_id).order_by("id")
    found = rows.values_list("pdf", flat=True).first()
    return bytes(found) if found is not None else None


def warnings_of(agreement: Agreement) -> QuerySet[AgreementWarning]:
    """What both sides were told about the end of this very term, the newest first."""
    rows = AgreementWarning.objects.filter(agreement=agreement, ends_on=agreement.valid_until or date.max)
    return rows.order_by("-told_at", "-id")


class Sides(NamedTuple):
    """Whom to write to about an agreement: coordinators of the authority, and the project office."""

    authority: list[User]
    office: list[User]


def sides_of(authority_id: int, now: datetime) -> Sides:
    """The people of both sides who work now, each once, by id. One query."""
    rows = (
        Membership.objects.filter(since__lte=now, user__is_active=True)
        .filter(Q(until__isnull=True) | Q(until__gt=now))
        .filter(Q(role=Role.COORDINATOR, authority_id=authority_id) | Q(role=Role.OFFICE))
        .select_related("user")
        .order_by("user_id", "id")
    )
    found: dict[str, dict[int, User]] = {Role.COORDINATOR: {}, Role.OFFICE: {}}
    for row in rows:
        found[row.role][row.user_id] = row.user
    return Sides(list(found[Role.COORDINATOR].values()), list(found[Role.OFFICE].values()))


def to_be_warned(now: datetime) -> list[int]:
    """Agreements in force that end within the widest warning, and that no signed version carries on."""
    last = now.date() + timedelta(days=max(WARN_AHEAD) + 1)
    carried = Agreement.objects.filter(amends=OuterRef("pk"), state=AgreementState.IN_FORCE)
    rows = Agreement.objects.filter(~Exists(carried), state=AgreementState.IN_FORCE, valid_until__lte=last)
    return list(rows.order_by("valid_until", "id").values_list("pk", flat=True))


def agreements_shown(authority_ids: list[int]) -> QuerySet[Agreement]:
    """Agreements of authorities that have left the office, the newest first, with their scans. Two queries."""
    scans = Prefetch("scans", AgreementScan.objects.defer("pdf").order_by("added_at", "id"))
    rows = Agreement.objects.filter(authority_id__in=authority_ids).exclude(state=AgreementState.DRAFT)
    return rows.select_related("authority").prefetch_related(scans).order_by("-valid_from", "-id")


def others_at_the_time(agreement: Agreement, first: date, last: date) -> list[str]:
    """Numbers of the other agreements of the same authority that were in force on a day of [first, last]."""
    rows = Agreement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        Q(ended_at__isnull=True) | Q(ended_at__date__gte=first),
        authority_id=agreement.authority_id, state__in=[AgreementState.IN_FORCE, AgreementState.ENDED],
        valid_from__lte=last,
    )  # fmt: skip
    return list(rows.exclude(pk=agreement.pk).order_by("number", "id").values_list("number", flat=True))
