"""Registration at the desk: the times are filtered as the citizen's are, and a sooner place is named."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from legalaid.directory.models import AgreementCoverage, Booth, Branch
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.reception.models import Booking, WaitlistEntry
from legalaid.reception.states import WaitlistState
from tests.scenes import NOW, ZONE, Region, at, make_region, of

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}
SOONER = "В другом центре — раньше"


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region()


def looked_up(region: Region, **asked: str) -> str:
    given = {"story": "Не засчитали стаж", "topic": region.topic.code, "submission": "a" * 32} | asked
    return of(region).post("/desk/new/", given, headers=SCRIPT).content.decode()


def starts(page: str) -> list[datetime]:
    return [datetime.fromisoformat(value) for value in re.findall(r'name="start"[^>]*value="(2[^"]+)"', page)]


def neighbour(region: Region) -> Branch:
    branch = Branch.objects.create(code="mfc-2", name="МФЦ № 2", municipality="Азов", address="ул. Вторая, 2",
                                   timezone=ZONE, hours=region.branch.hours)  # fmt: skip
    Booth.objects.create(branch=branch, code="mfc-2-booth", name="Кабинет", kind="room")
    AgreementCoverage.objects.create(agreement=region.agreement, topic=region.topic, branch=branch)
    return branch


def test_times_are_filtered_by_part_of_the_day_and_a_day_is_shown_whole(region: Region) -> None:
    page = looked_up(region)
    assert len(starts(page)) == 6 and "autofocus" in page
    assert "Любое время" in page and "Вечером, с 17:00" in page and 'value="2026-11-24"' in page
    evening = looked_up(region, part="evening", show="1")
    assert starts(evening) and {start.hour + 3 for start in starts(evening)} == {17}
    assert "autofocus" not in evening.split('id="register-when"')[1], "the filter keeps the focus"
    whole = starts(looked_up(region, day="2026-11-24", show="1"))
    assert len(whole) > 6 and {start.date() for start in whole} == {at(9, day=24).date()}
    assert whole[-1].hour + 3 == 17
    assert not HelpRequest.objects.exists() and not JournalEntry.objects.exists()


def test_a_filter_that_leaves_nothing_says_that_there_is_other_time(region: Region) -> None:
    region.branch.hours = {"tue": "09:00-12:00"}
    region.branch.save()
    page = looked_up(region, part="evening", show="1")
    assert starts(page) == [] and "В это время всё занято" in page and "Предложите посетителю" not in page


def test_a_sooner_place_is_named_while_the_topic_is_received_there(region: Region) -> None:
    assert SOONER not in looked_up(region)
    other = neighbour(region)
    assert SOONER not in looked_up(region), "no sooner than here"
    region.branch.hours = {"tue": "09:00-18:00"}
    region.branch.save()
    page = looked_up(region)
    assert SOONER in page and "Азов, ул. Вторая, 2" in page and "?where=" not in page
    AgreementCoverage.objects.filter(branch=other).delete()
    assert SOONER not in looked_up(region)


def elsewhere(page: str) -> str:
    found = re.search(r'name="start"[^>]*value="([^"]+@\d+)"', page)
    assert found
    return found.group(1)


def test_the_sooner_start_of_another_place_is_taken_in_the_same_step(region: Region) -> None:
    other = neighbour(region)
    region.branch.hours = {"tue": "09:00-18:00"}
    region.branch.save()
    value = elsewhere(looked_up(region))
    desk = of(region)
    given = {"story": "Не засчитали стаж", "topic": region.topic.code, "submission": "a" * 32, "name": "Вера",
             "consent": "on", "start": value, "book": "1"}  # fmt: skip
    for _attempt in range(2):
        answer = desk.post("/desk/new/", given)
        assert answer.status_code == 302, answer.content.decode()
    request = HelpRequest.objects.get()
    booking = Booking.objects.get()
    assert request.branch_id == other.pk and booking.booth is not None and booking.booth.branch_id == other.pk
    assert booking.during.lower.isoformat() == value.partition("@")[0]
    slip = desk.get(answer.headers["Location"]).content.decode()
    assert "ул. Вторая, 2" in slip and f"№ {request.number}" in slip
    assert desk.get(f"/desk/slip/{request.pk}/qr.svg").status_code == 200
    assert of(region).get(answer.headers["Location"]).status_code == 404, "it is open to her alone who registered it"


def test_a_place_where_nobody_receives_the_topic_is_refused(region: Region) -> None:
    other = neighbour(region)
    AgreementCoverage.objects.filter(branch=other).delete()
    given = {"name": "Вера", "consent": "on", "book": "1", "phone": ""}
    for number in (other.pk, 999999):
        words = looked_up(region, start=f"{at(12, 20).isoformat()}@{number}", **given)
        assert "нет действующего соглашения" in words or "тему" in words
    assert not HelpRequest.objects.exists() and not Booking.objects.exists() and not JournalEntry.objects.exists()


def test_a_time_taken_meanwhile_leaves_the_filter_as_it_is(region: Region) -> None:
    taken = at(17, 0)
    region.booked(taken)
    before = (HelpRequest.objects.count(), Booking.objects.count(), JournalEntry.objects.count())
    words = looked_up(
        region, part="evening", name="Вера", consent="on", start=taken.isoformat(), book="1", phone=""
    )  # fmt: skip
    assert "Это время только что заняли" in words and 'name="part"' not in words
    assert {start.hour + 3 for start in starts(words)} == {17} and taken not in starts(words)
    assert (HelpRequest.objects.count(), Booking.objects.count(), JournalEntry.objects.count()) == before


WAITS = {"part": "evening", "name": "Вера", "phone": "89281234567", "consent": "on", "start": "wait", "book": "1"}


def test_whom_no_time_suits_is_registered_to_be_told_of_one(region: Region) -> None:
    page = looked_up(region)
    assert "Ничего не подходит: сообщить" in page
    desk = of(region)
    given = {
        "story": "Не засчитали стаж",
        "topic": region.topic.code,
        "submission": "a" * 32,
        "part": "evening",
    } | WAITS
    for _attempt in range(2):
        answer = desk.post("/desk/new/", given)
        assert answer.status_code == 302, answer.content.decode()
    request = HelpRequest.objects.get()
    assert (request.state, request.agreed_at, request.branch_id) == (RequestState.SUBMITTED, None, region.branch.pk)
    entry = WaitlistEntry.objects.get()
    assert (entry.state, entry.part, entry.help_request_id) == (WaitlistState.WAITING, "evening", request.pk)
    assert entry.beyond is not None, "what she has been shown and does not want is not offered to her"
    assert Message.objects.filter(about=f"waiting-for-time:{entry.pk}").count() == 1
    assert not Booking.objects.exists()
    slip = desk.get(answer.headers["Location"]).content.decode()
    assert "Ищем вам время" in slip and "Живая очередь" not in slip and request.number in slip
    assert "Времени у гражданина нет" in desk.get(f"/desk/request/{request.pk}/").content.decode()


def test_who_cannot_be_told_is_refused_and_nothing_is_written(region: Region) -> None:
    words = looked_up(region, **WAITS | {"phone": ""})
    assert "телефон" in words and 'value="wait" checked' in words
    assert not HelpRequest.objects.exists() and not JournalEntry.objects.exists()
    assert not WaitlistEntry.objects.exists() and not Message.objects.exists()


def test_the_page_of_moving_is_filtered_in_the_same_way(region: Region, django_assert_max_num_queries: Any) -> None:
    found = region.at_desk(at(10, 15))
    desk = of(region)
    with django_assert_max_num_queries(32):
        page = desk.get(f"/desk/request/{found.pk}/move/", {"part": "morning"}).content.decode()
    assert starts(page.replace("\n", " ")) and {start.hour + 3 for start in starts(page)} <= set(range(12))
    assert "Вечером, с 17:00" in page
