"""The staff's pages: who gets in, what a form keeps, what a refusal changes (nothing)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.reception import services as reception
from legalaid.reception.models import Booking, Duty
from legalaid.reception.states import BookingState
from legalaid.result.models import Memo
from legalaid.result.states import MemoState
from tests.scenes import NOW, Region, at, make_region, of

pytestmark = pytest.mark.django_db
TEXT = {"asked": "Что?", "law": "Так.", "steps": "Шаг", "documents": "", "outcome": "answer"}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region()


@pytest.mark.parametrize(
    ("who", "landing"),
    [("operator", "/desk/"), ("expert", "/expert/"), ("coordinator", "/authority/"), ("office", "/office/"),
     ("observer", "/figures/")],
)  # fmt: skip
def test_everybody_lands_at_her_own_door(region: Region, who: str, landing: str) -> None:
    client = of(region, who)
    assert client.get("/staff/").headers["location"] == landing
    assert client.get(landing).status_code == 200


def typed(region: Region, **change: str) -> dict[str, str]:
    return {
        "story": "Не засчитали стаж", "topic": region.topic.code, "name": "Галина Фёдоровна", "phone": "", "email": "",
        "consent": "on", "start": at(10, 15).isoformat(), "submission": "f" * 32, "book": "1",
    } | change  # fmt: skip


def test_the_desk_looks_topics_and_times_up_without_changing_anything(region: Region) -> None:
    client = of(region, "operator")
    found = client.post("/desk/new/", {"story": "не засчитали стаж", "find": "1"})
    assert region.topic.title in found.content.decode()
    chosen = client.post("/desk/new/", {"story": "не засчитали стаж", "topic": region.topic.code})
    assert "23 ноября, понедельник, 09:25" in chosen.content.decode()
    assert HelpRequest.objects.count() == 0


def test_the_desk_books_and_prints_and_a_doubled_submit_is_one(region: Region) -> None:
    client = of(region, "operator")
    answers = [client.post("/desk/new/", typed(region)) for _attempt in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"/desk/slip/{HelpRequest.objects.get().pk}/"}
    slip = client.get(answers[0].headers["location"])
    number = HelpRequest.objects.get().number or ""
    assert number in slip.content.decode()
    assert client.get(f"{answers[0].headers['location']}qr.svg").headers["content-type"] == "image/svg+xml"
    day = client.get("/desk/").content.decode()
    assert "Галина Фёдоровна" in day
    assert "Кабинет 0" in day


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"story": " "}, "Напишите хотя бы несколько слов"), ({"topic": ""}, "Выберите тему"),
        ({"name": ""}, "Напишите, как к вам обращаться"), ({"phone": "12"}, "телефон"),
        ({"consent": ""}, "Без согласия"), ({"start": ""}, "Выберите время"), ({"start": "вчера"}, "Выберите время"),
        ({"start": "2026-11-20T09:00:00+00:00"}, "Это время уже прошло"), ({"start": "now"}, "никто не ведёт приём"),
        ({"start": "2026-11-23T09:50:00+00:00"}, "Это время только что заняли"),
    ],
)  # fmt: skip
def test_the_desks_mistakes_are_said_in_words_and_nothing_is_lost(
    region: Region, change: dict[str, str], words: str
) -> None:
    page = of(region, "operator").post("/desk/new/", typed(region, **change)).content.decode()
    assert words in page
    if "name" not in change:
        assert "Галина Фёдоровна" in page
    assert HelpRequest.objects.count() == 0
    assert Booking.objects.count() == 0


def test_the_board_checks_in_and_marks_a_no_show(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    client = of(region, "operator")
    region.at_desk(at(10, 15))
    booking = Booking.objects.get()
    page = client.post(f"/desk/booking/{booking.pk}/arrived/", follow=True).content.decode()
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN
    assert booking.start_code in page
    assert "Обновите страницу" not in page
    early = client.post(f"/desk/booking/{booking.pk}/missed/", follow=True).content.decode()
    assert "через 10 минут после начала" in early
    booking.refresh_from_db()
    assert booking.state == BookingState.CHECKED_IN
    monkeypatch.setattr(timezone, "now", lambda: at(10, 25))
    client.post(f"/desk/booking/{booking.pk}/missed/")
    booking.refresh_from_db()
    assert booking.state == BookingState.NO_SHOW


def test_a_booth_is_paired_by_an_operator_and_forgets_her(region: Region) -> None:
    client = of(region, "operator")
    region.at_desk(at(9, 25))
    booking = reception.check_in(booking_id=Booking.objects.get().pk, actor=region.actor("operator"), now=NOW)
    assert Client().get("/kiosk/").status_code == 404
    assert client.post(f"/kiosk/pair/{booking.booth_id}/").headers["location"] == "/kiosk/"
    assert client.get("/desk/").status_code == 302  # her own session is over on this computer
    assert "Свободно" in client.get("/kiosk/").content.decode()
    wrong = client.post("/kiosk/", {"code": "00"}, follow=True)
    assert "Такого кода нет" in wrong.content.decode()
    opened = client.post("/kiosk/", {"code": booking.start_code})
    assert re.fullmatch(r"/z/[\w-]+/dialogue/", opened.headers["location"])
    hers = client.get(opened.headers["location"]).content.decode()
    assert "<booth-home" in hers, "her page stays before the next visitor"


def test_only_a_visitors_page_in_a_booth_closes_by_itself(region: Region) -> None:
    client = of(region, "operator")
    client.post(f"/kiosk/pair/{region.booths[0].pk}/")
    leaves = '<booth-home class="booth-home" data-rests="300">'
    assert leaves in client.get("/").content.decode()
    assert leaves not in client.get("/kiosk/").content.decode()
    assert leaves not in Client().get("/").content.decode()
    client.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    assert leaves not in client.get("/desk/").content.decode(), "who works here is let alone"


def test_a_forged_booth_is_not_a_booth(region: Region) -> None:
    client = Client()
    client.cookies["booth"] = f"{region.booths[0].pk}:forged"
    assert client.get("/kiosk/").status_code == 404


def test_the_expert_switches_sees_accepts_and_writes(region: Region) -> None:
    client = of(region, "expert")
    client.post("/expert/duty/", {"on": "1"})
    assert Duty.objects.filter(ended_at=None).count() == 1
    request = region.queued()
    assert "Гражданка 1" in client.get("/expert/queue/", headers={"hx-request": "true"}).content.decode()
    assert "требует проверки" in client.get(f"/expert/card/{request.pk}/").content.decode()
    room = client.post(f"/expert/card/{request.pk}/accept/").headers["location"]
    held = request.dialogues.get()
    assert room == f"/expert/dialogue/{held.pk}/"
    assert region.topic.ask in client.get(room).content.decode()
    saved = client.post(f"/expert/memo/{held.pk}/save/", TEXT | {"revision": "0"})
    assert saved.json() == {"revision": 1}
    stale = client.post(f"/expert/memo/{held.pk}/save/", TEXT | {"revision": "0", "law": "другое"})
    assert stale.status_code == 409
    assert Memo.objects.get().law == "Так."
    refused = client.post(f"/expert/memo/{held.pk}/issue/", TEXT | {"revision": "1", "steps": " "})
    assert refused.status_code == 422
    assert "без него памятку нельзя выдать" in refused.content.decode()
    assert Memo.objects.get().state == MemoState.DRAFT
    dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=NOW)
    assert "Памятка не выдана" in client.get("/expert/").content.decode()
    client.post(f"/expert/memo/{held.pk}/issue/", TEXT | {"revision": "1"})
    assert Memo.objects.get().state == MemoState.ISSUED
    assert client.get(f"/expert/memo/{request.pk}.pdf").headers["content-type"] == "application/pdf"
    client.post("/expert/duty/", {"on": "0"})
    assert Duty.objects.filter(ended_at=None).count() == 0


def test_a_dialogue_that_came_to_nothing_is_closed_without_a_memo(region: Region) -> None:
    client = of(region, "expert")
    client.post("/expert/duty/", {"on": "1"})
    request = region.queued()
    held = dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)
    client.post(f"/expert/memo/{held.pk}/close/")
    request.refresh_from_db()
    assert request.state == RequestState.IN_DIALOGUE  # it is still going on
    dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=NOW)
    assert "Закрыть без памятки" in client.get(f"/expert/memo/{held.pk}/").content.decode()
    for _attempt in range(2):
        client.post(f"/expert/memo/{held.pk}/close/")
    request.refresh_from_db()
    assert request.state == RequestState.MISSED
    assert Memo.objects.count() == 0
    assert "Памятка не выдана" not in client.get("/expert/").content.decode()


def test_accepting_off_duty_is_refused_in_words(region: Region) -> None:
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("colleague"), now=NOW)
    request = region.queued()
    page = of(region, "expert").post(f"/expert/card/{request.pk}/accept/", follow=True).content.decode()
    assert "Сначала включите «На приёме»" in page
    request.refresh_from_db()
    assert request.state == RequestState.QUEUED


def objects(region: Region) -> dict[str, Any]:
    """One of everything, with its own people."""
    reception.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    request = region.at_desk(None)
    held = dialogue.admit(help_request_id=request.pk, actor=region.actor("expert"), now=NOW)
    region.at_desk(at(10, 15), n=2)
    return {"request": request.pk, "dialogue": held.pk, "booking": Booking.objects.get().pk}


def words(answer: Any) -> str:
    """The page without what differs at every look: tokens of forms and the address itself."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


