"""Post × booth × citizen are reserved together or not at all."""

from datetime import date, datetime, timedelta

import pytest

from legalaid.directory.models import Agreement, AgreementCoverage
from legalaid.directory.states import AgreementState
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.messaging.models import Message
from legalaid.people.models import Citizen, Consent
from legalaid.people.rules import Contact, ContactRefused
from legalaid.people.services import ConsentMissing
from legalaid.reception import services
from legalaid.reception.models import Booking, Closure
from legalaid.reception.queries import offered_starts
from legalaid.reception.refusals import HoldLapsed, SlotTaken, SlotTooSoon, TopicNotCovered
from legalaid.reception.states import BookingState
from tests.scenes import CONTACT, NOW, Region, at, citizen, make_region
from tests.support.statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


def snapshot() -> tuple[object, ...]:
    """What a refusal must leave as it was."""
    return (
        list(Booking.objects.order_by("id").values_list("id", "state", "citizen", "held_until")),
        list(HelpRequest.objects.order_by("id").values_list("id", "state", "number", "citizen")),
        Citizen.objects.count(), Consent.objects.count(), Message.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def starts(region: Region, **kwargs: object) -> list[str]:
    found = offered_starts(
        authority=region.authority,
        branch=kwargs.get("branch"),
        minutes=20,  # type: ignore[arg-type]  # a test's shorthand
        days=1,
        now=kwargs.get("now", NOW),
    )  # type: ignore[arg-type]  # a test's shorthand
    return [f"{s.hour + 3:02d}:{s.minute:02d}" for s in found]


def test_starts_are_hours_less_lead_time_bookings_buffers_and_closures(region: Region) -> None:
    assert starts(region)[:3] == ["09:25", "09:50", "10:15"]  # 09:00 is now, closer than the lead time
    region.booked(at(9, 50))
    assert starts(region)[:3] == ["09:25", "10:15", "10:40"]
    Closure.objects.create(post=region.posts[0], during=(at(10), at(13)), reason="совещание")
    assert starts(region)[:2] == ["09:25", "14:00"]


def test_starts_at_a_branch_need_a_free_booth_and_an_open_branch(region: Region) -> None:
    region.branch.hours = {"mon": "10:00-17:00"}
    region.branch.save()
    offered = starts(region, branch=region.branch)
    assert offered[0] == "10:15"
    assert offered[-1] == "16:30"


def test_the_last_start_of_a_period_needs_no_buffer_behind_it(region: Region) -> None:
    assert "12:20" in starts(region)
    assert "12:45" not in starts(region)


def test_hold_then_confirm_makes_a_numbered_agreed_request(region: Region) -> None:
    booking = region.held(at(10, 15))
    assert booking.state == BookingState.HELD
    assert booking.held_until == NOW + timedelta(minutes=10)
    request = booking.help_request
    services.confirm_booking(help_request_id=request.pk, actor=citizen(request), now=NOW, **CONTACT)  # type: ignore[arg-type]  # mixed values
    request.refresh_from_db()
    booking.refresh_from_db()
    assert (booking.state, request.state) == (BookingState.CONFIRMED, RequestState.AGREED)
    assert request.number is not None and request.number.startswith("61-")
    assert request.citizen is not None and request.citizen.phone == "+79281234567"
    assert Consent.objects.filter(citizen=request.citizen, revoked_at=None).count() == 1


def test_every_change_of_state_is_in_the_journal(region: Region) -> None:
    region.booked(at(10, 15))
    said = list(
        JournalEntry.objects.filter(kind__in=["booking", "request"])
        .order_by("id")
        .values_list("kind", "action", "before", "after")
    )
    assert said == [
        ("request", "draft", "", "draft"), ("request", "choose_topic", "draft", "draft"),
        ("booking", "hold", "", "held"), ("request", "submit", "draft", "submitted"),
        ("booking", "confirm", "held", "confirmed"), ("request", "agree", "submitted", "agreed"),
    ]  # fmt: skip


def test_confirming_twice_is_one_booking_one_letter_and_one_text_message(region: Region) -> None:
    booking = region.held(at(10, 15))
    contact = {**CONTACT, "email": "maria@example.org"}
    for _attempt in range(2):
        services.confirm_booking(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW,
                                 **contact)  # type: ignore[arg-type]  # mixed values  # fmt: skip
    assert Booking.objects.count() == 1
    assert Citizen.objects.count() == 1
    assert sorted(Message.objects.values_list("channel", flat=True)) == ["email", "sms"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " "}, ContactRefused), ({"phone": "12"}, ContactRefused),
        ({"phone": "", "email": "x@"}, ContactRefused),
        ({"phone": "", "email": ""}, ContactRefused), ({"consent": False}, ConsentMissing),
    ],
)  # fmt: skip
def test_a_contact_that_cannot_be_used_changes_nothing(
    region: Region, change: dict[str, object], refusal: type[DomainError]
) -> None:
    booking = region.held(at(10, 15))
    before = snapshot()
    with pytest.raises(refusal) as caught:
        services.confirm_booking(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW,
                                 **(CONTACT | change))  # type: ignore[arg-type]  # mixed values  # fmt: skip
    assert caught.value.text
    assert snapshot() == before


