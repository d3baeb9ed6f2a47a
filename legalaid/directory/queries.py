"""Reads of the network; what is covered by agreements in force."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from legalaid.directory.models import (
    Agreement,
    AgreementCoverage,
    Authority,
    Booth,
    Branch,
    ExpertProfile,
    Interpreter,
    Topic,
    TopicExample,
)  # fmt: skip
from legalaid.directory.states import AgreementState, Language
from legalaid.kernel.clock import local_day
from legalaid.kernel.sql import columns_of, fetch_one, first_of, made_of


def in_force(day: date, prefix: str = "") -> Q:
    """Agreements in force on a local day."""
    until = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    return Q(**{f"{prefix}state": AgreementState.IN_FORCE, f"{prefix}valid_from__lte": day}) & until


def works(day: date, prefix: str = "") -> Q:
    """Branches that are not retired by a local day."""
    return Q(**{f"{prefix}retired_on__isnull": True}) | Q(**{f"{prefix}retired_on__gt": day})


def is_covered(*, topic_id: int, authority_id: int, branch_id: int | None, today: date, day: date) -> bool:
    """Whether topic × branch (None = home) may be booked today for `day`: one agreement is in force on both."""
    cells = AgreementCoverage.objects.filter(
        in_force(today, "agreement__") & in_force(day, "agreement__"),
        topic_id=topic_id, agreement__authority_id=authority_id,
    )  # fmt: skip
    if branch_id is None:
        return cells.filter(branch__isnull=True).exists()
    return cells.filter(works(day, "branch__"), branch_id=branch_id).exists()


@dataclass(frozen=True, slots=True)
class Bookable:
    """A topic with its authority, and whether an agreement in force lets it be booked at a place.

    `branch` is the place, None = home. `lead_minutes` and `horizon_days` are the stricter of topic and agreement; None:
    neither says.
    """

    topic: Topic
    branch: Branch | None
    covered: bool
    lead_minutes: int | None
    horizon_days: int | None


_HOURS = -1
"""First half of the key of an authority's hours; the keys of starts begin with a post, which is positive."""
_SHARED_TURN = f"pg_advisory_xact_lock_shared({_HOURS}, a.id::int)"

# Words for pages, which a booking itself does not ask for: read when they are.
_TOPIC_LATER = ("ask", "short_answer", "documents", "law", "deadline", "free_aid_case", "keywords")
_AUTHORITY_LATER = ("name", "plain", "name_checked", "level", "phone", "email", "address")
_BRANCH_LATER = ("municipality", "address", "phone", "email", "population", "weak_line")
_COLUMNS = (
    columns_of(Authority, "a", later=_AUTHORITY_LATER),
    columns_of(Topic, "t", later=_TOPIC_LATER),
    columns_of(Branch, "b", later=_BRANCH_LATER),
)
_AUTHORITY = _COLUMNS[0].count(",") + 1
_TOPIC = _AUTHORITY + _COLUMNS[1].count(",") + 1
"""Where the columns of each end."""

_BOOKABLE = """
    SELECT cover.found IS NOT NULL AND (b.retired_on IS NULL
            OR b.retired_on > (greatest(%(start)s, %(now)s) AT TIME ZONE b.timezone)::date),
        greatest(t.lead_minutes, cover.lead_minutes),
        least(t.horizon_days, cover.horizon_days), {turn}, {columns}
    FROM directory_topic t JOIN directory_authority a ON a.id = t.authority_id LEFT JOIN LATERAL (
        SELECT true AS found, g.lead_minutes, g.horizon_days
        FROM directory_agreementcoverage c JOIN directory_agreement g ON g.id = c.agreement_id
        WHERE c.topic_id = t.id AND c.branch_id IS NOT DISTINCT FROM %(branch)s::bigint AND g.authority_id = a.id
            AND g.state = 'in_force'
            AND g.valid_from <= (%(now)s::timestamptz AT TIME ZONE a.timezone)::date
            AND g.valid_from <= (%(start)s::timestamptz AT TIME ZONE a.timezone)::date
            AND (g.valid_until IS NULL OR g.valid_until >= (greatest(%(start)s, %(now)s) AT TIME ZONE a.timezone)::date)
        ORDER BY g.lead_minutes NULLS FIRST, g.id LIMIT 1
    ) cover ON true
    LEFT JOIN directory_branch b ON b.id = %(branch)s::bigint
    WHERE t.code = %(code)s AND (b.id IS NOT NULL OR %(branch)s::bigint IS NULL)
""".replace("{columns}", ", ".join(_COLUMNS))


