"""How the shown page lies outlives the process that carried it: it is an event like the others."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import transaction

from legalaid.dialogue import queries, services
from legalaid.dialogue.models import Dialogue, DialogueEvent
from legalaid.dialogue.refusals import TicketUsed
from legalaid.dialogue.services import steps
from legalaid.dialogue.states import EventKind, ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.bus import Bus
from legalaid.kernel.errors import NotFound
from tests.dialogue.scene import NOW, Scene, citizen_of
from tests.dialogue.test_inviting import guest
from tests.realtime.running import Process, serving

TURNED = {"paper": 7, "page": 2, "turn": 1, "zoom": 200, "x": 100, "y": 900}


def put(dialogue: Dialogue, kind: EventKind, **data: object) -> None:
    with transaction.atomic():
        steps.append(steps.lock_open(dialogue.pk), kind, data=data, now=NOW)


def shown(scene: Scene) -> Dialogue:
    """A dialogue with the second page of paper 7 before everybody."""
    dialogue = scene.live()
    put(dialogue, EventKind.SHOWN, paper=7, page=2, pages=3, name="Справка")
    return dialogue


def enter(process: Process, dialogue: Dialogue, actor: Any) -> Any:
    return process.enter(services.join(dialogue_id=dialogue.pk, actor=actor, now=NOW))


def test_who_comes_after_a_restart_sees_the_page_as_it_was_left(bus: Bus, scene: Scene) -> None:
    dialogue = shown(scene)
    with serving(bus) as first:
        expert = enter(first, dialogue, scene.expert())
        for zoom in (100, 120, 160):  # while it moves, nothing is written
            expert.send("look", **{**TURNED, "zoom": zoom})
        expert.send("look", **TURNED)
        event = expert.expect("event", kind="looked")
        assert event["data"] == TURNED
        assert DialogueEvent.objects.filter(kind=EventKind.LOOKED).count() == 1
    with serving(bus) as second:
        citizen = enter(second, dialogue, citizen_of(dialogue))
        assert [one["data"] for one in citizen.welcome["events"] if one["kind"] == "looked"] == [TURNED]


def test_what_was_moved_just_before_the_line_broke_is_kept(process: Process, scene: Scene) -> None:
    dialogue = shown(scene)
    expert, citizen = (enter(process, dialogue, one) for one in (scene.expert(), citizen_of(dialogue)))
    expert.send("look", **TURNED)
    citizen.expect("look")
    expert.kill()
    assert citizen.expect("event", kind="looked")["data"] == TURNED


def test_a_page_that_is_not_shown_any_more_is_not_noted(process: Process, scene: Scene) -> None:
    dialogue = shown(scene)
    expert = enter(process, dialogue, scene.expert())
    for late in ({"paper": 8}, {"page": 1}):
        expert.send("look", **{**TURNED, **late})
        time.sleep(0.9)
    assert not DialogueEvent.objects.filter(kind=EventKind.LOOKED).exists()
    put(dialogue, EventKind.HIDDEN)
    assert queries.last_shown(dialogue.pk) is None
    expert.send("look", **TURNED)
    time.sleep(0.9)
    assert not DialogueEvent.objects.filter(kind=EventKind.LOOKED).exists()


def test_only_who_may_show_moves_the_page(scene: Scene, transactional_db: None) -> None:
    dialogue = shown(scene)
    helper = guest(scene, dialogue, ParticipantRole.HELPER)
    look = services.Look(**TURNED)
    before = DialogueEvent.objects.count()
    with pytest.raises(NotFound):
        services.note_look(participant_id=helper.pk, look=look, actor=Actor.guest(helper.pk), now=NOW)
    with pytest.raises(TicketUsed):
        services.note_look(participant_id=helper.pk, look=look, actor=scene.expert(), now=NOW)
    assert DialogueEvent.objects.count() == before
