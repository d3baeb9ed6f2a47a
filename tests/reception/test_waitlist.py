"""«Хочу раньше»: who is offered a freed time, in what order, for how long, and what becomes of it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.period import Period
from legalaid.messaging.models import Message
from legalaid.messaging.rules import is_quiet
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.refusals import OfferGone
from legalaid.reception.services.waitlist import offer_freed_time, tend_waitlist
from legalaid.reception.states import BookingState, EarlierOfferState, WaitlistState
from legalaid.reception.waitlist_rules import OFFER_LEAST, OFFER_OPEN, OFFER_STOPS, offer_until, suits
from tests.scenes import NOW, ZONE, Region, at, citizen, make_region

SYSTEM = Actor.system("test")
TICK = timedelta(minutes=1)


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def waiting(region: Region, start: datetime, n: int, *, now: datetime = NOW, **kwargs: object) -> Booking:
    """A citizen booked at `start` who would come earlier."""
    booking = region.booked(start, n=n, now=now, **kwargs)  # type: ignore[arg-type]  # a test's shorthand
    services.join_waitlist(help_request_id=booking.help_request_id, actor=citizen(booking.help_request),
                           now=now + TICK * n)  # fmt: skip
    return booking


def cancelled(booking: Booking, now: datetime = NOW) -> RestingTime:
    services.cancel(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=now)
    return RestingTime.objects.order_by("-id")[0]


def offered(resting: RestingTime, now: datetime = NOW) -> EarlierOffer | None:
    return offer_freed_time(resting_id=resting.pk, actor=SYSTEM, now=now)


def answer(what: object, offer: EarlierOffer, booking: Booking, now: datetime = NOW) -> object:
    return what(help_request_id=booking.help_request_id, offer_id=offer.pk, actor=citizen(booking.help_request),  # type: ignore[operator]  # a service
                now=now)  # fmt: skip


def test_the_one_who_waits_longest_is_asked_first_and_moves(region: Region) -> None:
    early = region.booked(at(11, 5), n=9)
    first, second = waiting(region, at(16, 5), 1), waiting(region, at(15, 15), 2)
    resting = cancelled(early)
    offer = offered(resting)
    assert offer is not None and offer.entry.help_request_id == first.help_request_id
    assert (offer.start, offer.expires_at) == (at(11, 5), NOW + OFFER_OPEN)
    assert offered(resting) is None, "while it is offered it is offered to nobody else"
    for _attempt in range(2):
        moved = answer(services.accept_earlier, offer, first)
        assert isinstance(moved, Booking) and moved.during.lower == at(11, 5)
    offer.refresh_from_db()
    assert offer.state == EarlierOfferState.TAKEN
    assert WaitlistEntry.objects.get(help_request=first.help_request_id).state == WaitlistState.SERVED
    assert [r.occupies.lower for r in RestingTime.objects.all()] == [at(16, 5)], "now the time she left rests"
    second.refresh_from_db()
    assert second.during.lower == at(15, 15)


def test_declined_it_goes_to_the_next_and_comes_back_to_nobody(region: Region) -> None:
    early = region.booked(at(11, 5), n=9)
    first, second = waiting(region, at(16, 5), 1), waiting(region, at(15, 15), 2)
    resting = cancelled(early)
    offer = offered(resting)
    assert offer is not None
    for _attempt in range(2):
        answer(services.decline_earlier, offer, first)
    following = offered(resting)
    assert following is not None and following.entry.help_request_id == second.help_request_id
    answer(services.decline_earlier, following, second)
    assert offered(resting) is None, "nobody is asked twice about one time"
    assert Booking.objects.get(pk=first.pk).during.lower == at(16, 5)


def test_unanswered_it_goes_on_with_the_minute_job_and_then_to_everybody(region: Region) -> None:
    early = region.booked(at(12, 20), n=9)
    first, second = waiting(region, at(16, 5), 1), waiting(region, at(15, 15), 2)
    cancelled(early)
    tend_waitlist(actor=SYSTEM, now=NOW)
    later = NOW + OFFER_OPEN
    tend_waitlist(actor=SYSTEM, now=later - TICK)
    assert EarlierOffer.objects.count() == 1
    RestingTime.objects.update(until=later + TICK)
    tend_waitlist(actor=SYSTEM, now=later)
    states = list(EarlierOffer.objects.order_by("id").values_list("entry__help_request", "state"))
    assert states == [(first.help_request_id, "expired"), (second.help_request_id, "open")]
    last = later + OFFER_OPEN
    tend_waitlist(actor=SYSTEM, now=last + TICK * 20)
    assert not RestingTime.objects.exists()
    assert region.held(at(12, 20), now=last + TICK * 20).state == BookingState.HELD


def test_three_offers_and_no_more(region: Region) -> None:
    starts = [at(hour, minute) for hour, minute in ((10, 40), (11, 5), (11, 30), (12, 20))]
    early = [region.booked(start, n=10 + n) for n, start in enumerate(starts)]
    first = waiting(region, at(16, 5), 1)
    for booking in early[:3]:
        offer = offered(cancelled(booking))
        assert offer is not None
        answer(services.decline_earlier, offer, first)
    assert WaitlistEntry.objects.get().state == WaitlistState.EXHAUSTED
    assert offered(cancelled(early[3])) is None
    services.join_waitlist(help_request_id=first.help_request_id, actor=citizen(first.help_request), now=NOW)
    assert WaitlistEntry.objects.filter(state=WaitlistState.WAITING).count() == 1, "she may ask anew"


def test_whom_a_freed_time_does_not_suit_is_passed_over(region: Region) -> None:
    early = region.booked(at(12, 20), n=9)
    before_it = waiting(region, at(11, 5), 1)
    somewhere_else = waiting(region, at(15, 15), 2, branch=region.branch)
    region.branch.hours = {"mon": "14:00-18:00"}
    region.branch.save()
    last = waiting(region, at(16, 5), 3)
    offer = offered(cancelled(early))
    assert offer is not None and offer.entry.help_request_id == last.help_request_id
    assert {before_it.pk, somewhere_else.pk}.isdisjoint({last.pk})


def test_a_longer_topic_does_not_fit_a_shorter_time(region: Region) -> None:
    early = region.booked(at(12, 20), n=9)
    region.topic.minutes = 30
    region.topic.save()
    waiting(region, at(15, 10), 1)
    assert offered(cancelled(early)) is None


def test_too_near_is_offered_to_nobody(region: Region) -> None:
    early = region.booked(at(10, 15), n=9)
    waiting(region, at(16, 5), 1)
    now = at(10, 15) - OFFER_STOPS - OFFER_LEAST + TICK
    assert offered(cancelled(early, now), now) is None


def test_an_offer_too_late_or_a_strangers_is_refused_and_changes_nothing(region: Region) -> None:
    early = region.booked(at(11, 5), n=9)
    first, second = waiting(region, at(16, 5), 1), waiting(region, at(15, 15), 2)
    offer = offered(cancelled(early))
    assert offer is not None

    def snapshot() -> tuple[object, ...]:
        return (
            list(Booking.objects.order_by("id").values_list("id", "during", "sequence")), JournalEntry.objects.count(),
            list(EarlierOffer.objects.values_list("state", "resting")), Message.objects.count(),
        )  # fmt: skip

    before = snapshot()
    with pytest.raises(OfferGone):
        answer(services.accept_earlier, offer, first, NOW + OFFER_OPEN)
    for what in (services.accept_earlier, services.decline_earlier):
        with pytest.raises(NotFound):
            answer(what, offer, second)
    assert snapshot() == before


def test_leaving_cancelling_and_moving_by_oneself_end_the_waiting(region: Region) -> None:
    early = region.booked(at(11, 5), n=9)
    leaves, cancels, moves = (waiting(region, at(hour, minute), n) for n, (hour, minute) in
                              enumerate(((16, 5), (15, 15), (16, 30)), start=1))  # fmt: skip
    offer = offered(cancelled(early))
    assert offer is not None and offer.entry.help_request_id == leaves.help_request_id
    for _attempt in range(2):
        services.leave_waitlist(help_request_id=leaves.help_request_id, actor=citizen(leaves.help_request), now=NOW)
    offer.refresh_from_db()
    assert offer.state == EarlierOfferState.DECLINED
    cancelled(cancels)
    services.move_booking_to(help_request_id=moves.help_request_id, start=at(17, 20), now=NOW,
                             actor=citizen(moves.help_request))  # fmt: skip
    assert set(WaitlistEntry.objects.values_list("state", flat=True)) == {WaitlistState.LEFT}


def test_only_a_booking_to_come_waits_for_an_earlier_one(region: Region) -> None:
    held, booked = region.held(at(10, 15)), region.booked(at(11, 5))
    for booking, now in ((held, NOW), (booked, at(11, 5))):
        with pytest.raises(DomainError):
            services.join_waitlist(help_request_id=booking.help_request_id, actor=citizen(booking.help_request),
                                   now=now)  # fmt: skip
    with pytest.raises(NotFound):
        services.join_waitlist(help_request_id=booked.help_request_id, actor=region.actor("expert"), now=NOW)
    assert not WaitlistEntry.objects.exists()


def test_the_offer_is_told_and_nobody_is_woken(region: Region) -> None:
    night = at(22)
    early = region.booked(at(11, 5, day=24), n=9, now=night)
    waiting(region, at(16, 5, day=24), 1, now=night)
    offer = offered(cancelled(early, night), night)
    assert offer is not None and offer.expires_at == at(9, 15, day=24)
    message = Message.objects.get(about__startswith="earlier-offer")
    assert message.not_before == at(9, day=24)
    assert message.body.startswith("Есть время раньше: 24 ноября, 11:05. Держим до 09:15: http")


def test_who_was_missed_or_began_waits_no_longer(region: Region) -> None:
    booking = waiting(region, at(9, 25), 1)
    services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(9, 40))
    tend_waitlist(actor=SYSTEM, now=at(9, 41))
    assert WaitlistEntry.objects.get().state == WaitlistState.LEFT


moments = st.integers(0, 3 * 24 * 60).map(lambda m: at(0 + 3) + timedelta(minutes=m))


@given(moments, st.integers(-60, 3 * 24 * 60), st.sampled_from(["Europe/Kaliningrad", ZONE, "Asia/Kamchatka"]))
def test_an_offer_is_open_while_it_can_be_used(now: datetime, ahead: int, zone: str) -> None:
    start = now + timedelta(minutes=ahead)
    until = offer_until(now, start, zone)
    if until is None:
        assert ahead < 60 + 5 or is_quiet(now, zone)
        return
    assert now + OFFER_LEAST <= until <= start - OFFER_STOPS
    assert until - now <= OFFER_OPEN or is_quiet(now, zone)
    assert not is_quiet(until, zone) or not is_quiet(now, zone)


@given(st.integers(5, 60), st.integers(5, 60), st.integers(-100, 100), st.integers(-100, 100))
def test_what_suits_fits_and_is_earlier(length: int, minutes: int, booked: int, now: int) -> None:
    freed = Period(at(10), at(10) + timedelta(minutes=length + 5))
    fits = minutes <= length and now < 0 < booked
    assert suits(freed, minutes, at(10) + timedelta(minutes=booked), at(10) + timedelta(minutes=now)) is fits
