"""Reads and locks of agreements and their annexes."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from legalaid.directory.models import Agreement, AgreementCoverage, Branch, Topic
from legalaid.directory.queries import agreements_by_end
from legalaid.directory.states import AgreementState


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


def topics_of(authority_id: int) -> list[Topic]:
    """Topics an authority answers, by area. One query."""
    rows = Topic.objects.filter(authority_id=authority_id).select_related("area")
    return list(rows.order_by("area__position", "title", "id"))


def branches() -> QuerySet[Branch]:
    """All branches by municipality."""
    return Branch.objects.order_by("municipality", "name", "id")


def agreements_listed(*, state: str, term: str, authority_id: int | None, today: date) -> QuerySet[Agreement]:
    """Agreements by filter, with `topics` and `places`: how much each annex covers.

    `term`: "60", "30", "7" = in force and ending within so many days; "open" = бессрочно; "" = any.
    """
    rows = agreements_by_end().annotate(
        topics=Count("coverage__topic", distinct=True), places=Count("coverage__branch", distinct=True),
        home=Count("coverage", filter=Q(coverage__branch__isnull=True)),
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