def bookable(*, topic_code: str, branch_id: int | None, start: datetime, now: datetime) -> Bookable | None:
    """The topic as it may be booked now for `start` at a branch, or from home when it is None.

    None: no such topic or branch. An agreement must be in force today and on the day of `start`, on the clocks of the
    authority. One statement. Inside a transaction it waits for a change of the authority's hours to end and holds the
    next one off until the transaction does: what is found free afterwards cannot be drawn away from under the booking.
    """
    turn = _SHARED_TURN if connection.in_atomic_block else "NULL"
    statement = _BOOKABLE.replace("{turn}", turn)
    row = fetch_one(statement, code=topic_code, branch=branch_id, start=start, now=now)
    if row is None:
        return None
    covered, lead, horizon, _turn, *rest = row
    topic = made_of(Topic, rest[_AUTHORITY:_TOPIC], later=_TOPIC_LATER)
    topic.authority = made_of(Authority, rest[:_AUTHORITY], later=_AUTHORITY_LATER)
    branch = None if branch_id is None else made_of(Branch, rest[_TOPIC:], later=_BRANCH_LATER)
    return Bookable(topic, branch, covered, lead, horizon)


def lock_hours(authority_id: int) -> None:
    """Wait for bookings in the making at an authority and hold new ones off until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [_HOURS, authority_id])


def branches_covering(*, topic_id: int, authority_id: int, day: date) -> QuerySet[Branch]:
    """Branches where the topic may be booked on a day."""
    cell = AgreementCoverage.objects.filter(
        in_force(day, "agreement__"), topic_id=topic_id, agreement__authority_id=authority_id, branch_id=OuterRef("pk")
    )
    return Branch.objects.filter(works(day), Exists(cell)).order_by("municipality", "name", "id")


def topics_of_branch(*, branch_id: int | None, day: date) -> QuerySet[Topic]:
    """Topics that may be booked at a branch (None = from home) on a day."""
    place = Q(branch__isnull=True) if branch_id is None else Q(branch_id=branch_id) & works(day, "branch__")
    cell = AgreementCoverage.objects.filter(place, in_force(day, "agreement__"), topic_id=OuterRef("pk"))
    return (
        Topic.objects.filter(Exists(cell), retired_at=None)
        .select_related("area", "authority")
        .order_by("area__position", "title", "id")
    )


def interpreter_languages() -> list[str]:
    """Languages in which somebody interprets, sign language first."""
    known = set(Interpreter.objects.filter(working=True).order_by().values_list("language", flat=True).distinct())
    return [language.value for language in Language if language.value in known]


def agreements_by_end() -> QuerySet[Agreement]:
    """All agreements with their authority: first those with an end, the soonest on top, then by age."""
    return Agreement.objects.select_related("authority").order_by(F("valid_until").asc(nulls_last=True), "id")


def agreements_in_force(authority_id: int, day: date) -> QuerySet[Agreement]:
    """Agreements of an authority in force on a local day."""
    return Agreement.objects.filter(in_force(day), authority_id=authority_id).order_by("id")


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


def booth_by_id(booth_id: int) -> Booth | None:
    """One booth."""
    return Booth.objects.filter(pk=booth_id).order_by("id").first()


def branches_with_booths() -> list[Branch]:
    """All branches by municipality, with their booths by name. Two queries."""
    booths = Prefetch("booths", Booth.objects.order_by("name", "id"))
    return list(Branch.objects.prefetch_related(booths).order_by("municipality", "name", "id"))


def branch_by_id(branch_id: int) -> Branch | None:
    """One branch."""
    return first_of(Branch, "t.id = %(id)s", id=branch_id)


def authorities() -> QuerySet[Authority]:
    """All authorities."""
    return Authority.objects.order_by("plain", "id")


def topic_by_code(code: str) -> Topic | None:
    """One topic with its authority."""
    return first_of(Topic, "t.code = %(code)s", related=("authority",), code=code)


def expert_profile(user_id: int, authority_id: int) -> ExpertProfile | None:
    """What an expert can answer at an authority, with her topics."""
    return (
        ExpertProfile.objects.filter(user_id=user_id, authority_id=authority_id)
        .prefetch_related("topics")
        .order_by("id")
        .first()
    )


def topics_known() -> tuple[str, ...]:
    """Codes of all topics that are not retired, in order."""
    return tuple(Topic.objects.filter(retired_at=None).order_by("code").values_list("code", flat=True))


def topic_examples() -> tuple[tuple[str, str], ...]:
    """What the project office added to topics: (code, statement), the oldest first."""
    rows = TopicExample.objects.order_by("id").values_list("topic__code", "text")
    return tuple((code, text) for code, text in rows)


def examples_of(topic_id: int) -> QuerySet[TopicExample]:
    """Statements added to a topic, the newest first."""
    return TopicExample.objects.filter(topic_id=topic_id).order_by("-id")


def examples_counted() -> QuerySet[Topic]:
    """Topics that are not retired with how many examples each has, as `added`."""
    return (
        Topic.objects.filter(retired_at=None)
        .select_related("authority", "area")
        .annotate(added=Count("examples"))
        .order_by("area__position", "title", "id")
    )


def authorities_counted(day: date) -> QuerySet[Authority]:
    """All authorities with how many posts and topics each has, as `post_count` and `topic_count`.

    `answers` says whether an agreement with it is in force on the day.
    """
    return Authority.objects.annotate(
        post_count=Count("posts", distinct=True), topic_count=Count("topics", distinct=True),
        answers=Exists(Agreement.objects.filter(in_force(day), authority=OuterRef("pk"))),
    ).order_by("plain", "id")  # fmt: skip
