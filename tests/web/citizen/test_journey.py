"""From «что случилось» to a number, and what is refused on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from legalaid.intake.models import HelpRequest
from legalaid.intake.states import RequestState
from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.messaging.services import write_sms
from legalaid.messaging.states import MessageChannel, MessageState
from legalaid.people.models import Citizen, Consent
from legalaid.reception.letters import request_url
from legalaid.reception.models import Booking, Duty, Ticket
from legalaid.reception.states import BookingState
from tests.scenes import Region, make_region
from tests.web.citizen.walk import CONTACT, STORY, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return make_region()


@pytest.fixture
def walk(region: Region) -> Walk:
    return Walk(region)


def snapshot() -> tuple[object, ...]:
    """What a refusal must leave as it was."""
    return (
        list(Booking.objects.order_by("id").values_list("id", "state", "citizen")),
        list(HelpRequest.objects.order_by("id").values_list("id", "state", "number", "citizen")),
        Ticket.objects.count(), Citizen.objects.count(), Consent.objects.count(), Message.objects.count(),
        JournalEntry.objects.count(),
    )  # fmt: skip


def on_duty(region: Region) -> None:
    Duty.objects.create(post=region.posts[0], expert=region.users["expert"], started_at=datetime.now(UTC))


def test_first_page_has_one_field(client: Client) -> None:
    page = client.get("/").content.decode()
    assert page.count("<textarea") == 1
    assert "Расскажите, что случилось" in page


@pytest.mark.parametrize("story", ["", "   ", "\x00\x00\x00", "а"])
def test_an_empty_story_is_answered_beside_the_field(client: Client, story: str) -> None:
    response = client.post("/", {"story": story})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#id_story"' in page and "autofocus" in page
    assert not HelpRequest.objects.exists()


def test_the_whole_way_by_appointment(walk: Walk) -> None:
    walk.tell()
    assert walk.region.topic.title in walk.client.get(walk.at("topics/")).content.decode()
    walk.choose_topic()
    page = walk.client.get(walk.at("topic/")).content.decode()
    assert "СНИЛС" in page and "3 месяца" in page and "Федеральный закон № 400-ФЗ" in page
    assert "Поговорить сейчас" not in page
    walk.hold()
    assert "Держим это время" in walk.client.get(walk.at("contact/")).content.decode()
    check = walk.client.post(walk.at("contact/"), {"way": "time", **CONTACT}).content.decode()
    assert "Проверьте, всё ли верно" in check and "Мария Петровна" in check
    assert Citizen.objects.count() == 0, "nothing is stored about a person before she looked over her answers"
    response = walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    assert response.url == walk.at("done/")
    request = HelpRequest.objects.get()
    assert request.state == RequestState.AGREED and request.story == STORY
    done = walk.client.get(walk.at("done/")).content.decode()
    assert request.number and request.number in done and walk.token in done
    assert "по московскому времени" in done
    assert request.number in walk.client.get(walk.at("")).content.decode()


def _phone_alone(walk: Walk, where: str = "home") -> Message | None:
    walk.tell()
    walk.choose_topic()
    walk.hold(where=where)
    walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT, "email": "", "phone": "+7 928 111-22-33"})
    return Message.objects.filter(channel=MessageChannel.SMS).order_by("id").last()


@pytest.mark.parametrize(("wait", "told"), [(None, "мы послали по СМС"), (timedelta(hours=5), "мы пришлём по СМС")])
def test_who_left_a_telephone_alone_reads_when_a_message_comes_there(
    walk: Walk, wait: timedelta | None, told: str
) -> None:
    message = _phone_alone(walk)
    if message is None:  # at night, for a start before the morning: none is written
        message = write_sms(to="+79281112233", text="", now=datetime.now(UTC),
                            about=f"booking-confirmed:{Booking.objects.get().pk}")  # fmt: skip
    body = f"Вы записаны. Войти: {request_url(HelpRequest.objects.get())}"
    Message.objects.filter(pk=message.pk).update(not_before=wait and datetime.now(UTC) + wait, body=body)
    page = " ".join(walk.client.get(walk.at("done/")).content.decode().split())
    assert f"Ссылку и время {told} на +7 928 111-22-33" in page
    assert ("ночью мы не будим" in page) == (wait is not None)
    Message.objects.filter(pk=message.pk).update(body="Вы записаны: 30 ноября, 08:20, ул. Первая, 1.")
    page = " ".join(walk.client.get(walk.at("done/")).content.decode().split())
    assert f"Время и адрес {told}" in page


def test_where_no_message_comes_the_page_promises_none(walk: Walk) -> None:
    _phone_alone(walk)
    Message.objects.filter(channel=MessageChannel.SMS).update(state=MessageState.WITHDRAWN)
    page = walk.client.get(walk.at("done/")).content.decode()
    assert "по СМС" not in page
    assert "Сохраните ссылку" in page


def test_a_doubled_confirmation_is_one_booking(walk: Walk) -> None:
    walk.book()
    before = snapshot()
    response = walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    assert response.url == walk.at("done/")
    assert snapshot() == before


def test_in_a_centre(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    walk.hold(where=str(walk.region.branch.pk))
    walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    booking = Booking.objects.get()
    assert booking.booth_id in {booth.pk for booth in walk.region.booths}
    page = walk.client.get(walk.at("done/")).content.decode()
    assert "ул. Первая, 1" in page and "назовите у стойки номер заявки" in page


def test_now_while_somebody_receives(walk: Walk) -> None:
    on_duty(walk.region)
    walk.tell()
    walk.choose_topic()
    assert "Поговорить сейчас" in walk.client.get(walk.at("topic/")).content.decode()
    assert walk.client.get(walk.at("contact/") + "?way=now").status_code == 200
    response = walk.client.post(walk.at("confirm/"), {"way": "now", **CONTACT})
    assert response.url == walk.at("done/")
    page = " ".join(walk.client.get(walk.at("done/")).content.decode().split())
    assert "Вы следующие в очереди" in page
    assert f"Ссылку мы послали на {CONTACT['email']}." in page
    walk.client.post(walk.at("confirm/"), {"way": "now", **CONTACT})
    assert Ticket.objects.count() == 1
    letter = Message.objects.get(channel=MessageChannel.EMAIL)
    assert request_url(HelpRequest.objects.get()) in letter.body and letter.to == CONTACT["email"]


@pytest.mark.parametrize("quiet", [True, False])
def test_who_queues_with_a_telephone_alone_gets_the_link_by_day(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    monkeypatch.setattr("legalaid.reception.letters.is_quiet", lambda _now, _zone: quiet)
    on_duty(walk.region)
    walk.tell()
    walk.choose_topic()
    walk.client.post(walk.at("confirm/"), {"way": "now", **CONTACT, "email": ""})
    page = " ".join(walk.client.get(walk.at("done/")).content.decode().split())
    assert ("Ссылку мы послали по СМС на +7 928 123-45-67" in page) == (not quiet)
    assert [request_url(HelpRequest.objects.get()) in one.body for one in Message.objects.all()] == [True] * (not quiet)


def test_now_when_the_last_expert_has_left_offers_a_time_and_keeps_the_name(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    before = snapshot()
    response = walk.client.post(walk.at("confirm/"), {"way": "now", **CONTACT})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Сейчас никто не ведёт приём" in page and 'value="Мария Петровна"' in page
    assert snapshot() == before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Напишите, как к вам обращаться."),
        ({"phone": "", "email": ""}, "Оставьте телефон или электронную почту"),
        ({"phone": "12"}, "телефон"),
        ({"email": "где-то"}, "Это не похоже на адрес почты."),
        ({"consent": ""}, "Без согласия"),
    ],
)
@pytest.mark.parametrize("page", ["contact/", "confirm/"])
def test_a_wrong_contact_is_said_and_nothing_is_lost(walk: Walk, page: str, wrong: dict[str, str], words: str) -> None:
    walk.as_far_as_contact()
    before = snapshot()
    typed = {**CONTACT, **wrong}
    response = walk.client.post(walk.at(page), {"way": "time", **typed})
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text
    for name in ("name", "phone", "email"):
        assert not typed[name] or f'value="{typed[name]}"' in text
    assert snapshot() == before


def test_everything_wrong_is_said_at_once(walk: Walk) -> None:
    walk.as_far_as_contact()
    text = walk.client.post(walk.at("contact/"), {"way": "time"}).content.decode()
    assert "Напишите, как к вам обращаться." in text and "Без согласия" in text


def test_answers_can_be_changed_after_a_look(walk: Walk) -> None:
    walk.as_far_as_contact()
    page = walk.client.post(walk.at("contact/"), {"way": "time", "change": "1", **CONTACT}).content.decode()
    assert 'value="Мария Петровна"' in page and "checked" in page


@pytest.mark.parametrize("start", ["", "вчера", "2026-11-23T10:00", "2020-01-09T09:00:00+00:00", "9999-99-99"])
def test_a_start_that_is_not_offered_is_refused(walk: Walk, start: str) -> None:
    walk.tell()
    walk.choose_topic()
    before = snapshot()
    response = walk.client.post(walk.at("time/"), {"start": start, "where": "home"})
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()
    assert snapshot() == before


def test_a_start_taken_by_a_rival_is_refused_with_a_fresh_list(walk: Walk) -> None:
    rival = Walk(walk.region)
    taken = rival.as_far_as_contact()
    walk.tell()
    walk.choose_topic()
    before = snapshot()
    response = walk.client.post(walk.at("time/"), {"start": taken, "where": "home"})
    assert response.status_code == 409
    assert "только что заняли" in response.content.decode()
    assert f'value="{taken}"' not in response.content.decode()
    assert snapshot() == before


def test_a_lapsed_hold_keeps_the_name_for_the_next_time(walk: Walk) -> None:
    walk.as_far_as_contact()
    Booking.objects.update(state=BookingState.LAPSED)
    response = walk.client.post(walk.at("confirm/"), {"way": "time", **CONTACT})
    assert response.status_code == 409
    assert 'value="Мария Петровна"' in response.content.decode()
    response = walk.client.post(walk.at("time/"), {"start": walk.starts()[1], "where": "home", **CONTACT})
    assert response.status_code == 200
    assert 'value="Мария Петровна"' in response.content.decode()


def test_the_contact_page_without_a_time_leads_to_the_times(walk: Walk) -> None:
    walk.tell()
    walk.choose_topic()
    assert walk.client.get(walk.at("contact/")).url == walk.at("time/")


def test_all_topics_when_nothing_fits(walk: Walk) -> None:
    walk.tell("йцукен фывапр")
    assert "Не узнали тему" in walk.client.get(walk.at("topics/")).content.decode()
    page = walk.client.get(walk.at("topics/all/")).content.decode()
    assert walk.region.topic.title in page and walk.region.other_topic.title in page


def test_a_topic_without_an_agreement_cannot_be_booked(walk: Walk) -> None:
    walk.tell()
    walk.client.post(walk.at("topics/"), {"topic": walk.region.other_topic.code})
    page = walk.client.get(walk.at("topic/")).content.decode()
    assert "Записаться пока нельзя" in page and "Выбрать время" not in page
    before = snapshot()
    start = datetime(2099, 1, 8, 9, tzinfo=UTC).isoformat()
    assert walk.client.post(walk.at("time/"), {"start": start, "where": "home"}).status_code == 409
    assert snapshot() == before


def test_an_unknown_topic_or_branch_is_an_unknown_page(walk: Walk) -> None:
    walk.tell()
    assert walk.client.post(walk.at("topics/"), {"topic": "no.such"}).status_code == 404
    walk.choose_topic()
    for where in ("0", "999999", "-1", "abc", "9" * 40):
        assert walk.client.get(walk.at("time/"), {"where": where}).status_code == 404