def test_a_taken_start_is_refused_and_changes_nothing(region: Region) -> None:
    region.booked(at(10, 15))
    request = region.draft()
    before = snapshot()
    for start in (at(10, 15), at(10, 20), at(10, 0), at(9, 55), at(12, 50), at(20)):
        with pytest.raises(SlotTaken):
            services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=NOW)
    assert snapshot() == before


@pytest.mark.parametrize("start", [at(8), at(9), at(9, 5), at(10, day=22)])
def test_a_past_or_near_start_is_refused_and_changes_nothing(region: Region, start: object) -> None:
    request = region.draft()
    before = snapshot()
    with pytest.raises(SlotTooSoon):
        services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=NOW)  # type: ignore[arg-type]  # a parameter
    assert snapshot() == before


@pytest.mark.parametrize(
    "ending",
    [
        {"state": AgreementState.ENDED}, {"state": AgreementState.SIGNING}, {"valid_until": date(2026, 11, 22)},
        {"valid_from": date(2026, 11, 24)},
    ],
)  # fmt: skip
def test_without_an_agreement_in_force_nothing_is_bookable(region: Region, ending: dict[str, object]) -> None:
    request = region.draft()
    Agreement.objects.filter(pk=region.agreement.pk).update(**ending)
    before = snapshot()
    with pytest.raises(TopicNotCovered):
        services.hold(help_request_id=request.pk, start=at(10, 15), branch_id=None, actor=citizen(request), now=NOW)
    assert snapshot() == before


def test_a_day_after_the_agreement_ends_is_not_bookable_today(region: Region) -> None:
    Agreement.objects.filter(pk=region.agreement.pk).update(valid_until=date(2026, 11, 23))
    request = region.draft()
    with pytest.raises(TopicNotCovered):
        services.hold(help_request_id=request.pk, start=at(10, 15, day=24), branch_id=None, actor=citizen(request),
                      now=NOW)  # fmt: skip
    assert Booking.objects.count() == 0


def test_an_agreement_that_ends_while_she_types_stops_the_confirmation(region: Region) -> None:
    booking = region.held(at(10, 15))
    Agreement.objects.filter(pk=region.agreement.pk).update(state=AgreementState.ENDED)
    before = snapshot()
    with pytest.raises(TopicNotCovered):
        services.confirm_booking(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW,
                                 **CONTACT)  # type: ignore[arg-type]  # mixed values  # fmt: skip
    assert snapshot() == before


def test_home_and_centre_are_covered_apart(region: Region) -> None:
    AgreementCoverage.objects.filter(branch=None).delete()
    request = region.draft()
    with pytest.raises(TopicNotCovered):
        services.hold(help_request_id=request.pk, start=at(10, 15), branch_id=None, actor=citizen(request), now=NOW)
    booking = services.hold(help_request_id=request.pk, start=at(10, 15), branch_id=region.branch.pk,
                            actor=citizen(request), now=NOW)  # fmt: skip
    assert booking.booth in region.booths


def test_choosing_the_held_time_again_holds_it_no_longer(region: Region) -> None:
    first = region.held(at(10, 15))
    request = first.help_request

    def again(start: datetime, now: datetime) -> Booking:
        return services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=now)

    renewed = again(at(10, 15), NOW + timedelta(minutes=9))
    assert (renewed.during.lower, renewed.held_until) == (at(10, 15), first.held_until)
    another = again(at(11, 5), NOW + timedelta(minutes=9))
    assert another.held_until == NOW + timedelta(minutes=19), "another time is a choice of its own"
    assert Booking.objects.filter(state=BookingState.HELD).count() == 1


def test_a_hold_that_ran_out_gives_the_time_to_the_next_person(region: Region) -> None:
    first = region.held(at(10, 15))
    later = NOW + timedelta(minutes=25)  # ten of the hold, and fifteen that it rests at most
    second = region.held(at(10, 15), now=later)
    first.refresh_from_db()
    assert (first.state, second.state) == (BookingState.LAPSED, BookingState.HELD)
    before = snapshot()
    with pytest.raises(HoldLapsed):
        services.confirm_booking(help_request_id=first.help_request_id, actor=citizen(first.help_request), now=later,
                                 **CONTACT)  # type: ignore[arg-type]  # mixed values  # fmt: skip
    assert snapshot() == before


def test_a_hold_nobody_wanted_may_be_confirmed_late(region: Region) -> None:
    booking = region.held(at(10, 15))
    confirmed = services.confirm_booking(
        help_request_id=booking.help_request_id, actor=citizen(booking.help_request),
        now=NOW + timedelta(minutes=20), **CONTACT,  # type: ignore[arg-type]  # mixed values
    )  # fmt: skip
    assert confirmed.state == BookingState.CONFIRMED


