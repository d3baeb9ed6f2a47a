"""People who wait at a branch that stops receiving: received all the same, on from home, or sent off with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from legalaid.directory.models import Branch
from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Channel
from legalaid.reception.called_off_letters import place_given_up_letter, waits_from_home_letter
from legalaid.reception.hours_refusals import CannotGoHome
from legalaid.reception.models import Ticket
from legalaid.reception.queries.offers import lock_ticket
from legalaid.reception.queries.stranded import may_wait_at_home
from legalaid.reception.services.bookings import call_off
from legalaid.reception.services.moves import move_ticket, withdraw_offer
from legalaid.reception.services.offers import match_after_commit
from legalaid.reception.services.touched import Decision, Decisions, OfTicket
from legalaid.reception.states import WAITING_TICKETS, TicketState


def carry_out_for_waiting(
    *, tickets: Iterable[Ticket], branch: Branch, decisions: Decisions, actor: Actor, now: datetime
) -> str:
    """Carry out each decision inside the caller's transaction; return why the first that cannot be is refused, or ''.

    Somebody whom an expert took meanwhile is no longer asked about: her dialogue goes on.
    """
    for seen in tickets:
        request = lock_request(seen.help_request_id)
        ticket = lock_ticket(seen.pk)
        if ticket.state not in WAITING_TICKETS:
            continue
        try:
            _carry_out(ticket, request, branch, decisions[OfTicket(seen.pk)], actor, now)
        except DomainError as error:
            return _("Заявка № %(number)s: %(why)s") % {"number": request.number, "why": error.text}
    return ""


def _carry_out(
    ticket: Ticket, request: HelpRequest, branch: Branch, decision: Decision, actor: Actor, now: datetime
) -> None:
    if decision.kind == "cancel":
        call_off(request=request, actor=actor, now=now)
        place_given_up_letter(request=request, branch=branch, ticket=ticket, reason=decision.reason, now=now)
    elif decision.kind == "home":
        _send_home(ticket, request, branch, actor, now)
    else:
        record(kind="ticket", subject=ticket.pk, action="keep_at_closed_branch", actor=actor, at=now,
               before=ticket.state, after=ticket.state, data={"branch": branch.pk})  # fmt: skip


def _send_home(ticket: Ticket, request: HelpRequest, branch: Branch, actor: Actor, now: datetime) -> None:
    """She keeps her place, is telephoned when the turn is near, and is not lost before that call."""
    if not may_wait_at_home(request, now):
        raise CannotGoHome
    if ticket.state == TicketState.OFFERED:  # she is not at a screen now: the expert takes the next one meanwhile
        withdraw_offer(ticket, actor=actor, now=now)
        move_ticket(ticket, "pass_on", actor=actor, now=now)
    request.branch, request.channel = None, Channel.HOME
    request.save(update_fields=["branch", "channel"])
    ticket.seen_at, ticket.call_back, ticket.booth, ticket.start_code = now, True, None, ""
    ticket.save(update_fields=["seen_at", "call_back", "booth", "start_code"])
    record(kind="ticket", subject=ticket.pk, action="go_home", actor=actor, at=now, before=ticket.state,
           after=ticket.state, data={"branch": branch.pk})  # fmt: skip
    waits_from_home_letter(request=request, branch=branch, ticket=ticket, now=now)
    publish_on_commit(f"queue:{ticket.authority_id}")
    publish_on_commit(f"request:{request.pk}")
    match_after_commit(authority_id=ticket.authority_id, actor=actor, now=now)
