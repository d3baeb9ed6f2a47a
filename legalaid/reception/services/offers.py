"""Offers of the live queue: the next person is offered to one expert, who accepts, passes on or says nothing."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from legalaid.intake.queries import lock_request
from legalaid.journal.services import entry, record, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.models import Duty, Offer, Ticket
from legalaid.reception.queries import offers as queries
from legalaid.reception.queue_jobs import settle_offer
from legalaid.reception.queue_refusals import OfferGone, ReasonMissing
from legalaid.reception.queue_rules import OFFER_SECONDS, UNANSWERED_LIMIT, Choice, choose, rounds
from legalaid.reception.services.moves import close_duty, move_offer, move_ticket
from legalaid.reception.services.tasks import note_task
from legalaid.reception.states import OfferState, TaskKind, TicketState

MAX_STEPS = 1_000
"""Offers one matching makes at most: a guard against an endless loop, far above the experts of an authority."""


def match_after_commit(*, authority_id: int, actor: Actor, now: datetime) -> None:
    """Match the queue of an authority once the caller's transaction is true.

    It is a transaction of its own, so that nobody who waits for the turn to match holds anybody's rows. If the
    process dies between the two, `watch_queues` makes up for it within a minute.
    """
    transaction.on_commit(lambda: _match(authority_id, actor, now), robust=True)


def _match(authority_id: int, actor: Actor, now: datetime) -> None:
    match_queue(authority_id=authority_id, actor=actor, now=now)


def match_queue(*, authority_id: int, actor: Actor, now: datetime) -> int:
    """Offer the people who wait to the experts who are free; return how many offers were made.

    First the offers that are over are settled (`now` past their end, or their expert is away or busy). Running it
    twice or side by side changes nothing: one matching at a time, and each looks anew at what is true.
    """
    for offer in queries.offers_to_settle(authority_id, now):
        _settle(offer, actor=actor, now=now)
    made = 0
    while made < MAX_STEPS and _offer_next(authority_id, actor=actor, now=now):
        made += 1
    return made


def decline_offer(*, offer_id: int, reason: str, actor: Actor, now: datetime) -> Offer:
    """Pass a person on to the next expert and say why. Declining twice is declining once.

    The reason stays with the offer; the journal, which is free of personal data, only says that there was one.
    Raises ReasonMissing, OfferGone, NotFound.
    """
    reason = reason.replace("\x00", "").strip()[:200]
    with transaction.atomic(durable=True):
        seen = Offer.objects.filter(pk=offer_id).select_related("ticket", "duty").order_by("id").first()
        if seen is None or actor.user_id is None or seen.duty.expert_id != actor.user_id:
            raise NotFound
        if not reason:
            raise ReasonMissing
        offer = _lock(seen)
        if offer.state == OfferState.DECLINED:
            return offer
        if offer.state != OfferState.OPEN:
            raise OfferGone
        offer.reason = reason
        _refuse(offer, "decline", actor=actor, now=now)
        match_after_commit(authority_id=offer.ticket.authority_id, actor=actor, now=now)
    return offer


def accept_offer(*, ticket: Ticket, duty: Duty, actor: Actor, now: datetime) -> bool:
    """Note that the expert took a locked ticket: by its offer, or past those before it, in the caller's transaction.

    Returns False when the ticket is offered to somebody else.
    """
    if ticket.state == TicketState.OFFERED:
        seen = queries.open_offer_of(ticket.pk)
        if seen is None or seen.duty.expert_id != duty.expert_id:
            return False
        offer = queries.lock_offer(seen.pk)
        move_offer(offer, "accept", actor=actor, now=now)
        return True
    passed = [(pk, "chosen") for pk in queries.tickets_before(ticket).values_list("pk", flat=True)]
    _journal_passed(passed, ticket.pk, actor=actor, now=now)
    return True


def _lock(seen: Offer) -> Offer:
    """Request, ticket, duty and offer, locked in that order."""
    lock_request(seen.ticket.help_request_id)
    queries.lock_ticket(seen.ticket_id)
    queries.lock_duty(seen.duty_id)
    return queries.lock_offer(seen.pk)


def _settle(seen: Offer, *, actor: Actor, now: datetime) -> None:
    """End an offer that is over, unless it was answered meanwhile."""
    with transaction.atomic(durable=True):
        offer = _lock(seen)
        if offer.state != OfferState.OPEN:
            return
        if offer.expires_at <= now and offer.duty.ended_at is None and queries.is_free_but_for(offer):
            _refuse(offer, "expire", actor=actor, now=now)
            if queries.unanswered_in_a_row(offer.duty, UNANSWERED_LIMIT):
                close_duty(offer.duty, actor=actor, now=now)
        else:
            move_offer(offer, "withdraw", actor=actor, now=now)
            move_ticket(offer.ticket, "pass_on", actor=actor, now=now)


def _refuse(offer: Offer, action: str, *, actor: Actor, now: datetime) -> None:
    """The expert of a locked offer does not take the person: her place is as it was, and the next is asked."""
    ticket = offer.ticket
    move_offer(offer, action, actor=actor, now=now)
    move_ticket(ticket, "pass_on", actor=actor, now=now)
    able = [one for one in queries.duties_on(ticket.authority_id, now) if one.knows(ticket.help_request.topic_id or 0)]
    if not able or rounds(queries.refusals_of(ticket.pk), able) > 0:
        note_task(
            kind=TaskKind.NOBODY_ANSWERS, help_request=ticket.help_request, authority_id=ticket.authority_id,
            actor=actor, now=now,
        )  # fmt: skip


def _offer_next(authority_id: int, *, actor: Actor, now: datetime) -> bool:
    """Make one offer if somebody waits for whom an expert is free; False when there is nothing to do."""
    if not queries.somebody_may_be_offered(authority_id):
        return False
    try:
        with transaction.atomic(durable=True):
            queries.lock_queue(authority_id)
            choice = _choose(authority_id, now)
            return choice is not None and _make(choice, actor=actor, now=now)
    except IntegrityError:  # the constraints are the last guard: a rival's offer stands, and this one was not made
        return False


def _choose(authority_id: int, now: datetime) -> Choice | None:
    duties = queries.duties_on(authority_id, now)
    if not any(one.free for one in duties):
        return None
    tickets = queries.tickets_to_match(authority_id, now)
    return choose(tickets, duties, queries.usual_lengths({one.topic_id for one in tickets}, now))


def _make(choice: Choice, *, actor: Actor, now: datetime) -> bool:
    """Make the offer unless ticket or expert are no longer what they were; True to look for the next."""
    ticket = queries.lock_ticket(choice.ticket_id)
    duty = queries.lock_duty(choice.duty_id)
    if ticket.state != TicketState.WAITING or duty.ended_at is not None or not queries.is_free(duty):
        return True
    expires_at = now + timedelta(seconds=OFFER_SECONDS)
    offer = Offer.objects.create(ticket=ticket, duty=duty, made_at=now, expires_at=expires_at)
    record(kind="offer", subject=offer.pk, action="make", actor=actor, at=now, after=OfferState.OPEN,
           data={"ticket": ticket.pk, "duty": duty.pk})  # fmt: skip
    move_ticket(ticket, "offer", actor=actor, now=now)
    _journal_passed(list(choice.passed), ticket.pk, actor=actor, now=now)
    settle_offer.configure(schedule_at=expires_at).defer(authority_id=ticket.authority_id)
    publish_on_commit(f"expert:{duty.expert_id}")
    return True


def _journal_passed(passed: list[tuple[int, str]], taken: int, *, actor: Actor, now: datetime) -> None:
    """Write down who was passed over and why, once for each cause."""
    if not passed:
        return
    known = queries.passed_over_causes([pk for pk, _cause in passed])
    write(*(
        entry(kind="ticket", subject=pk, action="pass_over", actor=actor, at=now,
              data={"cause": cause, "for": taken})
        for pk, cause in passed
        if (str(pk), cause) not in known
    ))  # fmt: skip
