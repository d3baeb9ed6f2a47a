"""A language an expert speaks: offered only where she could sit, never promised, and an interpreter is taken first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from legalaid.directory.models import ExpertProfile, Interpreter
from legalaid.directory.states import Language
from legalaid.intake.links import token_for
from legalaid.intake.models import HelpRequest
from legalaid.people.models import Membership
from legalaid.reception import services
from legalaid.reception.free_rules import crowded
from legalaid.reception.models import Booking
from legalaid.reception.queries.spoken import languages_for
from legalaid.reception.queries.times import times_for
from legalaid.reception.refusals import SlotTaken
from tests.scenes import NOW, ZONE, Region, at, citizen, make_region

ARMENIAN = next(one for one in Language if "арм" in str(one.label))


@pytest.fixture
def region(db: None) -> Region:
    """Two posts, and one of the two experts speaks the language."""
    found = make_region(posts=2)
    services.set_expert_profile(
        authority_id=found.authority.pk, user_id=found.users["expert"].pk, topic_codes=[], languages=[ARMENIAN],
        actor=found.actor("coordinator"), now=NOW,
    )  # fmt: skip
    return found


def asks(region: Region) -> HelpRequest:
    request = region.draft()
    return services.say_needs(help_request_id=request.pk, needs=[], interpreter=ARMENIAN, actor=citizen(request),
                              now=NOW)  # fmt: skip


def starts(request: HelpRequest) -> list[datetime]:
    return times_for(request=request, branch=None, now=NOW).starts


def held(request: HelpRequest, start: datetime) -> Booking:
    return services.hold(help_request_id=request.pk, start=start, branch_id=None, actor=citizen(request), now=NOW)


def offered(region: Region) -> list[tuple[str, bool]]:
    return languages_for(authority_id=region.authority.pk, topic_id=region.topic.pk, now=NOW)


def test_the_language_of_an_expert_is_offered_for_what_she_answers_and_while_she_works(region: Region) -> None:
    assert offered(region) == [(ARMENIAN, False)]
    profile = ExpertProfile.objects.get()
    profile.topics.set([region.other_topic])
    assert offered(region) == [] and starts(asks(region)) == []
    profile.topics.set([region.topic])
    assert offered(region) == [(ARMENIAN, False)]
    Membership.objects.filter(user=region.users["expert"]).update(until=NOW - timedelta(hours=1))
    assert offered(region) == [] and starts(asks(region)) == []


def test_one_expert_is_not_wanted_by_two_at_once(region: Region) -> None:
    first, second = asks(region), asks(region)
    assert at(10, 15) in starts(first)
    booking = held(first, at(10, 15))
    assert (booking.interpreter_id, booking.help_request.interpreter) == (None, ARMENIAN)
    free = starts(second)
    assert at(10, 15) not in free and at(10, 40) in free, "the second post is free, the expert is not"
    with pytest.raises(SlotTaken):
        held(second, at(10, 15))
    assert Booking.objects.count() == 1
    assert at(10, 15) in starts(region.draft()), "without a language it is free"
    assert at(10, 15) in starts(first), "her own hold is not in her way"


def test_an_interpreter_is_taken_first_and_widens_what_is_offered(region: Region) -> None:
    person = Interpreter.objects.create(name="Анна", language=ARMENIAN, timezone=ZONE, hours={"mon": "10:00-12:00"})
    assert offered(region) == [(ARMENIAN, True)]
    first, second, third = (asks(region) for _n in range(3))
    assert held(first, at(10, 15)).interpreter_id == person.pk
    assert held(second, at(10, 15)).interpreter_id is None
    assert at(10, 15) not in starts(third)


@pytest.mark.parametrize("interpreted", [False, True])
def test_the_pages_promise_only_what_is_kept(
    region: Region, interpreted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    if interpreted:
        Interpreter.objects.create(name="Анна", language=ARMENIAN, timezone=ZONE, hours={"mon": "08:00-20:00"})
    request = asks(region)
    token = token_for(request.pk)
    page = Client().get(f"/z/{token}/time/").content.decode()
    assert (": говорит сам специалист" in page) is not interpreted
    said = "Переводчик будет не в любое время" if interpreted else "Переводчика этого языка у нас нет"
    assert said in page and "решается в тот же день" in page
    held(request, at(10, 15))
    page = Client().get(f"/z/{token}/contact/").content.decode()
    assert ("Переводчика на это время нет" in page) is not interpreted
    services.confirm_booking(help_request_id=request.pk, name="Анна", phone="89281234501", email="", consent=True,
                             actor=citizen(request), now=NOW)  # fmt: skip
    page = Client().get(f"/z/{token}/").content.decode()
    assert ("Переводчика на это время нет" in page) is not interpreted


minutes = st.integers(0, 40)


@given(st.lists(st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair))), max_size=8), st.integers(1, 3))
def test_crowded_is_where_so_many_run_at_once(busy: list[tuple[int, int]], most: int) -> None:
    told = {minute for start, end in crowded(busy, most) for minute in range(start, end)}
    assert told == {m for m in range(41) if sum(start <= m < end for start, end in busy) >= most}
