"""A change of hours and the bookings it touches: decided one by one, or nothing is changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from legalaid.directory.models import Post
from legalaid.intake.queries import lock_request
from legalaid.intake.states import CANCELLABLE_STATES
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.period import Period
from legalaid.people.states import Role
from legalaid.reception.called_off_letters import booking_called_off_by_authority_letter
from legalaid.reception.hours_refusals import BookingsTouched, HoursBusy, Touched
from legalaid.reception.letters import zone_of
from legalaid.reception.models import Booking
from legalaid.reception.queries import free_posts_at
from legalaid.reception.queries.hours import AGREED, held_outside, lock_posts, outside_hours, try_lock_request
from legalaid.reception.refusals import SlotTaken
from legalaid.reception.services.bookings import call_off
from legalaid.reception.services.moves import move_booking, tell_of_booking
from legalaid.reception.services.moving import move_to
from legalaid.reception.services.proposing import Promised, nearest_free
from legalaid.reception.states import BookingState

Kind = Literal["keep", "move", "home", "cancel"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one touched booking. `start` (UTC) of a move, None = the nearest free one; `reason` of a cancel.

    A move to the booking's own start gives it to another post of the authority, or another booth: the citizen need not
    know. `home` is for a place in the live queue alone.
    """

    kind: Kind
    start: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OfTicket:
    """Key of a decision about a place in the live queue."""

    ticket_id: int


Decisions = Mapping[int | OfTicket, Decision]
"""Booking id, or OfTicket, → what becomes of it."""


def change_hours(
    *, post_ids: Iterable[int], write: Callable[[list[Post]], None], decisions: Decisions, actor: Actor, now: datetime,
    dry_run: bool = False,
) -> None:  # fmt: skip
    """Run `write` on the locked posts of one authority and carry out a decision for each booking it leaves outside.

    One transaction. Only agreed bookings that have not begun count, and only those that this very change touches: what
    was kept outside the hours before is not asked about again. A time held for somebody who is still typing is let go:
    she is asked to choose another. Raises BookingsTouched with all of them when one is
    undecided or its decision cannot be carried out, also when it was agreed after the page was shown; NotFound unless
    the actor coordinates the authority; HoursBusy. A refusal changes nothing; `dry_run` changes nothing either.
    """
    with Polite(), transaction.atomic(durable=True):
        posts = lock_posts(post_ids)
        _demand_coordinator(posts, set(post_ids), actor)
        before = outside_hours(posts, now)
        write(posts)
        touched = {pk: booking for pk, booking in outside_hours(posts, now).items() if pk not in before}
        if set(touched) - set(decisions):
            raise BookingsTouched(described(bookings=touched.values(), now=now))
        with transaction.atomic():
            refusal = carry_out_all(
                bookings=touched.values(), decisions=decisions, carry_out=partial(_carry_out, actor=actor, now=now)
            )
            if refusal:  # what was carried out for the others must not stand in the way of what is proposed next
                transaction.set_rollback(True)
        if refusal:
            again = [one for pk, one in outside_hours(posts, now).items() if pk in touched]
            raise BookingsTouched(described(bookings=again, now=now), refusal)
        let_go(holds=held_outside(posts, now), actor=actor, now=now)
        for post in posts:
            publish_on_commit(f"queue:{post.authority_id}")
        if dry_run:
            transaction.set_rollback(True)


def let_go(*, holds: Iterable[Booking], actor: Actor, now: datetime) -> None:
    """End holds outside the new hours. Raises HoursBusy when one of them is being confirmed at this very moment."""
    for held in holds:
        if not try_lock_request(held.help_request_id):
            raise HoursBusy
        move_booking(held, "lapse", actor=actor, now=now)