def test_choosing_another_time_lets_go_of_the_first(region: Region) -> None:
    booking = region.held(at(10, 15))
    request = booking.help_request
    second = services.hold(
        help_request_id=request.pk, start=at(10, 40), branch_id=None, actor=citizen(request), now=NOW
    )
    booking.refresh_from_db()
    assert (booking.state, second.state) == (BookingState.LAPSED, BookingState.HELD)


def test_one_citizen_is_never_in_two_places(region: Region) -> None:
    from legalaid.directory.models import Post  # the second post is free at the same time

    other = Post.objects.create(authority=region.authority, name="Пост 2")
    for row in region.posts[0].hours.all():
        row.pk, row.post = None, other
        row.save()
    region.booked(at(10, 15), n=7)
    booking = region.held(at(10, 15))
    before = snapshot()
    with pytest.raises(SlotTaken):
        services.confirm_booking(
            help_request_id=booking.help_request_id, name="Гражданка 7", phone="89281234507", email="", consent=True,
            actor=citizen(booking.help_request), now=NOW,
        )  # fmt: skip
    assert snapshot() == before


def test_cancel_frees_the_time_and_twice_is_once(region: Region) -> None:
    booking = region.booked(at(15, 15))
    request = booking.help_request
    for _attempt in range(2):
        services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    booking.refresh_from_db()
    request.refresh_from_db()
    assert (booking.state, request.state) == (BookingState.CANCELLED, RequestState.CANCELLED)
    rested = NOW + timedelta(minutes=16)
    assert region.booked(at(15, 15), n=2, now=rested).state == BookingState.CONFIRMED


def test_a_strangers_link_sees_nothing_and_changes_nothing(region: Region) -> None:
    booking = region.booked(at(10, 15))
    stranger = region.draft()
    before = snapshot()
    for actor in (citizen(stranger), region.actor("stranger"), region.actor("observer"), Actor.citizen(None)):
        with pytest.raises(NotFound):
            services.cancel(help_request_id=booking.help_request_id, actor=actor, now=NOW)
    assert snapshot() == before


def test_desk_registers_books_and_checks_in(region: Region) -> None:
    request = region.at_desk(at(10, 15))
    booking = Booking.objects.get()
    assert (request.state, booking.state, booking.booth) == (
        RequestState.AGREED,
        BookingState.CONFIRMED,
        region.booths[0],
    )
    opened = services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 5))
    assert opened.state == BookingState.CHECKED_IN
    assert len(opened.start_code) == 4
    again = services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 6))
    assert again.start_code == opened.start_code


def test_booths_run_out_before_posts_do(region: Region) -> None:
    region.at_desk(at(10, 15), n=1)
    before = snapshot()
    with pytest.raises(SlotTaken):
        region.at_desk(at(10, 15), n=2)
    assert snapshot() == before


def test_the_desks_form_sent_twice_is_one_registration(region: Region) -> None:
    first = region.at_desk(at(10, 15), submission="a" * 32)
    second = region.at_desk(at(10, 15), submission="a" * 32)
    assert first.pk == second.pk
    assert Booking.objects.count() == 1


def test_desk_of_another_branch_is_a_stranger(region: Region) -> None:
    before = snapshot()
    with pytest.raises(NotFound):
        services.register_at_desk(
            story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk,
            contact=Contact(name="Пётр"), consent=True, start=at(10, 15), queue=False, submission="",
            actor=region.actor("expert"), now=NOW,
        )  # fmt: skip
    assert snapshot() == before


def test_a_no_show_frees_the_time(region: Region) -> None:
    booking = region.booked(at(10, 15))
    services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(10, 26))
    booking.refresh_from_db()
    booking.help_request.refresh_from_db()
    assert (booking.state, booking.help_request.state) == (BookingState.NO_SHOW, RequestState.MISSED)


def test_what_is_offered_can_be_booked_whatever_the_lengths(region: Region) -> None:
    """Topics last differently: a start is offered only if its own buffer fits before the next booking too."""
    region.booked(at(10, 15))
    region.topic.minutes = 30
    region.topic.save()
    for n, start in enumerate(offered_starts(authority=region.authority, branch=None, minutes=30, days=1, now=NOW)):
        assert region.booked(start, n=n + 20).state == BookingState.CONFIRMED


def test_the_desks_transaction_stays_short(region: Region) -> None:
    actor = region.actor("operator")
    with statements() as said:
        services.register_at_desk(
            story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk,
            contact=Contact(name="Пётр"), consent=True, start=at(10, 15), queue=False, submission="", actor=actor,
            now=NOW,
        )  # fmt: skip
    assert 3 <= len(said) <= 8, said
