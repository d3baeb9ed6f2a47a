"""Another topic, another time, another window, the way back: what she looked over is what she gets."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from legalaid.directory.models import AgreementCoverage, Topic
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.people.models import Citizen
from legalaid.reception.models import Booking, ReceptionHours
from legalaid.reception.states import LIVE_BOOKINGS, BookingState
from tests.scenes import NOW, Region, at, make_region
from tests.web.citizen.walk import CONTACT, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Walk:
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # Monday, 09:00 in Rostov
    return Walk(make_region(posts=2))


def held() -> Booking:
    return Booking.objects.get(state__in=LIVE_BOOKINGS)


def another_topic(region: Region, **changed: object) -> Topic:
    topic = Topic.objects.get(pk=region.topic.pk)
    for name, value in {"pk": None, "code": "pension.other", "title": "Маленькая пенсия", **changed}.items():
        setattr(topic, name, value)
    topic.save()
    AgreementCoverage.objects.create(agreement=region.agreement, topic=topic, branch=None)
    return topic


@pytest.mark.parametrize("changed", [{}, {"minutes": 40}])
def test_a_time_kept_for_another_topic_is_let_go(walk: Walk, changed: dict[str, object]) -> None:
    topic = another_topic(walk.region, **changed)
    walk.as_far_as_contact()
    walk.client.post(walk.at("topics/"), {"topic": topic.code})
    assert not Booking.objects.filter(state__in=LIVE_BOOKINGS).exists()
    response = walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    assert response.status_code == 409 and "Выберите" in response.content.decode()
    assert HelpRequest.objects.get().state == RequestState.DRAFT and not Citizen.objects.exists()


def test_the_same_topic_chosen_again_keeps_the_time(walk: Walk) -> None:
    walk.as_far_as_contact()
    kept = held()
    walk.choose_topic()
    assert held() == kept


def test_another_time_chosen_meanwhile_is_shown_before_it_is_booked(walk: Walk) -> None:
    looked_over = walk.as_far_as_contact()
    check = walk.client.post(walk.at("contact/"), {"way": "time", **CONTACT}).content.decode()
    (sent,) = re.findall(r'name="start" value="([^"]+)"', check)
    assert datetime.fromisoformat(sent) == datetime.fromisoformat(looked_over)
    walk.hold(0)  # in a second window
    response = walk.client.post(walk.at("confirm/"), {"way": "time", "start": sent, **CONTACT})
    page = response.content.decode()
    assert response.status_code == 409 and "вы выбрали другое время" in page and CONTACT["name"] in page
    assert held().state == BookingState.HELD and not Citizen.objects.exists()
    (sent,) = re.findall(r'name="start" value="([^"]+)"', page)
    assert walk.client.post(walk.at("confirm/"), {"way": "time", "start": sent, **CONTACT}).url == walk.at("done/")
    assert held().during.lower == datetime.fromisoformat(sent)


def test_a_start_that_is_no_whole_minute_is_refused(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    odd = (at(10, 15) + timedelta(seconds=27)).isoformat()
    response = walk.client.post(walk.at("time/"), {"start": odd, "where": "home"})
    assert response.status_code == 409
    assert not Booking.objects.exists()


@pytest.mark.parametrize(("sent", "back"), [({}, "contact/?way=time"), ({"name": ""}, "contact/?way=time"),
                                            ({"way": "now"}, "contact/?way=now")])  # fmt: skip
def test_a_page_that_answers_a_form_tells_where_the_way_back_leads(walk: Walk, sent: dict[str, str], back: str) -> None:
    walk.as_far_as_contact()
    page = walk.client.post(walk.at("contact/"), {"way": "time", **CONTACT, **sent}).content.decode()
    assert f'data-posted="{walk.at(back)}"' in page
    assert walk.client.get(walk.at(back)).status_code == 200
    assert "data-posted" not in walk.client.get(walk.at("contact/")).content.decode()


def test_everything_wrong_with_a_contact_is_said_at_once(walk: Walk) -> None:
    walk.as_far_as_contact()
    wrong = {"way": "time", "name": "М", "phone": "123", "email": "bad@"}
    page = walk.client.post(walk.at("contact/"), wrong).content.decode()
    for words in ("одной буквы мало", "Такого телефона быть не может", "не похоже на адрес почты", "Без согласия"):
        assert words in page


def test_what_was_called_off_is_not_said_to_be_booked(walk: Walk) -> None:
    walk.book()
    assert "Вы записаны" in walk.client.get(walk.at("done/")).content.decode()
    walk.client.post(walk.at("cancel/"))
    assert walk.client.get(walk.at("done/")).url == walk.at("")


def test_an_earlier_time_is_promised_only_while_one_could_be_offered(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.book()
    start = held().during.lower
    monkeypatch.setattr(timezone, "now", lambda: start - timedelta(minutes=70))
    assert "Да, предложите раньше" in walk.client.get(walk.at("earlier/")).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: start - timedelta(minutes=60))
    assert walk.client.get(walk.at("earlier/")).url == walk.at("")
    assert walk.at("earlier/") not in walk.client.get(walk.at("")).content.decode()


def test_where_nobody_has_hours_it_is_not_said_that_all_is_taken(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    ReceptionHours.objects.all().delete()
    page = walk.client.get(walk.at("time/")).content.decode()
    assert "По записи здесь пока не принимают" in page and "всё занято" not in page
