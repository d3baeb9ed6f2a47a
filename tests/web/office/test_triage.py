"""The office sees how topics are found and teaches examples; nobody else can."""

import pytest
from django.test import Client

from legalaid.directory.models import TopicExample
from legalaid.directory.services import ExampleRefused, add_example, remove_example
from legalaid.intake.advice import suggest_topics
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor, Grant
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.triage.danger import LINES
from tests.scenes import NOW, Region, make_region

pytestmark = pytest.mark.django_db
SAID = "у нас на майдане кизяк делят не по совести"


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def office(client: Client, region: Region) -> Client:
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    return client


def address(region: Region) -> str:
    return f"/office/triage/{region.topic.code.replace('.', '-')}/"


def test_quality_shows_figures_confusion_and_topics(office: Client, region: Region) -> None:
    page = office.get("/office/triage/").content.decode()
    assert "Какой орган путается с каким" in page
    assert "Невиденная рука" in page
    assert address(region) in page


def test_telephones_of_danger_stand_with_their_source_and_whether_it_was_read(office: Client, region: Region) -> None:
    page = office.get("/office/triage/").content.decode()
    for line in LINES:
        assert line.number in page
        assert line.source in page
    assert page.count("требует проверки") == sum(line.checked_at is None for line in LINES)


def test_an_example_is_learnt_at_once_and_forgotten_again(office: Client, region: Region) -> None:
    assert [one.topic for one in suggest_topics(SAID)][:1] != [region.topic]
    assert office.post(address(region), {"add": "1", "text": SAID}).status_code == 302
    assert suggest_topics(SAID)[0].topic == region.topic
    entry = JournalEntry.objects.filter(kind="topic").order_by("-id")[0]
    assert entry.action == "add_example" and "кизяк" not in str(entry.data)
    assert SAID in office.get(address(region)).content.decode()
    example = TopicExample.objects.get()
    office.post(address(region), {"remove": example.pk})
    assert not TopicExample.objects.exists()
    assert [one.topic for one in suggest_topics(SAID)][:1] != [region.topic]


@pytest.mark.parametrize("text", ["", "абв", "я" * 301, "звоните 8 928 123-45-67", "пишите на a@example.org"])
def test_a_bad_example_is_refused_and_changes_nothing(office: Client, region: Region, text: str) -> None:
    assert office.post(address(region), {"add": "1", "text": text}).status_code == 422
    assert not TopicExample.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_example_stands_once_and_only_the_office_teaches(region: Region) -> None:
    actor = Actor.staff(region.users["office"].pk, (Grant(Role.OFFICE),))
    add_example(topic_id=region.topic.pk, text=SAID, actor=actor, now=NOW)
    with pytest.raises(ExampleRefused):
        add_example(topic_id=region.topic.pk, text=SAID.upper(), actor=actor, now=NOW)
    stranger = Actor.staff(region.users["expert"].pk, (Grant(Role.EXPERT, authority_id=region.authority.pk),))
    with pytest.raises(NotFound):
        add_example(topic_id=region.topic.pk, text="другой пример речи", actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        remove_example(topic_id=region.topic.pk, example_id=TopicExample.objects.get().pk, actor=stranger, now=NOW)
    assert TopicExample.objects.count() == 1
