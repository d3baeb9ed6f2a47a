"""The public pages say what may be booked today, and nothing that may not."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import AgreementCoverage, Branch, Topic
from legalaid.directory.public_queries import answerers, at_home, places_open
from legalaid.directory.states import AgreementState
from legalaid.reception import services
from legalaid.web.templatetags.week import week_words
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
PAGES = ["/where/", "/who/", "/about/"]


@pytest.fixture
def region() -> Region:
    return make_region()


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_anybody_may_read_them_and_nobody_may_write(region: Region, address: str) -> None:
    assert "<h1>" in page(address)
    assert Client().post(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_branch_is_named_with_its_hours_and_who_answers(region: Region) -> None:
    assert region.branch.address in page("/where/")
    found = page(f"/where/{region.branch.code}/")
    assert region.branch.address in found
    assert region.authority.plain in found
    assert region.topic.title in found
    assert region.booths[0].name in found


def test_one_of_many_branches_is_found_by_the_words_of_a_person(region: Region) -> None:
    assert 'name="q"' not in page("/where/")  # one branch needs no search
    for n, town in enumerate(("Азов", "Гуково", "Донецк", "Королёв", "Шахты"), start=2):
        other = Branch.objects.create(
            code=f"mfc-{n}", name=f"МФЦ {n}", municipality=town, address=f"{town}, ул. Мира, {n}",
            timezone=region.branch.timezone, hours=region.branch.hours,
        )  # fmt: skip
        AgreementCoverage.objects.create(agreement=region.agreement, topic=region.topic, branch=other)
    assert 'name="q"' in page("/where/")
    for asked, expected in (("в Азове", "Азов, ул. Мира, 2"), ("королев мира", "Королёв, ул. Мира, 5")):
        found = Client().get("/where/", {"q": asked}).content.decode()
        assert expected in found
        assert region.branch.address not in found
    nothing = Client().get("/where/", {"q": "<b>Париж\x00"}).content.decode()
    assert "не нашлось" in nothing
    assert "<b>Париж" not in nothing
    assert 'href="/where/"' in nothing


def test_a_branch_that_is_closed_now_says_so_in_the_list(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert "сейчас закрыто" not in page("/where/")
    services.close_branch(branch_id=region.branch.pk, first=TODAY, last=TODAY, reason="Авария", decisions={},
                          actor=region.actor("office"), now=NOW)  # fmt: skip
    assert "сейчас закрыто" in page("/where/")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=1))
    assert "сейчас закрыто" not in page("/where/")


def test_an_agreement_that_ended_takes_its_topics_away_everywhere(region: Region) -> None:
    assert region.topic.title in page("/who/")
    region.agreement.valid_until = timezone.now().date() - timedelta(days=2)
    region.agreement.valid_from = region.agreement.valid_until - timedelta(days=9)
    region.agreement.save()
    assert region.topic.title not in page("/who/")
    assert region.topic.title not in page(f"/where/{region.branch.code}/")
    assert region.branch.address not in page("/where/")
    assert region.agreement.number not in page("/about/")


def test_a_draft_switches_nothing_on(region: Region) -> None:
    assert places_open(TODAY)
    region.agreement.state = AgreementState.DRAFT
    region.agreement.save()
    assert places_open(TODAY) == []
    assert answerers(TODAY) == []
    assert at_home(TODAY) == (0, 0)


def test_an_unknown_branch_is_not_found(region: Region) -> None:
    for address in ("/where/nowhere/", "/where/nowhere/poster/", "/where/nowhere/qr.svg"):
        assert Client().get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_poster_carries_the_code_of_the_service(region: Region) -> None:
    found = page(f"/where/{region.branch.code}/poster/")
    assert f"/where/{region.branch.code}/qr.svg" in found
    picture = Client().get(f"/where/{region.branch.code}/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content


def test_the_statements_do_not_grow_with_the_network(region: Region, django_assert_num_queries: object) -> None:
    for n in range(5):
        Branch.objects.create(
            code=f"more-{n}", name=f"МФЦ {n}", municipality="Р", address="А", timezone="UTC", hours={}
        )
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture of pytest-django
        places_open(TODAY)
    with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture of pytest-django
        answerers(TODAY)


@pytest.mark.parametrize(("hours", "said"), [
    ({"mon": "08:00-18:00", "tue": "08:00-18:00", "wed": "08:00-20:00"},
     "пн–вт 8:00–18:00, ср 8:00–20:00, чт–вс выходной"),
    ({}, "пн–вс выходной"),
    (dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "10:00-14:30"), "пн–вс 10:00–14:30"),
    (dict.fromkeys(("sat", "sun"), "00:00-23:59"), "пн–пт выходной, сб–вс круглосуточно"),
])  # fmt: skip
def test_a_week_is_said_shortly(hours: dict[str, str], said: str) -> None:
    assert week_words(hours) == said


def test_a_topic_has_a_page_of_its_own_while_somebody_answers_it(region: Region) -> None:
    address = f"/who/{region.topic.code}/"
    assert address in page("/who/")
    law = [{"act": "Закон", "articles": "ст. 1", "checked_at": "2026-11-03"},
           {"act": "Кодекс", "articles": "ст. 2", "checked_at": None}]  # fmt: skip
    Topic.objects.filter(pk=region.topic.pk).update(short_answer="Запросите **выписку**.", law=law)
    found = page(address)
    assert "<strong>выписку</strong>" in found and region.topic.deadline in found and "Паспорт" in found
    assert "Закон, ст. 1" in found and "проверено 3 ноября 2026" in found
    assert "Кодекс" in found and "ст. 2" not in found, "what nobody has checked is not told"
    assert "checked on 3 November 2026" in Client(HTTP_ACCEPT_LANGUAGE="en").get(address).content.decode()
    for code in (region.other_topic.code, "none", "%00"):
        assert Client().get(f"/who/{code}/").status_code == HTTPStatus.NOT_FOUND
    Topic.objects.filter(pk=region.topic.pk).update(retired_at=NOW)
    assert Client().get(address).status_code == HTTPStatus.NOT_FOUND
