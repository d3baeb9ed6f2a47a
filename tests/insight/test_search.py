"""Search finds by meaning and by word forms, and never what the reader may not see."""

import pytest

from legalaid.insight.search import search
from legalaid.kernel.actor import Actor, Grant
from legalaid.people.states import Role
from tests.scenes import Region, at, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


def expert_of(authority_id: int) -> Actor:
    return Actor.staff(7, (Grant(Role.EXPERT, authority_id=authority_id),))


def test_another_form_of_the_word_finds(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    request.story = "Стаж в колхозе не засчитали"
    request.save()
    mine = expert_of(region.authority.pk)
    assert [one.pk for one in search(mine, "колхозом").requests] == [request.pk]
    assert [one.pk for one in search(mine, "не учли годы работы").requests] == [request.pk]  # by meaning
    assert search(mine, "не учли годы работы").topics[0].code == region.topic.code
    assert search(mine, "рецепт борща").requests == []


def test_a_verb_with_a_prefix_finds_its_noun(region: Region) -> None:
    """Whatever the topic: the request is about the seniority, its words about indexation."""
    request = region.booked(at(10, 15)).help_request
    request.story = "Индексация пенсий"
    request.save()
    mine = expert_of(region.authority.pk)
    assert [one.pk for one in search(mine, "проиндексировали пенсию").requests] == [request.pk]
    request.story = "Индекс почты и адрес"
    request.save()
    assert search(mine, "проиндексировали пенсию").requests == []  # every word is asked for


def test_a_noun_finds_its_verb_whatever_the_prefix(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    request.story = "Соседке проиндексировали пенсию, а мне нет"
    request.save()
    mine = expert_of(region.authority.pk)
    assert [one.pk for one in search(mine, "индексация пенсий").requests] == [request.pk]
    request.story = "Стаж не засчитали, на конверте нет индекса"
    request.save()
    assert search(mine, "индексация пенсий").requests == []  # every word is asked for


def test_a_number_finds_its_request_and_only_for_those_who_may_see_it(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    assert request.number
    mine = expert_of(region.authority.pk)
    for asked in (request.number, f"№ {request.number}", f"№{request.number} "):
        found = search(mine, asked)
        assert [one.pk for one in found.requests] == [request.pk]
        assert found.topics == []  # figures are no trouble
    assert search(mine, f"{request.number}9").requests == []
    assert search(expert_of(region.other_authority.pk), request.number).requests == []


def test_what_is_not_the_readers_is_not_found(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    request.story = "Стаж в колхозе не засчитали"
    request.save()
    assert search(expert_of(region.other_authority.pk), "колхоз").requests == []
    assert search(Actor.staff(8, (Grant(Role.OFFICE),)), "колхоз").requests == []
    assert search(Actor.staff(8, (Grant(Role.OFFICE),)), "не засчитали стаж").topics != []
    assert search(Actor.staff(9, (Grant(Role.OPERATOR, branch_id=region.branch.pk + 1),)), "колхоз").requests == []


@pytest.mark.parametrize("asked", ["", "  ", "a", "\x00\x00", "'; --", "&|!()", "ё" * 500])
def test_odd_questions_find_nothing_and_break_nothing(region: Region, asked: str) -> None:
    assert search(expert_of(region.authority.pk), asked).requests == []
