"""Six seats, and who is let into them: by offer to an authority, by a link, and never twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import AsideNote, Dialogue, DialogueEvent, Invitation, Participant
from legalaid.dialogue.rules import LINK_LIFE, OFFER_LIFE
from legalaid.dialogue.states import DialogueState, InvitationState, ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import DialogueTicket, read_dialogue
from legalaid.reception.models import Duty
from legalaid.reception.queries.offers import duties_on
from legalaid.reception.refusals import DutyBusy
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene, media_servers

R = ParticipantRole
SYSTEM = Actor.system("test")


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


def snapshot() -> list[object]:
    return [
        *Dialogue.objects.order_by("id").values_list(),
        *Participant.objects.order_by("id").values_list(),
        *Invitation.objects.order_by("id").values_list(),
        *DialogueEvent.objects.order_by("id").values_list(),
        *AsideNote.objects.order_by("id").values_list(),
        *Duty.objects.order_by("id").values_list(),
        JournalEntry.objects.count(),
    ]


def enter(dialogue: Dialogue, actor: Actor) -> DialogueTicket:
    """Come in through a socket."""
    ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
    services.connected(
        connection_id=ticket.connection, participant_id=ticket.participant, since=0, actor=ticket.actor, now=NOW
    )
    return ticket


def live(scene: Scene) -> Dialogue:
    """A live dialogue with citizen and lead inside."""
    dialogue = scene.live()
    enter(dialogue, citizen_of(dialogue))
    enter(dialogue, scene.expert())
    return dialogue


def guest(scene: Scene, dialogue: Dialogue, role: R = R.HELPER, name: str = "Пётр") -> Participant:
    _invitation, secret = services.invite_by_link(dialogue_id=dialogue.pk, role=role, actor=scene.expert(), now=NOW)
    return services.enter_by_link(secret=secret, name=name, actor=Actor(kind="guest"), now=NOW)


def offered(scene: Scene, dialogue: Dialogue) -> Invitation:
    return services.invite_authority(
        dialogue_id=dialogue.pk, authority_id=scene.authority.pk, actor=scene.expert(), now=NOW
    )


class TestOffer:
    def test_who_accepts_has_a_seat_and_is_busy_for_the_queue(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offered(scene, dialogue)
        assert [i.pk for i in queries.invitations_before(scene.experts[1].pk, [scene.authority.pk], NOW)] == [
            invitation.pk
        ]
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        enter(dialogue, scene.expert(1))
        colleague = Participant.objects.get(user=scene.experts[1])
        assert (colleague.role, colleague.seat, colleague.authority) == (R.COLLEAGUE, 3, scene.authority)
        free = {one.expert_id: one.free for one in duties_on(scene.authority.pk, NOW)}
        assert free == {scene.experts[0].pk: False, scene.experts[1].pk: False}
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        assert all(one.free for one in duties_on(scene.authority.pk, NOW))

    def test_accepting_twice_is_once_and_a_slower_colleague_is_refused(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offered(scene, dialogue)
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        before = snapshot()
        services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        with pytest.raises(refusals.InvitationGone):
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(0), now=NOW)
        assert snapshot() == before

    def test_one_authority_is_asked_once_at_a_time(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        offered(scene, dialogue)
        before = snapshot()
        with pytest.raises(refusals.AlreadyInvited):
            offered(scene, dialogue)
        assert snapshot() == before

    def test_nobody_on_duty_is_said(self, scene: Scene) -> None:
        dialogue = live(scene)
        Duty.objects.update(ended_at=NOW)
        before = snapshot()
        with pytest.raises(refusals.NobodyToInvite):
            offered(scene, dialogue)
        assert snapshot() == before

    def test_when_all_have_passed_it_is_declined_and_told(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offered(scene, dialogue)
        services.decline_invitation(
            invitation_id=invitation.pk, actor=scene.expert(1), now=NOW
        )  # the lead is not asked
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.DECLINED
        assert queries.events_after(dialogue.pk, 0)[-1]["kind"] == "uninvited"

    def test_it_runs_out(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.on_duty(1)
        invitation = offered(scene, dialogue)
        services.expire_open(actor=SYSTEM, now=NOW + OFFER_LIFE - timedelta(seconds=1))
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.OPEN
        for _ in range(2):
            services.expire_open(actor=SYSTEM, now=NOW + OFFER_LIFE)
        invitation.refresh_from_db()
        assert invitation.state == InvitationState.EXPIRED
        with pytest.raises(refusals.InvitationGone):
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)

    def test_who_talks_with_somebody_else_does_not_break_off(self, scene: Scene) -> None:
        dialogue = live(scene)
        scene.live(1)
        invitation = offered(scene, dialogue)
        before = snapshot()
        with pytest.raises(DutyBusy):
            services.accept_invitation(invitation_id=invitation.pk, actor=scene.expert(1), now=NOW)
        assert snapshot() == before

    @pytest.mark.parametrize("who", ["citizen", "desk", "colleague", "helper", "nobody"])
    def test_only_experts_inside_invite(self, scene: Scene, who: str) -> None:
        dialogue = live(scene)
        helper = guest(scene, dialogue)
        actor = {
            "citizen": citizen_of(dialogue), "desk": scene.desk, "colleague": scene.expert(1),
            "helper": Actor.guest(helper.pk), "nobody": Actor.staff(scene.experts[0].pk + 100, ()),
        }[who]  # fmt: skip
        before = snapshot()
        with pytest.raises(NotFound):
            services.invite_authority(dialogue_id=dialogue.pk, authority_id=scene.authority.pk, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=actor, now=NOW)
        assert snapshot() == before

    def test_before_the_name_is_confirmed_nobody_is_invited(self, scene: Scene) -> None:
        dialogue = scene.received()
        enter(dialogue, scene.expert())
        before = snapshot()
        with pytest.raises(refusals.NotLive):
            services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
        assert snapshot() == before


class TestLink:
    def test_guest_comes_under_her_own_name(self, scene: Scene) -> None:
        dialogue = live(scene)
        person = guest(scene, dialogue, R.INTERPRETER, "  Анна   Жестова ")
        ticket = enter(dialogue, Actor.guest(person.pk))
        assert (ticket.role, "chat" in ticket.caps, "aside" in ticket.caps) == (R.INTERPRETER, True, False)
        assert queries.events_after(dialogue.pk, 0)[-1]["name"] == "Анна Жестова"

    def test_it_works_once(self, scene: Scene) -> None:
        dialogue = live(scene)
        _, secret = services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
        services.enter_by_link(secret=secret, name="Пётр", actor=Actor(kind="guest"), now=NOW)
        before = snapshot()
        with pytest.raises(NotFound):
            services.enter_by_link(secret=secret, name="Второй", actor=Actor(kind="guest"), now=NOW)
        assert snapshot() == before

    @pytest.mark.parametrize("why", ["unknown", "old", "withdrawn", "over"])
    def test_a_dead_link_looks_like_an_unknown_one(self, scene: Scene, why: str) -> None:
        dialogue = live(scene)
        invitation, secret = services.invite_by_link(
            dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW
        )
        now = NOW + LINK_LIFE if why == "old" else NOW
        if why == "withdrawn":
            services.withdraw_invitation(invitation_id=invitation.pk, actor=scene.expert(), now=NOW)
        if why == "over":
            services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        before = snapshot()
        asked = "x" if why == "unknown" else secret
        assert queries.usable_invitation(asked, now) is None
        with pytest.raises(NotFound):
            services.enter_by_link(secret=asked, name="Пётр", actor=Actor(kind="guest"), now=now)
        assert snapshot() == before

    def test_nobody_enters_without_a_name(self, scene: Scene) -> None:
        dialogue = live(scene)
        _, secret = services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
        before = snapshot()
        with pytest.raises(refusals.NameMissing):
            services.enter_by_link(secret=secret, name=" \x00 ", actor=Actor(kind="guest"), now=NOW)
        assert snapshot() == before

    def test_the_secret_is_not_kept(self, scene: Scene) -> None:
        dialogue = live(scene)
        invitation, secret = services.invite_by_link(
            dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW
        )
        kept = repr(list(Invitation.objects.values())) + repr(list(JournalEntry.objects.values()))
        assert secret not in kept + repr(list(DialogueEvent.objects.values()))
        assert len(invitation.digest) == 64


class TestSixSeats:
    @pytest.fixture(autouse=True)
    def a_server_carries_them(self, scene: Scene) -> None:
        media_servers("one")

    def fill(self, scene: Scene) -> Dialogue:
        dialogue = live(scene)
        for n in range(4):
            enter(dialogue, Actor.guest(guest(scene, dialogue, name=f"Гость {n}").pk))
        return dialogue

    def test_the_seventh_is_refused_politely(self, scene: Scene) -> None:
        dialogue = self.fill(scene)
        before = snapshot()
        with pytest.raises(refusals.DialogueFull):
            services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
        with pytest.raises(refusals.DialogueFull):
            services.join(dialogue_id=dialogue.pk, actor=scene.desk, now=NOW)
        assert [p.seat for p in queries.people_of(dialogue.pk)] == [1, 2, 3, 4, 5, 6]
        assert snapshot()[:-1] == before[:-1]

    def test_open_invitations_count(self, scene: Scene) -> None:
        dialogue = live(scene)
        for _ in range(4):
            services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
        with pytest.raises(refusals.DialogueFull):
            services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)

    def test_who_left_makes_room_but_citizen_and_lead_keep_theirs(self, scene: Scene) -> None:
        dialogue = self.fill(scene)
        for person in queries.people_of(dialogue.pk):
            connection = person.connections.order_by("-pk").first()
            assert connection is not None
            services.leave(connection_id=connection.pk, now=NOW)
        assert [p.role for p in queries.people_of(dialogue.pk)] == [R.CITIZEN, R.EXPERT]
        enter(dialogue, scene.desk)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"seat": 7}, {"seat": 0}, {"seat": None, "present": True}, {"seat": 1}, {"seat": 2},
            {"seat": 3, "removed_at": NOW}, {"name": ""},
        ],
    )  # fmt: skip
    def test_the_database_refuses_what_must_never_be(self, scene: Scene, wrong: dict[str, object]) -> None:
        dialogue = live(scene)
        person = guest(scene, dialogue)
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.filter(pk=person.pk).update(**wrong)

    def test_two_on_one_seat_are_refused_by_the_database(self, scene: Scene) -> None:
        dialogue = live(scene)
        first, second = guest(scene, dialogue), guest(scene, dialogue)
        with pytest.raises(IntegrityError), transaction.atomic():
            Participant.objects.filter(pk=second.pk).update(seat=first.seat)


class TestAside:
    def test_experts_alone_read_it_and_it_is_gone_at_the_end(self, scene: Scene) -> None:
        dialogue = live(scene)
        person = Participant.objects.get(user=scene.experts[0])
        for _ in range(2):
            services.say_aside(
                participant_id=person.pk, cid=uuid4(), text="Проверьте стаж", actor=scene.expert(), now=NOW
            )
        helper = guest(scene, dialogue)
        for actor, sees in ((scene.expert(), True), (citizen_of(dialogue), False), (Actor.guest(helper.pk), False)):
            ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
            seat = services.connected(connection_id=ticket.connection, participant_id=ticket.participant, since=0,
                                      actor=ticket.actor, now=NOW)  # fmt: skip
            assert (seat.asides is not None) is sees
            assert "Проверьте стаж" not in repr(seat.events)
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        assert not AsideNote.objects.exists()
        told = list(JournalEntry.objects.filter(action__contains="aside").order_by("id").values_list("action", "data"))
        assert told == [("talk_aside", {}), ("forget_asides", {"notes": 2})]

    @pytest.mark.parametrize("who", ["citizen", "helper", "interpreter", "operator"])
    def test_others_cannot_speak_there(self, scene: Scene, who: str) -> None:
        dialogue = live(scene)
        if who == "citizen":
            actor = citizen_of(dialogue)
        elif who == "operator":
            actor = scene.desk
        else:
            actor = Actor.guest(guest(scene, dialogue, R(who)).pk)
        ticket = enter(dialogue, actor)
        before = snapshot()
        with pytest.raises(NotFound):
            services.say_aside(participant_id=ticket.participant, cid=uuid4(), text="а", actor=ticket.actor, now=NOW)
        assert snapshot() == before


class TestWaiting:
    def test_both_write_before_anybody_is_admitted(self, scene: Scene) -> None:
        request: HelpRequest = scene.queued()
        ticket = read_dialogue(
            services.join_waiting_room(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        )
        services.connected(connection_id=ticket.connection, participant_id=ticket.participant, since=0,
                           actor=ticket.actor, now=NOW)  # fmt: skip
        services.say(participant_id=ticket.participant, cid=uuid4(), text="Я на месте", actor=ticket.actor, now=NOW)
        services.write_to_waiting(help_request_id=request.pk, text="Через 5 минут", actor=scene.expert(), now=NOW)
        assert queries.said_before([request.pk]) == {request.pk: "Я на месте"}
        noted = queries.events_after(Dialogue.objects.get().pk, 0)[-1]
        assert (noted["kind"], noted["name"], noted["text"], noted["who"]) == (
            "noted", "Мария Петрова 1", "Через 5 минут", None,
        )  # fmt: skip

    def test_writing_to_a_person_is_no_right_to_enter(self, scene: Scene) -> None:
        request = scene.queued()
        services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)
        services.write_to_waiting(help_request_id=request.pk, text="Здравствуйте", actor=scene.expert(1), now=NOW)
        scene.on_duty()
        dialogue = services.admit(help_request_id=request.pk, actor=scene.expert(), now=NOW)
        with pytest.raises(NotFound):
            services.join(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)

    def test_the_name_is_confirmed_in_a_second_step(self, scene: Scene) -> None:
        dialogue = scene.received()
        assert (dialogue.state, dialogue.named_at) == (DialogueState.RECEIVED, None)
        scene.on_duty(1)
        with pytest.raises(refusals.AlreadyAdmitted):
            services.admit(help_request_id=dialogue.help_request_id, actor=scene.expert(1), now=NOW)
        named = services.admit(help_request_id=dialogue.help_request_id, actor=scene.expert(), now=NOW)
        assert (named.pk, named.state, named.named_at) == (dialogue.pk, DialogueState.LIVE, NOW)
        assert [e["kind"] for e in queries.events_after(dialogue.pk, 0)] == ["received", "admitted"]

    def test_receipts_never_go_back_nor_past_the_newest(self, scene: Scene) -> None:
        dialogue = live(scene)
        me = Participant.objects.get(role=R.CITIZEN)
        for delivered, read in ((2, 1), (1, 0), (99, 2)):
            services.mark_seen(participant_id=me.pk, delivered=delivered, read=read, actor=citizen_of(dialogue),
                               now=NOW)  # fmt: skip
        dialogue.refresh_from_db()
        assert queries.receipts_of(dialogue.pk)[str(me.pk)] == [dialogue.last_event, 2]
