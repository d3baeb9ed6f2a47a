"""Agreed bookings whose agreement has ended, or whose cell has left the annex."""

from datetime import datetime

from django.db.models import QuerySet

from legalaid.directory.models import Topic
from legalaid.directory.queries import topics_of_branch
from legalaid.kernel.clock import local_day
from legalaid.kernel.sql import fetch_all
from legalaid.reception.models import Booking

_ORPHANS = """
    SELECT k.id FROM reception_booking k
    JOIN intake_helprequest r ON r.id = k.help_request_id
    JOIN directory_authority a ON a.id = r.authority_id
    CROSS JOIN LATERAL (SELECT (lower(k.during) AT TIME ZONE a.timezone)::date AS local) day
    WHERE k.state IN ('confirmed', 'checked_in') AND lower(k.during) > %(now)s::timestamptz
        AND (%(only)s::bigint IS NULL OR k.id = %(only)s::bigint)
        AND NOT EXISTS (SELECT FROM reception_keptbooking kept WHERE kept.booking_id = k.id)
        AND NOT EXISTS (
            SELECT FROM directory_agreementcoverage c JOIN directory_agreement g ON g.id = c.agreement_id
            WHERE c.topic_id = r.topic_id AND c.branch_id IS NOT DISTINCT FROM r.branch_id
                AND g.authority_id = a.id AND g.state = 'in_force' AND g.valid_from <= day.local
                AND (g.valid_until IS NULL OR g.valid_until >= day.local)
        )
"""


def orphaned_bookings(now: datetime, *, only: int | None = None) -> list[Booking]:
    """Agreed bookings still to come that no agreement in force covers on their day, and nobody decided to keep.

    By time. Two statements; `only` asks about one booking.
    """
    ids = [pk for (pk,) in fetch_all(_ORPHANS, now=now, only=only)]
    rows: QuerySet[Booking] = Booking.objects.filter(pk__in=ids).select_related(
        "help_request__topic", "help_request__authority", "help_request__branch", "help_request__citizen", "post",
        "booth__branch",
    )  # fmt: skip
    return list(rows.order_by("during", "id"))


def topics_instead(booking: Booking, now: datetime) -> QuerySet[Topic]:
    """Topics of other authorities that may be booked where the person comes to: those she can be moved to."""
    request = booking.help_request
    zone = request.authority.timezone if request.authority else "UTC"
    found = topics_of_branch(branch_id=request.branch_id, day=local_day(now, zone))
    return found.exclude(authority_id=request.authority_id or 0)
