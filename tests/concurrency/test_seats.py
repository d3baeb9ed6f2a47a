"""Many for the last seats, two for one invitation: six sit, one comes, the others are refused politely."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection

from legalaid.dialogue import queries, refusals, services
from legalaid.dialogue.models import Dialogue, Invitation, Participant
from legalaid.dialogue.services import steps
from legalaid.dialogue.states import ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import get_bus
from legalaid.kernel.tickets import read_dialogue
from legalaid.people.models import Membership, User
from legalaid.people.states import Role
from legalaid.reception.models import Duty
from tests.dialogue.scene import NOW, Scene, actor_of, make_scene, media_servers
from tests.dialogue.test_inviting import guest, live, offered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def together(*steps_: Callable[[], object]) -> list[object]:
    """Run all at once, each on a connection of its own; what each returned or raised."""
    results: list[object] = [None] * len(steps_)
    gate = threading.Barrier(len(steps_))

    def run(index: int, step: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            results[index] = step()
        except Exception as error:  # noqa: BLE001 - the refusals are what the test looks at
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, step)) for i, step in enumerate(steps_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    get_bus().close()
    return results


def scene_of_six() -> Scene:
    """Six people are carried, because there is a media server."""
    scene = make_scene()
    media_servers("one")
    return scene


def operators(scene: Scene, count: int) -> list[Actor]:
    """So many operators of the citizen's centre: each may come in by right."""
    found = []
    for n in range(count):
        user = User.objects.create_user(email=f"desk{n}@example.org", name=f"Оператор {n}")
        Membership.objects.create(user=user, role=Role.OPERATOR, branch=scene.branch, since=NOW)
        found.append(actor_of(user))
    return found


def coming_in(dialogue: Dialogue, actors: list[Actor]) -> list[Callable[[], object]]:
    """One step for each, who holds a ticket already: only the seat is raced for."""
    made: list[Callable[[], object]] = []
    for actor in actors:
        ticket = read_dialogue(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))

        def enter(ticket: object = ticket) -> object:
            return services.connected(
                connection_id=ticket.connection, participant_id=ticket.participant,  # type: ignore[attr-defined]
                since=0, actor=ticket.actor, now=NOW,  # type: ignore[attr-defined]
            )  # fmt: skip

        made.append(enter)
    return made


def test_of_eight_for_four_seats_four_sit() -> None:
    scene = scene_of_six()
    dialogue = live(scene)
    results = together(*coming_in(dialogue, operators(scene, 8)))
    refused = [one for one in results if isinstance(one, refusals.DialogueFull)]
    seated = [one for one in results if isinstance(one, services.Seat)]
    assert (len(seated), len(refused)) == (4, 4), results
    assert [one.seat for one in queries.people_of(dialogue.pk)] == [1, 2, 3, 4, 5, 6]
    assert Participant.objects.filter(dialogue=dialogue, present=True).count() == 6


def test_without_the_lock_the_constraint_still_keeps_six(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the race is real, rivals do choose one seat; then the database refuses, not politely."""

    def unlocked(dialogue_id: object) -> Dialogue | None:
        return Dialogue.objects.select_related("help_request").filter(pk=dialogue_id).first()

    choose, gate = queries.free_seat, threading.Barrier(8)

    def all_look_first(dialogue_id: object) -> int | None:
        seat = choose(dialogue_id)  # type: ignore[arg-type]
        if threading.current_thread() is not threading.main_thread():
            gate.wait(10)
        return seat

    scene = scene_of_six()
    dialogue = live(scene)
    racing = coming_in(dialogue, operators(scene, 8))
    monkeypatch.setattr(steps.queries, "lock_dialogue", unlocked)
    monkeypatch.setattr(steps.queries, "free_seat", all_look_first)
    results = together(*racing)
    assert any(isinstance(one, IntegrityError) for one in results), "no race: the test above would prove nothing"
    assert Participant.objects.filter(dialogue=dialogue, seat__isnull=False).count() <= 6


def test_one_invitation_is_accepted_by_one() -> None:
    scene = scene_of_six()
    dialogue = live(scene)
    scene.on_duty(1)
    third = User.objects.create_user(email="expert3@example.org", name="Третья")
    Membership.objects.create(user=third, role=Role.EXPERT, authority=scene.authority, since=NOW)
    post = scene.authority.posts.create(name="Пост 3")
    Duty.objects.create(post=post, expert=third, started_at=NOW)
    invitation = offered(scene, dialogue)
    results = together(
        *(
            lambda actor=actor: services.accept_invitation(invitation_id=invitation.pk, actor=actor, now=NOW)
            for actor in (scene.expert(1), actor_of(third))
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["Dialogue", "InvitationGone"], results
    assert Participant.objects.filter(dialogue=dialogue, role=ParticipantRole.COLLEAGUE).count() == 1
    helping = Duty.objects.filter(helping_since__isnull=False)
    assert helping.count() == 1, "who was too late is free for the queue"


def test_a_link_used_by_two_at_once_lets_one_in() -> None:
    scene = scene_of_six()
    dialogue = live(scene)
    _invitation, secret = services.invite_by_link(
        dialogue_id=dialogue.pk, role=ParticipantRole.HELPER, actor=scene.expert(), now=NOW
    )
    results = together(
        *(
            lambda name=name: services.enter_by_link(secret=secret, name=name, actor=Actor(kind="guest"), now=NOW)
            for name in ("Первый", "Второй", "Третий")
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["NotFound", "NotFound", "Participant"], results


def test_two_experts_invite_into_the_last_seat_and_one_is_told() -> None:
    scene = scene_of_six()
    dialogue = live(scene)
    scene.on_duty(1)
    services.accept_invitation(invitation_id=offered(scene, dialogue).pk, actor=scene.expert(1), now=NOW)
    for n in range(2):
        guest(scene, dialogue, name=f"Гость {n}")
    results = together(
        *(
            lambda actor=actor: services.invite_by_link(
                dialogue_id=dialogue.pk, role=ParticipantRole.HELPER, actor=actor, now=NOW
            )
            for actor in (scene.expert(0), scene.expert(1))
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["DialogueFull", "tuple"], results
    assert Invitation.objects.filter(state="open").count() == 1
