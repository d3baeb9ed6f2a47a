"""Who is on duty, where and doing what: only the duty officer and the office see it, and it follows live."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.services.line import Findings
from legalaid.dialogue.watch_queries import experts_now
from legalaid.intake.models import HelpRequest
from legalaid.kernel import events
from legalaid.kernel.actor import Actor
from legalaid.people.models import User
from legalaid.reception import services
from legalaid.reception.models import Booking, Task
from legalaid.reception.queries.offers import lock_duty
from legalaid.reception.services.helping import begin_helping
from tests.scenes import NOW, Region, at, citizen, make_region, of
from tests.support.statements import statements

pytestmark = pytest.mark.django_db
FRAGMENT = {"hx-request": "true"}


class Heard:
    """A bus that writes down what it was told."""

    def __init__(self) -> None:
        self.topics: list[str] = []

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        self.topics.append(topic)


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: at(9, 30))
    return make_region(posts=2)


def sit(region: Region, who: str, minute: int) -> int:
    return services.start_duty(
        authority_id=region.authority.pk, post_id=None, actor=region.actor(who), now=at(9, minute)
    ).pk


def doing() -> dict[str, tuple[str, datetime]]:
    return {one.name: (one.doing.value, one.since) for group in experts_now() for one in group.experts}


def name(region: Region, who: str) -> str:
    return User.objects.get(pk=region.users[who].pk).name


def test_each_expert_is_named_with_what_she_does_and_since_when(region: Region) -> None:
    mary, ann = name(region, "expert"), name(region, "colleague")
    sit(region, "expert", 0)
    assert doing() == {mary: ("free", at(9))}
    first = region.at_desk(None, n=1, now=at(9, 1))
    services.match_queue(authority_id=region.authority.pk, actor=Actor.system("queue"), now=at(9, 2))
    assert doing() == {mary: ("offered", at(9, 2))}
    held = dialogue.admit(help_request_id=first.pk, actor=region.actor("expert"), now=at(9, 3))
    other = sit(region, "colleague", 4)
    begin_helping(expert_id=region.users["colleague"].pk, actor=region.actor("colleague"), now=at(9, 5))
    assert doing() == {mary: ("talking", at(9, 3)), ann: ("helping", at(9, 5))}
    dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=at(9, 9))
    assert doing()[mary] == ("free", at(9, 9))
    lock_duty(other)
    services.end_duty(actor=region.actor("colleague"), now=at(9, 12))
    assert set(doing()) == {mary}, "who stood up is not on duty"


def test_a_booked_dialogue_is_one_too_and_both_its_ends_are_told(
    region: Region, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sit(region, "expert", 0)
    booking = region.booked(at(11), branch=region.branch)
    Booking.objects.filter(pk=booking.pk).update(during=(at(9, 40), at(10)), occupies=(at(9, 40), at(10)))
    bus = Heard()
    monkeypatch.setattr(events, "get_bus", lambda: bus)
    with django_capture_on_commit_callbacks(execute=True):
        held = dialogue.admit(
            help_request_id=booking.help_request_id, actor=region.actor("expert"), now=at(9, 41)
        )  # fmt: skip
    assert doing()[name(region, "expert")] == ("talking", at(9, 41))
    assert "watch" in bus.topics
    bus.topics.clear()
    with django_capture_on_commit_callbacks(execute=True):
        dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=at(9, 50))
    assert doing()[name(region, "expert")] == ("free", at(9, 50))
    assert "watch" in bus.topics


def test_one_query_however_many_sit(region: Region) -> None:
    sit(region, "expert", 0)
    sit(region, "colleague", 1)
    with statements() as said:
        (group,) = experts_now()
    assert len(said) == 1, said
    assert (group.authority, len(group.experts), group.free) == (region.authority.plain, 2, 2)


def test_the_duty_officer_and_the_office_see_them_and_nobody_else(region: Region) -> None:
    sit(region, "expert", 0)
    for who in ("duty_officer", "office"):
        page = of(region, who).get("/watch/now/", headers=FRAGMENT).text
        said = page[page.index("experts-title") :]
        for words in (region.authority.plain, name(region, "expert"), "Пост 0", "свободен", "с 09:00"):
            assert words in said, words
    for who in ("operator", "expert", "coordinator", "observer"):
        refused = of(region, who).get("/watch/now/", headers=FRAGMENT)
        assert refused.status_code in {403, 404}
        assert "experts-title" not in refused.text
    services.end_duty(actor=region.actor("expert"), now=NOW + timedelta(hours=1))
    assert "На приёме никого нет" in of(region, "office").get("/watch/").text


def test_a_booth_and_a_person_whose_devices_fail_have_different_names(region: Region) -> None:
    refused = Findings(
        camera="fault", camera_fault="denied", microphone="fault", microphone_fault="denied", sound="unknown",
        line="ok", browser="ok",
    )  # fmt: skip
    sit(region, "expert", 0)
    waiting = region.queued(now=at(9, 1))
    HelpRequest.objects.filter(pk=waiting.pk).update(branch=region.branch)
    dialogue.note_check(help_request_id=waiting.pk, findings=refused, actor=citizen(waiting), now=at(9, 29))
    dialogue.note_booth_check(
        booth_id=region.booths[0].pk, findings=refused, actor=Actor.system("booth"), now=at(9, 29)
    )  # fmt: skip
    assert set(Task.objects.values_list("help_request", "booth")) == {
        (waiting.pk, None), (None, region.booths[0].pk)
    }  # fmt: skip
    page = of(region, "duty_officer").get("/watch/now/", headers=FRAGMENT).text
    tasks = page[page.index("tasks-title") : page.index("dialogues-title", page.index('id="tasks-title"'))]
    for words in (
        "Место не прошло проверку", "У гражданина браузер не пускает к камере: его не видно",
        "У гражданина браузер не пускает к микрофону: его не слышно", "включить «Микрофон» и обновить страницу",
    ):  # fmt: skip
        assert words in tasks, words
    board = of(region, "operator").get("/desk/board/", headers=FRAGMENT).text
    for words in ("Место не прошло проверку", "его не видно", "его не слышно", "Говорить можно и без камеры"):
        assert words in board, words
    dialogue.note_check(
        help_request_id=waiting.pk, actor=citizen(waiting), now=at(9, 30),
        findings=replace(refused, camera="ok", camera_fault="", microphone_fault="missing"),
    )  # fmt: skip
    board = of(region, "operator").get("/desk/board/", headers=FRAGMENT).text
    assert "У гражданина не работает камера или микрофон" in board
    for words in ("его не видно", "его не слышно"):
        assert words not in board, "granted, or another trouble now"