class Polite:
    """A lost deadlock with somebody who moves one of the bookings is a refusal, not a failure."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OperationalError) and "deadlock detected" in str(error):
            raise HoursBusy from error


def _demand_coordinator(posts: list[Post], wanted: set[int], actor: Actor) -> None:
    authorities = {post.authority_id for post in posts}
    if {post.pk for post in posts} != wanted or len(authorities) != 1:
        raise NotFound
    if not actor.has(Role.COORDINATOR, authority_id=authorities.pop()):
        raise NotFound


def carry_out_all(
    *, bookings: Iterable[Booking], decisions: Decisions, carry_out: Callable[[Booking, Decision], None]
) -> str:
    """Carry out each decision; return why the first that cannot be is refused, '' when all are done."""
    for booking in bookings:
        try:
            carry_out(booking, decisions[booking.pk])
        except DomainError as error:
            why = str(error.text)
        except IntegrityError as error:
            if "booking_" not in str(error):
                raise
            why = str(SlotTaken.text)
        else:
            continue
        return _("Заявка № %(number)s: %(why)s") % {"number": booking.help_request.number, "why": why}
    return ""


def _carry_out(booking: Booking, decision: Decision, *, actor: Actor, now: datetime) -> None:
    request = lock_request(booking.help_request_id)
    if decision.kind == "cancel":
        before = booking.during.lower
        call_off(request=request, actor=actor, now=now, reason=decision.reason)
        booking_called_off_by_authority_letter(request=request, start=before, booking=booking, reason=decision.reason,
                                               now=now)  # fmt: skip
    elif decision.kind == "move":
        start = decision.start or _nearest(booking, now, Promised())
        if start is None:
            raise SlotTaken(_("свободного времени в ближайшие две недели нет."))
        if start == booking.during.lower:
            _to_another_post(booking, actor=actor, now=now)
        else:
            move_to(request=request, start=start, actor=actor, now=now)
    else:
        record(kind="booking", subject=booking.pk, action="keep_outside_hours", actor=actor, at=now,
               before=booking.state, after=booking.state)  # fmt: skip


def _to_another_post(booking: Booking, *, actor: Actor, now: datetime) -> None:
    """The same start at a post that is free then. Raises SlotTaken."""
    former = booking.post_id
    for post in _free_posts(booking, now):
        booking.post = post
        try:
            with transaction.atomic():
                booking.save(update_fields=["post"])
        except IntegrityError:
            continue  # a rival has just taken it
        record(kind="booking", subject=booking.pk, action="change_post", actor=actor, at=now, before=booking.state,
               after=booking.state, data={"from": former, "to": post.pk})  # fmt: skip
        tell_of_booking(booking)
        return
    raise SlotTaken


def _free_posts(booking: Booking, now: datetime) -> list[Post]:
    during = Period(booking.during.lower, booking.during.upper)
    occupies = Period(booking.occupies.lower, booking.occupies.upper)
    return free_posts_at(authority=booking.post.authority, during=during, occupies=occupies, now=now)


def _nearest(booking: Booking, now: datetime, promised: Promised) -> datetime | None:
    """The start closest to the booked one: the same at another post, else any that is free; None when nothing is."""
    if booking.state not in AGREED:
        return None
    booked: datetime = booking.during.lower
    occupies = Period(booking.occupies.lower, booking.occupies.upper)
    if promised.take(occupies, posts=[post.pk for post in _free_posts(booking, now)]):
        return booked
    if booking.state != BookingState.CONFIRMED:
        return None
    return nearest_free(booking=booking, promised=promised, now=now)


def described(
    *, bookings: Iterable[Booking], now: datetime,
    nearest: Callable[[Booking, datetime, Promised], datetime | None] = _nearest,
) -> list[Touched]:  # fmt: skip
    """What the page says of each: read inside the transaction, so the nearest start already obeys the new hours.

    No two are proposed the same place, so all of them may be moved as they are shown.
    """
    found, promised = [], Promised()
    for booking in sorted(bookings, key=lambda one: (one.during.lower, one.pk)):
        request = booking.help_request
        citizen = request.citizen
        found.append(Touched(
            booking_id=booking.pk, number=request.number or "", start=booking.during.lower,
            topic=request.topic.title if request.topic else "", post=booking.post.name,
            place=booking.booth.branch.name if booking.booth else _("из дома"), zone=zone_of(request, booking),
            nearest=nearest(booking, now, promised), may_cancel=request.state in CANCELLABLE_STATES,
            has_email=bool(citizen and citizen.email), has_phone=bool(citizen and citizen.phone),
        ))  # fmt: skip
    return found
