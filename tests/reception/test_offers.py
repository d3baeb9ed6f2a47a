"""Offers of the live queue: who is asked, what happens to a refusal, and what is written down about it."""

from datetime import datetime, timedelta

import pytest

from legalaid.dialogue import services as dialogue
from legalaid.directory.models import ExpertProfile
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.reception import services
from legalaid.reception.models import Booking, Duty, Offer, Task, Ticket, WaitSpan
from legalaid.reception.queries.offers import duties_on, fell_silent, tickets_to_match, usual_lengths
from legalaid.reception.queue_refusals import OfferGone, ReasonMissing
from legalaid.reception.queue_rules import OFFER_SECONDS
from legalaid.reception.refusals import NotYourTurn
from legalaid.reception.states import BookingState, OfferState, PlaceReason, TaskKind, TicketState, WaitCause
from tests.scenes import NOW, Region, at, citizen, make_region
from tests.support.statements import statements

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("queue")
LATER = timedelta(seconds=OFFER_SECONDS)


@pytest.fixture
def region() -> Region:
    return make_region(posts=2)


def sit(region: Region, who: str = "expert", post: int = 0) -> Duty:
    return services.start_duty(authority_id=region.authority.pk, post_id=region.posts[post].pk,
                               actor=region.actor(who), now=NOW)  # fmt: skip


def match(region: Region, now: datetime = NOW) -> int:
    return services.match_queue(authority_id=region.authority.pk, actor=SYSTEM, now=now)


def walk_in(region: Region, *, n: int = 1, now: datetime = NOW) -> HelpRequest:
    """A visitor at the desk: no page of hers can fall silent."""
    return region.at_desk(None, n=n, now=now)


def ticket_of(request: HelpRequest) -> Ticket:
    return Ticket.objects.filter(help_request=request).latest("id")


def offered_to(request: HelpRequest) -> str:
    offer = Offer.objects.filter(ticket__help_request=request, state=OfferState.OPEN).first()
    return offer.duty.expert.email.split("@")[0] if offer else ""


def passed(request: HelpRequest) -> list[str]:
    rows = JournalEntry.objects.filter(kind="ticket", subject=str(ticket_of(request).pk), action="pass_over")
    return [row.data["cause"] for row in rows.order_by("id")]


def test_the_first_of_the_queue_is_offered_once_for_thirty_seconds(region: Region) -> None:
    sit(region)
    first, second = region.queued(n=1), region.queued(n=2, now=NOW + timedelta(minutes=1))
    assert match(region) == 1
    assert match(region) == 0
    offer = Offer.objects.get()
    assert (offer.ticket.help_request_id, offer.expires_at) == (first.pk, NOW + LATER)
    assert ticket_of(second).state == TicketState.WAITING
    assert passed(second) == []


def test_a_deadline_and_the_right_to_go_first_come_before_time(region: Region) -> None:
    sit(region)
    plain = region.queued(n=1)
    for n, change in ((2, {"deadline_on": at(9, day=26).date()}), (3, {"out_of_turn": True}),
                      (4, {"deadline_on": at(9, day=27).date()})):  # fmt: skip
        draft = region.draft()
        HelpRequest.objects.filter(pk=draft.pk).update(**change)
        services.join_queue(help_request_id=draft.pk, name=f"Гражданка {n}", phone=f"892812345{n:02d}", email="",
                            consent=True, actor=citizen(draft), now=NOW + timedelta(minutes=n))  # fmt: skip
    order = Ticket.objects.order_by("priority", "created_at", "id")
    reasons = [PlaceReason.OUT_OF_TURN, PlaceReason.DEADLINE, PlaceReason.TIME, PlaceReason.TIME]
    assert [one.reason for one in order] == reasons
    assert order[2].help_request_id == plain.pk


def test_accepting_takes_the_person_and_a_colleague_may_not(region: Region) -> None:
    duty = sit(region)
    sit(region, "colleague", 1)
    request = region.queued()
    match(region)
    mine, other = ("expert", "colleague") if offered_to(request) == "expert" else ("colleague", "expert")
    with pytest.raises(NotYourTurn):
        dialogue.admit(help_request_id=request.pk, actor=region.actor(other), now=NOW)
    assert Offer.objects.get().state == OfferState.OPEN
    assert ticket_of(request).state == TicketState.OFFERED
    dialogue.admit(help_request_id=request.pk, actor=region.actor(mine), now=NOW)
    ticket = ticket_of(request)
    assert (ticket.state, ticket.taken_at) == (TicketState.TAKEN, NOW)
    assert Offer.objects.get().state == OfferState.ACCEPTED
    assert WaitSpan.objects.get().ended_at == NOW
    assert duty.ended_at is None


