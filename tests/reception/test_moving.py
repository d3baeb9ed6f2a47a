"""A booking gets another time in place; what is refused leaves the old time as it was."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.refusals import TooEarly
from legalaid.dialogue.states import DialogueState
from legalaid.directory.models import Agreement, Booth, Branch
from legalaid.directory.states import AgreementState, Language
from legalaid.intake.models import HelpRequest
from legalaid.intake.services import RequestMovedOn
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, IllegalMove, NotFound
from legalaid.messaging.models import Message
from legalaid.messaging.states import MessageState
from legalaid.people.models import Citizen
from legalaid.people.rules import Contact
from legalaid.reception import services
from legalaid.reception.models import Booking, RestingTime
from legalaid.reception.queries import offered_starts
from legalaid.reception.refusals import (
    SlotTaken,
    SlotTooSoon,
    TooLateToMove,
    TooManyBookings,
    TooManyCalledOff,
    TopicNotCovered,
)  # fmt: skip
from legalaid.reception.states import BookingState
from tests.scenes import NOW, Region, at, citizen, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


def snapshot() -> tuple[object, ...]:
    """What a refusal must leave as it was."""
    return (
        list(Booking.objects.order_by("id").values_list("id", "state", "post", "booth", "during", "sequence")),
        list(HelpRequest.objects.order_by("id").values_list("id", "state", "branch")),
        RestingTime.objects.count(), Message.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def moved(booking: Booking, start: object, **kwargs: object) -> Booking:
    arguments = {"actor": citizen(booking.help_request), "now": NOW, "start": start} | kwargs
    return services.move_booking_to(help_request_id=booking.help_request_id, **arguments)  # type: ignore[arg-type]  # a test's shorthand


def test_a_move_changes_the_same_row_and_frees_the_old_time_after_a_rest(region: Region) -> None:
    booking = region.booked(at(15, 15))
    moved(booking, at(10, 15))
    after = Booking.objects.get()
    assert (after.pk, after.during.lower, after.state, after.sequence) == (
        booking.pk, at(10, 15), BookingState.CONFIRMED, 1,
    )  # fmt: skip
    resting = RestingTime.objects.get()
    assert (resting.post_id, resting.occupies.lower) == (booking.post_id, at(15, 15))
    assert NOW + timedelta(minutes=1) <= resting.until <= NOW + timedelta(minutes=15)

    def offered(now: object) -> list[object]:
        return list(offered_starts(authority=region.authority, branch=None, minutes=20, days=1, now=now))  # type: ignore[arg-type]  # a moment

    assert at(15, 15) not in offered(NOW)
    assert at(15, 15) in offered(resting.until)
    entry = JournalEntry.objects.get(kind="booking", action="move")
    assert (entry.before, entry.after, entry.data["start"]) == ("confirmed", "confirmed", at(10, 15).isoformat())


def test_moving_twice_to_one_time_is_moving_once(region: Region) -> None:
    booking = region.booked(at(15, 15))
    moved(booking, at(10, 15))
    before = snapshot()
    moved(booking, at(10, 15))
    assert snapshot() == before


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (at(11, 5), SlotTaken), (at(11, 10), SlotTaken), (at(13, 15), SlotTaken), (at(20), SlotTaken),
        (at(9, 5), SlotTooSoon), (at(9, day=22), SlotTooSoon), (at(10, 15, day=24), TopicNotCovered),
    ],
)  # fmt: skip
def test_a_refused_move_leaves_the_old_time(region: Region, start: object, refusal: type[DomainError]) -> None:
    booking = region.booked(at(15, 15))
    region.booked(at(11, 5), n=2)
    Agreement.objects.update(valid_until=NOW.date())
    before = snapshot()
    with pytest.raises(refusal) as caught:
        moved(booking, start)
    assert caught.value.text
    assert snapshot() == before


def test_what_has_begun_is_over_or_is_only_held_cannot_be_moved(region: Region) -> None:
    held, begun, cancelled = region.held(at(9, 25)), region.booked(at(9, 50), n=2), region.booked(at(16, 30), n=3)
    services.cancel(help_request_id=cancelled.help_request_id, actor=citizen(cancelled.help_request), now=NOW)
    before = snapshot()
    for booking, now in ((held, NOW), (cancelled, NOW), (begun, at(9, 50))):
        with pytest.raises((TooLateToMove, IllegalMove, DomainError)):
            moved(booking, at(17, 20), now=now)
    assert snapshot() == before


def test_who_came_early_may_still_move_and_comes_again_to_the_new_time(region: Region) -> None:
    booking = region.booked(at(15, 15))
    she, asked = citizen(booking.help_request), {"help_request_id": booking.help_request_id}
    dialogue.join_waiting_room(**asked, actor=she, now=at(15, 5))
    moved(booking, at(16, 30), now=at(15, 6))
    after = Booking.objects.get()
    assert (after.pk, after.state, after.during.lower) == (booking.pk, BookingState.CONFIRMED, at(16, 30))
    dialogue.close_abandoned(actor=Actor.system("worker"), now=at(15, 7))
    assert [one.state for one in Dialogue.objects.all()] == [DialogueState.MISSED]
    with pytest.raises(TooEarly):
        dialogue.join_waiting_room(**asked, actor=she, now=at(15, 8))
    dialogue.join_waiting_room(**asked, actor=she, now=at(16, 20))
    assert Booking.objects.get().state == BookingState.CHECKED_IN
    dialogue.close_abandoned(actor=Actor.system("worker"), now=at(16, 21))
    assert Dialogue.objects.filter(state=DialogueState.LOBBY).count() == 1


def test_a_visitor_who_moves_gives_back_the_code_of_her_booth(region: Region) -> None:
    booking = region.booked(at(15, 15), branch=region.branch)
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(15, 5))
    assert Booking.objects.get().start_code
    moved(booking, at(16, 30), actor=region.actor("operator"), now=at(15, 6))
    after = Booking.objects.get()
    assert (after.state, after.start_code) == (BookingState.CONFIRMED, "")


def test_who_is_received_before_her_time_cannot_move_any_more(region: Region) -> None:
    booking = region.booked(at(15, 15))
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=at(15))
    dialogue.join_waiting_room(
        help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=at(15, 5)
    )
    dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(15, 6))
    before = snapshot()
    with pytest.raises(RequestMovedOn):
        moved(booking, at(16, 30), now=at(15, 7))
    assert snapshot() == before


def test_an_agreement_that_ended_stops_a_move(region: Region) -> None:
    booking = region.booked(at(15, 15))
    Agreement.objects.update(state=AgreementState.ENDED)
    before = snapshot()
    with pytest.raises(TopicNotCovered):
        moved(booking, at(10, 15))
    assert snapshot() == before


def test_only_the_citizen_and_her_desk_may_move(region: Region) -> None:
    booking = region.booked(at(15, 15), branch=region.branch)
    before = snapshot()
    strangers = [region.actor(name) for name in ("expert", "stranger", "observer", "coordinator")]
    for actor in (*strangers, citizen(region.draft()), Actor.citizen(None)):
        with pytest.raises(NotFound):
            moved(booking, at(10, 15), actor=actor)
    assert snapshot()[0] == before[0]
    assert moved(booking, at(10, 15), actor=region.actor("operator")).during.lower == at(10, 15)


def test_from_home_to_a_centre_and_back_the_booth_goes_along(region: Region) -> None:
    booking = region.booked(at(15, 15))
    there = moved(booking, at(15, 15), branch_id=region.branch.pk)
    assert there.booth in region.booths
    assert HelpRequest.objects.get().branch == region.branch
    back = moved(booking, at(10, 15), branch_id=None)
    assert back.booth is None
    assert HelpRequest.objects.get().branch is None


def test_a_visitor_registered_at_a_centre_stays_one(region: Region) -> None:
    request = region.at_desk(at(15, 15))
    before = snapshot()
    with pytest.raises(NotFound):
        services.move_booking_to(help_request_id=request.pk, start=at(10, 15), branch_id=None,
                                 actor=region.actor("operator"), now=NOW)  # fmt: skip
    assert snapshot() == before


def test_a_move_keeps_what_the_citizen_needs(region: Region) -> None:
    booking = region.booked(at(15, 15), branch=region.branch)
    HelpRequest.objects.update(needs=["step_free"])
    before = snapshot()
    with pytest.raises(SlotTaken):
        moved(booking, at(10, 15))
    assert snapshot() == before
    Booth.objects.filter(pk=region.booths[1].pk).update(step_free=True)
    assert moved(booking, at(10, 15)).booth_id == region.booths[1].pk
    HelpRequest.objects.update(interpreter=Language.RSL)
    with pytest.raises(SlotTaken):
        moved(booking, at(11, 5))


def test_a_booth_of_another_branch_is_not_ours(region: Region) -> None:
    booking = region.booked(at(15, 15))
    elsewhere = Branch.objects.create(code="mfc-2", name="МФЦ № 2", municipality="Азов", address="ул. 2",
                                      timezone="Europe/Moscow", hours=region.branch.hours)  # fmt: skip
    before = snapshot()
    with pytest.raises(TopicNotCovered):
        moved(booking, at(10, 15), branch_id=elsewhere.pk)
    with pytest.raises(NotFound):
        moved(booking, at(10, 15), branch_id=999_999)
    assert snapshot() == before


def versions(kind: str) -> list[tuple[str, int, str, str]]:
    """(uid, sequence, method, status) of the calendar files of letters of a kind, oldest first."""
    found = []
    for message in Message.objects.filter(about__startswith=kind, channel="email").order_by("id"):
        calendar = Calendar.from_ical(bytes(message.attachment or b""))
        (event,) = calendar.walk("VEVENT")
        assert str(event["ORGANIZER"]).startswith("mailto:"), "without one no program has to take it"
        assert message.attachment_type == f"text/calendar; method={calendar['METHOD']}"
        found.append((str(event["UID"]), int(event["SEQUENCE"]), str(calendar["METHOD"]), str(event["STATUS"])))
    return found


def test_the_calendar_follows_by_one_name_and_rising_versions(region: Region) -> None:
    booking = region.held(at(15, 15))
    request = booking.help_request
    services.confirm_booking(help_request_id=request.pk, name="Мария", phone="8 928 123-45-67",
                             email="maria@example.org", consent=True, actor=citizen(request), now=NOW)  # fmt: skip
    moved(booking, at(16, 5))
    moved(booking, at(10, 15, day=24))
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    uid = f"request-{request.pk}@legalaid"
    assert versions("booking-confirmed") == [(uid, 0, "PUBLISH", "CONFIRMED")]
    assert versions("booking-moved") == [(uid, 1, "PUBLISH", "CONFIRMED"), (uid, 2, "PUBLISH", "CONFIRMED")]
    assert versions("booking-cancelled") == [(uid, 3, "CANCEL", "CANCELLED")]
    assert "Время изменено: 23 ноября, 16:05" in Message.objects.filter(channel="sms").order_by("id")[1].body


def test_a_second_booking_of_one_request_goes_on_where_the_first_ended(region: Region) -> None:
    from legalaid.reception.letters import calendar_file

    first = region.booked(at(9, 25))
    moved(first, at(9, 50))
    Booking.objects.update(state=BookingState.USED)
    second = Booking.objects.create(
        help_request=first.help_request, post=first.post, during=(at(15), at(15, 20)), occupies=(at(15), at(15, 25)),
        state=BookingState.CONFIRMED, citizen=Citizen.objects.get(), created_at=NOW,
    )  # fmt: skip
    second.refresh_from_db()
    request = HelpRequest.objects.select_related("authority", "topic").get()
    request.held_at = NOW
    (event,) = Calendar.from_ical(calendar_file(request=request, booking=second, now=NOW)).walk("VEVENT")
    assert int(event["SEQUENCE"]) == 3  # above 1, the last that was told, and above its cancellation


def test_late_at_night_the_phone_stays_silent_and_old_news_is_withdrawn(region: Region) -> None:
    night = at(22)
    booking = region.booked(at(15, 15, day=24), now=night)
    first = Message.objects.get(channel="sms")
    assert first.not_before == at(9, day=24)
    moved(booking, at(16, 5, day=24), now=night)
    first.refresh_from_db()
    assert first.state == MessageState.WITHDRAWN
    assert Message.objects.filter(state=MessageState.QUEUED, channel="sms", not_before=at(9, day=24)).count() == 1


@pytest.mark.parametrize(("minutes", "state"), [(121, BookingState.CANCELLED), (119, BookingState.EXCUSED)])
def test_calling_off_shortly_before_is_excusing_oneself(region: Region, minutes: int, state: BookingState) -> None:
    booking = region.booked(at(15, 15))
    services.cancel(help_request_id=booking.help_request_id, actor=citizen(booking.help_request),
                    now=at(15, 15) - timedelta(minutes=minutes))  # fmt: skip
    booking.refresh_from_db()
    assert (booking.state, HelpRequest.objects.get().state) == (state, RequestState.CANCELLED)


@pytest.mark.parametrize("who", ["operator", "caller"])
@pytest.mark.parametrize(("minutes", "state"), [(240, BookingState.CANCELLED), (15, BookingState.EXCUSED)])
def test_said_at_the_desk_or_on_the_telephone_it_is_her_word_and_twice_is_once(
    region: Region, who: str, minutes: int, state: BookingState
) -> None:
    booking = region.booked(at(15, 15), branch=region.branch if who == "operator" else None)
    actor = region.actor("operator")
    acting = actor if who == "operator" else actor.answering(booking.help_request_id)
    for _attempt in range(2):
        services.cancel(
            help_request_id=booking.help_request_id, actor=acting, now=at(15, 15) - timedelta(minutes=minutes)
        )
    booking.refresh_from_db()
    assert (booking.state, RestingTime.objects.count()) == (state, 1)
    assert HelpRequest.objects.get().state == RequestState.CANCELLED


def test_called_off_by_others_shortly_before_she_has_not_excused_herself(region: Region) -> None:
    booking = region.booked(at(15, 15))
    services.cancel(help_request_id=booking.help_request_id, actor=Actor.system("demo"), now=at(15))
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def confirmed(region: Region, start: object, **contact: str) -> Booking:
    booking = region.held(start)  # type: ignore[arg-type]  # a moment
    typed = {"name": "Мария", "phone": "", "email": ""} | contact
    return services.confirm_booking(help_request_id=booking.help_request_id, consent=True, now=NOW,
                                    actor=citizen(booking.help_request), **typed)  # fmt: skip


@pytest.mark.parametrize("contact", [{"phone": "8 928 123-45-67"}, {"email": "maria@example.org"}])
def test_one_contact_keeps_three_bookings_and_the_desk_is_exempt(region: Region, contact: dict[str, str]) -> None:
    kept = [confirmed(region, at(14 + n), **contact) for n in range(3)]
    before = (Citizen.objects.count(), Booking.objects.filter(state=BookingState.CONFIRMED).count())
    with pytest.raises(TooManyBookings, match="МФЦ"):
        confirmed(region, at(10, 15), **contact)
    assert (Citizen.objects.count(), Booking.objects.filter(state=BookingState.CONFIRMED).count()) == before
    confirmed(region, at(11, 5), phone="8 928 765-43-21")
    services.cancel(help_request_id=kept[0].help_request_id, actor=citizen(kept[0].help_request), now=NOW)
    assert confirmed(region, at(11, 30), **contact).state == BookingState.CONFIRMED
    operator = region.actor("operator")
    assert services.register_at_desk(
        story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk, consent=True,
        contact=Contact(name="Мария", phone="+79281234567", email=""), start=at(16, 30), queue=False,
        submission="", actor=operator, now=NOW,
    ).state == RequestState.AGREED  # fmt: skip


def test_who_calls_off_five_times_a_week_is_sent_to_the_desk(region: Region) -> None:
    for n in range(5):
        booking = confirmed(region, at(14, 0) + timedelta(minutes=25 * n), phone="8 928 123-45-67")
        services.cancel(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW)
    before = Booking.objects.filter(state=BookingState.CONFIRMED).count()
    with pytest.raises(TooManyCalledOff, match="оператор"):
        confirmed(region, at(10, 15), phone="8 928 123-45-67")
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == before
    Booking.objects.update(created_at=NOW - timedelta(days=7))
    assert confirmed(region, at(11, 5), phone="8 928 123-45-67").state == BookingState.CONFIRMED
