"""A change of a branch, and those who lose their place by it: bookings and people who wait are decided one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from legalaid.directory.models import Branch
from legalaid.directory.policies import may_keep_network
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.reception.called_off_letters import (
    booking_called_off_by_broken_booth_letter,
    booking_called_off_by_centre_letter,
)  # fmt: skip
from legalaid.reception.hours_refusals import BookingsTouched
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.queries import places_at
from legalaid.reception.queries.branches import (
    branch_bookings_outside,
    branch_holds_outside,
    lock_branch,
    receiving,
    stops_receiving,
)  # fmt: skip
from legalaid.reception.queries.queue import waiting_at_branch
from legalaid.reception.queries.stranded import told_of_waiting
from legalaid.reception.refusals import SlotTaken
from legalaid.reception.services.bookings import call_off
from legalaid.reception.services.moves import tell_of_booking
from legalaid.reception.services.moving import move_to
from legalaid.reception.services.proposing import Promised, nearest_free
from legalaid.reception.services.stranded import carry_out_for_waiting
from legalaid.reception.services.touched import Decision, Decisions, OfTicket, Polite, carry_out_all, described, let_go
from legalaid.reception.states import BookingState


def change_branch(
    *, branch_id: int, write: Callable[[Branch], None], decisions: Decisions, actor: Actor, now: datetime,
    booth: bool = False,
) -> Branch:  # fmt: skip
    """Run `write` on the locked branch and carry out a decision for each person it leaves without a place.

    As `change_hours` does for posts: one transaction, bookings kept outside earlier are not asked about again, times of
    those who are still typing are let go. When the branch stops receiving by this very change, those who sit there in
    the live queue are decided about too. A refusal changes nothing; `booth` says what it is about. Raises NotFound,
    BookingsTouched, HoursBusy.
    """
    with Polite(), transaction.atomic(durable=True):
        branch = lock_branch(branch_id) if may_keep_network(actor) else None
        if branch is None:
            raise NotFound
        before, received = branch_bookings_outside(branch, now), receiving(branch, now)
        write(branch)
        touched = {pk: one for pk, one in branch_bookings_outside(branch, now).items() if pk not in before}
        stops = stops_receiving(received, receiving(branch, now))
        waiting = list(waiting_at_branch(branch.pk)) if stops else []
        if (set(touched) | {OfTicket(one.pk) for one in waiting}) - set(decisions):
            raise _refused(list(touched.values()), waiting, now, "", booth=booth)
        with transaction.atomic():
            refusal = carry_out_all(
                bookings=touched.values(), decisions=decisions,
                carry_out=partial(_carry_out, branch=branch, actor=actor, now=now),
            )  # fmt: skip
            refusal = refusal or carry_out_for_waiting(
                tickets=waiting, branch=branch, decisions=decisions, actor=actor, now=now
            )  # fmt: skip
            if refusal:  # what was carried out for the others must not stand in the way of what is proposed next
                transaction.set_rollback(True)
        if refusal:
            again = [one for pk, one in branch_bookings_outside(branch, now).items() if pk in touched]
            raise _refused(again, list(waiting_at_branch(branch.pk)) if stops else [], now, refusal, booth=booth)
        let_go(holds=branch_holds_outside(branch, now), actor=actor, now=now)
        publish_on_commit("office")
        publish_on_commit(f"day:{branch.pk}")
    return branch


def _refused(
    touched: list[Booking], waiting: list[Ticket], now: datetime, text: str, *, booth: bool
) -> BookingsTouched:  # fmt: skip
    told = described(bookings=touched, now=now, nearest=_nearest)
    return BookingsTouched(told, text, booth=booth, waiting=told_of_waiting(waiting, now))


def _carry_out(booking: Booking, decision: Decision, *, branch: Branch, actor: Actor, now: datetime) -> None:
    request = lock_request(booking.help_request_id)
    booked = booking.during.lower
    if decision.kind == "cancel":
        letter = booking_called_off_by_broken_booth_letter if _is_broken(booking) else (
            booking_called_off_by_centre_letter)  # fmt: skip
        call_off(request=request, actor=actor, now=now, reason=decision.reason)
        letter(request=request, start=booked, booking=booking, reason=decision.reason, now=now)
    elif decision.kind == "move":
        start = decision.start or _nearest(booking, now, Promised())
        if start is None:
            raise SlotTaken(_("свободного времени в ближайшие две недели нет."))
        if start != booked:
            move_to(request=request, start=start, actor=actor, now=now)
        elif _is_broken(booking):
            _to_another_booth(booking, actor=actor, now=now)
        else:
            raise SlotTaken(_("отделение в это время не работает."))
    else:
        record(kind="booking", subject=booking.pk, action="keep_outside_hours", actor=actor, at=now,
               before=booking.state, after=booking.state)  # fmt: skip


def _is_broken(booking: Booking) -> bool:
    return booking.booth is not None and booking.booth.out_since is not None


def _free_booths(booking: Booking, now: datetime) -> list[int]:
    """Booths of the same branch in service that are free and fit at the booked time; [] while the branch is closed."""
    request = booking.help_request
    found = places_at(
        authority_id=booking.post.authority_id, zone=booking.post.authority.timezone, branch=request.branch,
        during=Period(booking.during.lower, booking.during.upper), now=now, mine=request.pk, needs=request.needs,
    )  # fmt: skip
    return [one for one in found.booths if one is not None]


def _to_another_booth(booking: Booking, *, actor: Actor, now: datetime) -> None:
    """The same start at a booth that is free then. Raises SlotTaken."""
    former = booking.booth_id
    for booth_id in _free_booths(booking, now):
        booking.booth_id = booth_id
        try:
            with transaction.atomic():
                booking.save(update_fields=["booth"])
        except IntegrityError:
            continue  # a rival has just taken it
        record(kind="booking", subject=booking.pk, action="change_booth", actor=actor, at=now, before=booking.state,
               after=booking.state, data={"from": former, "to": booth_id})  # fmt: skip
        tell_of_booking(booking)
        return
    raise SlotTaken


def _nearest(booking: Booking, now: datetime, promised: Promised) -> datetime | None:
    """The free start at the branch closest to the booked one: the same when only another booth is needed."""
    occupies = Period(booking.occupies.lower, booking.occupies.upper)
    if _is_broken(booking) and promised.take(occupies, booths=list(_free_booths(booking, now))):
        booked: datetime = booking.during.lower
        return booked
    if booking.state != BookingState.CONFIRMED:
        return None
    return nearest_free(booking=booking, promised=promised, now=now)
