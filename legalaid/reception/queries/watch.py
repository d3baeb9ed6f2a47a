"""What the duty officer watches: tasks, waits, queues, experts on duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest, Now

from legalaid.directory.models import Authority
from legalaid.intake.models import HelpRequest
from legalaid.kernel.period import Period
from legalaid.kernel.sql import fetch_all, first_of
from legalaid.reception.models import Booking, DeskPresence, Task, Ticket, WaitSpan
from legalaid.reception.queries.bookings import live_booking
from legalaid.reception.queries.offers import talking
from legalaid.reception.queue_rules import LONG_WAIT, is_told
from legalaid.reception.rules import NOT_RECEIVED_AFTER
from legalaid.reception.states import WAITING_TICKETS, BookingState, TaskKind, WaitCause


@dataclass(frozen=True, slots=True)
class QueueRow:
    """The queue of one authority at a glance; `since` is when the longest waiting one began to wait."""

    authority: str
    waiting: int
    since: datetime | None
    on_duty: int
    talking: int


def queues_now() -> list[QueueRow]:
    """Authorities where somebody waits or is on duty, the longest waiting on top. Two queries."""
    rows: dict[str, QueueRow] = {}
    for name, experts, busy in fetch_all(_DUTIES_BY_AUTHORITY):
        rows[name] = QueueRow(name, 0, None, experts, busy)
    waiting = (
        Ticket.objects.filter(state__in=WAITING_TICKETS)
        .order_by()
        .values_list("authority__plain")
        .annotate(people=Count("id"), since=Min("created_at"))
    )
    for name, people, since in waiting:
        known = rows.get(name)
        rows[name] = QueueRow(name, people, since, known.on_duty if known else 0, known.talking if known else 0)
    return sorted(rows.values(), key=lambda row: (row.since is None, row.since, row.authority))


_DUTIES_BY_AUTHORITY = f"""
    SELECT a.plain, count(*), count(*) FILTER (WHERE {talking("d.expert_id")}) FROM reception_duty d
    JOIN directory_post p ON p.id = d.post_id JOIN directory_authority a ON a.id = p.authority_id
    WHERE d.ended_at IS NULL GROUP BY a.plain
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Waiter:
    """Who waits since when: by a ticket of a live queue or, without one, past the start of her booking."""

    key: str
    help_request: HelpRequest
    authority: Authority
    since: datetime
    ticket: Ticket | None


def waiting_now(now: datetime) -> list[Waiter]:
    """Everybody who waits, in a live queue or past a booked start, longest first. Two queries."""
    shown = ("help_request__topic", "help_request__branch", "help_request__citizen")
    tickets = Ticket.objects.filter(state__in=WAITING_TICKETS).select_related("authority", *shown)
    booked = _past_their_start(now).select_related("post__authority", *shown)
    found = [Waiter(str(one.pk), one.help_request, one.authority, one.created_at, one)
             for one in tickets.order_by("created_at", "id")]  # fmt: skip
    found += [Waiter(f"b{one.pk}", one.help_request, one.post.authority, one.during.lower, None)
              for one in booked.order_by("during", "id")]  # fmt: skip
    return sorted(found, key=lambda one: one.since)


def open_tasks() -> QuerySet[Task]:
    """Tasks nobody has closed, oldest first."""
    return (
        Task.objects.filter(closed_at=None)
        .select_related("help_request__citizen", "authority", "branch", "booth__branch", "taken_by")
        .order_by("raised_at", "id")
    )


def tasks_of_branch(branch_id: int) -> QuerySet[Task]:
    """Tasks of a branch nobody has closed, oldest first: the bell, and its visitors who wait too long."""
    return open_tasks().filter(branch_id=branch_id)


def open_task(like: Task) -> Task | None:
    """The open task of the same kind about the same thing."""
    return (
        Task.objects.filter(
            kind=like.kind, help_request=like.help_request, booth=like.booth_id, authority=like.authority_id,
            closed_at=None,
        )
        .order_by("id")
        .first()
    )  # fmt: skip


def open_tasks_of(help_request_id: UUID, kinds: tuple[TaskKind, ...]) -> QuerySet[Task]:
    """Open tasks of a request, of these kinds."""
    return Task.objects.filter(help_request_id=help_request_id, kind__in=kinds, closed_at=None).order_by("id")


def open_tasks_of_booth(booth_id: int, kinds: tuple[TaskKind, ...]) -> QuerySet[Task]:
    """Open tasks that a booth itself raised, of these kinds."""
    return Task.objects.filter(booth_id=booth_id, kind__in=kinds, closed_at=None).order_by("id")


def task_with_all(task_id: int) -> Task | None:
    """One task with what its policy asks about."""
    return Task.objects.select_related("help_request").filter(pk=task_id).order_by("id").first()


def open_wait(help_request_id: UUID) -> WaitSpan | None:
    """The wait of a request that goes on now; the constraint keeps it to one."""
    return first_of(WaitSpan, "t.help_request_id = %(id)s AND t.ended_at IS NULL", id=help_request_id)


