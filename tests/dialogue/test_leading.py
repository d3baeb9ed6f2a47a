"""What the lead does: the hand-over inside one dialogue, the pause, and taking somebody out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import Dialogue, Participant
from legalaid.dialogue.rules import HOLD_MINUTES
from legalaid.dialogue.states import ParticipantRole
from legalaid.directory.models import Area, Authority, Post, Topic
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.models import User
from legalaid.people.states import Role
from legalaid.reception.models import Duty, Ticket
from legalaid.reception.queries.offers import duties_on
from tests.dialogue.scene import NOW, Scene, _member, actor_of, citizen_of, make_scene
from tests.dialogue.test_inviting import enter, guest, live, offered, snapshot

R = ParticipantRole


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


def second_authority(scene: Scene) -> tuple[User, Topic]:
    """An expert of another authority on duty, and that authority's topic."""
    other = Authority.objects.create(code="git", name="Инспекция", short="ГИТ", plain="ГИТ", timezone="Europe/Moscow")
    expert = _member("git@example.org", "Олег Седов", Role.EXPERT, authority=other)
    post = Post.objects.create(authority=other, name="Пост ГИТ")
    Duty.objects.create(post=post, expert=expert, started_at=NOW)
    area = Area.objects.create(code="labour", name="Труд")
    topic = Topic.objects.create(code="labour.wage", area=area, authority=other, title="Зарплата", ask="Не платят?")
    return expert, topic


def with_colleague(scene: Scene) -> tuple[Dialogue, Participant]:
    """A live dialogue into which a colleague of the same authority has come."""
    dialogue = live(scene)
    scene.on_duty(1)
    services.accept_invitation(invitation_id=offered(scene, dialogue).pk, actor=scene.expert(1), now=NOW)
    enter(dialogue, scene.expert(1))
    return dialogue, Participant.objects.get(user=scene.experts[1])


def over_to(dialogue: Dialogue, target: Participant, actor: Actor, topic: str | None = None) -> Dialogue:
    return services.hand_over(dialogue_id=dialogue.pk, participant_id=target.pk, topic_code=topic, actor=actor, now=NOW)


