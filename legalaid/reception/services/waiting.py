"""Moving an entry of the waitlist and an offer of an earlier time along their tables: state, journal, screens."""

from datetime import datetime

from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.states import move
from legalaid.reception.jobs import offer_freed
from legalaid.reception.models import EarlierOffer, WaitlistEntry
from legalaid.reception.queries.waitlist import lock_open_offers, waiting_entry
from legalaid.reception.states import EARLIER_OFFER_MOVES, WAITLIST_MOVES, EarlierOfferState, WaitlistState


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
    offer.state = move(EARLIER_OFFER_MOVES, before, action, str(RequestMovedOn.text))
    offer.resting = None
    offer.save(update_fields=["state", "resting"])
    record(kind="earlier_offer", subject=offer.pk, action=action, actor=actor, at=now, before=before, after=offer.state)
    publish_on_commit(f"request:{offer.entry.help_request_id}")


def move_entry(entry: WaitlistEntry, action: str, *, actor: Actor, now: datetime) -> None:
    before = WaitlistState(entry.state)
    entry.state = move(WAITLIST_MOVES, before, action, str(RequestMovedOn.text))
    entry.save(update_fields=["state"])
    record(kind="waitlist", subject=entry.pk, action=action, actor=actor, at=now, before=before, after=entry.state)
    publish_on_commit(f"request:{entry.help_request_id}")
