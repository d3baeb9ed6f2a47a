"""A booth out of service and a branch that stops receiving: nobody who is booked or waits there is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Agreement, AgreementCoverage, Booth
from legalaid.intake.models import HelpRequest
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.period import Period
from legalaid.messaging.models import Message
from legalaid.people.models import Citizen
from legalaid.reception import services
from legalaid.reception.models import Booking, Closure, Ticket
from legalaid.reception.queries import places_at
from legalaid.reception.queries.elsewhere import sooner_elsewhere
from legalaid.reception.queries.free import free_time
from legalaid.reception.refusals import BoothOut, SlotTaken
from tests.scenes import NOW, ZONE, Region, at, make_region, of

pytestmark = pytest.mark.django_db
OUT = {"reason": "Не включается экран"}


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


@pytest.fixture
def office(region: Region) -> Client:
    return of(region, "office")


def url(booth: Booth | None, what: str = "out") -> str:
    assert booth
    return f"/office/network/booth/{booth.pk}/{what}/"


def stand() -> tuple[Any, ...]:
    return (
        list(Booth.objects.order_by("id").values_list("out_since", "out_reason")), Closure.objects.count(),
        list(Booking.objects.order_by("id").values_list("state", "during", "booth")), JournalEntry.objects.count(),
        list(Ticket.objects.order_by("id").values_list("state", "booth", "call_back", "start_code")),
        list(HelpRequest.objects.order_by("id").values_list("state", "branch", "channel")), Message.objects.count(),
    )  # fmt: skip


def take_out(region: Region, booth: Booth) -> None:
    services.take_booth_out(booth_id=booth.pk, reason="Сломалась камера", decisions={}, actor=region.actor("office"),
                            now=NOW)  # fmt: skip


def home_starts(region: Region) -> list[object]:
    return free_time(authority=region.authority, branch=None, first=NOW.date(), days=1, now=NOW).starts(20, NOW)


# A booth


def test_nothing_is_offered_at_a_booth_out_of_service_and_it_comes_back(region: Region, office: Client) -> None:
    def offered() -> tuple[int, bool, list[int | None]]:
        starts = free_time(authority=region.authority, branch=region.branch, first=NOW.date(), days=1, now=NOW)
        elsewhere = sooner_elsewhere(
            authority=region.authority, branches=[region.branch], home=False, minutes=20, before=None, days=1,
            lead=timedelta(0), now=NOW, mine=region.draft().pk,
        )  # fmt: skip
        during = Period(at(10), at(10, 20))
        found = places_at(authority_id=region.authority.pk, zone=ZONE, branch=region.branch, during=during, now=NOW)
        return len(starts.starts(20, NOW)), bool(elsewhere), found.booths

    whole = offered()
    assert whole[2] == [one.pk for one in region.booths]
    page = office.post(url(region.booths[0]), OUT, follow=True).content.decode()
    assert "Место отключено" in page
    assert offered() == (whole[0], True, [region.booths[1].pk])
    office.post(url(region.booths[1]), OUT)
    assert offered() == (0, False, [])
    with pytest.raises(SlotTaken):
        region.held(at(10), branch=region.branch)
    assert home_starts(region)  # from home everything is as it was
    assert "временно не работает" in Client().get(f"/where/{region.branch.code}/").content.decode()
    for booth in region.booths:
        office.post(url(booth, "back"))
    assert offered() == whole
    moves = JournalEntry.objects.filter(kind="booth").order_by("at", "id").values_list("action", "before", "after")
    assert [tuple(one) for one in moves] == [("out", "in_service", "out_of_service")] * 2 + [
        ("back", "out_of_service", "in_service")] * 2  # fmt: skip


def test_out_twice_is_out_once_and_a_reason_is_needed(region: Region, office: Client) -> None:
    before = stand()
    refused = office.post(url(region.booths[0]), {"reason": "  "})
    assert refused.status_code == 422
    assert "Напишите причину" in refused.content.decode()
    assert stand() == before
    office.post(url(region.booths[0]), OUT)
    once = stand()
    office.post(url(region.booths[0]), {"reason": "Ещё раз"})
    assert stand() == once
    office.post(url(region.booths[1], "back"))
    assert stand() == once


def test_who_is_booked_there_is_given_another_booth_at_the_same_time(region: Region, office: Client) -> None:
    booking = region.booked(at(11), branch=region.branch)
    other = next(one for one in region.booths if one.pk != booking.booth_id)
    before = stand()
    page = office.post(url(booking.booth), OUT).content.decode()
    assert f"№ {booking.help_request.number}" in page
    assert "Принять на другом месте в то же время" in page
    assert office.post(url(booking.booth), {**OUT, "decided": "1"}).status_code == 409
    assert stand() == before
    sent = {**OUT, "decided": "1", f"decision-{booking.pk}": "move",
            f"start-{booking.pk}": booking.during.lower.isoformat()}  # fmt: skip
    office.post(url(booking.booth), sent)
    was, booking = booking.during, Booking.objects.get(pk=booking.pk)
    assert (booking.booth_id, booking.state, booking.during) == (other.pk, "confirmed", was)
    assert JournalEntry.objects.get(kind="booking", action="change_booth").data["to"] == other.pk


def test_with_no_other_booth_she_is_moved_kept_or_told_why(region: Region, office: Client) -> None:
    take_out(region, region.booths[1])
    first, second, third = (region.booked(at(hour), branch=region.branch, n=n)
                            for n, hour in enumerate((11, 12, 15), 1))  # fmt: skip
    Citizen.objects.filter(pk=third.citizen_id).update(email="maria@example.org")
    before = stand()
    page = office.post(url(region.booths[0]), OUT).content.decode()
    assert "Принять на другом месте" not in page
    impossible = {**OUT, "decided": "1", **{f"decision-{one.pk}": "move" for one in (first, second, third)}}
    assert office.post(url(region.booths[0]), impossible).status_code == 409
    assert stand() == before
    kept = {**impossible, f"decision-{first.pk}": "keep", f"decision-{second.pk}": "keep",
            f"decision-{third.pk}": "cancel", f"reason-{third.pk}": "Мастер придёт через неделю"}  # fmt: skip
    office.post(url(region.booths[0]), kept)
    states = list(Booking.objects.order_by("id").values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "cancelled"]
    letter = Message.objects.get(about=f"booking-called-off:{third.pk}")
    assert "место видеосвязи" in letter.body
    assert "Мастер придёт через неделю" in letter.body
    office.post(url(region.booths[1], "back"))
    office.post(url(region.booths[1]), OUT)  # those kept are not asked about again
    assert Booth.objects.filter(out_since=None).count() == 0


def test_a_time_somebody_is_typing_for_is_let_go(region: Region, office: Client) -> None:
    held = region.held(at(11), branch=region.branch)
    office.post(url(held.booth), OUT)
    held.refresh_from_db()
    assert held.state == "lapsed"


def test_the_desk_and_the_booth_itself_say_so(region: Region, office: Client) -> None:
    desk, kiosk = of(region, "operator"), of(region, "operator")
    kiosk.post(f"/kiosk/pair/{region.booths[0].pk}/")
    assert "Свободно" in kiosk.get("/kiosk/").content.decode()
    assert "не работает" not in desk.get("/desk/board/", headers={"hx-request": "true"}).content.decode()
    office.post(url(region.booths[0]), OUT)
    board = desk.get("/desk/board/", headers={"hx-request": "true"}).content.decode()
    assert "не работает" in board
    assert OUT["reason"] in board
    shown = kiosk.get("/kiosk/").content.decode()
    assert "Место не работает" in shown
    assert "Свободно" not in shown
    assert "не работает" in office.get("/office/booths/").content.decode()


def test_a_visitor_of_the_queue_is_sent_to_another_booth(region: Region) -> None:
    services.start_duty(
        authority_id=region.authority.pk, post_id=region.posts[0].pk, actor=region.actor("expert"), now=NOW
    )
    code = Ticket.objects.get(help_request=region.at_desk(None)).start_code
    take_out(region, region.booths[0])
    before = stand()
    with pytest.raises(BoothOut):
        services.open_booth(booth_id=region.booths[0].pk, code=code, actor=Actor.system("booth"), now=NOW)
    assert stand() == before
    assert services.open_booth(booth_id=region.booths[1].pk, code=code, actor=Actor.system("booth"), now=NOW)


def test_nobody_but_the_office_takes_a_booth_out(region: Region) -> None:
    before = stand()
    for who in ("coordinator", "operator", "expert", "observer"):
        for what in (services.return_booth, services.take_booth_out):
            more: dict[str, Any] = {} if what is services.return_booth else {"reason": "Так", "decisions": {}}
            with pytest.raises(NotFound):
                what(booth_id=region.booths[0].pk, actor=region.actor(who), now=NOW, **more)
    assert of(region, "office").post("/office/network/booth/999999/out/", OUT).status_code == 404
    assert stand() == before


# Those who wait in the live queue


@pytest.fixture
def waiting(region: Region) -> list[HelpRequest]:
    """Three at the desk: the first has a telephone and a mail, the second neither, the third a telephone."""
    services.start_duty(
        authority_id=region.authority.pk, post_id=region.posts[0].pk, actor=region.actor("expert"), now=NOW
    )
    services.start_duty(
        authority_id=region.authority.pk, post_id=region.posts[1].pk, actor=region.actor("colleague"), now=NOW
    )
    found = [region.at_desk(None, n=n, submission=f"{n}" * 32) for n in (1, 2, 3)]
    Citizen.objects.filter(pk=found[0].citizen_id).update(phone="+79281112233", email="maria@example.org")
    Citizen.objects.filter(pk=found[2].citizen_id).update(phone="+79281112244")
    return found


def ticket(request: HelpRequest) -> Ticket:
    return Ticket.objects.get(help_request=request)


def decided(first: str, second: str, third: str, waiting: list[HelpRequest], **more: str) -> dict[str, str]:
    kinds = {f"ticket-decision-{ticket(one).pk}": kind
             for one, kind in zip(waiting, (first, second, third), strict=True)}  # fmt: skip
    return {"first": "2026-11-23", "last": "2026-11-23", "reason": "Авария", "decided": "1", **kinds, **more}


def test_a_closure_asks_about_everybody_who_waits(region: Region, office: Client, waiting: list[HelpRequest]) -> None:
    close = f"/office/network/{region.branch.pk}/close/"
    before = stand()
    page = office.post(close, {"first": "2026-11-23", "last": "2026-11-23", "reason": "Авария"}).content.decode()
    assert "Ждут там прямо сейчас" in page
    for request in waiting:
        assert f"№ {request.number}" in page
    # The second has no telephone: she cannot be called at home, whatever is sent.
    assert page.count("Сохранить место, разговор из дома") == 2
    for sent in (
        decided("home", "", "keep", waiting), decided("home", "cancel", "keep", waiting),
        decided("home", "home", "keep", waiting),
    ):  # fmt: skip
        assert office.post(close, sent).status_code == 409
        assert stand() == before
    because = {f"ticket-reason-{ticket(waiting[1]).pk}": "Отключили свет"}
    office.post(close, decided("home", "cancel", "keep", waiting, **because))

    first, second, third = (HelpRequest.objects.get(pk=one.pk) for one in waiting)
    assert (first.branch_id, first.channel, first.state) == (None, "home", "queued")
    kept = ticket(first)
    assert (kept.state, kept.call_back, kept.start_code, kept.booth_id) in {
        ("waiting", True, "", None), ("offered", True, "", None)}  # fmt: skip
    assert second.state == "cancelled"
    assert ticket(second).state == "left"
    assert (third.branch_id, third.state) == (region.branch.pk, "queued")
    assert ticket(third).state in {"waiting", "offered"}
    told = Message.objects.get(about=f"place-of-closed-branch:{kept.pk}")
    assert "место в очереди" in told.body
    assert "/z/" in told.body
    actions = JournalEntry.objects.filter(kind="ticket", subject__in=[str(ticket(one).pk) for one in waiting])
    assert {"go_home", "leave", "keep_at_closed_branch"} <= set(actions.values_list("action", flat=True))

    board = of(region, "operator").get("/desk/").content.decode()
    assert "Отделение сейчас не принимает" in board
    assert "Авария" in board
    assert f"№ {third.number}" in board
    assert f"№ {first.number}" not in board


def test_her_place_outlives_the_way_home(region: Region, waiting: list[HelpRequest]) -> None:
    """She is away from every screen for an hour: she is called, not dropped."""
    decisions = {services.OfTicket(ticket(one).pk): services.Decision("home" if n != 1 else "keep")
                 for n, one in enumerate(waiting)}  # fmt: skip
    services.retire_branch(branch_id=region.branch.pk, first=NOW.date(), reason="Переезд", decisions=decisions,
                           actor=region.actor("office"), now=NOW)  # fmt: skip
    later = NOW + timedelta(hours=1)
    services.watch_queues(actor=Actor.system("test"), now=later)
    assert HelpRequest.objects.get(pk=waiting[0].pk).state == "queued"
    assert ticket(waiting[0]).state in {"waiting", "offered"}


def test_where_no_agreement_covers_home_she_cannot_be_sent_there(
    region: Region, office: Client, waiting: list[HelpRequest]
) -> None:
    AgreementCoverage.objects.filter(agreement=Agreement.objects.get(), branch=None).delete()
    before = stand()
    close = f"/office/network/{region.branch.pk}/close/"
    answer = office.post(close, decided("home", "keep", "keep", waiting))
    assert answer.status_code == 409
    assert "из дома эту тему не принимают" in answer.content.decode()
    assert stand() == before


@pytest.mark.parametrize("how", ["retire", "last_booth", "hours"])
def test_each_way_to_stop_receiving_asks_about_them(
    region: Region, office: Client, waiting: list[HelpRequest], how: str
) -> None:
    branch = region.branch
    if how == "last_booth":
        take_out(region, region.booths[0])  # the other one still receives: nobody is asked about
    before = stand()
    week = {f"{day}_{end}": clock for day in ("tue", "wed", "thu", "fri", "sat")
            for end, clock in (("from", "08:00"), ("to", "18:00"))}  # fmt: skip
    address, sent = {
        "retire": (f"/office/network/{branch.pk}/retire/", {"first": "2026-11-23", "reason": "Переезд"}),
        "last_booth": (url(region.booths[1]), OUT),
        "hours": (f"/office/network/{branch.pk}/", {
            "name": branch.name, "municipality": "Ростов", "address": "ул. Первая, 1", "timezone": ZONE, **week}),
    }[how]  # fmt: skip
    assert "Ждут там прямо сейчас" in office.post(address, sent).content.decode()
    assert stand() == before
    office.post(address, {**decided("keep", "keep", "keep", waiting), **sent, "decided": "1"})
    assert stand() != before
    assert [ticket(one).state in {"waiting", "offered"} for one in waiting] == [True] * 3


def test_a_closure_of_another_day_leaves_them_alone(region: Region, office: Client, waiting: list[HelpRequest]) -> None:
    sent = {"first": "2026-11-24", "last": "2026-11-24", "reason": "Авария"}
    page = office.post(f"/office/network/{region.branch.pk}/close/", sent, follow=True).content.decode()
    assert "Закрытие записано" in page
    assert [ticket(one).state in {"waiting", "offered"} for one in waiting] == [True] * 3
