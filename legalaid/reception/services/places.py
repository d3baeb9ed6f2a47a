"""A place in the queue: leaving it, keeping it while away, coming back to it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.services import advance
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import Ticket, WaitingNote
from legalaid.reception.policies import get_request_to_tell
from legalaid.reception.queries.offers import lock_ticket
from legalaid.reception.queries.queue import (
    queues_to_match,
    silent_tickets,
    standing_of,
    tickets_to_call,
    waiting_ticket,
)
from legalaid.reception.queries.watch import (
    booking_to_tell,
    bookings_kept_waiting,
    bookings_unattended,
    bookings_unreceived,
    bookings_waiting,
    longest_waits,
)  # fmt: skip
from legalaid.reception.queue_refusals import NoTelephone, NoteRefused, NotWaiting
from legalaid.reception.queue_rules import ABSENT_AFTER, call_is_due, has_gone, is_absent
from legalaid.reception.services.moves import move_ticket, withdraw_offer
from legalaid.reception.services.offers import match_after_commit, match_queue
from legalaid.reception.services.tasks import close_tasks_of, note_task
from legalaid.reception.services.unattended import close_unattended, close_unreceived
from legalaid.reception.services.waits import end_wait, open_span, put_note, switch_span
from legalaid.reception.states import WAITING_TICKETS, TaskKind, WaitCause


def leave_queue(*, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Give up the place of a locked request, inside the caller's transaction; an offer of it is taken back."""
    ticket = lock_ticket(ticket.pk)
    withdraw_offer(ticket, actor=actor, now=now)
    move_ticket(ticket, "leave", actor=actor, now=now)
    end_wait(help_request_id=ticket.help_request_id, actor=actor, now=now)
    match_after_commit(authority_id=ticket.authority_id, actor=actor, now=now)


def be_here(*, help_request_id: UUID, actor: Actor, now: datetime) -> None:
    """The citizen's page is open: her place is kept. One statement, unless she was away. Raises NotFound."""
    if actor.kind != "citizen" or actor.help_request_id != help_request_id:
        raise NotFound
    here = Ticket.objects.filter(
        help_request_id=help_request_id, state__in=WAITING_TICKETS, seen_at__gt=now - ABSENT_AFTER
    ).update(seen_at=now)
    if not here:
        _come_back(help_request_id, actor=actor, now=now)


