"""Four people without a media server, six with one: who comes too many is told so, and nothing changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import Dialogue, DialoguePolicy, Participant
from legalaid.dialogue.states import MediaPolicy, ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.tickets import read_dialogue
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from tests.dialogue.scene import NOW, Scene, actor_of, make_scene, media_servers
from tests.dialogue.test_inviting import enter, guest, live, snapshot

R = ParticipantRole
LATER = timedelta(minutes=2)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return make_scene()


def four(scene: Scene) -> Dialogue:
    """Citizen, lead and two guests are inside."""
    dialogue = live(scene)
    for role in (R.INTERPRETER, R.HELPER):
        enter(dialogue, Actor.guest(guest(scene, dialogue, role, name=role.label).pk))
    return dialogue


def refused(dialogue: Dialogue, error: type[refusals.DialogueFull], step: object) -> None:
    """The step is refused with these words, and nothing has changed."""
    before = snapshot()
    with pytest.raises(refusals.DialogueFull) as raised:
        step()  # type: ignore[operator]
    assert type(raised.value) is error
    assert snapshot() == before
    assert Participant.objects.filter(dialogue=dialogue, present=True).count() == 4


def test_the_expert_who_invites_a_fifth_is_told_why_not(scene: Scene) -> None:
    dialogue = four(scene)
    scene.on_duty(1)
    asked = {"dialogue_id": dialogue.pk, "actor": scene.expert(), "now": NOW}
    refused(dialogue, refusals.NoPlaceToOffer, lambda: services.invite_by_link(role=R.HELPER, **asked))
    refused(
        dialogue,
        refusals.NoPlaceToOffer,
        lambda: services.invite_authority(authority_id=scene.authority.pk, **asked),
    )
    media_servers("one")
    _invitation, secret = services.invite_by_link(role=R.HELPER, **asked)
    assert services.enter_by_link(secret=secret, name="Пятый", actor=Actor(kind="guest"), now=NOW).seat == 5


def test_a_link_made_while_there_was_a_server_is_not_used_up_in_vain(scene: Scene) -> None:
    media_servers("one")
    dialogue = four(scene)
    _invitation, secret = services.invite_by_link(dialogue_id=dialogue.pk, role=R.HELPER, actor=scene.expert(), now=NOW)
    come = {"secret": secret, "name": "Пятый", "actor": Actor(kind="guest")}
    refused(dialogue, refusals.NoPlaceNow, lambda: services.enter_by_link(now=NOW + LATER, **come))
    assert queries.usable_invitation(secret, NOW + LATER) is not None, "the link works when somebody has left"


def test_an_expert_who_accepts_is_told_and_may_accept_later(scene: Scene) -> None:
    media_servers("one")
    dialogue = four(scene)
    scene.on_duty(1)
    invitation = services.invite_authority(
        dialogue_id=dialogue.pk, authority_id=scene.authority.pk, actor=scene.expert(), now=NOW
    )
    DialoguePolicy.objects.create(authority=scene.authority, media=MediaPolicy.MESH)
    accept = {"invitation_id": invitation.pk, "actor": scene.expert(1), "now": NOW}
    refused(dialogue, refusals.NoPlaceNow, lambda: services.accept_invitation(**accept))
    DialoguePolicy.objects.all().delete()
    services.accept_invitation(**accept)


def test_who_comes_by_right_waits_too(scene: Scene) -> None:
    dialogue = four(scene)
    come = {"dialogue_id": dialogue.pk, "actor": scene.desk, "now": NOW}
    refused(dialogue, refusals.NoPlaceNow, lambda: services.join(**come))


def test_a_ticket_got_in_time_opens_no_fifth_place(scene: Scene) -> None:
    """Two operators hold tickets for the last place: the socket of the second is refused."""
    dialogue = live(scene)
    enter(dialogue, Actor.guest(guest(scene, dialogue).pk))
    user = User.objects.create_user(email="desk2@example.org", name="Оператор 2")
    Membership.objects.create(user=user, role=Role.OPERATOR, branch=scene.branch, since=NOW)
    tickets = [
        read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))
        for actor in (scene.desk, actor_of(user))
    ]
    first, second = (
        {"connection_id": t.connection, "participant_id": t.participant, "since": 0, "actor": t.actor, "now": NOW}
        for t in tickets
    )
    services.connected(**first)
    refused(dialogue, refusals.NoPlaceNow, lambda: services.connected(**second))
    assert tickets[1].connection not in Participant.objects.filter(present=True).values_list("connections", flat=True)


def test_citizen_and_lead_are_never_locked_out_and_a_reload_keeps_the_place(scene: Scene) -> None:
    media_servers("one")
    dialogue = four(scene)
    enter(dialogue, scene.desk)
    for person in queries.people_of(dialogue.pk)[:2]:
        connection = person.connections.latest("pk")
        services.leave(connection_id=connection.pk, now=NOW + LATER)
    for actor in (Actor.citizen(dialogue.help_request_id), scene.expert(), scene.desk):  # without a server by now
        ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW + LATER))
        services.connected(
            connection_id=ticket.connection, participant_id=ticket.participant, since=0, actor=ticket.actor,
            now=NOW + LATER,
        )  # fmt: skip
    assert Participant.objects.filter(dialogue=dialogue, present=True).count() == 5
