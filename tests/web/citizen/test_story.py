"""What the citizen is told of her story: a question, telephones in danger, a date, a second request."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Area, Topic
from legalaid.intake.models import HelpRequest, TopicChoice
from legalaid.journal.models import JournalEntry
from legalaid.triage.dates import add_months
from tests.scenes import Region, make_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    found = make_region()
    area = Area.objects.order_by("id")[0]
    for code, title, authority in (
        ("labour.dismissal", "Незаконное увольнение", found.other_authority),
        ("labour.forced", "Заставляют уволиться", found.other_authority),
        ("housing.flood", "Залили соседи", found.other_authority),
        ("pension.delivery", "Не пришла пенсия", found.authority),
        ("other.unclear", "Тему не удалось определить", found.authority),
    ):
        Topic.objects.get_or_create(
            code=code, defaults={"area": area, "authority": authority, "title": title, "ask": title, "minutes": 20}
        )
    return found


def tell(client: Client, story: str) -> str:
    return str(client.post("/", {"story": story}).url)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_choice_is_remembered_without_words_and_sets_the_deadline(client: Client, region: Region) -> None:
    topics = tell(client, "меня уволили 20 дней назад за прогул которого не было")
    assert "Незаконное увольнение" in page(client, topics)
    client.post(topics, {"topic": "labour.dismissal"})
    request = HelpRequest.objects.get()
    assert request.deadline_on is not None
    assert timedelta(days=8) <= request.deadline_on - timezone.localdate() <= timedelta(days=13)
    choice = TopicChoice.objects.get()
    assert choice.chosen == "labour.dismissal"
    assert "labour.dismissal" in choice.offered
    entries = JournalEntry.objects.filter(subject=str(request.pk))
    assert "set_deadline" in {one.action for one in entries}
    assert "прогул" not in str([one.data for one in entries])
    told = page(client, topics.replace("topics/", "topic/"))
    assert "успеть нужно до" in told


def test_another_topic_takes_the_deadline_back(client: Client, region: Region) -> None:
    topics = tell(client, "меня уволили 20 дней назад")
    client.post(topics, {"topic": "labour.dismissal"})
    client.post(topics, {"topic": "housing.flood"})
    assert HelpRequest.objects.get().deadline_on is None
    assert TopicChoice.objects.get().chosen == "housing.flood"


def test_the_date_is_asked_for_and_counted(client: Client, region: Region) -> None:
    topics = tell(client, "меня уволили за прогул которого не было")
    client.post(topics, {"topic": "labour.dismissal"})
    topic = topics.replace("topics/", "topic/")
    assert "Когда вам дали приказ" in page(client, topic)
    day = timezone.localdate() - timedelta(days=3)
    client.post(topic, {"happened_on": day.isoformat()})
    found = HelpRequest.objects.get().deadline_on
    assert found is not None and found > timezone.localdate() + timedelta(days=20)


def test_a_guessed_day_is_called_a_guess_until_the_day_is_named(client: Client, region: Region) -> None:
    topics = tell(client, "меня уволили месяц назад за прогул которого не было")
    client.post(topics, {"topic": "labour.dismissal"})
    topic = topics.replace("topics/", "topic/")
    told = page(client, topic)
    assert "примерно" in told and "Когда вам дали приказ" in told and "Дата другая?" not in told
    day = add_months(timezone.localdate(), -1)
    answer = client.post(topic, {"happened_on": day.isoformat()}, follow=True).content.decode()
    assert "примерно" not in answer and "Дата другая?" in answer


@pytest.mark.parametrize("typed", ["", "завтра", "2999-01-01", "1900-01-01"])
def test_an_impossible_date_is_refused_and_changes_nothing(client: Client, region: Region, typed: str) -> None:
    topics = tell(client, "меня уволили за прогул которого не было")
    client.post(topics, {"topic": "labour.dismissal"})
    answer = client.post(topics.replace("topics/", "topic/"), {"happened_on": typed})
    assert answer.status_code == 422
    assert HelpRequest.objects.get().deadline_on is None


def test_danger_comes_before_everything(client: Client, region: Region) -> None:
    told = page(client, tell(client, "муж бьёт меня и детей, страшно идти домой"))
    assert told.index("tel:112") < told.index("<h1")
    assert "tel:102" in told
    assert "tel:112" not in page(client, tell(client, "соседи сверху затопили кухню"))


def test_nothing_fits_is_said_and_leads_to_the_operator(client: Client, region: Region) -> None:
    topics = tell(client, "здравствуйте помогите")
    assert "Не узнали тему" in page(client, topics)
    client.post(topics, {"topic": "other.unclear"})
    assert HelpRequest.objects.get().topic.code == "other.unclear"
    assert TopicChoice.objects.get().offered == []


def test_danger_is_answered_also_where_no_topic_fits(client: Client, region: Region) -> None:
    told = page(client, tell(client, "помогите"))
    assert "Не узнали тему" in told and "tel:112" not in told
    told = page(client, tell(client, "помогите, не хочу больше жить"))
    assert told.index("tel:112") < told.index("<h1")


def test_two_troubles_are_offered_as_two_requests(client: Client, region: Region) -> None:
    story = (
        "Соседи сверху затопили мне кухню и не платят за ремонт. Ещё у меня пенсия в этом месяце не пришла на карту."
    )
    topics = tell(client, story)
    assert "два вопроса" in page(client, topics)
    second = topics.replace("topics/", "second/")
    client.post(second)
    assert HelpRequest.objects.count() == 1  # no topic is chosen yet: nothing to tell apart
    client.post(topics, {"topic": "housing.flood"})
    answer = client.post(second)
    assert answer.url.endswith("/topics/")
    assert answer.url != topics
    other = HelpRequest.objects.order_by("-created_at")[0]
    assert "пенсия" in other.story
    assert "затопили" not in other.story
    assert "Не пришла пенсия" in page(client, answer.url)