def _come_back(help_request_id: UUID, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        ticket = waiting_ticket(request.pk)
        if ticket is None or ticket.seen_at is None:
            return
        ticket = lock_ticket(ticket.pk)
        assert ticket.seen_at is not None
        switch_span(request=request, cause=WaitCause.CITIZEN, since=ticket.seen_at, actor=actor, now=now)
        switch_span(request=request, cause=WaitCause.AUTHORITY, since=now, actor=actor, now=now)
        ticket.seen_at = now
        ticket.save(update_fields=["seen_at"])
        record(kind="ticket", subject=ticket.pk, action="come_back", actor=actor, at=now, before=ticket.state,
               after=ticket.state)  # fmt: skip
        publish_on_commit(f"queue:{ticket.authority_id}")
        match_after_commit(authority_id=ticket.authority_id, actor=actor, now=now)


def ask_call_back(*, help_request_id: UUID, wanted: bool, actor: Actor, now: datetime) -> Ticket:
    """«Перезвоните мне»: be telephoned when the turn is near, or take that back; the place is kept meanwhile.

    Raises NotWaiting, NoTelephone, NotFound.
    """
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        ticket = waiting_ticket(request.pk)
        if ticket is None:
            raise NotWaiting
        if wanted and not (request.citizen and request.citizen.phone):
            raise NoTelephone
        ticket = lock_ticket(ticket.pk)
        if ticket.call_back != wanted:
            ticket.call_back = wanted
            ticket.save(update_fields=["call_back"])
            record(kind="ticket", subject=ticket.pk, action="ask_call" if wanted else "ask_no_call", actor=actor,
                   at=now, before=ticket.state, after=ticket.state)  # fmt: skip
            if not wanted:
                close_tasks_of(help_request_id=request.pk, kinds=(TaskKind.CALL_BACK,), actor=actor, now=now)
            elif _call_is_due(ticket, now):
                note_task(kind=TaskKind.CALL_BACK, help_request=request, authority_id=ticket.authority_id,
                          actor=actor, now=now)  # fmt: skip
            _tell(ticket)
    return ticket


def mark_called(*, help_request_id: UUID, actor: Actor, now: datetime) -> Ticket:
    """Staff telephoned the person: she has KEPT_FOR to come back to her page. Raises NotWaiting, NotFound."""
    with transaction.atomic(durable=True):
        get_request_to_tell(actor, help_request_id)
        lock_request(help_request_id)
        ticket = waiting_ticket(help_request_id)
        if ticket is None:
            raise NotWaiting
        ticket = lock_ticket(ticket.pk)
        ticket.called_at = now
        ticket.save(update_fields=["called_at"])
        record(kind="ticket", subject=ticket.pk, action="call", actor=actor, at=now, before=ticket.state,
               after=ticket.state)  # fmt: skip
        close_tasks_of(help_request_id=help_request_id, kinds=(TaskKind.CALL_BACK,), actor=actor, now=now)
        _tell(ticket)
    return ticket


def send_note(*, help_request_id: UUID, text: str, actor: Actor, now: datetime) -> WaitingNote:
    """Say something to a person who waits («через 5 минут»), in a queue or where her booking will begin.

    Raises NoteRefused, NotWaiting (nobody would read it), NotFound.
    """
    text = " ".join(text.replace("\x00", "").split())
    if not 1 <= len(text) <= 300:
        raise NoteRefused
    with transaction.atomic(durable=True):
        get_request_to_tell(actor, help_request_id)
        request = lock_request(help_request_id)
        if booking_to_tell(help_request_id, now) is None and waiting_ticket(help_request_id) is None:
            raise NotWaiting
        return put_note(request=request, text=text, actor=actor, now=now)


def note_call(*, help_request_id: UUID, actor: Actor, now: datetime) -> None:
    """«Позвонил»: staff telephoned a person whose request they may see; for one who waits as `mark_called` does.

    The journal keeps who and when, never the number. Raises NotFound.
    """
    if waiting_ticket(help_request_id) is not None:
        mark_called(help_request_id=help_request_id, actor=actor, now=now)
        return
    with transaction.atomic(durable=True):
        request = get_request_to_tell(actor, help_request_id)
        record(kind="request", subject=request.pk, action="call", actor=actor, at=now, before=request.state,
               after=request.state)  # fmt: skip
        publish_on_commit("watch")


def watch_queues(*, actor: Actor, now: datetime) -> None:
    """Look after all who wait, each in a transaction of her own; run every minute, twice does no harm.

    Away longer than ABSENT_AFTER: the wait is hers. Longer than KEPT_FOR, or left over from another day: the place is
    given up. A booking that nobody came to is missed once its time is over, one that nobody received is called off
    some hours later. Waiting longer than LONG_WAIT and calls
    that are due become tasks. Then every queue is matched.
    """
    for ticket in silent_tickets(now):
        _see_to_silent(ticket, actor=actor, now=now)
    for booking in bookings_waiting(now):
        with transaction.atomic(durable=True):
            open_span(request=booking.help_request, cause=WaitCause.AUTHORITY, actor=actor, now=now,
                      began_at=booking.during.lower)  # fmt: skip
    for booking in bookings_unattended(now):
        close_unattended(booking=booking, actor=actor, now=now)
    for booking in bookings_unreceived(now):
        close_unreceived(booking=booking, actor=actor, now=now)
    late = [(one.help_request, one.authority_id) for one in longest_waits(now)]
    late += [(one.help_request, one.post.authority_id) for one in bookings_kept_waiting(now)]
    for request, authority_id in late:
        with transaction.atomic(durable=True):
            note_task(kind=TaskKind.LONG_WAIT, help_request=request, authority_id=authority_id, actor=actor, now=now)
    for ticket in tickets_to_call():
        if _call_is_due(ticket, now):
            with transaction.atomic(durable=True):
                note_task(kind=TaskKind.CALL_BACK, help_request=ticket.help_request,
                          authority_id=ticket.authority_id, actor=actor, now=now)  # fmt: skip
    for authority_id in queues_to_match():
        match_queue(authority_id=authority_id, actor=actor, now=now)


def _see_to_silent(seen: Ticket, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic(durable=True):
        request = lock_request(seen.help_request_id)
        ticket = lock_ticket(seen.pk)
        zone = request.authority.timezone if request.authority else "UTC"
        old = local_day(ticket.created_at, zone) < local_day(now, zone)
        if ticket.state not in WAITING_TICKETS:
            return
        if old or has_gone(ticket.seen_at, ticket.called_at, now, call_back=ticket.call_back):
            leave_queue(ticket=ticket, actor=actor, now=now)
            advance(request=request, action="miss", actor=actor, now=now)
        elif ticket.seen_at is not None and is_absent(ticket.seen_at, now):
            switch_span(request=request, cause=WaitCause.CITIZEN, since=ticket.seen_at, actor=actor, now=now)
            _tell(ticket)


def _call_is_due(ticket: Ticket, now: datetime) -> bool:
    """Whether a waiting person is to be telephoned now, so that she is at her page when her turn comes."""
    standing = standing_of(ticket, now)
    return call_is_due(standing.position, standing.estimate.low if standing.estimate else None)


def _tell(ticket: Ticket) -> None:
    publish_on_commit(f"queue:{ticket.authority_id}")
    publish_on_commit(f"request:{ticket.help_request_id}")
    if ticket.help_request.branch_id is not None:
        publish_on_commit(f"day:{ticket.help_request.branch_id}")
