"""What is known of people who wait at a branch that stops receiving."""

from collections.abc import Iterable
from datetime import datetime

from legalaid.directory.queries import is_covered
from legalaid.intake.models import HelpRequest
from legalaid.kernel.clock import local_day
from legalaid.reception.hours_refusals import Stranded
from legalaid.reception.models import Ticket


def told_of_waiting(tickets: Iterable[Ticket], now: datetime) -> list[Stranded]:
    """What the page says of each, the longest waiting first."""
    found = []
    for ticket in tickets:
        request = ticket.help_request
        assert request.branch is not None
        found.append(Stranded(
            ticket_id=ticket.pk, number=request.number or "", label=ticket.label, since=ticket.created_at,
            topic=request.topic.title if request.topic else "", authority=ticket.authority.short,
            zone=request.branch.timezone, may_go_home=may_wait_at_home(request, now),
            has_email=bool(request.citizen and request.citizen.email),
        ))  # fmt: skip
    return found


def may_wait_at_home(request: HelpRequest, now: datetime) -> bool:
    """Her topic is received from home, and she can be telephoned there."""
    if request.topic is None or request.authority is None or request.citizen is None:
        return False
    today = local_day(now, request.authority.timezone)
    return bool(request.citizen.phone) and is_covered(
        topic_id=request.topic.pk, authority_id=request.authority.pk, branch_id=None, today=today, day=today
    )
