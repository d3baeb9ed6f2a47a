"""The duty officer moves a dialogue that goes on to another expert; the citizen stays where she is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import Connection, Dialogue, Invitation, Participant
from legalaid.dialogue.rules import OFFER_LIFE
from legalaid.dialogue.states import InvitationState, MoveReason, ParticipantRole
from legalaid.directory.models import Agreement, AgreementCoverage, Topic
from legalaid.directory.states import AgreementState
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.models import User
from legalaid.people.states import Role
from legalaid.reception.models import Duty, Ticket
from legalaid.reception.queries.offers import duties_on
from legalaid.reception.refusals import DutyBusy, TopicNotCovered
from tests.dialogue.scene import NOW, Scene, _member, actor_of, citizen_of, make_scene, media_servers
from tests.dialogue.test_inviting import enter, guest, live, snapshot
from tests.dialogue.test_leading import second_authority

R = ParticipantRole
SYSTEM = Actor.system("test")


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


@pytest.fixture
def officer(scene: Scene) -> Actor:
    return actor_of(_member("duty@example.org", "Дежурная Вера", Role.DUTY_OFFICER))


def offer(dialogue: Dialogue, officer: Actor, topic: str | None = None) -> Invitation:
    return services.offer_lead(
        dialogue_id=dialogue.pk, topic_code=topic, reason=MoveReason.BAD_LINE, actor=officer, now=NOW
    )


def covered(scene: Scene, topic: Topic) -> None:
    """An agreement in force covers the topic at the branch."""
    agreement = Agreement.objects.create(
        number="7", authority=topic.authority, state=AgreementState.IN_FORCE, valid_from=date(2026, 1, 1)
    )
    AgreementCoverage.objects.create(agreement=agreement, topic=topic, branch=scene.branch)


def everything() -> list[object]:
    return [
        *snapshot(),
        *HelpRequest.objects.order_by("id").values_list(),
        *Ticket.objects.order_by("id").values_list(),
    ]


class TestOffer:
    def test_nothing_changes_until_somebody_accepts_but_all_are_told(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        dialogue.refresh_from_db()
        assert dialogue.expert == scene.experts[0]
        (card,) = queries.invitations_before(scene.experts[1].pk, [scene.authority.pk], NOW)
        assert (card.pk, card.reason, card.dialogue.help_request.story) == (
            invitation.pk, "line", "Не пересчитали пенсию.",
        )  # fmt: skip
        assert queries.invitations_before(scene.experts[0].pk, [scene.authority.pk], NOW) == [], "she leads it"
        event = queries.events_after(dialogue.pk, 0)[-1]
        assert (event["kind"], event["name"], event["data"]["reason"]) == ("invited", "Дежурная Вера", "line")
        entry = JournalEntry.objects.get(kind="invitation", action="make")
        assert entry.data["reason"] == "line"
        assert str(officer.user_id) in entry.actor

    @pytest.mark.parametrize("held", [False, True])
    def test_who_accepts_leads_while_the_citizen_and_the_former_stay(
        self, scene: Scene, officer: Actor, held: bool
    ) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        if held:
            services.hold(dialogue_id=dialogue.pk, reason="Ищу", minutes=5, actor=scene.expert(), now=NOW)
        before = list(Connection.objects.order_by("id").values_list())
        invitation = offer(dialogue, officer)
        for _ in range(2):  # pressed twice it is once
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        dialogue.refresh_from_db()
        seats = {p.role: (p.seat, p.user_id, p.present) for p in queries.people_of(dialogue.pk)}
        assert dialogue.expert == scene.experts[1]
        assert seats == {
            R.CITIZEN: (1, None, True), R.EXPERT: (2, scene.experts[1].pk, False),
            R.COLLEAGUE: (3, scene.experts[0].pk, True),
        }  # fmt: skip
        assert list(Connection.objects.order_by("id").values_list()) == before, "nobody's line was touched"
        event = queries.events_after(dialogue.pk, 0)[-1]
        former = Participant.objects.get(user=scene.experts[0])
        assert (event["kind"], event["data"]) == ("led", {"from": str(former.pk), "reason": "line"})
        (entry,) = JournalEntry.objects.filter(action="hand_over")
        assert entry.data == {"from": scene.experts[0].pk, "to": scene.experts[1].pk, "reason": "line"}
        assert {one.expert_id: one.free for one in duties_on(scene.authority.pk, NOW)}[scene.experts[1].pk] is False
        moved = queries.move_of(dialogue)
        assert moved is not None
        assert moved.pk == invitation.pk
        assert (dialogue.held_until is not None) == held, "a pause goes on until the new lead ends it"
        enter(dialogue, scene.expert(1))
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)
        assert all(one.free for one in duties_on(scene.authority.pk, NOW))

    def test_the_lead_who_lost_her_line_keeps_no_seat(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        Participant.objects.filter(user=scene.experts[0]).update(present=False)
        for name in ("Пётр", "Иван"):
            enter(dialogue, Actor.guest(guest(scene, dialogue, name=name).pk))
        invitation = offer(dialogue, officer)  # four are in it, she is one of them
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        assert Participant.objects.get(user=scene.experts[0]).seat is None
        enter(dialogue, scene.expert(1))

    def test_another_authority_takes_the_request_with_its_topic(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        expert, topic = second_authority(scene)
        covered(scene, topic)
        invitation = offer(dialogue, officer, topic.code)
        services.accept_invitation(invitation_id=invitation.pk, actor=actor_of(expert), now=NOW)
        request = HelpRequest.objects.get()
        assert (request.authority, request.topic, request.story) == (topic.authority, topic, "Не пересчитали пенсию.")
        enter(dialogue, actor_of(expert))
        enter(dialogue, scene.expert())  # she is still let in, as a colleague
        enter(dialogue, citizen_of(dialogue))

    def test_unanswered_it_is_as_it_was(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        services.expire_open(actor=SYSTEM, now=NOW + OFFER_LIFE)
        event = queries.events_after(dialogue.pk, 0)[-1]
        assert (event["kind"], event["data"]["reason"]) == ("uninvited", "line")
        dialogue.refresh_from_db()
        assert dialogue.expert == scene.experts[0]
        before = everything()
        with pytest.raises(refusals.InvitationGone):
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW + OFFER_LIFE)
        assert everything() == before

    def test_when_everybody_has_passed_nobody_is_waited_for(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        services.decline_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.DECLINED

    def test_the_officer_takes_it_back_and_nobody_is_asked(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        for _twice in range(2):
            services.withdraw_invitation(invitation_id=invitation.pk, actor=officer, now=NOW)
        events = [event for event in queries.events_after(dialogue.pk, 0) if event["kind"] == "uninvited"]
        assert [event["data"]["state"] for event in events] == ["withdrawn"]
        assert queries.invitations_before(scene.experts[1].pk, [scene.authority.pk], NOW) == []
        assert JournalEntry.objects.get(kind="invitation", action="withdraw").actor == f"staff:{officer.user_id}"
        before = everything()
        with pytest.raises(refusals.InvitationGone):
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        assert everything() == before
        offer(dialogue, officer)  # and may ask again

    def test_what_was_accepted_is_not_taken_back(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        before = everything()
        with pytest.raises(refusals.InvitationGone):
            services.withdraw_invitation(invitation_id=invitation.pk, actor=officer, now=NOW)
        assert everything() == before


class TestRefused:
    def test_nobody_but_the_watch_moves_a_dialogue(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        before = everything()
        for actor in (citizen_of(dialogue), scene.desk, scene.expert(), scene.expert(1), SYSTEM):
            with pytest.raises(NotFound):
                offer(dialogue, actor)
        assert everything() == before

    def test_nobody_else_takes_back_what_the_officer_offers(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        before = everything()
        for actor in (citizen_of(dialogue), scene.desk, scene.expert(), scene.expert(1), SYSTEM):
            with pytest.raises(NotFound):
                services.withdraw_invitation(invitation_id=invitation.pk, actor=actor, now=NOW)
        assert everything() == before

    def test_the_officer_does_not_take_back_what_the_expert_asks(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = services.invite_authority(
            dialogue_id=dialogue.pk, authority_id=scene.authority.pk, actor=scene.expert(), now=NOW
        )
        before = everything()
        with pytest.raises(NotFound):
            services.withdraw_invitation(invitation_id=invitation.pk, actor=officer, now=NOW)
        assert everything() == before

    @pytest.mark.parametrize(
        ("why", "refusal"),
        [
            ("alone", refusals.NobodyToTakeOver),
            ("not covered", TopicNotCovered),
            ("no topic", NotFound),
            ("nobody there", refusals.NobodyToTakeOver),
            ("twice", refusals.AlreadyMoving),
            ("full", refusals.DialogueFull),
            ("not named", refusals.NotLive),
            ("over", refusals.NotLive),
        ],
    )
    def test_what_cannot_be_moved_goes_on_as_it_was(
        self, scene: Scene, officer: Actor, why: str, refusal: type[DomainError]
    ) -> None:
        dialogue = scene.received() if why == "not named" else live(scene)
        topic: str | None = None
        if why != "alone":
            scene.on_duty(1)
        if why in {"not covered", "nobody there"}:
            _expert, other = second_authority(scene)
            topic = other.code
            if why == "nobody there":
                covered(scene, other)
                Duty.objects.filter(post__authority=other.authority).update(ended_at=NOW)
        elif why == "no topic":
            topic = "no.such"
        elif why == "twice":
            offer(dialogue, officer)
        elif why == "full":
            for name in ("Пётр", "Иван"):
                enter(dialogue, Actor.guest(guest(scene, dialogue, name=name).pk))
        elif why == "over":
            services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        before = everything()
        with pytest.raises(refusal):
            offer(dialogue, officer, topic)
        assert everything() == before

    @pytest.mark.parametrize(("why", "refusal"), [("off duty", refusals.NotOnDuty), ("busy", DutyBusy),
                                                  ("helping", DutyBusy), ("stranger", NotFound),
                                                  ("lead", refusals.InvitationGone)])  # fmt: skip
    def test_who_cannot_take_it_does_not(
        self, scene: Scene, officer: Actor, why: str, refusal: type[DomainError]
    ) -> None:
        media_servers("one")
        dialogue = live(scene)
        scene.on_duty(1)
        invitation, actor = offer(dialogue, officer), scene.expert(1)
        if why == "off duty":
            Duty.objects.filter(expert=scene.experts[1]).update(ended_at=NOW)
        elif why == "busy":
            scene.live(1)
        elif why == "helping":
            Duty.objects.filter(expert=scene.experts[1]).update(helping_since=NOW)
        elif why == "lead":
            actor = scene.expert()
        else:
            stranger, _topic = second_authority(scene)
            actor = actor_of(stranger)
        before = everything()
        with pytest.raises(refusal):
            services.accept_invitation(invitation_id=invitation.pk, actor=actor, now=NOW)
        assert everything() == before

    def test_the_database_knows_whose_move_it_is(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        for broken in ({"officer": None}, {"reason": ""}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Invitation.objects.filter(pk=invitation.pk).update(**broken)

    def test_the_lead_of_a_move_that_was_handed_on_is_not_told_of_it(self, scene: Scene, officer: Actor) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offer(dialogue, officer)
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW + timedelta(seconds=5))
        former = Participant.objects.get(user=scene.experts[0])
        services.hand_over(
            dialogue_id=dialogue.pk, participant_id=former.pk, topic_code=None, actor=scene.expert(1), now=NOW
        )
        dialogue.refresh_from_db()
        assert dialogue.expert == User.objects.get(pk=scene.experts[0].pk)
        assert queries.move_of(dialogue) is None
