"""Two editors save one topic at the same moment, with real connections; first the loss that the turn prevents."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from legalaid.directory.catalogue_queries import topic_sheet
from legalaid.directory.models import Topic
from legalaid.directory.refusals import TopicMoved
from legalaid.directory.services import catalogue, import_pack, save_topic
from legalaid.kernel.actor import Actor
from tests.concurrency.test_booking_races import race
from tests.directory.packs import small, topic
from tests.scenes import NOW, Region, make_region

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
ROUNDS = 3


def saving(region: Region, title: str, seen: str, body: dict[str, Any]) -> Callable[[], object]:
    def run() -> object:
        return save_topic(topic_id=region.topic.pk, typed={**body, "title": title}, seen=seen,
                          actor=region.actor("office"), now=NOW).title  # fmt: skip

    return run


def both(region: Region) -> list[object]:
    """Two editors who have opened the same version."""
    sheet = topic_sheet(region.topic.pk)
    assert sheet
    return race([saving(region, title, sheet.version, dict(sheet.body)) for title in ("Первый", "Второй")])


def meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both read the topic before either writes, when nothing makes them wait for each other."""
    usual, gate = catalogue._locked, threading.Barrier(2, timeout=0.5)

    def slow(topic_id: int, actor: Actor) -> Any:
        found = usual(topic_id, actor)
        try:
            gate.wait()
        except threading.BrokenBarrierError:
            gate.reset()  # the other waits for its turn
        return found

    monkeypatch.setattr(catalogue, "_locked", slow)


def test_without_the_turn_one_editors_words_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: both are told that they have saved, and one of them has not."""
    region = make_region()
    meet(monkeypatch)
    monkeypatch.setattr(catalogue, "lock_method", lambda: None)
    assert [type(one) for one in both(region)] == [str, str]
    region.topic.refresh_from_db()
    assert region.topic.title in {"Первый", "Второй"}


def test_one_of_two_editors_wins_and_the_other_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    region = make_region()
    meet(monkeypatch)
    for _round in range(ROUNDS):
        Topic.objects.filter(pk=region.topic.pk).update(title="Как было")
        found = both(region)
        refused = [one for one in found if isinstance(one, TopicMoved)]
        won = [one for one in found if isinstance(one, str)]
        assert (len(refused), len(won)) == (1, 1), found
        region.topic.refresh_from_db()
        assert region.topic.title == won[0] == refused[0].now["title"]


def test_an_edit_and_a_pack_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes first, the edit is there afterwards or its author was told."""
    region = make_region()
    import_pack(pack=small(**{"topic__pension.experience": topic()}), actor=Actor.system("test"), now=NOW)
    sheet = topic_sheet(region.topic.pk)
    assert sheet
    newer = small(**{"topic__pension.experience": topic(title="Из пакета")})

    def pack() -> object:
        return import_pack(pack=newer, actor=Actor.system("test"), now=NOW)

    edit, _plan = race([saving(region, "Из офиса", sheet.version, dict(sheet.body)), pack])
    region.topic.refresh_from_db()
    if isinstance(edit, TopicMoved):
        assert region.topic.title == edit.now["title"] == "Из пакета"
    else:
        assert region.topic.title == edit == "Из офиса"
