"""«Сообщите, когда появится время»: a request without a booking waits, is offered what becomes free, and takes it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.messaging.models import Message
from legalaid.people.rules import ContactRefused
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, ExtraHours, ReceptionHours, RestingTime, WaitlistEntry
from legalaid.reception.queries.times import times_for
from legalaid.reception.refusals import OfferGone, TooManyBookings
from legalaid.reception.services.waitlist import offer_freed_time, tend_waitlist
from legalaid.reception.states import BookingState, WaitlistState
from legalaid.reception.waitlist_rules import OFFER_OPEN, OFFER_STOPS, WAIT
from tests.scenes import NOW, ZONE, Region, at, citizen, make_region, people_count

SYSTEM = Actor.system("test")
TICK = timedelta(minutes=1)


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def waits(region: Region, *, n: int = 1, now: datetime = NOW, at_branch: bool = False, part: str = "",
          request: HelpRequest | None = None, **who: object) -> WaitlistEntry:  # fmt: skip
    asking = request or region.draft(now=now)
    contact = {"name": f"Гражданка {n}", "phone": f"892812345{n:02d}", "email": "", "consent": True} | who
    return services.wait_for_time(
        help_request_id=asking.pk, branch_id=region.branch.pk if at_branch else None, part=part, actor=citizen(asking),
        now=now, **contact,  # type: ignore[arg-type]  # a test's shorthand
    )  # fmt: skip


def full(region: Region) -> None:
    """Nobody receives any more."""
    ReceptionHours.objects.all().delete()


def opened(region: Region, day: int, hour: int, until: int) -> None:
    ExtraHours.objects.create(post=region.posts[0], day=date(2026, 11, day), opens=time(hour), closes=time(until))


def answer(what: object, offer: EarlierOffer, now: datetime = NOW) -> object:
    request = offer.entry.help_request
    return what(help_request_id=request.pk, offer_id=offer.pk, actor=citizen(request), now=now)  # type: ignore[operator]  # a service


def test_asking_submits_the_request_once_and_sends_her_the_link(region: Region) -> None:
    request = region.draft()
    entries = {waits(region, request=request, part="evening").pk for _attempt in range(2)}
    request.refresh_from_db()
    assert len(entries) == 1 and WaitlistEntry.objects.count() == 1
    assert (request.state, request.citizen.name if request.citizen else "") == (RequestState.SUBMITTED, "Гражданка 1")
    assert request.number and not Booking.objects.exists()
    text = Message.objects.get()
    assert text.channel == "sms" and "/z/" in text.body


def test_a_new_time_is_offered_and_kept_and_taken_by_the_ordinary_path(region: Region) -> None:
    full(region)
    entry = waits(region)
    assert entry.beyond is None
    tend_waitlist(actor=SYSTEM, now=NOW)
    assert not EarlierOffer.objects.exists()
    opened(region, 25, 10, 11)
    tend_waitlist(actor=SYSTEM, now=NOW + TICK)
    offer = EarlierOffer.objects.get()
    assert (offer.start, offer.expires_at) == (at(10, day=25), NOW + TICK + OFFER_OPEN)
    other = region.draft(now=NOW)
    starts = times_for(request=other, branch=None, now=NOW + TICK).starts
    assert at(10, day=25) not in starts, "it is kept for her"
    told = Message.objects.order_by("-id")[0]
    assert "Появилось время" in told.body
    for _attempt in range(2):
        booking = answer(services.accept_earlier, offer, NOW + TICK * 2)
        assert isinstance(booking, Booking)
        assert (booking.state, booking.during.lower) == (BookingState.CONFIRMED, at(10, day=25))
    assert Booking.objects.count() == 1 and not RestingTime.objects.exists()
    entry.refresh_from_db()
    entry.help_request.refresh_from_db()
    assert (entry.state, entry.help_request.state) == (WaitlistState.SERVED, RequestState.AGREED)
    assert "Вы записаны" in Message.objects.order_by("-id")[0].body


def test_what_she_saw_and_did_not_take_is_not_offered_but_the_next_new_day_is(region: Region) -> None:
    entry = waits(region, part="evening")
    zone_day = local_day(entry.beyond, ZONE) if entry.beyond else None
    assert zone_day == date(2026, 12, 6), "the last day of two weeks"
    tend_waitlist(actor=SYSTEM, now=NOW + TICK)
    assert not EarlierOffer.objects.exists()
    tomorrow = NOW + timedelta(days=1)
    tend_waitlist(actor=SYSTEM, now=tomorrow)
    assert [offer.start for offer in EarlierOffer.objects.all()] == [at(17, 20) + timedelta(days=14)]
    answer(services.decline_earlier, EarlierOffer.objects.get(), tomorrow)
    tend_waitlist(actor=SYSTEM, now=tomorrow + TICK * 20)
    assert EarlierOffer.objects.count() == 1, "of a day whose time she declined nothing more is offered"


def test_a_time_given_back_goes_to_whom_it_suits(region: Region) -> None:
    early = region.booked(at(11, 5), n=9)
    waits(region, n=1, part="evening")
    second = waits(region, n=2, now=NOW + TICK)
    services.cancel(help_request_id=early.help_request_id, actor=citizen(early.help_request), now=NOW + TICK)
    resting = RestingTime.objects.get()
    offer = offer_freed_time(resting_id=resting.pk, actor=SYSTEM, now=NOW + TICK)
    assert offer is not None and offer.entry_id == second.pk, "the first wants the evening"


def test_three_offers_then_no_more_and_she_may_ask_anew(region: Region) -> None:
    full(region)
    entry = waits(region)
    for day in (24, 25, 26, 27):
        opened(region, day, 10, 11)
    moment = NOW
    for _n in range(5):
        tend_waitlist(actor=SYSTEM, now=moment)
        for offer in EarlierOffer.objects.filter(state="open"):
            answer(services.decline_earlier, offer, moment)
        moment += TICK * 20
    assert [one.start.day for one in EarlierOffer.objects.order_by("start")] == [24, 25, 26]
    entry.refresh_from_db()
    assert (entry.state, entry.help_request.state) == (WaitlistState.EXHAUSTED, RequestState.SUBMITTED)
    services.join_waitlist(help_request_id=entry.help_request_id, actor=citizen(entry.help_request), now=moment)
    assert WaitlistEntry.objects.filter(state=WaitlistState.WAITING).count() == 1


def test_a_time_too_near_is_not_offered(region: Region) -> None:
    full(region)
    waits(region)
    ExtraHours.objects.create(post=region.posts[0], day=date(2026, 11, 23), opens=time(13), closes=time(13, 20))
    tend_waitlist(actor=SYSTEM, now=at(13) - OFFER_STOPS)
    assert not EarlierOffer.objects.exists()
    tend_waitlist(actor=SYSTEM, now=at(13) - OFFER_STOPS - TICK * 6)
    assert EarlierOffer.objects.count() == 1


def test_an_offer_that_is_over_leaves_her_on_the_list(region: Region) -> None:
    full(region)
    entry = waits(region)
    opened(region, 25, 10, 11)
    tend_waitlist(actor=SYSTEM, now=NOW)
    offer = EarlierOffer.objects.get()
    with pytest.raises(OfferGone, match="по-прежнему ждёте"):
        answer(services.accept_earlier, offer, NOW + OFFER_OPEN)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING and not Booking.objects.exists()


def test_one_contact_waits_for_no_more_than_three(region: Region) -> None:
    for _n in range(3):
        waits(region)
    before = people_count()
    with pytest.raises(TooManyBookings):
        waits(region)
    assert (WaitlistEntry.objects.count(), people_count()) == (3, before)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [({"phone": ""}, ContactRefused), ({"consent": False}, DomainError), ({"name": ""}, DomainError)],
)
def test_without_a_way_to_tell_her_or_consent_nothing_is_kept(
    region: Region, who: dict[str, object], refusal: type[DomainError]
) -> None:
    request, before = region.draft(), people_count()
    with pytest.raises(refusal):
        waits(region, request=request, **who)
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT and request.number is None
    assert (WaitlistEntry.objects.count(), people_count(), Message.objects.count()) == (0, before, 0)


def test_a_stranger_cannot_ask_for_her_and_a_booked_request_waits_otherwise(region: Region) -> None:
    request, other = region.draft(), region.draft()
    who = {"name": "Анна", "phone": "89281234501", "email": "", "consent": True}
    with pytest.raises(NotFound):
        services.wait_for_time(help_request_id=request.pk, branch_id=None, part="", actor=citizen(other), now=NOW,
                               **who)  # type: ignore[arg-type]  # fmt: skip
    booked = region.booked(at(10, 40), n=4).help_request
    with pytest.raises(RequestMovedOn):
        waits(region, request=booked)
    assert not WaitlistEntry.objects.exists()


def test_she_may_choose_herself_or_give_up_and_then_waits_no_more(region: Region) -> None:
    first, second = waits(region, n=1), waits(region, n=2)
    services.take_time_instead(help_request_id=first.help_request_id, start=at(12, 20), branch_id=None,
                               actor=citizen(first.help_request), now=NOW)  # fmt: skip
    services.cancel(help_request_id=second.help_request_id, actor=citizen(second.help_request), now=NOW)
    assert set(WaitlistEntry.objects.values_list("state", flat=True)) == {WaitlistState.LEFT}
    tend_waitlist(actor=SYSTEM, now=NOW + TICK)
    assert not EarlierOffer.objects.exists()


def test_nobody_waits_for_ever(region: Region) -> None:
    full(region)
    entry = waits(region)
    tend_waitlist(actor=SYSTEM, now=NOW + WAIT)
    entry.refresh_from_db()
    assert entry.state == WaitlistState.WAITING
    tend_waitlist(actor=SYSTEM, now=NOW + WAIT + TICK)
    entry.refresh_from_db()
    entry.help_request.refresh_from_db()
    assert (entry.state, entry.help_request.state) == (WaitlistState.LEFT, RequestState.EXPIRED)
