"""Requests: the story, the topic, the secret link, and who may see them."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.intake.advice import suggest_topics
from legalaid.intake.links import id_from, token_for
from legalaid.intake.models import HelpRequest
from legalaid.intake.policies import get_visible_request
from legalaid.intake.services import MAX_STORY, RequestMovedOn, StoryRefused, start_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Channel
from legalaid.reception import services
from tests.scenes import NOW, Region, at, citizen, make_region


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


@pytest.mark.parametrize("story", ["", "   ", "\x00\x00", "аб", "я" * (MAX_STORY + 1)])
@pytest.mark.django_db
def test_a_story_that_says_nothing_or_too_much_is_refused(story: str) -> None:
    with pytest.raises(StoryRefused):
        start_request(story=story, channel=Channel.HOME, branch_id=None, actor=Actor.citizen(None), now=NOW)
    assert HelpRequest.objects.count() == 0


def test_a_topic_brings_its_competent_authority(region: Region) -> None:
    assert region.draft().authority == region.authority
    assert region.draft(topic=region.other_topic).authority == region.other_authority


def test_an_unknown_topic_is_not_found_and_nothing_changes(region: Region) -> None:
    request = region.draft()
    with pytest.raises(NotFound):
        services.choose_topic(help_request_id=request.pk, topic_code="no.such", actor=citizen(request), now=NOW)
    request.refresh_from_db()
    assert request.topic == region.topic


def test_a_submitted_request_keeps_its_topic(region: Region) -> None:
    request = region.booked(at(10, 15)).help_request
    with pytest.raises(RequestMovedOn):
        services.choose_topic(
            help_request_id=request.pk, topic_code=region.other_topic.code, actor=citizen(request), now=NOW
        )  # fmt: skip
    request.refresh_from_db()
    assert request.topic == region.topic


def test_people_find_topics_in_their_own_words(region: Region) -> None:
    assert suggest_topics("мне не засчитали годы стажа в колхозе")[0].topic == region.topic
    assert suggest_topics("Начальник задерживает зарплату")[0].topic == region.other_topic
    assert "зарплату" in suggest_topics("Начальник задерживает зарплату")[0].why
    assert suggest_topics("задерживают зарплпту")[0].topic == region.other_topic  # a typing error
    assert suggest_topics("и в на не") == []
    assert suggest_topics("⚠️") == []


@given(st.text(max_size=300))
@pytest.mark.django_db
def test_the_ranking_never_fails_on_any_text(text: str) -> None:
    assert suggest_topics(text.replace("\x00", "")) == []  # no topics are loaded: nothing to suggest, no error


def test_a_link_leads_to_its_own_request_only() -> None:
    one = uuid4()
    token = token_for(one)
    assert id_from(token) == one
    assert token_for(one) == token
    for wrong in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "", "абв", "a" * 38, token + "AAAA"):
        assert id_from(wrong) is None


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_link(text: str) -> None:
    assert id_from(text) is None


def test_who_may_see_a_request(region: Region) -> None:
    at_centre = region.at_desk(at(10, 15))
    for actor in (citizen(at_centre), region.actor("operator"), region.actor("expert"), region.actor("colleague")):
        assert get_visible_request(actor, at_centre.pk) == at_centre
    strangers = [region.actor(who) for who in ("stranger", "coordinator", "office", "observer")]
    for actor in (*strangers, Actor.citizen(uuid4()), Actor.citizen(None)):
        with pytest.raises(NotFound):
            get_visible_request(actor, at_centre.pk)
    with pytest.raises(NotFound):
        get_visible_request(region.actor("expert"), uuid4())


def test_an_operator_does_not_see_requests_from_home(region: Region) -> None:
    with pytest.raises(NotFound):
        get_visible_request(region.actor("operator"), region.draft().pk)


def test_numbers_are_never_given_twice(region: Region) -> None:
    numbers = [region.booked(at(10, 15 + 25 * n), n=n).help_request for n in range(1)]
    numbers += [region.at_desk(at(14, 0)), region.at_desk(at(14, 25), n=2)]
    for request in numbers:
        request.refresh_from_db()
    assert len({request.number for request in numbers}) == 3