def waits_by_cause(during: Period) -> list[tuple[str, int, int]]:
    """(whose delay, people, minutes) of waits that began in a period, all causes in their order. One query."""
    rows = (
        WaitSpan.objects.filter(began_at__gte=during.start, began_at__lt=during.end)
        .order_by()
        .values_list("cause")
        .annotate(
            people=Count("help_request", distinct=True),
            spent=Sum(Greatest(Coalesce("ended_at", Now()), "began_at") - F("began_at")),
        )
    )
    found = {cause: (people, round(spent.total_seconds() / 60)) for cause, people, spent in rows}
    return [(str(cause.label), *found.get(cause, (0, 0))) for cause in WaitCause]


def longest_waits(now: datetime) -> list[Ticket]:
    """Tickets that have waited longer than LONG_WAIT and were never a task for it."""
    raised = Task.objects.filter(
        kind=TaskKind.LONG_WAIT, help_request=OuterRef("help_request"), raised_at__gte=OuterRef("created_at")
    )
    late = Ticket.objects.filter(~Exists(raised), state__in=WAITING_TICKETS, created_at__lte=now - LONG_WAIT)
    return list(late.select_related("help_request").order_by("created_at", "id"))


def bookings_kept_waiting(now: datetime) -> list[Booking]:
    """Visitors who are here, whose start is LONG_WAIT past, who are not received and never were a task for it."""
    raised = Task.objects.filter(
        kind=TaskKind.LONG_WAIT, help_request=OuterRef("help_request"), raised_at__gte=OuterRef("created_at")
    )
    late = Booking.objects.filter(
        ~Exists(raised), state=BookingState.CHECKED_IN, began_at=None, during__startswith__lte=now - LONG_WAIT,
        during__startswith__gt=now - timedelta(days=1),
    )  # fmt: skip
    return list(late.select_related("help_request", "post").order_by("during", "id"))


def bookings_waiting(now: datetime) -> list[Booking]:
    """Visitors who are here, whose start is past, who are not received, and whose wait nobody counts yet."""
    counted = WaitSpan.objects.filter(help_request=OuterRef("help_request"), ended_at=None)
    late = _past_their_start(now).filter(~Exists(counted))
    return list(late.select_related("help_request").order_by("during", "id"))


def booking_kept_waiting(help_request_id: UUID, now: datetime) -> Booking | None:
    """The booking for whose start, now past, the visitor of a request waits, if she does."""
    return _past_their_start(now).filter(help_request_id=help_request_id).order_by("id").first()


def booking_to_tell(help_request_id: UUID, now: datetime) -> Booking | None:
    """The booking of a person who reads what is written to her: she has come or is due, and is not received."""
    booking = live_booking(help_request_id)
    if booking is None:
        return None
    during = Period(booking.during.lower, booking.during.upper)
    return booking if is_told(booking.state, booking.began_at, during, now) else None


def _past_their_start(now: datetime) -> QuerySet[Booking]:
    """Bookings of visitors who are here, whose start is past, and who are not received."""
    return Booking.objects.filter(
        state=BookingState.CHECKED_IN, began_at=None, during__startswith__lte=now,
        during__startswith__gt=now - timedelta(days=1),
    )  # fmt: skip


def bookings_unattended(now: datetime) -> list[Booking]:
    """Confirmed bookings whose whole time is over: nobody came. The oldest first, some at a time."""
    over = Booking.objects.filter(state=BookingState.CONFIRMED, began_at=None, during__endswith__lte=now)
    return list(over.select_related("post", "booth").order_by("during", "id")[:AT_A_TIME])


def bookings_unreceived(now: datetime) -> list[Booking]:
    """Visitors who came and whom nobody has received NOT_RECEIVED_AFTER the end of their time; as above."""
    late = Booking.objects.filter(
        state=BookingState.CHECKED_IN, began_at=None, during__endswith__lte=now - NOT_RECEIVED_AFTER
    )
    return list(late.select_related("post", "booth").order_by("during", "id")[:AT_A_TIME])


AT_A_TIME = 200
"""Bookings closed in one minute; the rest follow in the next."""


def desk_seen_at(branch_id: int) -> datetime | None:
    """When an operator of a branch was last at her desk; None when nobody ever was."""
    return (
        DeskPresence.objects.filter(branch_id=branch_id).order_by("-seen_at").values_list("seen_at", flat=True).first()
    )


def bell_of(help_request_id: UUID) -> Task | None:
    """The open bell of a request, if it rings."""
    return open_tasks().filter(help_request_id=help_request_id, kind=TaskKind.BELL).first()


def bell_of_booth(booth_id: int) -> Task | None:
    """The open bell that was rung on the booth's own page, if it rings."""
    return open_tasks_of_booth(booth_id, (TaskKind.BELL,)).first()
