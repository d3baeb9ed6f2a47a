"""Races for a start, with real connections. Each begins with a control that shows the bug it guards against."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.models import Citizen
from legalaid.reception import services
from legalaid.reception.models import Booking, ReceptionHours
from legalaid.reception.queries import booking_end
from legalaid.reception.states import LIVE_BOOKINGS
from tests.scenes import CONTACT, NOW, Region, at, citizen, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
RIVALS = 12


def race(actions: list[Callable[[], object]]) -> list[object]:
    """Run the actions at once, each on its own connection; return what each returned or raised."""
    gate = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(n: int, action: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            results[n] = action()
        except Exception as error:  # noqa: BLE001 - the result of a race is looked at by the test
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, action)) for n, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def tally(results: list[object]) -> Counter[str]:
    return Counter(r.code if isinstance(r, DomainError) else type(r).__name__ for r in results)


def holding(region: Region, request_id: UUID) -> Callable[[], object]:
    return lambda: services.hold(help_request_id=request_id, start=at(10, 15), branch_id=None,
                                 actor=Actor.citizen(request_id), now=NOW)  # fmt: skip


def test_control_without_the_constraint_checking_first_books_twice() -> None:
    """The naive way, look and then write, gives one post to several people: this is what the constraint is for."""
    region = make_region()
    requests = [region.draft() for _ in range(RIVALS)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reception_booking DROP CONSTRAINT booking_post_free")
    looked = threading.Barrier(RIVALS)
    during, occupies = booking_end(at(10, 15), 20)

    def naive(request_id: UUID) -> object:
        with transaction.atomic():
            free = not Booking.objects.filter(post=region.posts[0], occupies__overlap=occupies.range).exists()
            looked.wait(10)
            assert free
            return Booking.objects.create(help_request_id=request_id, post=region.posts[0], during=during.range,
                                          occupies=occupies.range, created_at=NOW)  # fmt: skip

    try:
        results = race([lambda r=r.pk: naive(r) for r in requests])  # type: ignore[misc]  # a default binds the loop's value
        assert tally(results)["Booking"] == RIVALS
    finally:
        Booking.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE reception_booking ADD CONSTRAINT booking_post_free EXCLUDE USING gist "
                "(post_id WITH =, occupies WITH &&) WHERE (state IN ('held', 'confirmed', 'checked_in'))"
            )


@pytest.mark.parametrize("posts", [1, 3])
def test_as_many_holds_as_posts_and_the_rest_refused_politely(posts: int) -> None:
    region = make_region(posts=posts)
    requests = [region.draft() for _ in range(RIVALS)]
    results = race([holding(region, request.pk) for request in requests])
    assert tally(results) == Counter({"Booking": posts, "slot_taken": RIVALS - posts})
    assert Booking.objects.filter(state__in=LIVE_BOOKINGS).count() == posts


def test_a_doubled_submit_is_one_booking() -> None:
    region = make_region()
    booking = region.held(at(10, 15))
    request = booking.help_request
    results = race([
        lambda: services.confirm_booking(help_request_id=request.pk, actor=citizen(request), now=NOW, **CONTACT)  # type: ignore[arg-type]  # mixed values
    ] * 6)  # fmt: skip
    assert tally(results) == Counter({"Booking": 6})
    assert (Booking.objects.count(), Citizen.objects.count()) == (1, 1)


def test_a_doubled_click_at_the_desk_is_one_visitor() -> None:
    region = make_region(posts=3, booths=3)
    results = race([lambda: region.at_desk(at(10, 15), submission="k" * 32)] * 6)
    assert set(tally(results)) <= {"HelpRequest", "sent_twice"}
    assert (Booking.objects.count(), Citizen.objects.count()) == (1, 1)


def test_booths_and_posts_are_taken_together_or_not_at_all() -> None:
    region = make_region(posts=4, booths=2)
    results = race([lambda n=n: region.at_desk(at(10, 15), n=n) for n in range(RIVALS)])  # type: ignore[misc]  # a default binds the loop's value
    assert tally(results) == Counter({"HelpRequest": 2, "slot_taken": RIVALS - 2})
    assert Citizen.objects.count() == 2


def test_one_person_is_not_booked_twice_at_once() -> None:
    region = make_region(posts=4)
    bookings = [region.held(at(10, 15)) for _ in range(4)]
    results = race([
        lambda b=b: services.confirm_booking(help_request_id=b.help_request_id, actor=citizen(b.help_request), now=NOW,  # type: ignore[misc]  # a default binds the loop's value
                                             **CONTACT)  # type: ignore[arg-type]  # mixed values
        for b in bookings
    ])  # fmt: skip
    confirmed = tally(results)["Booking"]
    known = Citizen.objects.count()
    assert (
        confirmed == known
    )  # the same name and telephone written at once may become two rows, never two bookings of one


def test_one_post_for_one_expert() -> None:
    region = make_region()
    results = race([
        lambda who=who: services.start_duty(authority_id=region.authority.pk, post_id=region.posts[0].pk,  # type: ignore[misc]  # a default binds the loop's value
                                            actor=region.actor(who), now=NOW)
        for who in ("expert", "colleague")
    ])  # fmt: skip
    assert tally(results) == Counter({"Duty": 1, "post_taken": 1})


def test_neighbouring_starts_do_not_wait_for_each_other() -> None:
    region = make_region(posts=1)
    ReceptionHours.objects.update(valid_until=None)
    starts = [at(10, 15) + timedelta(minutes=25 * n) for n in range(4)]
    requests = [region.draft() for _ in starts]
    results = race([
        lambda r=r, s=s: services.hold(help_request_id=r.pk, start=s, branch_id=None, actor=citizen(r), now=NOW)  # type: ignore[misc]  # a default binds the loop's value
        for r, s in zip(requests, starts, strict=True)
    ])  # fmt: skip
    assert tally(results) == Counter({"Booking": 4})