def test_declined_goes_to_the_colleague_and_declining_twice_is_once(region: Region) -> None:
    sit(region)
    request = region.queued()
    match(region)
    sit(region, "colleague", 1)
    offer = Offer.objects.get()
    for reason in ("", "  "):
        with pytest.raises(ReasonMissing):
            services.decline_offer(offer_id=offer.pk, reason=reason, actor=region.actor("expert"), now=NOW)
    with pytest.raises(NotFound):
        services.decline_offer(offer_id=offer.pk, reason="Нет", actor=region.actor("colleague"), now=NOW)
    assert Offer.objects.get().state == OfferState.OPEN
    for _attempt in range(2):
        services.decline_offer(offer_id=offer.pk, reason="Не моя тема", actor=region.actor("expert"), now=NOW)
    match(region)
    assert offered_to(request) == "colleague"
    assert list(Offer.objects.order_by("id").values_list("state", flat=True)) == ["declined", "open"]
    actions = JournalEntry.objects.filter(kind="offer").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["make", "decline", "make"]
    assert not JournalEntry.objects.filter(data__icontains="Не моя").exists()
    assert Task.objects.count() == 0


def test_when_all_have_refused_it_goes_round_again_and_somebody_is_told(region: Region) -> None:
    sit(region)
    first, second = region.queued(n=1), region.queued(n=2, now=NOW + timedelta(seconds=1))
    match(region)
    services.decline_offer(offer_id=Offer.objects.get().pk, reason="Нет", actor=region.actor("expert"), now=NOW)
    assert [task.kind for task in Task.objects.all()] == [TaskKind.NOBODY_ANSWERS]
    match(region)
    assert offered_to(second) == "expert"  # not the same person in the same breath
    assert passed(first) == ["declined"]
    offer = Offer.objects.get(state=OfferState.OPEN)
    services.decline_offer(offer_id=offer.pk, reason="Нет", actor=region.actor("expert"), now=NOW)
    match(region)
    assert offered_to(first) == "expert"
    dialogue.admit(help_request_id=first.pk, actor=region.actor("expert"), now=NOW)
    assert Task.objects.filter(help_request=first, closed_at=None).count() == 0


def test_unanswered_goes_on_and_two_in_a_row_end_the_duty(region: Region) -> None:
    sit(region)
    sit(region, "colleague", 1)
    first = walk_in(region, n=1)
    match(region)
    silent = offered_to(first)
    for step in range(1, 3):
        match(region, NOW + step * LATER - timedelta(seconds=1))
        assert Offer.objects.filter(state=OfferState.EXPIRED).count() == step - 1
        match(region, NOW + step * LATER)
        assert Offer.objects.filter(state=OfferState.EXPIRED).count() == step
    match(region, NOW + 3 * LATER)
    match(region, NOW + 4 * LATER)
    assert Duty.objects.filter(ended_at=None).count() == 0
    assert fell_silent(region.users[silent].pk)
    assert ticket_of(first).state == TicketState.WAITING
    assert Task.objects.filter(kind=TaskKind.NOBODY_ANSWERS, closed_at=None).count() == 1
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor(silent), now=at(9, 30))
    assert not fell_silent(region.users[silent].pk)


def test_an_answer_that_came_too_late_is_refused(region: Region) -> None:
    sit(region)
    region.queued()
    match(region)
    offer = Offer.objects.get()
    match(region, NOW + LATER)
    with pytest.raises(OfferGone):
        services.decline_offer(offer_id=offer.pk, reason="Нет", actor=region.actor("expert"), now=NOW + LATER)


def test_standing_up_passes_the_person_on_without_a_refusal(region: Region) -> None:
    sit(region)
    request = region.queued()
    match(region)
    sit(region, "colleague", 1)
    services.end_duty(actor=region.actor("expert"), now=NOW)
    match(region)
    assert offered_to(request) == "colleague"
    assert Offer.objects.earliest("id").state == OfferState.WITHDRAWN


def test_skills_and_the_journalled_reason(region: Region) -> None:
    profile = ExpertProfile.objects.create(user=region.users["expert"], authority=region.authority)
    sit(region)
    first = region.queued(n=1)
    profile.topics.set([region.other_topic])
    assert match(region) == 0
    HelpRequest.objects.filter(pk=(second := region.queued(n=2, now=NOW + timedelta(seconds=1))).pk).update(
        topic=region.other_topic
    )
    for _again in range(2):
        match(region)
    assert offered_to(second) == "expert"
    assert passed(first) == ["skills"]
    sit(region, "colleague", 1)
    match(region)
    assert offered_to(first) == "colleague"


def test_an_expert_who_speaks_her_language_is_asked_first(region: Region) -> None:
    ExpertProfile.objects.create(user=region.users["colleague"], authority=region.authority, languages=["hy"])
    sit(region)
    sit(region, "colleague", 1)
    first, second = region.queued(n=1), region.queued(n=2, now=NOW + timedelta(seconds=1))
    HelpRequest.objects.filter(pk=first.pk).update(interpreter="hy")
    assert match(region) == 2
    assert (offered_to(first), offered_to(second)) == ("colleague", "expert")


