"""Bookings that outlived their agreement: kept, moved to another authority, or called off with an explanation."""

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legalaid.directory.models import Topic
from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Role
from legalaid.reception.called_off_letters import called_off_without_agreement_letter
from legalaid.reception.models import Booking, KeptBooking
from legalaid.reception.queries.orphans import orphaned_bookings, topics_instead
from legalaid.reception.queries.times import times_for
from legalaid.reception.refusals import SlotTaken
from legalaid.reception.services.bookings import call_off
from legalaid.reception.services.moving import move_to
from legalaid.reception.services.reserve import RivalIsPolite

OrphanDecision = Literal["keep", "move", "cancel"]


class ExplanationMissing(DomainError):
    """A booking is not called off without a word to the person."""

    code = "explanation"
    field = "reason"
    text = gettext_lazy("Напишите, почему отменяем: человек должен это знать.")


def decide_orphan(
    *, booking_id: int, kind: OrphanDecision, topic_code: str = "", reason: str = "",
    actor: Actor, now: datetime,
) -> Booking:  # fmt: skip
    """Decide about one agreed booking that no agreement covers any more. For the project office.

    `keep`: she is received all the same. `move`: to the nearest free time of the authority of `topic_code`, at the
    same place; she is told. `cancel`: she is told the `reason`. Raises NotFound (also when it is not on the list any
    more), ExplanationMissing, SlotTaken (no free time there), TopicNotCovered, IllegalMove.
    """
    with RivalIsPolite(), transaction.atomic(durable=True):
        if not actor.has(Role.OFFICE):
            raise NotFound
        seen = next(iter(orphaned_bookings(now, only=booking_id)), None)
        if seen is None:
            raise NotFound
        request = lock_request(seen.help_request_id)
        booking = next(iter(orphaned_bookings(now, only=booking_id)), None)
        if booking is None:
            raise NotFound  # somebody decided while we waited for the lock
        if kind == "keep":
            KeptBooking.objects.create(booking=booking, at=now)
            record(kind="booking", subject=booking.pk, action="keep_without_agreement", actor=actor, at=now,
                   before=booking.state, after=booking.state)  # fmt: skip
        elif kind == "cancel":
            _cancel(booking, request, " ".join(reason.split()), actor, now)
        else:
            booking = _move(booking, request, topic_code, actor, now)
        publish_on_commit("office")
    return booking


def _cancel(booking: Booking, request: HelpRequest, reason: str, actor: Actor, now: datetime) -> None:
    if not reason:
        raise ExplanationMissing
    start = booking.during.lower
    call_off(request=request, actor=actor, now=now, reason=reason)
    called_off_without_agreement_letter(request=request, booking=booking, start=start, reason=reason[:1000], now=now)


def _move(booking: Booking, request: HelpRequest, topic_code: str, actor: Actor, now: datetime) -> Booking:
    topic: Topic | None = topics_instead(booking, now).filter(code=topic_code).first()
    if topic is None:
        raise NotFound
    former, booked = request.topic_id, booking.during.lower
    request.topic, request.authority = topic, topic.authority
    request.save(update_fields=["topic", "authority"])
    starts = times_for(request=request, branch=request.branch, now=now).starts
    start = min((one for one in starts if one != booked), key=lambda one: abs(one - booked), default=None)
    if start is None:
        raise SlotTaken(_("У этого органа нет свободного времени в ближайшие две недели. Выберите другую тему."))
    record(kind="help_request", subject=request.pk, action="another_authority", actor=actor, at=now,
           before=request.state, after=request.state, data={"from": former, "to": topic.pk})  # fmt: skip
    return move_to(request=request, start=start, actor=actor, now=now)
