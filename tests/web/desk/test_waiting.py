"""The desk and those who wait: what is said to them, whose delay it is, a walk-in at a booth, an earlier time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.models import DialogueEvent
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.reception import services
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, Ticket, WaitingNote, WaitlistEntry, WaitSpan
from legalaid.reception.queries.watch import waiting_now
from legalaid.reception.services import booth
from legalaid.reception.services.waitlist import offer_freed_time
from legalaid.reception.states import EarlierOfferState, WaitCause, WaitlistState
from tests.scenes import NOW, Region, at, citizen, of

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
PHRASE = "Скоро проводим вас к камере."
TOLD = "Специалист видит, что вы пришли."


def board(region: Region) -> str:
    return of(region).get("/desk/board/", headers={"hx-request": "true"}).content.decode()


def come(region: Region, start: datetime, *, n: int = 1, home: bool = False) -> Booking:
    """A booked visitor who has come: at the desk, or into her waiting room."""
    booking = region.booked(start, n=n, branch=None if home else region.branch)
    if home:
        dialogue.join_waiting_room(
            help_request_id=booking.help_request_id, actor=citizen(booking.help_request),
            now=start - timedelta(minutes=5),
        )  # fmt: skip
    else:
        services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=start - timedelta(minutes=5))
    booking.refresh_from_db()
    return booking


def walk_in(region: Region) -> Ticket:
    services.start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW)
    region.at_desk(None)
    return Ticket.objects.get()


class TestNotes:
    def test_the_desk_writes_to_a_visitor_of_the_queue_by_a_phrase_or_in_its_own_words(self, region: Region) -> None:
        ticket = walk_in(region)
        url = f"/desk/request/{ticket.help_request_id}/note/"
        page = board(region)
        assert f'action="{url}"' in page and PHRASE in page and "Своими словами" in page
        answer = of(region).post(url, {"phrase": PHRASE, "text": ""}, follow=True)
        assert "Сообщение показано на странице ожидания" in answer.content.decode()
        of(region).post(url, {"text": " Кабинет 2  свободен "})
        assert list(WaitingNote.objects.order_by("id").values_list("text", flat=True)) == [
            PHRASE, "Кабинет 2 свободен",
        ]  # fmt: skip
        seen = Client().get(f"/z/{token_for(ticket.help_request_id)}/").content.decode()
        assert PHRASE in seen and "Кабинет 2 свободен" in seen

    @pytest.mark.parametrize("text", ["", "  ", "я" * 301])
    def test_an_empty_or_too_long_message_is_refused_and_nothing_is_shown(self, region: Region, text: str) -> None:
        ticket = walk_in(region)
        answer = of(region).post(f"/desk/request/{ticket.help_request_id}/note/", {"text": text}, follow=True)
        assert "не длиннее 300 знаков" in answer.content.decode()
        assert not WaitingNote.objects.exists()

    def test_a_visitor_of_another_branch_cannot_be_written_to(self, region: Region) -> None:
        ticket = walk_in(region)
        HelpRequest.objects.update(branch=None, channel="home")
        for who in ("operator", "expert", "stranger", "observer"):
            answer = of(region, who).post(f"/desk/request/{ticket.help_request_id}/note/", {"phrase": PHRASE})
            assert answer.status_code in {403, 404}
        assert not WaitingNote.objects.exists()

    def test_who_came_to_her_booking_reads_it_on_her_page_and_in_her_waiting_room(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking = come(region, at(10, 15))
        monkeypatch.setattr(timezone, "now", lambda: at(10, 12))
        page, url = board(region), f"/desk/request/{booking.help_request_id}/note/"
        assert f'action="{url}"' in page
        assert f"/desk/request/{booking.help_request_id}/wait/" not in page  # her time has not begun: nobody is late
        of(region).post(url, {"phrase": PHRASE})
        link = f"/z/{token_for(booking.help_request_id)}/"
        for seen in (link, f"{link}dialogue/waiting/"):
            words = Client().get(seen, headers={"hx-request": "true"}).content.decode()
            assert PHRASE in words and TOLD in words

    def test_a_person_at_home_reads_it_in_her_room_too(self, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
        booking = come(region, at(10, 15), home=True)
        monkeypatch.setattr(timezone, "now", lambda: at(10, 12))
        dialogue.write_to_waiting(
            help_request_id=booking.help_request_id, text=PHRASE, actor=region.actor("expert"), now=at(10, 12)
        )
        room = f"/z/{token_for(booking.help_request_id)}/dialogue/waiting/"
        assert PHRASE in Client().get(room, headers={"hx-request": "true"}).content.decode()
        assert DialogueEvent.objects.filter(kind="noted").count() == 1

    def test_what_she_was_told_on_another_day_is_not_shown_to_her_again(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking = region.booked(at(10, 15, day=24), branch=region.branch)
        refused = of(region).post(f"/desk/request/{booking.help_request_id}/note/", {"phrase": PHRASE}, follow=True)
        assert "уже не ждёт" in refused.content.decode() and not WaitingNote.objects.exists()  # she has not come yet
        author = region.users["operator"]
        WaitingNote.objects.create(help_request=booking.help_request, author=author, text=PHRASE, at=NOW)
        link = f"/z/{token_for(booking.help_request_id)}/"
        assert PHRASE not in Client().get(link).content.decode()  # she does not wait yet
        services.check_in(booking_id=booking.pk, actor=region.actor("operator"), now=at(10, 10, day=24))
        monkeypatch.setattr(timezone, "now", lambda: at(10, 12, day=24))
        words = Client().get(link).content.decode()
        assert TOLD in words and PHRASE not in words


class TestWhoseDelay:
    def test_the_desk_says_whose_delay_it_is_that_a_booked_visitor_waits(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking = come(region, at(10, 15))
        monkeypatch.setattr(timezone, "now", lambda: at(10, 31))
        services.watch_queues(actor=SYSTEM, now=at(10, 31))
        assert WaitSpan.objects.get().cause == WaitCause.AUTHORITY
        url = f"/desk/request/{booking.help_request_id}/wait/"
        page = board(region)
        assert f'action="{url}"' in page and f'id="wait-b{booking.pk}"' in page
        assert of(region).post(url, {"cause": "fate"}).status_code == 404
        assert WaitSpan.objects.get().cause == WaitCause.AUTHORITY
        of(region).post(url, {"cause": "technics"})
        assert WaitSpan.objects.get().cause == WaitCause.TECHNICS

    def test_it_can_be_said_at_once_before_the_minute_has_counted_her_wait(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking = come(region, at(10, 15))
        url = f"/desk/request/{booking.help_request_id}/wait/"
        monkeypatch.setattr(timezone, "now", lambda: at(10, 14))
        assert "уже не ждёт" in of(region).post(url, {"cause": "centre"}, follow=True).content.decode()
        assert not WaitSpan.objects.exists()
        monkeypatch.setattr(timezone, "now", lambda: at(10, 15))
        of(region).post(url, {"cause": "centre"})
        services.watch_queues(actor=SYSTEM, now=at(10, 16))
        span = WaitSpan.objects.get()
        assert (span.cause, span.began_at) == (WaitCause.CENTRE, at(10, 15))

    def test_who_was_received_is_late_for_nobody(self, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
        booking = come(region, at(10, 15))
        Booking.objects.filter(pk=booking.pk).update(began_at=at(10, 16))
        monkeypatch.setattr(timezone, "now", lambda: at(10, 31))
        assert f'id="wait-b{booking.pk}"' not in board(region)

    def test_the_watch_sees_booked_people_who_wait_and_says_whose_delay_it_is(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking, home = come(region, at(10, 15)), come(region, at(10, 15), n=2, home=True)
        watch = of(region, "duty_officer")
        monkeypatch.setattr(timezone, "now", lambda: at(10, 14))
        assert "Никто не ждёт" in watch.get("/watch/").content.decode()
        monkeypatch.setattr(timezone, "now", lambda: at(10, 31))
        services.watch_queues(actor=SYSTEM, now=at(10, 31))
        page = watch.get("/watch/").content.decode()
        assert page.count("по записи, время уже началось") == 2 and "Гражданка" not in page
        for one in (booking, home):
            assert f"№ {one.help_request.number}" in page and f'action="/watch/wait/{one.help_request_id}/"' in page
            assert f"/watch/wait/{one.help_request_id}/move/" not in page  # only a queue is left for another one
        watch.post(f"/watch/wait/{home.help_request_id}/", {"cause": "centre"})
        causes = dict(WaitSpan.objects.values_list("help_request", "cause"))
        assert causes == {booking.help_request_id: WaitCause.AUTHORITY, home.help_request_id: WaitCause.CENTRE}

    def test_the_longest_waiting_stand_first_whatever_they_wait_for(
        self, region: Region, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        ticket, booking = walk_in(region), come(region, at(9, 25))
        come(region, at(9, 50), n=2)  # her time has not begun
        monkeypatch.setattr(timezone, "now", lambda: at(9, 45))
        with django_assert_num_queries(2):
            assert [one.since for one in waiting_now(at(9, 45))] == [NOW, at(9, 25)]
        page = of(region, "duty_officer").get("/watch/now/", headers={"hx-request": "true"}).content.decode()
        shown = re.findall(r'id="wait-(b?\d+)"', page)
        assert shown == [str(ticket.pk), f"b{booking.pk}"]


class TestSeated:
    def test_a_walk_in_stands_in_the_grid_at_her_booth_until_her_talk_is_over(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticket, told = walk_in(region), list[str]()
        assert "из живой очереди" not in board(region)
        with monkeypatch.context() as patched:
            patched.setattr(booth, "publish_on_commit", told.append)
            services.open_booth(
                booth_id=region.booths[1].pk, code=ticket.start_code, actor=region.actor("operator"), now=NOW
            )
        assert told == [f"day:{region.branch.pk}"]  # the board follows by itself
        row = _row_of_now(board(region))
        first, second = row.split("<td>")[1:3]
        assert "Посетитель" not in first
        assert "Посетитель 1" in second and "из живой очереди, ждёт на месте" in second
        held = dialogue.admit(help_request_id=ticket.help_request_id, actor=region.actor("expert"), now=at(9, 5))
        dialogue.admit(help_request_id=ticket.help_request_id, actor=region.actor("expert"), now=at(9, 5))
        monkeypatch.setattr(timezone, "now", lambda: at(9, 40))
        row = _row_of_now(board(region))
        assert "из живой очереди, идёт диалог" in row and "09:05" in row
        dialogue.end(dialogue_id=held.pk, actor=region.actor("expert"), now=at(9, 41))
        assert "из живой очереди" not in board(region)

    def test_who_sits_there_after_hours_stands_in_a_row_of_her_own(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticket = walk_in(region)
        Ticket.objects.update(booth=region.booths[0])
        monkeypatch.setattr(timezone, "now", lambda: at(19, 10))
        assert "Посетитель 1" in _row_of_now(board(region))
        assert ticket.help_request_id


def _row_of_now(page: str) -> str:
    found = re.search(r'<tr class="is-now".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


class TestEarlier:
    def offered(self, region: Region) -> tuple[Booking, EarlierOffer]:
        early, booking = region.booked(at(11, 5), n=9), region.booked(at(16, 5), branch=region.branch)
        of(region).post(f"/desk/request/{booking.help_request_id}/earlier/", {"action": "join"})
        services.cancel(help_request_id=early.help_request_id, actor=citizen(early.help_request), now=NOW)
        offer = offer_freed_time(resting_id=RestingTime.objects.get().pk, actor=SYSTEM, now=NOW)
        assert offer is not None
        return booking, offer

    def test_the_desk_puts_her_on_the_list_and_takes_her_off(self, region: Region) -> None:
        booking = region.booked(at(16, 5), branch=region.branch)
        client, url = of(region), f"/desk/request/{booking.help_request_id}/"
        assert "Ждать время раньше" in client.get(url).content.decode()
        for _attempt in range(2):
            page = client.post(f"{url}earlier/", {"action": "join"}, follow=True).content.decode()
        assert "Гражданин ждёт время раньше" in page and "Больше не ждать" in page
        assert WaitlistEntry.objects.get().state == WaitlistState.WAITING
        page = client.post(f"{url}earlier/", {"action": "leave"}, follow=True).content.decode()
        assert "больше не ждёт" in page and "Ждать время раньше" in page
        assert WaitlistEntry.objects.get().state == WaitlistState.LEFT
        assert Booking.objects.get().during.lower == at(16, 5)

    def test_an_offer_is_accepted_for_her(self, region: Region) -> None:
        booking, offer = self.offered(region)
        client, url = of(region), f"/desk/request/{booking.help_request_id}/"
        assert "Освободилось время раньше" in client.get(url).content.decode()
        page = client.post(f"{url}earlier/", {"action": "accept", "offer": str(offer.pk)}, follow=True).content.decode()
        assert "Время изменено" in page and "Освободилось" not in page
        booking.refresh_from_db()
        assert booking.during.lower == at(11, 5)

    def test_an_offer_is_declined_for_her_and_she_waits_on(self, region: Region) -> None:
        booking, offer = self.offered(region)
        url = f"/desk/request/{booking.help_request_id}/earlier/"
        page = of(region).post(url, {"action": "decline", "offer": str(offer.pk)}, follow=True).content.decode()
        assert "Прежнее время осталось за гражданином" in page and "Больше не ждать" in page
        offer.refresh_from_db()
        booking.refresh_from_db()
        assert (offer.state, booking.during.lower) == (EarlierOfferState.DECLINED, at(16, 5))

    def test_an_offer_that_is_over_is_refused_and_she_keeps_her_time(
        self, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        booking, offer = self.offered(region)
        monkeypatch.setattr(timezone, "now", lambda: offer.expires_at)
        url = f"/desk/request/{booking.help_request_id}/earlier/"
        of(region).post(url, {"action": "accept", "offer": str(offer.pk)})
        offer.refresh_from_db()
        booking.refresh_from_db()
        assert (offer.state, booking.during.lower) == (EarlierOfferState.OPEN, at(16, 5))

    @pytest.mark.parametrize("said", [{"action": "x"}, {"action": "accept"}, {"action": "accept", "offer": "٣x"}, {}])
    def test_what_the_page_never_sends_is_unknown(self, region: Region, said: dict[str, str]) -> None:
        booking, offer = self.offered(region)
        assert of(region).post(f"/desk/request/{booking.help_request_id}/earlier/", said).status_code == 404
        offer.refresh_from_db()
        assert offer.state == EarlierOfferState.OPEN

    def test_nobody_but_the_desk_of_her_branch_or_who_checked_her_call_may(self, region: Region) -> None:
        booking = region.booked(at(16, 5))  # from home: of no branch
        url = f"/desk/request/{booking.help_request_id}/earlier/"
        for who in ("operator", "expert", "stranger"):
            assert of(region, who).post(url, {"action": "join"}).status_code in {403, 404}
        assert not WaitlistEntry.objects.exists()
        client = of(region)
        client.post("/desk/call/", {"number": booking.help_request.number or "", "digits": "4501"})
        client.post(url, {"action": "join"})
        assert WaitlistEntry.objects.get().state == WaitlistState.WAITING