def test_a_booking_due_soon_blocks_a_long_dialogue_and_not_a_short_one(region: Region) -> None:
    booking = region.booked(at(9, 25))
    sit(region, post=region.posts.index(booking.post))
    request = walk_in(region, n=2)
    assert match(region, at(9, 5)) == 1
    assert match(region, at(9, 5) + LATER) == 0  # 20 minutes of the topic do not fit before 9:25 any more
    for minutes in (3, 4, 4, 5, 6):
        past = walk_in(region, n=3, now=NOW - timedelta(days=2))
        Ticket.objects.filter(help_request=past).update(
            state=TicketState.TAKEN, taken_at=NOW - timedelta(days=2),
            finished_at=NOW - timedelta(days=2) + timedelta(minutes=minutes),
        )  # fmt: skip
    assert usual_lengths({region.topic.pk}, NOW)[region.topic.pk] == timedelta(minutes=5, seconds=12)
    assert match(region, at(9, 10)) == 1
    assert offered_to(request) == "expert"


@pytest.mark.parametrize("change", ["cancel", "move"])
@pytest.mark.django_db(transaction=True)
def test_a_time_given_back_lets_the_queue_go_on_at_once(region: Region, change: str) -> None:
    booking = region.booked(at(9, 25))
    sit(region, post=region.posts.index(booking.post))
    request = walk_in(region, n=2, now=at(9, 12))
    assert not offered_to(request)
    asked = {"help_request_id": booking.help_request_id, "actor": citizen(booking.help_request), "now": at(9, 13)}
    if change == "cancel":
        services.cancel(**asked)
    else:
        services.move_booking_to(start=at(11), **asked)
    assert offered_to(request) == "expert"


def test_a_visitor_who_did_not_come_frees_the_post(region: Region) -> None:
    booking = region.booked(at(9, 25))
    sit(region, post=region.posts.index(booking.post))
    walk_in(region, n=2, now=at(9, 20))
    assert match(region, at(9, 26)) == 0
    services.mark_no_show(booking_id=booking.pk, actor=region.actor("expert"), now=at(9, 35))
    assert match(region, at(9, 35)) == 1


def test_finishing_frees_the_expert_and_measures_the_dialogue(region: Region) -> None:
    sit(region)
    booking = region.booked(NOW + timedelta(minutes=25))
    held = dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(9, 15))
    waiting = walk_in(region, n=2, now=at(9, 16))
    assert match(region, at(9, 16)) == 0
    dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=at(9, 30))
    booking = Booking.objects.get()
    assert (booking.state, booking.began_at, booking.finished_at) == (BookingState.USED, at(9, 15), at(9, 30))
    assert match(region, at(9, 30)) == 1
    assert offered_to(waiting) == "expert"


def test_admitting_a_booked_visitor_gives_the_offered_one_to_the_next(region: Region) -> None:
    sit(region)
    booking = region.booked(NOW + timedelta(minutes=25))
    request = region.queued(n=2)
    Booking.objects.filter(pk=booking.pk).update(post=region.posts[1])
    match(region)
    assert offered_to(request) == "expert"
    dialogue.admit(help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(9, 15))
    sit(region, "colleague", 1)
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("colleague"), now=NOW)
    Booking.objects.filter(pk=booking.pk).update(post=region.posts[0])
    match(region, NOW + timedelta(seconds=5))
    assert Offer.objects.earliest("id").state == OfferState.WITHDRAWN
    assert offered_to(request) == "colleague"


def test_taking_somebody_past_the_queue_is_written_down(region: Region) -> None:
    sit(region)
    first, second = region.queued(n=1), region.queued(n=2, now=NOW + timedelta(seconds=1))
    dialogue.admit(help_request_id=second.pk, actor=region.actor("expert"), now=NOW)
    assert passed(first) == ["chosen"]


def test_leaving_takes_the_offer_back(region: Region) -> None:
    sit(region)
    request = region.queued()
    match(region)
    services.cancel(help_request_id=request.pk, actor=citizen(request), now=NOW)
    assert (Offer.objects.get().state, ticket_of(request).state) == (OfferState.WITHDRAWN, TicketState.LEFT)
    request.refresh_from_db()
    assert request.state == RequestState.CANCELLED
    span = WaitSpan.objects.get()
    assert (span.cause, span.ended_at) == (WaitCause.AUTHORITY, NOW)


def test_the_cost_of_matching_does_not_grow_with_the_queue(region: Region) -> None:
    sit(region)
    for n in range(1, 9):
        region.queued(n=n, now=NOW + timedelta(seconds=n))
    with statements() as said:
        assert len(duties_on(region.authority.pk, NOW)) == 1
        assert len(tickets_to_match(region.authority.pk, NOW)) == 8
        assert usual_lengths({region.topic.pk}, NOW) == {region.topic.pk: timedelta(minutes=20)}
    assert len(said) == 3, said


def test_a_period_of_a_booking_is_read_as_moments(region: Region) -> None:
    booking = region.booked(at(9, 25))
    sit(region, post=region.posts.index(booking.post))
    (duty,) = duties_on(region.authority.pk, NOW)
    assert duty.clear_for == Period(booking.during.lower, booking.during.upper).start - NOW
