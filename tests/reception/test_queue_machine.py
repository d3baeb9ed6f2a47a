"""The live queue under any order of events: experts, people and the clock are played, invariants asked each step."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import Dialogue
from legalaid.dialogue.states import DialogueState
from legalaid.directory.models import ExpertProfile
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.reception import services
from legalaid.reception.models import Duty, Offer, Ticket, WaitSpan
from legalaid.reception.queries.offers import offer_before
from legalaid.reception.queue_rules import OFFER_SECONDS
from legalaid.reception.states import WAITING_TICKETS, OfferState, TicketState
from tests.scenes import NOW, citizen, make_region

EXPERTS = ("expert", "colleague")
SYSTEM = Actor.system("queue")


class Queue(RuleBasedStateMachine):
    """Two experts, the first limited to one topic in half of the lives; people come from home and from a centre."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # services want to be outermost; a life of the machine is rolled back whole
        self.atomic.__enter__()
        self.region = make_region(posts=2)
        self.now = NOW
        self.people: list[HelpRequest] = []
        services.start_duty(
            authority_id=self.region.authority.pk, post_id=None, actor=self.region.actor("expert"), now=self.now
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def match(self) -> None:
        """In a test no transaction commits, so what follows a commit is done by hand."""
        services.match_queue(authority_id=self.region.authority.pk, actor=SYSTEM, now=self.now)

    @rule(home=st.booleans(), special=st.booleans())
    def come(self, home: bool, special: bool) -> None:
        self.now += timedelta(milliseconds=1)
        try:
            if home:
                request = self.region.queued(n=len(self.people) + 1, now=self.now)
            else:
                request = self.region.at_desk(None, n=len(self.people) + 1, now=self.now)
        except DomainError:
            return  # nobody is on reception
        if special:
            HelpRequest.objects.filter(pk=request.pk).update(topic=self.region.other_topic)
        self.people.append(request)
        self.match()

    @rule(who=st.sampled_from(EXPERTS))
    def sit_or_stand(self, who: str) -> None:
        actor = self.region.actor(who)
        if Duty.objects.filter(expert=actor.user_id, ended_at=None).exists():
            services.end_duty(actor=actor, now=self.now)
        else:
            services.start_duty(authority_id=self.region.authority.pk, post_id=None, actor=actor, now=self.now)
        self.match()

    @rule(who=st.sampled_from(EXPERTS), limited=st.booleans())
    def learn(self, who: str, limited: bool) -> None:
        profile, _made = ExpertProfile.objects.get_or_create(
            user=self.region.users[who], authority=self.region.authority
        )
        profile.topics.set([self.region.topic] if limited else [])

    @rule(who=st.sampled_from(EXPERTS), accepts=st.booleans())
    def answer(self, who: str, accepts: bool) -> None:
        actor = self.region.actor(who)
        offer = offer_before(actor.user_id or 0)
        if offer is None:
            return
        if accepts:
            dialogue.admit(help_request_id=offer.ticket.help_request_id, actor=actor, now=self.now)
        else:
            services.decline_offer(offer_id=offer.pk, reason="Не моя тема", actor=actor, now=self.now)
        self.match()

    @rule(who=st.sampled_from(EXPERTS), back=st.booleans())
    def finish(self, who: str, back: bool) -> None:
        actor = self.region.actor(who)
        held = Dialogue.objects.filter(expert=actor.user_id, state=DialogueState.LIVE).first()
        if held is None:
            return
        try:
            if back:
                dialogue.hand_on(dialogue_id=held.pk, topic_code=None, actor=actor, now=self.now)
            else:
                dialogue.end(dialogue_id=held.pk, actor=actor, now=self.now)
        except DomainError:
            dialogue.end(dialogue_id=held.pk, actor=actor, now=self.now)  # to nobody one cannot hand on
        self.match()

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.people))
        if Ticket.objects.filter(help_request=request, state__in=WAITING_TICKETS).exists():
            services.cancel(help_request_id=request.pk, actor=citizen(request), now=self.now)
            self.match()

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def speak(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(self.people))
        services.be_here(help_request_id=request.pk, actor=citizen(request), now=self.now)

    @rule(seconds=st.sampled_from([5, OFFER_SECONDS, 80, 700]))
    def time_goes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        services.watch_queues(actor=SYSTEM, now=self.now)

    @invariant()
    def one_open_offer_for_each(self) -> None:
        pairs = Offer.objects.filter(state=OfferState.OPEN).values_list("ticket", "duty__expert")
        assert len({ticket for ticket, _ in pairs}) == len({expert for _, expert in pairs}) == len(pairs)
        offered = Ticket.objects.filter(state=TicketState.OFFERED).values_list("pk", flat=True)
        assert sorted(offered) == sorted(ticket for ticket, _ in pairs)

    @invariant()
    def an_expert_talks_with_one(self) -> None:
        busy = list(Ticket.objects.filter(state=TicketState.TAKEN, finished_at=None).values_list("duty__expert"))
        assert len(busy) == len(set(busy))
        called = Offer.objects.filter(state=OfferState.OPEN).values_list("duty__expert")
        assert not set(busy) & set(called)

    @invariant()
    def nobody_is_passed_over_without_a_reason(self) -> None:
        """I5: whoever was asked before an earlier ticket of the queue left a line in the journal of the earlier one."""
        for offer in Offer.objects.exclude(state=OfferState.DECLINED, answered_at=None).select_related("ticket"):
            later = offer.ticket
            for earlier in Ticket.objects.filter(
                priority__lte=later.priority, created_at__lt=later.created_at, state=TicketState.WAITING
            ):
                if earlier.priority == later.priority and offer.made_at >= earlier.created_at:
                    refused = earlier.offers.filter(made_at__lte=offer.made_at).exists()
                    lines = JournalEntry.objects.filter(kind="ticket", subject=str(earlier.pk), action="pass_over")
                    assert refused or lines.exists(), f"{earlier.pk} was passed over for {later.pk}"

    @invariant()
    def who_waits_is_counted_as_waiting(self) -> None:
        waiting = Ticket.objects.filter(state__in=WAITING_TICKETS).values_list("help_request", flat=True)
        counted = WaitSpan.objects.filter(ended_at=None).values_list("help_request", flat=True)
        assert set(waiting) == set(counted)

    @invariant()
    def nobody_starves(self) -> None:
        """The first who is here and whom a free expert knows is being offered to somebody, or was just declined."""
        self.match()
        free = [
            duty
            for duty in Duty.objects.filter(ended_at=None)
            if not Offer.objects.filter(duty=duty, state=OfferState.OPEN).exists()
            and not Ticket.objects.filter(duty__expert=duty.expert_id, state="taken", finished_at=None).exists()
        ]
        for duty in free:
            limits = set(ExpertProfile.topics.through.objects.filter(
                expertprofile__user=duty.expert_id).values_list("topic", flat=True))  # fmt: skip
            for ticket in Ticket.objects.filter(state=TicketState.WAITING, seen_at=None):
                if limits and ticket.help_request.topic_id not in limits:
                    continue
                assert ticket.offers.filter(duty__expert=duty.expert_id).exclude(state=OfferState.WITHDRAWN).exists(), (
                    f"{ticket.pk} waits although expert {duty.expert_id} is free"
                )


@pytest.mark.django_db
def test_the_queue_holds_its_promises() -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Queue,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