class TestHandOver:
    def test_lead_and_seat_change_while_everything_else_stays(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        over_to(dialogue, colleague, scene.expert())
        dialogue.refresh_from_db()
        seats = {p.role: (p.seat, p.user_id) for p in queries.people_of(dialogue.pk)}
        assert dialogue.expert == scene.experts[1]
        assert seats == {
            R.CITIZEN: (1, None), R.EXPERT: (2, scene.experts[1].pk), R.COLLEAGUE: (3, scene.experts[0].pk),
        }  # fmt: skip
        assert queries.events_after(dialogue.pk, 0)[-1]["kind"] == "led"
        entry = JournalEntry.objects.get(action="hand_over")
        assert entry.data == {"from": scene.experts[0].pk, "to": scene.experts[1].pk}

    def test_the_queue_counts_the_new_lead_and_frees_the_former(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        over_to(dialogue, colleague, scene.expert())
        assert Ticket.objects.get().duty.expert == scene.experts[1]  # type: ignore[union-attr]
        free = {one.expert_id: one.free for one in duties_on(scene.authority.pk, NOW)}
        assert free == {scene.experts[0].pk: True, scene.experts[1].pk: False}
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(1), now=NOW)
        assert all(one.free for one in duties_on(scene.authority.pk, NOW))

    def test_second_authority_takes_the_request_with_its_topic(self, scene: Scene) -> None:
        dialogue = live(scene)
        expert, topic = second_authority(scene)
        invitation = services.invite_authority(
            dialogue_id=dialogue.pk, authority_id=topic.authority_id, actor=scene.expert(), now=NOW
        )
        services.accept_invitation(invitation_id=invitation.pk, actor=actor_of(expert), now=NOW)
        enter(dialogue, actor_of(expert))
        over_to(dialogue, Participant.objects.get(user=expert), scene.expert(), topic.code)
        dialogue.help_request.refresh_from_db()
        assert dialogue.help_request.authority == topic.authority
        assert dialogue.help_request.story == "Не пересчитали пенсию."
        enter(dialogue, citizen_of(dialogue))  # the same dialogue
        services.end(dialogue_id=dialogue.pk, actor=actor_of(expert), now=NOW)

    def test_topic_of_a_third_authority_is_refused(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        _expert, topic = second_authority(scene)
        before = snapshot()
        with pytest.raises(refusals.NotAnExpertHere):
            over_to(dialogue, colleague, scene.expert(), topic.code)
        assert snapshot() == before

    def test_pressed_twice_it_is_once(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        over_to(dialogue, colleague, scene.expert())
        before = snapshot()
        over_to(dialogue, colleague, scene.expert())
        assert snapshot() == before

    def test_who_gave_the_lead_away_leads_no_more(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        over_to(dialogue, colleague, scene.expert())
        before = snapshot()
        for step in (
            lambda: services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW),
            lambda: services.hold(dialogue_id=dialogue.pk, reason="а", minutes=5, actor=scene.expert(), now=NOW),
            lambda: services.resume(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW),
            lambda: services.remove(
                dialogue_id=dialogue.pk, participant_id=colleague.pk, actor=scene.expert(), now=NOW
            ),
        ):
            with pytest.raises(NotFound):
                step()
        assert snapshot() == before

    @pytest.mark.parametrize("who", ["guest", "absent", "citizen", "off duty"])
    def test_only_an_expert_who_is_here_can_lead(self, scene: Scene, who: str) -> None:
        dialogue, colleague = with_colleague(scene)
        target = colleague
        if who == "guest":
            target = guest(scene, dialogue, R.COLLEAGUE)
            enter(dialogue, Actor.guest(target.pk))
        elif who == "citizen":
            target = Participant.objects.get(role=R.CITIZEN)
        elif who == "absent":
            Participant.objects.filter(pk=colleague.pk).update(present=False)
        else:
            Duty.objects.filter(expert=scene.experts[1]).update(ended_at=NOW)
        before = snapshot()
        with pytest.raises(refusals.NotAnExpertHere):
            over_to(dialogue, target, scene.expert())
        assert snapshot() == before

    @pytest.mark.parametrize("who", ["citizen", "desk", "colleague"])
    def test_only_the_lead_hands_over(self, scene: Scene, who: str) -> None:
        dialogue, colleague = with_colleague(scene)
        actor = {"citizen": citizen_of(dialogue), "desk": scene.desk, "colleague": scene.expert(1)}[who]
        before = snapshot()
        with pytest.raises(NotFound):
            over_to(dialogue, colleague, actor)
        assert snapshot() == before


class TestHold:
    def test_everybody_is_told_why_and_until_when(self, scene: Scene) -> None:
        dialogue = live(scene)
        services.hold(dialogue_id=dialogue.pk, reason=" Ищу  ответ ", minutes=5, actor=scene.expert(), now=NOW)
        event = queries.events_after(dialogue.pk, 0)[-1]
        until = NOW + timedelta(minutes=5)
        assert (event["kind"], event["text"], event["data"]) == ("held", "Ищу ответ", {"until": until.isoformat()})
        assert "Ищу ответ" not in repr(list(JournalEntry.objects.values()))  # typed words may name a person
        for _ in range(2):
            services.resume(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        assert [e["kind"] for e in queries.events_after(dialogue.pk, 0)[-2:]] == ["held", "resumed"]
        dialogue.refresh_from_db()
        assert (dialogue.held_until, dialogue.hold_reason) == (None, "")

    @pytest.mark.parametrize(("reason", "minutes"), [("", 5), ("  ", 5), ("\x00", 5), ("Ищу", 3), ("Ищу", 600)])
    def test_no_pause_without_reason_or_of_any_length(self, scene: Scene, reason: str, minutes: int) -> None:
        assert minutes == 5 or minutes not in HOLD_MINUTES
        dialogue = live(scene)
        before = snapshot()
        with pytest.raises(refusals.HoldRefused):
            services.hold(dialogue_id=dialogue.pk, reason=reason, minutes=minutes, actor=scene.expert(), now=NOW)
        assert snapshot() == before

    def test_the_end_ends_the_pause(self, scene: Scene) -> None:
        dialogue = live(scene)
        services.hold(dialogue_id=dialogue.pk, reason="Ищу", minutes=5, actor=scene.expert(), now=NOW)
        ended = services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        assert ended.held_until is None
        with pytest.raises(IntegrityError), transaction.atomic():
            Dialogue.objects.filter(pk=dialogue.pk).update(held_until=NOW)


class TestRemove:
    def test_neither_link_nor_account_leads_back(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        helper = guest(scene, dialogue)
        enter(dialogue, Actor.guest(helper.pk))
        for person, actor in ((helper, Actor.guest(helper.pk)), (colleague, scene.expert(1))):
            for _ in range(2):
                services.remove(dialogue_id=dialogue.pk, participant_id=person.pk, actor=scene.expert(), now=NOW)
            before = snapshot()
            with pytest.raises(NotFound):
                services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW)
            assert snapshot() == before
        assert queries.guest_participant(helper.pk) is None
        assert [p.role for p in queries.people_of(dialogue.pk)] == [R.CITIZEN, R.EXPERT]

    def test_a_ticket_issued_before_does_not_open_a_socket_after(self, scene: Scene) -> None:
        from legalaid.kernel.tickets import read_dialogue

        dialogue = live(scene)
        helper = guest(scene, dialogue)
        ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=Actor.guest(helper.pk), now=NOW))
        services.remove(dialogue_id=dialogue.pk, participant_id=helper.pk, actor=scene.expert(), now=NOW)
        before = snapshot()
        with pytest.raises(refusals.TicketUsed):
            services.connected(connection_id=ticket.connection, participant_id=ticket.participant, since=0,
                               actor=ticket.actor, now=NOW)  # fmt: skip
        assert snapshot() == before

    def test_a_removed_expert_is_free_again_and_may_be_invited_anew(self, scene: Scene) -> None:
        dialogue, colleague = with_colleague(scene)
        services.remove(dialogue_id=dialogue.pk, participant_id=colleague.pk, actor=scene.expert(), now=NOW)
        assert {one.expert_id: one.free for one in duties_on(scene.authority.pk, NOW)}[scene.experts[1].pk]

    @pytest.mark.parametrize("who", ["citizen", "lead", "stranger"])
    def test_citizen_and_lead_cannot_be_removed(self, scene: Scene, who: str) -> None:
        dialogue = live(scene)
        other = live_elsewhere(scene) if who == "stranger" else None
        roles = {"citizen": R.CITIZEN, "lead": R.EXPERT}
        target = other or Participant.objects.get(dialogue=dialogue, role=roles[who])
        before = snapshot()
        with pytest.raises(NotFound):
            services.remove(dialogue_id=dialogue.pk, participant_id=target.pk, actor=scene.expert(), now=NOW)
        assert snapshot() == before


def live_elsewhere(scene: Scene) -> Participant:
    """A helper in somebody else's dialogue."""
    other = scene.live(1)
    enter(other, scene.expert(1))
    _invitation, secret = services.invite_by_link(dialogue_id=other.pk, role=R.HELPER, actor=scene.expert(1), now=NOW)
    return services.enter_by_link(secret=secret, name="Чужой", actor=Actor(kind="guest"), now=NOW)
