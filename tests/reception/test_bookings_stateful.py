"""Bookings under any order of events: people, desk, expert and clock are played, invariants asked after each step."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from legalaid.dialogue import services as dialogue
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.queries import booking_end, free_posts_at, live_booking
from legalaid.reception.services import freed
from legalaid.reception.services.waitlist import tend_waitlist
from legalaid.reception.states import (
    BOOKING_MOVES,
    LIVE_BOOKINGS,
    BookingState,
    EarlierOfferState,
    WaitlistState,
)  # fmt: skip
from tests.scenes import NOW, at, citizen, make_region

SYSTEM = Actor.system("test")
STARTS = [at(10, 15), at(10, 25), at(11, 5), at(12, 20), at(15, 15), at(10, 15, day=24)]
"""Few, and two of them overlap, so that people meet."""
PEOPLE = 4


class Bookings(RuleBasedStateMachine):
    """Two posts and one booth; four people who may ask more than once."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # services want to be outermost; a life of the machine is rolled back whole
        self.atomic.__enter__()
        self.region = make_region(posts=2, booths=1)
        self.region.booths[0].refresh_from_db()
        self.now = NOW
        self.requests: list[HelpRequest] = []
        services.start_duty(
            authority_id=self.region.authority.pk, post_id=None, actor=self.region.actor("expert"), now=self.now
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, name: str, act: Callable[[], object]) -> None:
        """Do it, or be refused and find everything as it was."""
        before, answer = self.everything(), "done"
        try:
            act()
        except DomainError as refusal:
            answer = refusal.code
        event(f"{name}: {answer}")
        if answer != "done" and name != "book":  # to book is two services, each of which stands by itself
            assert self.everything() == before, f"{name} was refused ({answer}) and changed something"

    def everything(self) -> tuple[object, ...]:
        return (
            list(Booking.objects.order_by("id").values_list("id", "state", "post", "booth", "during", "sequence")),
            list(HelpRequest.objects.order_by("id").values_list("id", "state", "branch")),
            list(WaitlistEntry.objects.order_by("id").values_list("id", "state", "offers")),
            list(EarlierOffer.objects.order_by("id").values_list("id", "state")),
            RestingTime.objects.count(), JournalEntry.objects.count(),
        )  # fmt: skip

    @rule(start=st.sampled_from(STARTS), at_centre=st.booleans())
    def hold(self, start: object, at_centre: bool) -> None:
        request = self.region.draft(now=self.now)
        self.requests.append(request)
        branch = self.region.branch.pk if at_centre else None
        self.attempt("hold", lambda: services.hold(help_request_id=request.pk, start=start, branch_id=branch,  # type: ignore[arg-type]  # sampled
                                                   actor=citizen(request), now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), start=st.sampled_from(STARTS), at_centre=st.booleans())
    def hold_another(self, data: st.DataObject, start: object, at_centre: bool) -> None:
        request = data.draw(st.sampled_from(self.requests))
        branch = self.region.branch.pk if at_centre else None
        self.attempt("hold again", lambda: services.hold(help_request_id=request.pk, start=start, branch_id=branch,  # type: ignore[arg-type]  # sampled
                                                         actor=citizen(request), now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), who=st.integers(1, PEOPLE))
    def confirm(self, data: st.DataObject, who: int) -> None:
        request = data.draw(st.sampled_from(self.requests))
        self.attempt("confirm", lambda: services.confirm_booking(
            help_request_id=request.pk, name=f"Гражданка {who}", phone=f"892812345{who:02d}", email="", consent=True,
            actor=citizen(request), now=self.now))  # fmt: skip

    @rule(start=st.sampled_from(STARTS), who=st.integers(1, PEOPLE), waits=st.booleans())
    def book(self, start: object, who: int, waits: bool) -> None:
        """The usual way in one step, so that lives get to the rest of it."""
        request = self.region.draft(now=self.now)
        self.requests.append(request)

        def act() -> None:
            services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=self.now)  # type: ignore[arg-type]  # sampled
            services.confirm_booking(
                help_request_id=request.pk, name=f"Гражданка {who}", phone=f"892812345{who:02d}", email="",
                consent=True, actor=citizen(request), now=self.now,
            )  # fmt: skip
            if waits:
                services.join_waitlist(help_request_id=request.pk, actor=citizen(request), now=self.now)

        self.attempt("book", act)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), start=st.sampled_from(STARTS))
    def move(self, data: st.DataObject, start: object) -> None:
        request = data.draw(st.sampled_from(self.requests))
        self.attempt("move", lambda: services.move_booking_to(help_request_id=request.pk, start=start,  # type: ignore[arg-type]  # sampled
                                                              actor=citizen(request), now=self.now))  # fmt: skip

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def call_off(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.requests))
        self.attempt(
            "call off", lambda: services.cancel(help_request_id=request.pk, actor=citizen(request), now=self.now)
        )

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), how=st.sampled_from([services.check_in, services.mark_no_show]))
    def at_the_desk(self, data: st.DataObject, how: Callable[..., object]) -> None:
        booking = Booking.objects.filter(help_request=data.draw(st.sampled_from(self.requests))).last()
        if booking is not None:
            actor = self.region.actor("expert")
            self.attempt(how.__name__, lambda: how(booking_id=booking.pk, actor=actor, now=self.now))

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        request, actor = data.draw(st.sampled_from(self.requests)), self.region.actor("expert")
        booking, waits = live_booking(request.pk), data.draw(st.booleans())
        if booking is not None and waits:  # she is received when her time has come
            self.now = max(self.now, booking.during.lower)

        def act() -> None:
            held = dialogue.admit(help_request_id=request.pk, actor=actor, now=self.now)
            dialogue.end(dialogue_id=held.pk, actor=actor, now=self.now)

        self.attempt("receive", act)

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), wants=st.booleans())
    def wait_for_earlier(self, data: st.DataObject, wants: bool) -> None:
        request = data.draw(st.sampled_from(self.requests))
        how = services.join_waitlist if wants else services.leave_waitlist
        self.attempt("waitlist", lambda: how(help_request_id=request.pk, actor=citizen(request), now=self.now))

    @rule()
    def free_an_earlier(self) -> None:
        """Whoever comes last would come earlier, and whoever comes first calls it off."""
        self.book(start=STARTS[3], who=1, waits=False)
        self.book(start=STARTS[5], who=2, waits=False)
        booked = list(Booking.objects.filter(state=BookingState.CONFIRMED).order_by("during", "id"))
        if len(booked) > 1:
            last, first = booked[-1].help_request, booked[0].help_request
            self.attempt("waitlist", lambda: services.join_waitlist(help_request_id=last.pk, actor=citizen(last),
                                                                    now=self.now))  # fmt: skip
            self.attempt("call off", lambda: services.cancel(help_request_id=first.pk, actor=citizen(first),
                                                             now=self.now))  # fmt: skip
            tend_waitlist(actor=SYSTEM, now=self.now)

    @rule(accepts=st.booleans())
    def answer_offer(self, accepts: bool) -> None:
        offer = EarlierOffer.objects.filter(state=EarlierOfferState.OPEN).select_related("entry__help_request").first()
        if offer is not None:
            how = services.accept_earlier if accepts else services.decline_earlier
            request = offer.entry.help_request
            self.attempt(how.__name__, lambda: how(help_request_id=request.pk, offer_id=offer.pk,
                                                   actor=citizen(request), now=self.now))  # fmt: skip

    @rule(minutes=st.sampled_from([0, 4, 11, 16, 70]))
    def time_goes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        tend_waitlist(actor=SYSTEM, now=self.now)

    @invariant()
    def nothing_overlaps(self) -> None:
        live = Booking.objects.filter(state__in=LIVE_BOOKINGS).order_by("id")
        for one, other in combinations(live, 2):
            kept = one.occupies.lower < other.occupies.upper and other.occupies.lower < one.occupies.upper
            spent = one.during.lower < other.during.upper and other.during.lower < one.during.upper
            assert not (kept and one.post_id == other.post_id), "one post, two people"
            assert not (kept and one.booth_id is not None and one.booth_id == other.booth_id), "one booth, two people"
            assert not (spent and one.citizen_id is not None and one.citizen_id == other.citizen_id), "twice at once"
            assert one.help_request_id != other.help_request_id, "one request, two bookings"

    @invariant()
    def the_journal_is_the_path(self) -> None:
        path: dict[str, str] = {}
        for line in JournalEntry.objects.filter(kind="booking").order_by("id"):
            if line.action == "hold":
                assert (line.subject not in path, line.before, line.after) == (True, "", BookingState.HELD)
            else:
                assert line.before == path[line.subject]
                assert BOOKING_MOVES[BookingState(line.before), line.action] == line.after
            path[line.subject] = line.after
        assert path == {str(pk): state for pk, state in Booking.objects.order_by("id").values_list("id", "state")}

    @invariant()
    def request_and_booking_agree(self) -> None:
        kept = Booking.objects.filter(state__in=[BookingState.CONFIRMED, BookingState.CHECKED_IN])
        agreed = HelpRequest.objects.filter(state=RequestState.AGREED).values_list("pk", flat=True)
        assert set(kept.values_list("help_request", flat=True)) == set(agreed)

    @invariant()
    def what_rests_is_offered_to_nobody_else(self) -> None:
        for resting in RestingTime.objects.filter(until__gt=self.now).select_related("post__authority"):
            during, occupies = booking_end(resting.occupies.lower, 20)
            free = free_posts_at(authority=resting.post.authority, during=during, occupies=occupies, now=self.now)
            assert resting.post_id not in free, "a time that rests is offered"

    @invariant()
    def an_open_offer_keeps_its_time(self) -> None:
        for offer in EarlierOffer.objects.filter(state=EarlierOfferState.OPEN).select_related("resting", "entry"):
            assert offer.entry.state == WaitlistState.WAITING
            assert offer.resting is not None and offer.resting.until >= offer.expires_at


@pytest.mark.django_db
def test_bookings_hold_their_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed, "REST_MINUTES", (7, 7))  # chance would make a life that failed hard to live again
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Bookings,
        settings=settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
