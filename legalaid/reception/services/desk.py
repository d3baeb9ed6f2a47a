"""The desk's one step: a visitor is registered and reserved for, or nothing at all is written."""

from datetime import datetime

from django.db import transaction

from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_registered_request
from legalaid.intake.queries import request_of_submission
from legalaid.intake.rules import NOBODY, NONE, Adaptations, Behalf, Offer
from legalaid.intake.services import choice_part, clean_story, record_third_party, register
from legalaid.intake.states import RequestState
from legalaid.journal.services import Entry, write
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.jobs import deferring, job_of
from legalaid.kernel.sql import fetch_together
from legalaid.people.rules import Contact, clean_contact
from legalaid.people.services import GIVEN, GIVEN_LATER, GIVEN_TOLD, Given, consent_entry, consent_parts
from legalaid.people.states import Channel, Role
from legalaid.reception.jobs import tell_confirmed
from legalaid.reception.queries.codes import free_code
from legalaid.reception.refusals import SentTwice, SlotTaken, TimeNotChosen, TopicNotCovered
from legalaid.reception.services.awaiting import begin_waiting
from legalaid.reception.services.queue import issue_ticket
from legalaid.reception.services.reserve import Reservation, RivalIsPolite, demand_bookable, demand_free


def register_at_desk(
    *, story: str, topic_code: str, branch_id: int, contact: Contact, consent: bool, start: datetime | None,
    queue: bool, submission: str, actor: Actor, now: datetime, adaptations: Adaptations = NONE,
    behalf: Behalf = NOBODY, offer: Offer | None = None, at_branch_id: int | None = None, wait_for: str | None = None,
) -> HelpRequest:  # fmt: skip
    """Register a visitor and reserve post × booth × citizen for `start`, or with `queue` put her in the live queue.

    With `wait_for`, a part of the day or '' for any, she waits to be told of a time, and must leave a contact.
    One transaction: a refusal leaves nothing behind. `submission` is the form's own key: the same form sent twice is
    one registration. At the desk of `branch_id` a start may be taken at another centre, `at_branch_id`: the request is
    that centre's then. `behalf` is who acts for her; `offer` what triage offered. Raises ThirdPartyRefused,
    StoryRefused, TopicNotChosen, TimeNotChosen, ContactRefused, ConsentMissing, SlotTaken, SlotTooSoon,
    TopicNotCovered, NobodyOnReception, BranchNotReceiving, NotFound.
    """
    if not actor.has(Role.OPERATOR, branch_id=branch_id):
        raise NotFound
    story = clean_story(story)
    action = _leads_to(start, queue, wait_for)
    contact = clean_contact(name=contact.name, phone=contact.phone, email=contact.email, reachable=not action)
    branch_id = at_branch_id if start is not None and at_branch_id is not None else branch_id
    try:
        with RivalIsPolite(), transaction.atomic(durable=True):
            found = demand_bookable(topic_code, branch_id, start or now, now)
            if found.topic.retired_at is not None:
                raise TopicNotCovered
            # Most who come too late for the last places are told so before anything is written for them.
            seen = None if start is None else demand_free(
                topic=found.topic, branch=found.branch, start=start, adaptations=adaptations, now=now
            )  # fmt: skip
            given = consent_parts(contact=contact, consent=consent, channel=Channel.CENTRE, now=now)
            request, entries, registered = register(
                story=story, topic=found.topic, branch_id=branch_id, channel=Channel.CENTRE, submission=submission,
                action=action, actor=actor, now=now, adaptations=adaptations,
            )  # fmt: skip
            booking = None if start is None else Reservation(
                request=request, branch=found.branch, start=start, now=now, hold_until=None
            )  # fmt: skip
            # A place that a hold which ran out still occupies cannot be taken by the same statement.
            first = booking.part(seen) if booking and seen and not seen.stale else None
            more = [choice_part(request=request, offer=offer, now=now)] if offer else []
            if booking and seen and first:
                consented = consent_entry(given=GIVEN_LATER, actor=actor, now=now)
                more += [first, booking.told(seen, actor=actor, entries=[consented, *entries], later=GIVEN_TOLD)]
                row = fetch_together(*given, registered, *more, last=_TAKEN, **job_of(tell_confirmed))
            else:
                row = fetch_together(*given, registered, *more, last=_REGISTERED)
            gave = Given.of(row)
            assert row is not None
            request.citizen_id, request.number = gave.citizen_id, row[4]
            if booking and seen and booking.inserted(row[5:], seen):
                booking.call()
            else:
                entries.insert(0, consent_entry(given=gave, actor=actor, now=now))
                _go_on(request, booking, entries, wait_for, actor, now)
            record_third_party(request=request, behalf=behalf, actor=actor, now=now)
    except (SentTwice, SlotTaken):  # asked last: a form is hardly ever sent twice; the place may be taken by its first
        known = request_of_submission(submission)
        if known is None:
            raise
        return get_registered_request(actor, known)
    return request


def _leads_to(start: datetime | None, queue: bool, wait_for: str | None) -> str:
    """The action that follows the submission, '' for none: she waits. Raises TimeNotChosen."""
    if start is not None:
        return "agree"
    if not queue and wait_for is None:
        raise TimeNotChosen
    return "queue" if queue else ""


def _go_on(
    request: HelpRequest, booking: Reservation | None, entries: list[Entry], wait_for: str | None, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Look for another place than the first, or put her in the live queue here, or on the waitlist."""
    if booking:
        booking.insert()
        booking.tell(actor=actor, entries=entries, task=tell_confirmed)
        return
    write(*entries)
    if request.state == RequestState.SUBMITTED:
        begin_waiting(request=request, part=wait_for or "", actor=actor, now=now)
        return
    ticket = issue_ticket(request=request, actor=actor, now=now)
    assert request.branch_id is not None
    ticket.start_code = free_code(request.branch_id)
    ticket.save(update_fields=["start_code"])


# Consent, request, the first try for a place and, if it succeeds, the journal and the message's job are one trip to the
# server, and one fewer lock to hold while it lasts.
_REGISTERED = f"SELECT {GIVEN}, registered.number FROM given, registered"  # noqa: S608 - our own names
_TAKEN = f"""
    SELECT {GIVEN}, registered.number, taken.id, taken.post_id,
        CASE WHEN taken.id IS NOT NULL THEN {deferring("jsonb_build_object('booking_id', taken.id)")} END
    FROM given, registered LEFT JOIN taken ON true
"""  # noqa: S608 - our own names
