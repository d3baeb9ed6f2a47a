"""The choice of a time, moving it, and waiting for an earlier one: pages that need no script."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from legalaid.directory.models import AgreementCoverage, Booth, Branch, Interpreter
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.reception.models import Booking, EarlierOffer, RestingTime, WaitlistEntry
from legalaid.reception.queries import offered_starts
from legalaid.reception.queries.elsewhere import sooner_elsewhere
from legalaid.reception.services.waitlist import offer_freed_time
from legalaid.reception.states import BookingState, WaitlistState
from tests.scenes import NOW, ZONE, Region, at, make_region
from tests.web.citizen.walk import CONTACT, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk() -> Walk:
    return Walk(make_region())


def page(walk: Walk, name: str, **query: str) -> str:
    answer = walk.client.get(walk.at(name), query)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def hours(text: str) -> set[int]:
    """Local hours of the starts in the list of days."""
    listed = text.split('<form class="days"', 1)[1] if '<form class="days"' in text else ""
    return {datetime.fromisoformat(v).hour + 3 for v in re.findall(r'name="start"\s+value="([^"]+)"', listed)}


def far(walk: Walk, hour: int = 15, days: int = 3) -> datetime:
    """A start some days ahead, on the clocks of Rostov."""
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, hour - 3, tzinfo=UTC)


def booked_at(walk: Walk, start: datetime) -> Booking:
    walk.book()
    booking = Booking.objects.get()
    booking.during, booking.occupies = (start, start + timedelta(minutes=20)), (start, start + timedelta(minutes=25))
    booking.save()
    return Booking.objects.get()


def test_the_nearest_time_comes_first_and_one_press_keeps_it(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    text = page(walk, "time/")
    assert text.index("Ближайшее время") < text.index('class="days"') and "по московскому времени" in text
    first = walk.starts()[0]
    response = walk.client.post(walk.at("time/"), {"start": first, "where": "home"})
    assert response.url == walk.at("contact/")
    assert Booking.objects.get().during.lower == datetime.fromisoformat(first)


def test_filters_by_part_of_the_day_and_by_day(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    assert hours(page(walk, "time/", part="morning")) <= set(range(12))
    assert hours(page(walk, "time/", part="day")) <= set(range(12, 17)) != set()
    assert hours(page(walk, "time/", part="evening")) == {17}
    wanted = far(walk).date().isoformat()
    found = re.findall(r'class="slot"[^>]*value="(\d{4}-\d\d-\d\d)', page(walk, "time/", day=wanted))
    assert set(found) == {wanted}
    assert hours(page(walk, "time/", part="night", day="someday")) == hours(page(walk, "time/"))


def test_a_filter_that_leaves_nothing_says_so_and_leads_back(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    text = page(walk, "time/", day="2020-01-01")
    assert "В это время всё занято" in text and "Показать всё" in text and 'class="days"' not in text


def another_branch(region: Region, code: str = "mfc-2", **hours_of: str) -> Branch:
    branch = Branch.objects.create(code=code, name=f"МФЦ {code}", municipality="Азов", address="ул. Вторая, 2",
                                   timezone=ZONE, hours=hours_of or region.branch.hours)  # fmt: skip
    Booth.objects.create(branch=branch, code=f"{code}-booth", name="Кабинет", kind="room", step_free=True)
    AgreementCoverage.objects.create(agreement=region.agreement, topic=region.topic, branch=branch)
    return branch


def test_a_place_where_it_is_sooner_is_named_with_date_and_address(walk: Walk) -> None:
    other = another_branch(walk.region)
    walk.region.branch.hours = {"sun": "17:00-18:00"}
    walk.region.branch.save()
    walk.tell()
    walk.choose_topic()
    text = page(walk, "time/", where=str(walk.region.branch.pk))
    assert "В другом центре — раньше" in text and "Азов, ул. Вторая, 2" in text and "Из дома — раньше" in text
    assert f"?where={other.pk}" in text
    assert "раньше" not in page(walk, "time/")


@pytest.mark.parametrize("busy", ["free", "shut", "taken", "no_need"])
def test_sooner_is_only_what_can_be_had(busy: str, django_assert_max_num_queries: Any) -> None:
    region = make_region()
    other = another_branch(region)
    needs = ["induction_loop"] if busy == "no_need" else ["step_free"]
    if busy == "shut":
        other.closures.create(during=(NOW, NOW + timedelta(days=30)), reason="ремонт")
    if busy == "taken":
        booking = region.booked(at(9, 25), branch=other)
        Booking.objects.filter(pk=booking.pk).update(occupies=(NOW, NOW + timedelta(days=30)), post=region.posts[0],
                                                     during=(NOW, NOW + timedelta(days=30)))  # fmt: skip
    with django_assert_max_num_queries(7):
        found = sooner_elsewhere(
            authority=region.authority, branches=[other], home=False, minutes=20, before=None, days=3,
            lead=timedelta(minutes=10), now=NOW, mine=region.draft().pk if busy == "none" else HelpRequest().pk,
            needs=needs,
        )  # fmt: skip
    assert [(one.branch, one.start) for one in found] == ([(other, at(9, 25))] if busy == "free" else [])


def test_it_agrees_with_what_the_page_of_that_place_offers() -> None:
    region = make_region()
    branches = [another_branch(region, f"mfc-{n}", mon=f"{10 + n}:00-18:00", tue="09:00-18:00") for n in range(2, 5)]
    (found,) = sooner_elsewhere(
        authority=region.authority, branches=branches, home=False, minutes=20, before=None, days=3,
        lead=timedelta(minutes=10), now=NOW, mine=HelpRequest().pk,
    )  # fmt: skip
    firsts = [offered_starts(authority=region.authority, branch=b, minutes=20, days=3, now=NOW)[0] for b in branches]
    assert (found.branch, found.start) == (branches[0], min(firsts))


def test_needs_decide_which_times_there_are(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    walk.hold(where=str(walk.region.branch.pk))
    for _attempt in range(2):
        response = walk.client.post(walk.at("needs/"), {"need": "step_free", "where": str(walk.region.branch.pk)})
        assert response.url == walk.at("time/") + f"?where={walk.region.branch.pk}"
    assert HelpRequest.objects.get().needs == ["step_free"]
    assert Booking.objects.get().state == BookingState.LAPSED, "what was kept had steps"
    assert JournalEntry.objects.filter(action="adapt").count() == 1
    assert "Свободного времени пока нет" in page(walk, "time/", where=str(walk.region.branch.pk))
    Booth.objects.filter(branch=walk.region.branch).update(step_free=True)
    assert walk.starts(str(walk.region.branch.pk))
    assert walk.client.post(walk.at("needs/"), {"need": "sauna"}).status_code == 404
    assert HelpRequest.objects.get().needs == ["step_free"]


def test_an_interpreter_is_asked_for_where_there_is_one(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    assert "Разговор на другом языке" not in page(walk, "time/")
    Interpreter.objects.create(name="Анна", language="rsl", timezone=ZONE,
                               hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "14:00-16:00"))  # fmt: skip
    assert "Русский жестовый язык" in page(walk, "time/")
    walk.client.post(walk.at("needs/"), {"interpreter": "rsl", "where": "home"})
    assert hours(page(walk, "time/")) == {14, 15}
    walk.hold()
    assert Booking.objects.get().interpreter is not None


def test_needs_are_not_for_a_request_that_is_agreed(walk: Walk) -> None:
    walk.book()
    assert walk.client.post(walk.at("needs/"), {"need": "step_free"}).url == walk.at("")
    assert HelpRequest.objects.get().needs == []


def test_moving_by_link(walk: Walk) -> None:
    booking = booked_at(walk, far(walk))
    assert walk.at("move/") in page(walk, "")
    text = page(walk, "move/")
    assert "Это время останется за вами" in text and "Ближайшее время" in text
    start = far(walk, 10)
    for _attempt in range(2):
        assert walk.client.post(walk.at("move/"), {"start": start.isoformat(), "where": "home"}).url == walk.at("")
    after = Booking.objects.get()
    assert (after.pk, after.during.lower, after.sequence) == (booking.pk, start, 1)


def test_the_time_she_has_is_not_offered_as_another_one_but_stays_while_she_chooses() -> None:
    walk = Walk(make_region(posts=2))  # at the other post it is still free
    start = walk.as_far_as_contact()
    assert start in walk.starts(), "while it is held she may choose it again"
    assert walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT}).url == walk.at("done/")
    text = page(walk, "move/")
    assert "Ближайшее время" in text and start not in text
    branch = str(walk.region.branch.pk)
    assert start in page(walk, "move/", where=branch), "at another place it is another time"


@pytest.mark.parametrize("start", ["", "вчера", "2020-01-09T09:00:00+00:00", "at night"])
def test_a_refused_move_says_that_the_old_time_stands(walk: Walk, start: str) -> None:
    booking = booked_at(walk, far(walk))
    before = (list(Booking.objects.values()), JournalEntry.objects.count(), RestingTime.objects.count())
    sent = far(walk, 4).isoformat() if start == "at night" else start
    response = walk.client.post(walk.at("move/"), {"start": sent, "where": "home"})
    assert response.status_code == 409
    assert "Ваша прежняя запись в силе" in response.content.decode()
    assert (list(Booking.objects.values()), JournalEntry.objects.count(), RestingTime.objects.count()) == before
    assert booking.state == BookingState.CONFIRMED


def test_pages_of_change_lead_back_when_there_is_nothing_to_change(walk: Walk) -> None:
    walk.tell()
    for name in ("move/", "earlier/"):
        assert walk.client.get(walk.at(name)).url == walk.at("topics/")
    walk.choose_topic()
    walk.hold()
    walk.book()
    walk.client.post(walk.at("cancel/"))
    for name in ("move/", "earlier/"):
        assert walk.client.get(walk.at(name)).url == walk.at("")


def test_an_unknown_link_or_a_strange_form_is_an_unknown_page(walk: Walk) -> None:
    booked_at(walk, far(walk))
    for name in ("move/", "earlier/", "needs/"):
        assert walk.client.post(f"/z/{'A' * 38}/{name}").status_code == 404
    for action in ({}, {"action": "steal"}, {"action": "accept"}, {"action": "accept", "offer": "7"},
                   {"action": "decline", "offer": "9" * 30}):  # fmt: skip
        assert walk.client.post(walk.at("earlier/"), action).status_code == 404
    assert walk.client.get(walk.at("move/"), {"where": "999999"}).status_code == 404


def offer_to(walk: Walk, start: datetime) -> EarlierOffer:
    resting = RestingTime.objects.create(post=walk.region.posts[0], until=datetime.now(UTC) + timedelta(minutes=9),
                                         occupies=(start, start + timedelta(minutes=25)))  # fmt: skip
    offer = offer_freed_time(resting_id=resting.pk, actor=Actor.system("test"), now=datetime.now(UTC))
    assert offer is not None
    return offer


def test_asking_for_an_earlier_time_and_no_longer(walk: Walk) -> None:
    booked_at(walk, far(walk))
    assert "Хочу раньше" in page(walk, "")
    assert "Да, предложите раньше" in page(walk, "earlier/")
    for _attempt in range(2):
        assert walk.client.post(walk.at("earlier/"), {"action": "join"}).url == walk.at("")
    assert WaitlistEntry.objects.filter(state=WaitlistState.WAITING).count() == 1
    assert "Вы ждёте время раньше" in page(walk, "")
    assert "Больше не ждать" in page(walk, "earlier/")
    walk.client.post(walk.at("earlier/"), {"action": "leave"})
    assert not WaitlistEntry.objects.filter(state=WaitlistState.WAITING).exists()


def test_an_offered_time_is_taken_by_one_press(walk: Walk) -> None:
    booked_at(walk, far(walk))
    walk.client.post(walk.at("earlier/"), {"action": "join"})
    offer = offer_to(walk, far(walk, 10, 2))
    assert "Освободилось время раньше" in page(walk, "")
    assert "Оставить моё" in page(walk, "earlier/")
    for _attempt in range(2):
        sent = walk.client.post(walk.at("earlier/"), {"action": "accept", "offer": str(offer.pk)})
        assert sent.url == walk.at("")
    assert Booking.objects.get().during.lower == far(walk, 10, 2)
    assert HelpRequest.objects.get().state == RequestState.AGREED


def test_an_offer_that_ran_out_is_refused_and_the_booking_stands(walk: Walk) -> None:
    booking = booked_at(walk, far(walk))
    walk.client.post(walk.at("earlier/"), {"action": "join"})
    offer = offer_to(walk, far(walk, 10, 2))
    EarlierOffer.objects.update(expires_at=datetime.now(UTC))
    sent = walk.client.post(walk.at("earlier/"), {"action": "accept", "offer": str(offer.pk)})
    assert sent.status_code == 409 and "Ваше прежнее время осталось за вами" in sent.content.decode()
    assert Booking.objects.get().during.lower == booking.during.lower


def test_keeping_ones_own_time_goes_on_waiting(walk: Walk) -> None:
    booked_at(walk, far(walk))
    walk.client.post(walk.at("earlier/"), {"action": "join"})
    offer = offer_to(walk, far(walk, 10, 2))
    assert walk.client.post(walk.at("earlier/"), {"action": "decline", "offer": str(offer.pk)}).url == walk.at("")
    assert "Вы ждёте время раньше" in page(walk, "")


def test_the_page_of_times_asks_little(walk: Walk, django_assert_max_num_queries: Any) -> None:
    for n in range(2, 12):
        another_branch(walk.region, f"mfc-{n}")
    walk.tell()
    walk.choose_topic()
    with django_assert_max_num_queries(22):
        page(walk, "time/", where=str(walk.region.branch.pk))
