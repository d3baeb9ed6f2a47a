"""Two experts press «Принять» at once: exactly one of them gets the dialogue."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from legalaid.dialogue import refusals, services
from legalaid.dialogue.models import Dialogue, DialogueEvent
from legalaid.dialogue.services import steps
from legalaid.intake.models import HelpRequest
from legalaid.kernel.bus import get_bus
from legalaid.kernel.errors import DomainError
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def together(*acts: Callable[[], object]) -> list[object]:
    """Start all at the same moment on connections of their own; return results, refusals included."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(5)
            results[index] = act()  # type: ignore[call-overload]
        except DomainError as refusal:
            results[index] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    get_bus().close()
    return results


def rivals(scene: Scene) -> list[object]:
    request = scene.queued()
    services.open_lobby(help_request_id=request.pk, actor=citizen_of(request), now=NOW)

    def admit(index: int) -> Callable[[], object]:
        actor = scene.expert(index)
        return lambda: services.admit(help_request_id=request.pk, actor=actor, now=NOW)

    return together(admit(0), admit(1))


def test_one_of_two_experts_is_admitted() -> None:
    scene = make_scene()
    for index in (0, 1):
        scene.on_duty(index)
    for _ in range(10):
        results = rivals(scene)
        winners = [one for one in results if isinstance(one, Dialogue)]
        assert len(winners) == 1, results
        assert [type(one) for one in results if one not in winners] == [refusals.AlreadyAdmitted]
        assert DialogueEvent.objects.filter(dialogue=winners[0], kind="admitted").count() == 1
        winner = winners[0]
        services.end(dialogue_id=winner.pk, actor=scene.expert(scene.experts.index(winner.expert)), now=NOW)


def test_without_the_locks_both_would_win_or_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the race is real, and the test above would see it."""
    gate = threading.Barrier(2)

    def unlocked(help_request_id: object) -> HelpRequest:
        return HelpRequest.objects.select_related("authority", "branch", "citizen").get(pk=help_request_id)

    def unlocked_dialogue(dialogue_id: object) -> Dialogue | None:
        found = Dialogue.objects.select_related("help_request").filter(pk=dialogue_id).first()
        if threading.current_thread() is not threading.main_thread():
            gate.wait(5)
        return found

    monkeypatch.setattr(steps, "lock_request", unlocked)
    monkeypatch.setattr(steps.queries, "lock_dialogue", unlocked_dialogue)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    scene = make_scene()
    for index in (0, 1):
        scene.on_duty(index)
    results = rivals(scene)
    clean = [one for one in results if isinstance(one, Dialogue)]
    refused = [one for one in results if isinstance(one, refusals.AlreadyAdmitted)]
    assert not (len(clean) == 1 and len(refused) == 1), "the race did not happen: the control is worthless"


def test_doubled_entry_opens_one_waiting_room() -> None:
    scene = make_scene()
    request = scene.queued()

    def enter() -> object:
        return services.join_waiting_room(help_request_id=request.pk, actor=citizen_of(request), now=NOW)

    assert all(isinstance(ticket, str) for ticket in together(enter, enter, enter))
    assert Dialogue.objects.filter(help_request=request).count() == 1
