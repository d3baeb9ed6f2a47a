"""The coordinator's changes of hours: what they write, whom they touch, what a refusal changes (nothing)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from legalaid.directory.models import Topic
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.messaging.models import Message
from legalaid.messaging.rules import segments
from legalaid.messaging.states import MessageChannel
from legalaid.reception import services
from legalaid.reception.hours_refusals import BookingsTouched, HoursRefused
from legalaid.reception.hours_rules import Span
from legalaid.reception.models import Booking, Closure, ExtraHours, ReceptionHours
from legalaid.reception.queries.hours import hours_rows, receiving, week_on
from legalaid.reception.services import Decision
from legalaid.reception.states import BookingState
from tests.scenes import NOW, Region, at, make_region

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
LATE = [Span(day, time(14), time(18)) for day in range(5)]


@pytest.fixture
def region() -> Region:
    return make_region(posts=2)


def everything() -> list[Any]:
    """All that a refused change must leave as it was."""
    return [
        sorted(ReceptionHours.objects.values_list("post", "weekday", "opens", "closes", "valid_from", "valid_until"),
               key=repr),
        sorted(ExtraHours.objects.values_list("post", "day", "opens", "closes"), key=repr),
        Closure.objects.count(), sorted(Booking.objects.values_list("pk", "post", "state", "during"), key=repr),
        JournalEntry.objects.count(), Message.objects.count(),
    ]  # fmt: skip


def set_late(region: Region, decisions: dict[int, Decision] | None = None, **change: Any) -> None:
    values: dict[str, Any] = {"post_id": region.posts[0].pk, "week": LATE, "since": MONDAY, "until": None}
    services.set_week(**(values | change), decisions=decisions or {}, actor=region.actor("coordinator"), now=NOW)


def spans(region: Region, monday: date, post: int = 0) -> list[Span]:
    return week_on(hours_rows([region.posts[post].pk])[region.posts[post].pk], monday)


def test_a_week_is_replaced_from_a_day_on_and_the_past_stays(region: Region) -> None:
    before = spans(region, MONDAY - timedelta(days=7))
    set_late(region)
    assert spans(region, MONDAY) == LATE
    assert spans(region, MONDAY + timedelta(days=70)) == LATE
    assert spans(region, MONDAY - timedelta(days=7)) == before
    assert spans(region, MONDAY, post=1) == before
    assert JournalEntry.objects.filter(kind="post", action="set_week").count() == 1


def test_one_week_alone_may_differ(region: Region) -> None:
    before = spans(region, MONDAY)
    set_late(region, since=MONDAY + timedelta(days=7), until=MONDAY + timedelta(days=13))
    assert spans(region, MONDAY) == before
    assert spans(region, MONDAY + timedelta(days=7)) == LATE
    assert spans(region, MONDAY + timedelta(days=14)) == before


def test_the_same_week_again_writes_nothing(region: Region) -> None:
    set_late(region)
    rows = set(ReceptionHours.objects.values_list("pk", flat=True))
    set_late(region, since=MONDAY + timedelta(days=7))
    assert set(ReceptionHours.objects.values_list("pk", flat=True)) == rows


def test_whether_a_week_changed_anything_is_told(region: Region) -> None:
    change: dict[str, Any] = {"post_id": region.posts[0].pk, "week": LATE, "since": MONDAY, "until": None,
                              "decisions": {}, "actor": region.actor("coordinator"), "now": NOW}  # fmt: skip
    assert services.set_week(**change) is True
    before = everything()
    assert services.set_week(**change) is False
    assert everything() == before


def test_days_of_the_week_that_are_over_are_sent_as_they_stood(region: Region) -> None:
    change: dict[str, Any] = {"post_id": region.posts[0].pk, "since": MONDAY, "until": None, "decisions": {},
                              "actor": region.actor("coordinator"), "now": at(9, day=25)}  # fmt: skip
    stood = [span for span in spans(region, MONDAY) if span.weekday < 2]
    before = everything()
    for wrong in (LATE, [one for one in LATE if one.weekday > 1]):
        with pytest.raises(HoursRefused, match="Прошедшие дни"):
            services.set_week(week=wrong, **change)
    assert everything() == before
    drawn = [*stood, *(one for one in LATE if one.weekday > 1)]
    services.set_week(week=drawn, **change)
    assert spans(region, MONDAY) == drawn


def test_a_week_is_copied_to_another_post(region: Region) -> None:
    set_late(region)
    services.copy_week(
        post_id=region.posts[0].pk, monday=MONDAY, to_post_ids=[region.posts[1].pk], since=MONDAY,
        until=MONDAY + timedelta(days=6), decisions={}, actor=region.actor("coordinator"), now=NOW,
    )  # fmt: skip
    assert spans(region, MONDAY, post=1) == LATE
    assert len(spans(region, MONDAY + timedelta(days=7), post=1)) == 14


@pytest.mark.parametrize(
    "change",
    [
        {"week": [Span(0, time(10), time(9))]},
        {"week": [Span(9, time(9), time(10))]},
        {"since": MONDAY - timedelta(days=14), "until": MONDAY - timedelta(days=8)},
        {"since": MONDAY + timedelta(days=800)},
        {"since": MONDAY + timedelta(days=7), "until": MONDAY},
        {"week": [Span(0, time(9, n), time(9, n + 1)) for n in range(0, 14, 2)]},
    ],
)
def test_hours_that_cannot_be_are_refused(region: Region, change: dict[str, Any]) -> None:
    before = everything()
    with pytest.raises(HoursRefused):
        set_late(region, **change)
    assert everything() == before


@pytest.mark.parametrize("who", ["expert", "operator", "office", "stranger"])
def test_only_the_coordinator_of_the_authority(region: Region, who: str) -> None:
    post, actor, before = region.posts[0].pk, region.actor(who), everything()
    with pytest.raises(NotFound):
        services.set_week(post_id=post, week=LATE, since=MONDAY, until=None, decisions={}, actor=actor, now=NOW)
    with pytest.raises(NotFound):
        services.add_extra_hours(post_id=post, day=MONDAY, opens=time(9), closes=time(10), decisions={}, actor=actor,
                                 now=NOW)  # fmt: skip
    with pytest.raises(NotFound):
        services.add_absence(post_ids=[post], during=Period(at(9), at(18)), reason="Учёба", decisions={}, actor=actor,
                             now=NOW)  # fmt: skip
    assert everything() == before


def test_a_booking_that_would_stand_outside_asks_for_a_decision(region: Region) -> None:
    booking = region.booked(at(10, 15))
    before = everything()
    with pytest.raises(BookingsTouched) as refused:
        set_late(region, post_id=booking.post_id)
    assert everything() == before
    (one,) = refused.value.touched
    assert one.booking_id == booking.pk
    assert one.number == booking.help_request.number
    assert one.nearest == at(10, 15)  # the other post is free then


def test_no_time_is_proposed_that_agreement_or_topic_would_refuse(region: Region) -> None:
    booking = region.booked(at(10, 15, day=25))
    Topic.objects.update(lead_minutes=24 * 60)
    now = at(10, day=24)
    with pytest.raises(BookingsTouched) as refused:
        services.add_absence(
            post_ids=[one.pk for one in region.posts], during=Period(at(9, day=25), at(18, day=25)), reason="Учёба",
            decisions={}, actor=region.actor("coordinator"), now=now,
        )  # fmt: skip
    (one,) = refused.value.touched
    assert one.nearest is not None and one.nearest >= now + timedelta(days=1)
    services.add_absence(
        post_ids=[one.pk for one in region.posts], during=Period(at(9, day=25), at(18, day=25)), reason="Учёба",
        decisions={booking.pk: Decision("move", start=one.nearest)}, actor=region.actor("coordinator"), now=now,
    )  # fmt: skip
    booking.refresh_from_db()
    assert booking.during.lower == one.nearest


def test_kept_it_stays_and_is_not_asked_about_again(region: Region) -> None:
    booking = region.booked(at(10, 15))
    set_late(region, {booking.pk: Decision("keep")}, post_id=booking.post_id)
    booking.refresh_from_db()
    assert (booking.state, booking.during.lower) == (BookingState.CONFIRMED, at(10, 15))
    assert JournalEntry.objects.filter(kind="booking", action="keep_outside_hours").count() == 1
    set_late(region, post_id=booking.post_id, week=[])
    assert JournalEntry.objects.filter(kind="booking", action="keep_outside_hours").count() == 1


def test_moved_to_its_own_start_it_goes_to_another_post_and_nobody_is_written_to(region: Region) -> None:
    booking = region.booked(at(10, 15))
    letters = Message.objects.count()
    set_late(region, {booking.pk: Decision("move")}, post_id=booking.post_id)
    former = booking.post_id
    booking.refresh_from_db()
    assert booking.post_id != former
    assert booking.during.lower == at(10, 15)
    assert Message.objects.count() == letters


def test_moved_to_the_nearest_start_when_no_other_post_is_free() -> None:
    region = make_region(posts=1)
    booking = region.booked(at(10, 15))
    set_late(region, {booking.pk: Decision("move")}, post_id=booking.post_id)
    booking.refresh_from_db()
    assert booking.during.lower == at(14)
    assert booking.state == BookingState.CONFIRMED


def test_called_off_the_request_ends_and_the_letter_says_why(region: Region) -> None:
    booking = region.booked(at(10, 15))
    person = booking.help_request.citizen
    assert person
    person.email = "maria@example.org"
    person.save(update_fields=["email"])
    set_late(region, {booking.pk: Decision("cancel", reason="Специалист заболел")}, post_id=booking.post_id)
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert booking.help_request.state == RequestState.CANCELLED
    letters = Message.objects.filter(channel=MessageChannel.EMAIL, body__contains="Специалист заболел")
    assert letters.count() == 1


def test_a_decision_that_cannot_be_carried_out_changes_nothing() -> None:
    region = make_region(posts=1)
    first, second = region.booked(at(10, 15)), region.booked(at(10, 40), n=2)
    before = everything()
    decided = {first.pk: Decision("move", start=at(14)), second.pk: Decision("move", start=at(14))}
    with pytest.raises(BookingsTouched) as refused:
        set_late(region, decided, post_id=first.post_id)
    assert len(refused.value.touched) == 2
    assert str(second.help_request.number) in str(refused.value.text)
    assert everything() == before


def test_each_is_proposed_a_time_of_her_own_and_all_may_be_moved_as_shown() -> None:
    region = make_region(posts=2)
    booked = [region.booked(at(10, 15 + 5 * (n // 2 * 5)), n=n + 1) for n in range(4)]
    during = Period(at(8), at(13))
    absent: dict[str, Any] = {"post_ids": [post.pk for post in region.posts], "during": during, "reason": "Обучение"}

    def close(decisions: dict[int, Decision]) -> None:
        services.add_absence(**absent, decisions=decisions, actor=region.actor("coordinator"), now=NOW)

    with pytest.raises(BookingsTouched) as refused:
        close({})
    proposed = {one.booking_id: one.nearest for one in refused.value.touched}
    assert set(proposed) == {one.pk for one in booked}
    close({pk: Decision("move", start=start) for pk, start in proposed.items()})
    for one in booked:
        one.refresh_from_db()
    assert {one.pk: one.during.lower for one in booked} == proposed
    assert min(one.during.lower for one in booked) >= at(13)
    assert len({(one.post_id, one.during.lower) for one in booked}) == 4


def test_after_a_refusal_each_is_proposed_a_time_from_the_table_as_it_stands() -> None:
    region = make_region(posts=1)
    first, second = region.booked(at(10, 15)), region.booked(at(10, 40), n=2)
    with pytest.raises(BookingsTouched) as shown:
        set_late(region, post_id=first.post_id)
    same = {first.pk: Decision("move", start=at(14)), second.pk: Decision("move", start=at(14))}
    with pytest.raises(BookingsTouched) as refused:
        set_late(region, same, post_id=first.post_id)
    assert [one.nearest for one in refused.value.touched] == [one.nearest for one in shown.value.touched]


@pytest.mark.parametrize(("reason", "told"), [("Специалист заболел", "Специалист заболел"), ("слово " * 60, "…")])
def test_called_off_she_reads_why_in_her_text_message(region: Region, reason: str, told: str) -> None:
    booking = region.booked(at(10, 15))
    person = booking.help_request.citizen
    assert person
    assert person.phone
    assert not person.email
    set_late(region, {booking.pk: Decision("cancel", reason=reason)}, post_id=booking.post_id)
    (message,) = Message.objects.filter(about=f"booking-cancelled:{booking.pk}")
    assert message.channel == MessageChannel.SMS
    assert told in message.body
    assert segments(message.body) <= 2


def test_a_booking_agreed_after_the_preview_is_asked_about_too() -> None:
    region = make_region(posts=1)
    first = region.booked(at(10, 15))
    second = region.booked(at(10, 40), n=2)  # between the page and the click
    before = everything()
    with pytest.raises(BookingsTouched):
        set_late(region, {first.pk: Decision("keep")}, post_id=first.post_id)
    assert everything() == before
    second.refresh_from_db()
    assert second.state == BookingState.CONFIRMED


def test_single_days_come_and_go(region: Region) -> None:
    actor, post = region.actor("coordinator"), region.posts[0]
    sunday = date(2026, 11, 29)
    ReceptionHours.objects.filter(post=post, weekday=6).delete()
    services.add_extra_hours(post_id=post.pk, day=sunday, opens=time(10), closes=time(12), decisions={}, actor=actor,
                             now=NOW)  # fmt: skip
    (extra,) = ExtraHours.objects.all()
    (open_,) = receiving([post], [sunday], "Europe/Moscow")[post.pk]
    assert open_ == Period(datetime(2026, 11, 29, 7, tzinfo=UTC), datetime(2026, 11, 29, 9, tzinfo=UTC))
    with pytest.raises(NotFound):
        services.remove_extra_hours(extra_id=extra.pk, decisions={}, actor=region.actor("expert"), now=NOW)
    services.remove_extra_hours(extra_id=extra.pk, decisions={}, actor=actor, now=NOW)
    assert not ExtraHours.objects.exists()
    with pytest.raises(NotFound):
        services.remove_extra_hours(extra_id=extra.pk, decisions={}, actor=actor, now=NOW)
    with pytest.raises(HoursRefused):
        services.add_extra_hours(post_id=post.pk, day=date(2026, 11, 22), opens=time(10), closes=time(12),
                                 decisions={}, actor=actor, now=NOW)  # fmt: skip


@pytest.mark.parametrize(("opens", "closes"), [(9, 13), (10, 12), (12, 18), (19, 21), (19, 20)])
def test_a_single_day_that_adds_nothing_is_refused(region: Region, opens: int, closes: int) -> None:
    post = region.posts[0]
    ReceptionHours.objects.filter(post=post).delete()
    ReceptionHours.objects.bulk_create(
        ReceptionHours(post=post, weekday=0, opens=time(start), closes=time(end), valid_from=MONDAY)
        for start, end in ((9, 14), (14, 18))
    )
    add: dict[str, Any] = {"post_id": post.pk, "day": MONDAY, "decisions": {}, "actor": region.actor("coordinator"),
                           "now": NOW}  # fmt: skip
    services.add_extra_hours(**add, opens=time(19), closes=time(21))
    before = everything()
    with pytest.raises(HoursRefused, match="принимает и так"):
        services.add_extra_hours(**add, opens=time(opens), closes=time(closes))
    assert everything() == before
    services.add_extra_hours(**add, opens=time(17), closes=time(20))
    assert ExtraHours.objects.count() == 2


def test_a_booking_that_has_begun_is_left_alone(region: Region) -> None:
    booking = region.booked(at(10, 15))
    services.set_week(post_id=booking.post_id, week=[], since=MONDAY, until=None, decisions={},
                      actor=region.actor("coordinator"), now=at(10, 20))  # fmt: skip
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_posts_of_two_authorities_are_not_changed_together(region: Region) -> None:
    foreign = region.other_authority.posts.create(name="Чужой")
    before = everything()
    with pytest.raises(NotFound):
        services.copy_week(post_id=region.posts[0].pk, monday=MONDAY, to_post_ids=[foreign.pk], since=MONDAY,
                           until=None, decisions={}, actor=region.actor("coordinator"), now=NOW)  # fmt: skip
    assert everything() == before
