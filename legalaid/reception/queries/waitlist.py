"""Who waits for an earlier time, what has been offered, and what rests."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.states import BookingState, EarlierOfferState, WaitlistState

ENOUGH = 50
"""Entries looked at for one freed time: those behind them wait for the next."""


def waiting_entry(help_request_id: UUID) -> WaitlistEntry | None:
    """The entry with which a request waits for an earlier time, if any."""
    return (
        WaitlistEntry.objects.filter(help_request_id=help_request_id, state=WaitlistState.WAITING)
        .order_by("id")
        .first()
    )


def open_earlier_offer(help_request_id: UUID, now: datetime) -> EarlierOffer | None:
    """The earlier time kept for a request at this moment, if any."""
    return (
        EarlierOffer.objects.filter(
            entry__help_request_id=help_request_id, state=EarlierOfferState.OPEN, expires_at__gt=now
        )
        .order_by("-id")
        .first()
    )


def lock_open_offers(help_request_id: UUID) -> list[EarlierOffer]:
    """Open offers of a locked request, locked, expired ones too."""
    return list(
        EarlierOffer.objects.select_for_update(of=("self",))
        .filter(entry__help_request_id=help_request_id, state=EarlierOfferState.OPEN)
        .select_related("entry")
        .order_by("id")
    )


def lock_offer(offer_id: int, help_request_id: UUID) -> EarlierOffer | None:
    """An offer made to a locked request, locked; None for anybody else's."""
    return (
        EarlierOffer.objects.select_for_update(of=("self",))
        .filter(pk=offer_id, entry__help_request_id=help_request_id)
        .select_related("entry")
        .order_by("id")
        .first()
    )


def lock_resting(resting_id: int) -> RestingTime | None:
    """A resting time that nobody else is giving away at this moment and that is offered to nobody, locked."""
    return (
        RestingTime.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=resting_id, left_by=None)
        .exclude(Exists(EarlierOffer.objects.filter(resting=OuterRef("pk"), state=EarlierOfferState.OPEN)))
        .select_related("post__authority")
        .order_by("id")
        .first()
    )


def entries_for(resting: RestingTime) -> QuerySet[WaitlistEntry]:
    """Who may be offered a freed time, longest waiting first: not offered it before, her start is later or is none."""
    start = resting.occupies.lower
    booked = Booking.objects.filter(
        help_request_id=OuterRef("help_request_id"), state=BookingState.CONFIRMED, during__startswith__gt=start
    )
    asked = EarlierOffer.objects.filter(entry=OuterRef("pk"))
    asked = asked.filter(Q(state=EarlierOfferState.OPEN) | Q(post_id=resting.post_id, start=start))
    return (
        WaitlistEntry.objects.filter(
            Q(Exists(booked), help_request__state=RequestState.AGREED) | Q(help_request__state=RequestState.SUBMITTED),
            ~Exists(asked), authority_id=resting.post.authority_id, state=WaitlistState.WAITING,
        )
        .order_by("created_at", "id")[:ENOUGH]
    )  # fmt: skip


def overdue_offers(now: datetime) -> list[tuple[int, UUID]]:
    """(offer, request) of open offers whose time to answer is over."""
    rows = EarlierOffer.objects.filter(state=EarlierOfferState.OPEN, expires_at__lte=now).order_by("expires_at", "id")
    return list(rows.values_list("pk", "entry__help_request_id"))


def resting_now(now: datetime) -> list[int]:
    """Times that rest and are offered to nobody, those that return first in front."""
    taken = EarlierOffer.objects.filter(resting=OuterRef("pk"), state=EarlierOfferState.OPEN)
    return list(
        RestingTime.objects.filter(~Exists(taken), until__gt=now, left_by=None)
        .order_by("until", "id")
        .values_list("pk", flat=True)
    )


def rested(now: datetime) -> QuerySet[RestingTime]:
    """Times that rest no longer and are offered to nobody."""
    taken = EarlierOffer.objects.filter(resting=OuterRef("pk"), state=EarlierOfferState.OPEN)
    return RestingTime.objects.filter(~Exists(taken), until__lte=now).order_by("id")


def idle_entries() -> list[UUID]:
    """Requests that still stand on the waitlist although they wait for nothing any more."""
    booked = Booking.objects.filter(help_request_id=OuterRef("help_request_id"), state=BookingState.CONFIRMED)
    rows = WaitlistEntry.objects.filter(~Exists(booked), state=WaitlistState.WAITING)
    rows = rows.exclude(help_request__state=RequestState.SUBMITTED).order_by("id")
    return list(rows.values_list("help_request_id", flat=True))


def last_entry(help_request_id: UUID) -> WaitlistEntry | None:
    """The newest entry of a request, whatever became of it."""
    return WaitlistEntry.objects.filter(help_request_id=help_request_id).order_by("-id").first()


def waiting_without_time() -> list[WaitlistEntry]:
    """Entries of requests that have no time at all and are offered none at this moment, longest waiting first."""
    return list(_without_time().order_by("created_at", "id"))


def lock_waiting(entry_id: int) -> WaitlistEntry | None:
    """One of them, locked; None when it is not so any more or somebody is at it."""
    rows = _without_time().select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=entry_id).order_by("id").first()


def _without_time() -> QuerySet[WaitlistEntry]:
    asked = EarlierOffer.objects.filter(entry=OuterRef("pk"), state=EarlierOfferState.OPEN)
    return WaitlistEntry.objects.filter(
        ~Exists(asked), state=WaitlistState.WAITING, help_request__state=RequestState.SUBMITTED
    ).select_related(
        "help_request__topic", "help_request__authority", "help_request__branch", "help_request__citizen"
    )  # fmt: skip


def offers_of(entry: WaitlistEntry) -> list[EarlierOffer]:
    """What one who waits has been offered so far."""
    return list(EarlierOffer.objects.filter(entry=entry).order_by("id"))


def worn_out(since: datetime) -> list[UUID]:
    """Requests submitted before `since` that still have no time."""
    rows = HelpRequest.objects.filter(state=RequestState.SUBMITTED, submitted_at__lt=since).order_by("id")
    return list(rows.values_list("pk", flat=True))