PAGES = [
    ("get", "/desk/slip/{request}/", "operator"), ("get", "/desk/slip/{request}/qr.svg", "operator"),
    ("post", "/desk/booking/{booking}/arrived/", "operator"), ("post", "/desk/booking/{booking}/missed/", "operator"),
    ("get", "/expert/card/{request}/", "expert"), ("get", "/expert/dialogue/{dialogue}/", "expert"),
    ("get", "/expert/memo/{dialogue}/", "expert"), ("post", "/expert/memo/{dialogue}/save/", "expert"),
    ("post", "/expert/memo/{dialogue}/issue/", "expert"),
    ("post", "/expert/memo/{dialogue}/close/", "expert"), ("post", "/expert/card/{request}/accept/", "expert"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "owner"), PAGES)
def test_unknown_and_forbidden_look_the_same(region: Region, method: str, path: str, owner: str) -> None:
    known = objects(region)
    unknown = {"request": "00000000-0000-4000-8000-000000000000", "booking": 0}
    unknown["dialogue"] = unknown["request"]
    states = list(Booking.objects.values_list("state"))
    for who in {"operator", "expert", "stranger", "coordinator", "office", "observer"} - {owner}:
        client = of(region, who)
        forbidden = getattr(client, method)(path.format(**known), TEXT | {"revision": "0"})
        missing = getattr(client, method)(path.format(**unknown), TEXT | {"revision": "0"})
        assert forbidden.status_code == missing.status_code == 404
        assert words(forbidden) == words(missing)
    assert list(Booking.objects.values_list("state")) == states
    assert Memo.objects.count() == 0


def test_figures_hide_small_groups(region: Region) -> None:
    for n, start in enumerate([at(9, 25), at(9, 50), at(10, 15), at(10, 40)]):
        region.booked(start, n=n)
    page = of(region, "observer").get("/figures/").content.decode()
    assert "меньше 5" in page
    region.booked(at(11, 5), n=9)
    assert "меньше 5</span>" not in of(region, "observer").get("/figures/").content.decode()
