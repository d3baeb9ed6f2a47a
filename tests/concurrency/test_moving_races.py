"""Races for the time a booking is moved to, with real connections; the first shows the bug that is guarded against."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, RestingTime
from legalaid.reception.queries import booking_end
from legalaid.reception.services.waitlist import offer_freed_time
from legalaid.reception.states import BookingState
from tests.concurrency.test_booking_races import race, tally
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
RIVALS = 6
TARGET = at(16, 30)


def booked(region: Region, day: int = 24) -> list[Booking]:
    return [region.booked(at(10, day=day) + timedelta(minutes=25 * n), n=n) for n in range(RIVALS)]


def moving(booking: Booking) -> Callable[[], object]:
    return lambda: services.move_booking_to(help_request_id=booking.help_request_id, start=TARGET, now=NOW,
                                            actor=citizen(booking.help_request))  # fmt: skip


def test_control_without_the_constraint_two_move_to_one_place() -> None:
    """Looking first and writing then moves everybody to one post at one time: this is what the constraint is for."""
    region = make_region()
    bookings = booked(region)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reception_booking DROP CONSTRAINT booking_post_free")
    looked = threading.Barrier(RIVALS)
    during, occupies = booking_end(TARGET, 20)

    def naive(booking: Booking) -> object:
        with transaction.atomic():
            free = not Booking.objects.filter(post=region.posts[0], occupies__overlap=occupies.range).exists()
            looked.wait(10)
            assert free
            Booking.objects.filter(pk=booking.pk).update(during=during.range, occupies=occupies.range)
            return booking

    try:
        results = race([lambda b=b: naive(b) for b in bookings])  # type: ignore[misc]  # a default binds the loop's value
        assert tally(results)["Booking"] == RIVALS
        assert Booking.objects.filter(during__startswith=TARGET).count() == RIVALS
    finally:
        Booking.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE reception_booking ADD CONSTRAINT booking_post_free EXCLUDE USING gist "
                "(post_id WITH =, occupies WITH &&) WHERE (state IN ('held', 'confirmed', 'checked_in'))"
            )


@pytest.mark.parametrize("posts", [1, 2])
def test_of_many_movers_to_one_time_as_many_arrive_as_posts_and_the_rest_stay(posts: int) -> None:
    region = make_region(posts=posts)
    bookings = booked(region)
    before = {b.pk: b.during.lower for b in bookings}
    results = race([moving(booking) for booking in bookings])
    assert tally(results) == Counter({"Booking": posts, "slot_taken": RIVALS - posts})
    after = {b.pk: b for b in Booking.objects.all()}
    arrived = [b for b in after.values() if b.during.lower == TARGET]
    assert len(arrived) == len({b.post_id for b in arrived}) == posts
    stayed = [b for b in after.values() if b.during.lower != TARGET]
    assert all((b.during.lower, b.sequence, b.state) == (before[b.pk], 0, BookingState.CONFIRMED) for b in stayed)
    assert RestingTime.objects.count() == posts


def test_a_mover_and_a_newcomer_share_nothing() -> None:
    region = make_region()
    bookings, drafts = booked(region)[:3], [region.draft() for _ in range(3)]
    holding = [
        lambda r=r: services.hold(help_request_id=r.pk, start=TARGET, branch_id=None, actor=citizen(r), now=NOW)  # type: ignore[misc]  # a default binds the loop's value
        for r in drafts
    ]
    results = race([*(moving(booking) for booking in bookings), *holding])
    assert tally(results) == Counter({"Booking": 1, "slot_taken": 5})
    assert Booking.objects.filter(during__startswith=TARGET).count() == 1


def test_a_doubled_move_is_one_move() -> None:
    region = make_region(posts=2)
    booking = booked(region)[0]
    results = race([moving(booking)] * 5)
    assert tally(results) == Counter({"Booking": 5})
    assert (Booking.objects.get(pk=booking.pk).sequence, RestingTime.objects.count()) == (1, 1)


def test_two_workers_offer_one_freed_time_once_and_an_answer_counts_once() -> None:
    region = make_region()
    early = region.booked(at(12, 20), n=9)
    waiting = booked(region)
    for booking in waiting:
        services.join_waitlist(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW)
    services.cancel(help_request_id=early.help_request_id, actor=citizen(early.help_request), now=NOW)
    resting = RestingTime.objects.get()
    system = Actor.system("test")
    race([lambda: offer_freed_time(resting_id=resting.pk, actor=system, now=NOW)] * 5)
    offer = EarlierOffer.objects.get()
    request = offer.entry.help_request
    asked = {"help_request_id": request.pk, "offer_id": offer.pk, "actor": citizen(request), "now": NOW}
    results = race([lambda: services.accept_earlier(**asked)] * 3 + [lambda: services.decline_earlier(**asked)] * 2)  # type: ignore[arg-type]  # mixed values
    offer.refresh_from_db()
    moved = Booking.objects.get(help_request=request).during.lower == at(12, 20)
    assert moved is (offer.state == "taken"), results
    assert EarlierOffer.objects.count() == 1


def test_one_telephone_does_not_get_more_than_its_share_by_hurrying() -> None:
    region = make_region(posts=8)
    held = [region.held(at(10) + timedelta(minutes=25 * n)) for n in range(6)]
    results = race([
        lambda b=b, n=n: services.confirm_booking(help_request_id=b.help_request_id, name=f"Гражданка {n}",  # type: ignore[misc]  # a default binds the loop's value
                                                  phone="89281234567", email="", consent=True,
                                                  actor=citizen(b.help_request), now=NOW)
        for n, b in enumerate(held)
    ])  # fmt: skip
    assert tally(results) == Counter({"Booking": 3, "too_many_bookings": 3})
