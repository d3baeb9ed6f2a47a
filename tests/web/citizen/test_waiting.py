"""Asking on the booking page to be told of a time, without a script; the offer on her page and at the desk."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.kernel.actor import Actor
from legalaid.reception.models import Booking, ExtraHours, ReceptionHours, WaitlistEntry
from legalaid.reception.services.waitlist import tend_waitlist
from tests.scenes import NOW, Region, make_region
from tests.web.citizen.walk import CONTACT, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> Region:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return make_region(posts=2)


def asked(region: Region, where: str) -> Walk:
    """As far as the request's page, by the forms of the pages alone."""
    walk = Walk(region)
    walk.tell()
    walk.choose_topic()
    page = walk.client.get(walk.at("time/"), {"where": where}).content.decode()
    assert "Сообщите, когда появится время" in page and 'name="way" value="wait"' in page
    sent = {"way": "wait", "where": where, "part": "evening"}
    contact = walk.client.get(walk.at("contact/"), sent).content.decode()
    assert f'name="where" value="{where}"' in contact and 'name="part" value="evening"' in contact
    assert "Вечером, с 17:00" in contact and "Достаточно чего-то одного" in contact
    check = walk.client.post(walk.at("contact/"), sent | CONTACT).content.decode()
    assert "Всё верно, сообщите мне" in check and f'name="where" value="{where}"' in check
    done = walk.client.post(walk.at("confirm/"), sent | CONTACT)
    assert done.headers["Location"] == walk.at("")
    return walk


def test_she_asks_waits_is_offered_and_takes_it(region: Region) -> None:
    ReceptionHours.objects.all().delete()
    walk = asked(region, "home")
    page = walk.client.get(walk.at("")).content.decode()
    assert "Ищем вам время" in page and "Больше не ждать" in page and "Выбрать время" in page
    assert "Ждём время" in page and page.count("Делать ничего не нужно") == 2, "on top and at the step she is at"
    ExtraHours.objects.create(post=region.posts[0], day=date(2026, 11, 25), opens=time(18), closes=time(19))
    tend_waitlist(actor=Actor.system("test"), now=NOW)
    page = walk.client.get(walk.at("")).content.decode()
    assert "Появилось время" in page and "25 ноября, среда, 18:00" in page and "Записаться или отказаться" in page
    page = walk.client.get(walk.at("earlier/")).content.decode()
    assert "Записаться на это время" in page and "Не подходит, ждать другого" in page
    offer = WaitlistEntry.objects.get().made.get()
    answer = walk.client.post(walk.at("earlier/"), {"action": "accept", "offer": offer.pk})
    assert answer.headers["Location"] == walk.at("")
    assert Booking.objects.get().state == "confirmed"
    assert "Разговор 25 ноября" in walk.client.get(walk.at("")).content.decode()


def test_nothing_typed_is_lost_and_a_name_alone_is_not_enough(region: Region) -> None:
    walk = Walk(region)
    walk.tell()
    walk.choose_topic()
    sent = {"way": "wait", "where": str(region.branch.pk), "part": "", "name": "Мария", "consent": "on"}
    page = walk.client.post(walk.at("contact/"), sent)
    assert page.status_code == 422 and f'name="where" value="{region.branch.pk}"' in page.content.decode()
    assert not WaitlistEntry.objects.exists()
    assert walk.client.get(walk.at("contact/"), {"way": "wait", "where": "99999"}).status_code == 404


def test_the_desk_sees_the_offer_and_answers_it_for_her(region: Region) -> None:
    ReceptionHours.objects.all().delete()
    asked(region, str(region.branch.pk))
    entry = WaitlistEntry.objects.get()
    ExtraHours.objects.create(post=region.posts[0], day=date(2026, 11, 25), opens=time(17), closes=time(18))
    tend_waitlist(actor=Actor.system("test"), now=NOW)
    desk = Client()
    desk.force_login(region.users["operator"], backend="legalaid.people.backends.StaffBackend")
    url = f"/desk/request/{entry.help_request_id}/"
    page = desk.get(url).content.decode()
    assert "Появилось время" in page and "Записать на это время" in page and "ищем время" in page
    desk.post(f"{url}earlier/", {"action": "accept", "offer": entry.made.get().pk})
    booking = Booking.objects.get()
    assert booking.state == "confirmed" and booking.booth is not None and booking.booth.branch_id == region.branch.pk


def test_leaving_and_asking_again_on_her_page(region: Region) -> None:
    walk = asked(region, "home")
    assert "Ищем вам время" in walk.client.get(walk.at("earlier/")).content.decode()
    walk.client.post(walk.at("earlier/"), {"action": "leave"})
    assert WaitlistEntry.objects.get().state == "left"
    assert "Сообщите, когда появится время" in walk.client.get(walk.at("")).content.decode()
    assert "Да, сообщите" in walk.client.get(walk.at("earlier/")).content.decode()
    walk.client.post(walk.at("earlier/"), {"action": "join"})
    again = WaitlistEntry.objects.get(state="waiting")
    assert again.part == "evening", "what she asked for the first time"
    starts = walk.client.get(walk.at("move/")).content.decode()
    assert 'name="start"' in starts and "Рассказывать заново не нужно" in starts
