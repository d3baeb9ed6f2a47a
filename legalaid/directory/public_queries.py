"""What anybody may know of the network: where one can talk, who answers what, which agreements it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from legalaid.directory.models import Agreement, AgreementCoverage, Authority, Branch, Topic
from legalaid.directory.queries import in_force, works


@dataclass(frozen=True, slots=True)
class Place:
    """A branch that receives today: how many topics and authorities answer there, what its booths in service have."""

    branch: Branch
    topics: int
    authorities: int
    booths: int
    step_free: bool
    induction_loop: bool


@dataclass(slots=True)
class Answerer:
    """An authority with the topics it answers under agreements in force, and where."""

    authority: Authority
    topics: list[Topic] = field(default_factory=list)
    branches: int = 0
    at_home: bool = False


def places_open(day: date) -> list[Place]:
    """Branches where something may be booked on a day, by municipality. 2 statements."""
    covered = _covered(day, Q(branch__isnull=False), "branch_id")
    working = Q(booths__out_since=None)
    branches = (
        Branch.objects.filter(works(day), pk__in=[pk for pk in covered if pk is not None])
        .annotate(
            all_booths=Count("booths", filter=working),
            free_of_steps=Count("booths", filter=working & Q(booths__step_free=True)),
            loops=Count("booths", filter=working & Q(booths__induction_loop=True)),
        )
        .order_by("municipality", "name", "id")
    )  # fmt: skip
    return [
        Place(branch, *covered[branch.pk], branch.all_booths, branch.free_of_steps > 0, branch.loops > 0)
        for branch in branches
    ]


def at_home(day: date) -> tuple[int, int]:
    """How many topics and authorities answer from home on a day."""
    found = _covered(day, Q(branch__isnull=True), "branch_id")
    return found.get(None, (0, 0))


def place_of(code: str) -> Branch | None:
    """A branch of the network with its booths, by code."""
    return Branch.objects.filter(code=code).prefetch_related("booths").first()


def answerers(day: date, *, branch: Branch | None = None) -> list[Answerer]:
    """Authorities that answer on a day, at a branch or anywhere, each with its topics. 2 statements."""
    cells = _cells(day)
    if branch is not None:
        cells = cells.filter(works(day, "branch__"), branch=branch)
    topics = Topic.objects.filter(Exists(cells), retired_at=None).select_related("authority")
    topics = topics.order_by("authority__plain", "authority_id", "title")
    reach = {
        row["agreement__authority"]: row
        for row in AgreementCoverage.objects.filter(in_force(day, "agreement__"))
        .order_by()
        .values("agreement__authority")
        .annotate(branches=Count("branch", distinct=True), homes=Count("pk", filter=Q(branch__isnull=True)))
    }
    found = []
    for _pk, group in groupby(topics, key=lambda topic: topic.authority_id):
        mine = list(group)
        row = reach.get(mine[0].authority_id, {"branches": 0, "homes": 0})
        found.append(Answerer(mine[0].authority, mine, row["branches"], row["homes"] > 0))
    return found


def answered_topic(code: str, day: date) -> Topic | None:
    """A topic that an agreement in force on a day covers anywhere, with its authority; None for any other."""
    cells = _cells(day)
    rows = Topic.objects.filter(Exists(cells), code=code.replace("\x00", ""), retired_at=None)
    return rows.select_related("authority").order_by("id").first()


def agreements_told(day: date) -> Iterable[Agreement]:
    """Agreements in force on a day with their authority and `topics`, the number of topics each switches on."""
    return (
        Agreement.objects.filter(in_force(day))
        .select_related("authority")
        .annotate(topics=Count("coverage__topic", distinct=True), branches=Count("coverage__branch", distinct=True))
        .order_by("authority__plain", "number", "id")
    )


def _cells(day: date) -> QuerySet[AgreementCoverage]:
    """Cells in force on a day of a topic (the outer row), in agreements of the very authority that answers it."""
    return AgreementCoverage.objects.filter(
        in_force(day, "agreement__"), topic=OuterRef("pk"), agreement__authority=OuterRef("authority")
    )


def _covered(day: date, where: Q, key: str) -> dict[int | None, tuple[int, int]]:
    rows = (
        AgreementCoverage.objects.filter(in_force(day, "agreement__"), where, topic__retired_at=None)
        .order_by()
        .values(key)
        .annotate(topics=Count("topic", distinct=True), bodies=Count("agreement__authority", distinct=True))
    )
    return {row[key]: (row["topics"], row["bodies"]) for row in rows}
