"""The desk: the day's board, one visitor's request, a caller, the bell."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.dialogue import services as dialogue
from legalaid.directory.models import AgreementCoverage, Booth, Branch
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.people.models import Citizen, Consent
from legalaid.reception import services
from legalaid.reception.models import Booking, Task, Ticket, WaitSpan
from legalaid.reception.rules import CALLER_ATTEMPTS
from legalaid.reception.states import BookingState, TaskKind
from tests.scenes import NOW, Region, at, of
from tests.web.desk.test_register import form

pytestmark = pytest.mark.django_db


def test_the_board_shows_booths_and_half_hours_and_marks_now(region: Region) -> None:
    of(region).post("/desk/new/", form(region))
    page = of(region).get("/desk/").content.decode()
    for words in ("Места и время", "Анна Петровна", 'aria-current="time"', *(booth.name for booth in region.booths)):
        assert words in page


def test_an_expert_who_does_not_begin_is_called_late(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    of(region).post("/desk/new/", form(region))
    booking = Booking.objects.get()
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 10))
    monkeypatch.setattr(timezone, "now", lambda: at(10, 19))
    before = of(region).get("/desk/board/", headers={"hx-request": "true"}).content.decode()
    assert "Специалист задерживается" not in before
    monkeypatch.setattr(timezone, "now", lambda: at(10, 20))
    assert "Специалист задерживается" in of(region).get("/desk/board/", headers={"hx-request": "true"}).content.decode()


def booked(region: Region) -> HelpRequest:
    of(region).post("/desk/new/", form(region, behalf_name="Пётр", behalf_relation="child", behalf_phrase="Синий ёж"))
    return HelpRequest.objects.get()


def test_a_registration_is_in_the_journal_move_by_move_with_its_numbers(region: Region) -> None:
    request = booked(region)
    booking, consent = Booking.objects.get(), Consent.objects.get()
    rows = JournalEntry.objects.filter(kind__in=["consent", "request", "booking"]).order_by("id")
    assert [(one.kind, one.subject, one.action, one.after) for one in rows] == [
        ("consent", str(consent.pk), "give", "given"),
        ("request", str(request.pk), "draft", "draft"),
        ("request", str(request.pk), "choose_topic", "draft"),
        ("request", str(request.pk), "submit", "submitted"),
        ("request", str(request.pk), "agree", "agreed"),
        ("booking", str(booking.pk), "hold", "held"),
        ("booking", str(booking.pk), "confirm", "confirmed"),
        ("request", str(request.pk), "name_third_party", "agreed"),
    ]
    assert rows[0].data == {"document": consent.document_id, "version": consent.document.version}
    assert rows[5].data == {"request": str(request.pk), "post": booking.post_id, "booth": booking.booth_id}


def test_what_search_finds_can_be_opened(region: Region) -> None:
    request = booked(region)
    page = of(region).post("/desk/search/", {"asked": f"№ {request.number}"}).content.decode()
    assert f'href="/desk/request/{request.pk}/"' in page
    page = of(region).post("/desk/search/", {"asked": "не засчитали стаж"}).content.decode()
    assert f'href="/who/{region.topic.code}/"' in page
    assert of(region).get(f"/who/{region.topic.code}/").status_code == 200


@pytest.mark.parametrize("proof", [{"digits": "45-67"}, {"phrase": "синий еж!"}])
def test_a_caller_who_proves_herself_may_move_and_cancel_at_any_branch(region: Region, proof: dict[str, str]) -> None:
    request = booked(region)
    HelpRequest.objects.update(branch=None, channel="home")  # no operator sees it by her branch
    client = of(region)
    assert client.get(f"/desk/request/{request.pk}/").status_code == 404
    answer = client.post("/desk/call/", {"number": f" {request.number} ", **proof})
    assert answer["Location"] == f"/desk/request/{request.pk}/"
    assert "Анна Петровна" in client.get(answer["Location"]).content.decode()
    assert "Перенести запись" in client.get(f"/desk/request/{request.pk}/move/").content.decode()
    client.post(f"/desk/request/{request.pk}/move/", {"start": at(11, 30).isoformat()})
    assert Booking.objects.get().during.lower == at(11, 30)
    client.post(f"/desk/request/{request.pk}/cancel/")
    assert HelpRequest.objects.get().state == RequestState.CANCELLED
    assert JournalEntry.objects.filter(action="check_caller", subject=str(request.pk)).count() == 1
    assert of(region).get(f"/desk/request/{request.pk}/").status_code == 404  # another session has checked nobody


@pytest.mark.parametrize(
    "said",
    [
        {"digits": "0000"},
        {"digits": ""},
        {"phrase": "красный ёж"},
        {"phrase": ""},
        {"number": "61-99999", "digits": "4567"},
    ],
)
def test_a_caller_who_cannot_say_is_told_nothing(region: Region, said: dict[str, str]) -> None:
    request = booked(region)
    HelpRequest.objects.update(branch=None, channel="home")
    client = of(region)
    page = client.post("/desk/call/", {"number": request.number} | said).content.decode()
    assert "Не сходится" in page
    assert "Анна" not in page
    assert client.get(f"/desk/request/{request.pk}/").status_code == 404
    assert client.post(f"/desk/request/{request.pk}/cancel/").status_code == 404
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_guessing_is_stopped_and_the_right_answer_waits_too(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    request = booked(region)
    client = of(region)
    for _attempt in range(CALLER_ATTEMPTS):
        client.post("/desk/call/", {"number": request.number, "digits": "0000"})
    right = {"number": request.number, "digits": "4567"}
    assert "Слишком много неверных ответов" in client.post("/desk/call/", right).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=11))
    assert client.post("/desk/call/", right).status_code == 302


def test_a_consent_is_revoked_at_the_desk(region: Region) -> None:
    request = booked(region)
    of(region).post(f"/desk/request/{request.pk}/revoke/")
    assert Consent.objects.get().revoked_at == NOW
    assert HelpRequest.objects.get().state == RequestState.CANCELLED


@pytest.mark.parametrize("asked", ["cancel", "revoke"])
@pytest.mark.parametrize(("minutes", "state"), [(180, BookingState.CANCELLED), (15, BookingState.EXCUSED)])
def test_who_says_at_the_desk_that_she_will_not_come_is_excused_as_by_her_link(
    region: Region, monkeypatch: pytest.MonkeyPatch, asked: str, minutes: int, state: BookingState
) -> None:
    of(region).post("/desk/new/", form(region, start=at(14, 30).isoformat()))
    request = HelpRequest.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: at(14, 30) - timedelta(minutes=minutes))
    of(region).post(f"/desk/request/{request.pk}/{asked}/")
    assert (Booking.objects.get().state, HelpRequest.objects.get().state) == (state, RequestState.CANCELLED)


def test_a_visitor_of_another_branch_is_unknown(region: Region) -> None:
    request = booked(region)
    for path in ("", "move/"):
        assert of(region, "stranger").get(f"/desk/request/{request.pk}/{path}").status_code == 404
    for path in ("cancel/", "revoke/", "wait/"):
        assert of(region, "stranger").post(f"/desk/request/{request.pk}/{path}", {"cause": "centre"}).status_code == 404
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_the_bell_of_a_booth_rings_at_the_desk_until_it_is_answered(region: Region) -> None:
    client = of(region)
    client.post(f"/kiosk/pair/{region.booths[0].pk}/")  # this computer is a booth now; the operator is logged out
    page = client.post("/kiosk/bell/", follow=True).content.decode()
    assert "Сотрудника позвали" in page
    assert "идёт к вам" not in page, "nobody has said so yet"
    client.post("/kiosk/bell/")
    task = Task.objects.get()  # rung twice, raised once
    assert (task.kind, task.branch, task.booth) == (TaskKind.BELL, region.branch, region.booths[0])
    desk = of(region)
    assert f'data-tasks="{task.pk} "' in desk.get("/desk/board/", headers={"hx-request": "true"}).content.decode()
    desk.post(f"/desk/task/{task.pk}/take/")
    assert "Сотрудник идёт к вам" in client.get("/kiosk/now/", headers={"hx-request": "true"}).text
    desk.post(f"/desk/task/{task.pk}/close/")
    assert Task.objects.get().closed_by == region.users["operator"]
    assert "Сотрудник" not in client.get("/kiosk/now/", headers={"hx-request": "true"}).text


def test_nothing_on_a_booths_page_leads_away_from_it(region: Region) -> None:
    client = of(region)
    client.post(f"/kiosk/pair/{region.booths[0].pk}/")
    links = re.findall(r'<a [^>]*href="([^"]*)"', client.get("/kiosk/").text)
    assert set(links) == {"#main", "/kiosk/"}


def test_an_unpaired_computer_has_no_bell(region: Region) -> None:
    assert Client().post("/kiosk/bell/").status_code == 404
    assert Client().get("/kiosk/now/").status_code == 404
    assert not Task.objects.exists()


def test_the_citizen_in_a_booth_rings_from_her_dialogue_and_at_home_there_is_no_bell(region: Region) -> None:
    request = booked(region)
    bell = f"/z/{token_for(request.pk)}/dialogue/bell/"
    assert Client().post(bell, headers={"accept": "application/json, text/html;q=0.5"}).json() == {"done": True}
    slow = Client().post(bell)  # pressed before the page's scripts came
    assert slow["Location"].endswith("/dialogue/")
    assert "Сотрудника позвали" in Client().get(slow["Location"]).content.decode()
    assert Task.objects.get().branch == region.branch
    Task.objects.all().delete()
    home = region.booked(at(11, 5), n=2).help_request
    assert Client().post(f"/z/{token_for(home.pk)}/dialogue/bell/").status_code == 404
    assert not Task.objects.exists()


def test_the_operator_says_whose_delay_it_is(region: Region) -> None:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    of(region).post("/desk/new/", form(region, start="now"))
    ticket = Ticket.objects.get()
    page = of(region).get("/desk/board/", headers={"hx-request": "true"}).content.decode()
    assert ticket.start_code in page
    assert ticket.label in page
    of(region).post(f"/desk/request/{ticket.help_request_id}/wait/", {"cause": "technics"})
    assert WaitSpan.objects.get(ended_at=None).cause == "technics"
    assert of(region).post(f"/desk/request/{ticket.help_request_id}/wait/", {"cause": "fate"}).status_code == 404
    assert WaitSpan.objects.get(ended_at=None).cause == "technics"


def test_an_actor_on_the_telephone_sees_that_request_only(region: Region) -> None:
    request = booked(region)
    other = region.booked(at(11, 5), n=2).help_request
    from legalaid.intake.policies import may_see

    actor = region.actor("operator").answering(other.pk)
    assert may_see(actor, other)
    assert not may_see(Actor.staff(7, ()).answering(other.pk), other)  # nobody but an operator answers
    assert may_see(actor, request)  # her own branch's, as before


def test_the_desk_moves_her_to_another_centre_and_the_day_is_shown(region: Region) -> None:
    request = booked(region)
    there = Branch.objects.exclude(pk=region.branch.pk).order_by("id").first()
    if there is None:
        there = Branch.objects.create(
            code="second", name="МФЦ № 2", municipality="Азов", address="ул. Вторая, 2",
            hours=region.branch.hours, timezone=region.branch.timezone,
        )  # fmt: skip
    Booth.objects.create(branch=there, code="second-1", name="Кабинет 2", kind=region.booths[0].kind)
    cell = AgreementCoverage.objects.filter(topic=region.topic, branch=region.branch).order_by("id").first()
    assert cell is not None
    AgreementCoverage.objects.get_or_create(agreement_id=cell.agreement_id, topic=region.topic, branch=there)
    client, url = of(region), f"/desk/request/{request.pk}/move/"
    page = client.get(url).content.decode()
    assert f'<option value="{there.pk}"' in page and "Из дома" not in page  # a centre's visitor stays one
    assert "ул. Вторая, 2" in client.get(f"{url}?where={there.pk}").content.decode()
    assert client.get(f"{url}?where=home").status_code == 404
    assert client.get(f"{url}?where=999999").status_code == 404
    answer = client.post(url, {"start": at(11, 30).isoformat(), "where": str(there.pk)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/"
    assert "Время изменено. Гражданину отправлено сообщение." in answer.content.decode()
    moved = Booking.objects.get()
    assert moved.booth is not None
    assert (moved.during.lower, moved.booth.branch_id) == (at(11, 30), there.pk)


def test_nobody_is_said_to_be_told_who_left_no_way(region: Region) -> None:
    request = booked(region)
    Citizen.objects.update(phone="", email="")
    url = f"/desk/request/{request.pk}/move/"
    page = of(region).post(url, {"start": at(11, 30).isoformat()}, follow=True).content.decode()
    assert "назовите новое время сами" in page
    assert "отправлено сообщение" not in page


def test_a_visitor_who_was_not_received_and_left_is_noted_at_the_desk(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = booked(region)
    booking = Booking.objects.get()
    services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 10))
    client = of(region)
    assert "Ушёл, не дождавшись" not in client.get("/desk/").content.decode()
    monkeypatch.setattr(timezone, "now", lambda: at(10, 26))
    assert "Ушёл, не дождавшись" in client.get("/desk/").content.decode()
    client.post(f"/desk/booking/{booking.pk}/missed/")
    request.refresh_from_db()
    assert request.state == RequestState.MISSED


def test_who_came_early_finds_the_way_to_another_time_on_her_page(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = region.booked(at(10))
    request, page = booking.help_request, f"/z/{token_for(booking.help_request_id)}/"
    monkeypatch.setattr(timezone, "now", lambda: at(9, 50))
    dialogue.join_waiting_room(help_request_id=request.pk, actor=Actor.citizen(request.pk), now=at(9, 50))
    seen = Client().get(page).content.decode()
    assert f'href="{page}move/"' in seen
    assert f'href="{page}earlier/"' not in seen
    assert Client().get(f"{page}move/").status_code == 200
