"""Moving an entry of the waitlist and an offer of an earlier time along their tables: state, journal, screens."""

from datetime import datetime

from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.messaging.services import withdraw
from legalaid.reception.jobs import offer_freed
from legalaid.reception.letters import earlier_offer_letter
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.queries.waitlist import lock_open_offers, waiting_entry
from legalaid.reception.states import EARLIER_OFFER_MOVES, WAITLIST_MOVES, EarlierOfferState, WaitlistState
from legalaid.reception.waiting_letters import time_offer_letter


def join(
    *, request: HelpRequest, actor: Actor, now: datetime, part: str = "", beyond: datetime | None = None
) -> WaitlistEntry:
    """Put a locked request on the waitlist, inside the caller's transaction."""
    assert request.authority
    entry = WaitlistEntry.objects.create(
        help_request=request, authority=request.authority, branch=request.branch, created_at=now, part=part,
        beyond=beyond,
    )  # fmt: skip
    record(kind="waitlist", subject=entry.pk, action="join", actor=actor, at=now, after=WaitlistState.WAITING,
           data={"request": str(request.pk)})  # fmt: skip
    publish_on_commit(f"request:{request.pk}")
    return entry


def make_offer(
    entry: WaitlistEntry, request: HelpRequest, booking: Booking | None, resting: RestingTime, until: datetime, *,
    actor: Actor, now: datetime,
) -> EarlierOffer:  # fmt: skip
    """Keep a resting time for one who waits and tell her, inside the caller's transaction."""
    offer = EarlierOffer.objects.create(
        entry=entry, resting=resting, post=resting.post, start=resting.occupies.lower, made_at=now, expires_at=until
    )
    entry.offers += 1
    entry.save(update_fields=["offers"])
    if resting.until < until:
        resting.until = until
        resting.save(update_fields=["until"])
    record(kind="earlier_offer", subject=offer.pk, action="make", actor=actor, at=now, after=EarlierOfferState.OPEN,
           data={"request": str(request.pk), "post": resting.post_id, "start": offer.start.isoformat()})  # fmt: skip
    if booking is None:
        time_offer_letter(request=request, offer=offer, now=now)
    else:
        earlier_offer_letter(request=request, booking=booking, offer=offer, now=now)
    publish_on_commit(f"request:{request.pk}")
    return offer


def stop_waiting(*, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """Take a locked request off the waitlist if it stands there, inside the caller's transaction."""
    entry = waiting_entry(request.pk)
    if entry is None:
        return
    for offer in lock_open_offers(request.pk):
        close_offer(offer, "decline", actor=actor, now=now)
    move_entry(entry, "leave", actor=actor, now=now)


def close_offer(offer: EarlierOffer, action: str, *, actor: Actor, now: datetime) -> None:
    """End an offer without taking it: its time is free for the next offer."""
    resting_id = offer.resting_id
    move_earlier_offer(offer, action, actor=actor, now=now)
    if resting_id is not None:
        offer_freed.defer(resting_id=resting_id)


def move_earlier_offer(offer: EarlierOffer, action: str, *, actor: Actor, now: datetime) -> None:
    before = EarlierOfferState(offer.state)
    offer.state = move(EARLIER_OFFER_MOVES, before, action, RequestMovedOn.text)
    offer.resting = None
    offer.save(update_fields=["state", "resting"])
    withdraw(about=[f"time-offer:{offer.entry_id}"], now=now)  # what waits for the morning is not true any more
    record(kind="earlier_offer", subject=offer.pk, action=action, actor=actor, at=now, before=before, after=offer.state)
    publish_on_commit(f"request:{offer.entry.help_request_id}")


def move_entry(entry: WaitlistEntry, action: str, *, actor: Actor, now: datetime) -> None:
    before = WaitlistState(entry.state)
    entry.state = move(WAITLIST_MOVES, before, action, RequestMovedOn.text)
    entry.save(update_fields=["state"])
    record(kind="waitlist", subject=entry.pk, action=action, actor=actor, at=now, before=before, after=entry.state)
    publish_on_commit(f"request:{entry.help_request_id}")
