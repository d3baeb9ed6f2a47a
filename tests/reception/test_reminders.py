"""A day and two hours before: each reminder once, by the way she can be reached, and nobody is woken."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from legalaid.directory.branch_rules import WEEK
from legalaid.directory.models import Interpreter
from legalaid.directory.states import Language
from legalaid.intake.rules import Adaptations
from legalaid.kernel.actor import Actor
from legalaid.messaging.models import Message
from legalaid.messaging.rules import segments
from legalaid.people.models import Citizen
from legalaid.people.rules import Contact
from legalaid.reception import services
from legalaid.reception.models import Booking
from legalaid.reception.services.reminders import remind
from tests.scenes import NOW, Region, at, citizen, make_region

SYSTEM = Actor.system("test")


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


def told(now: datetime) -> list[str]:
    """What kinds of reminders are written at `now`, with their way."""
    before = set(Message.objects.values_list("pk", flat=True))
    remind(actor=SYSTEM, now=now)
    fresh = Message.objects.exclude(pk__in=before).order_by("id")
    return [f"{m.about.split(':')[0]} {m.channel}" for m in fresh]


def test_a_day_before_and_two_hours_before_each_once(region: Region) -> None:
    region.booked(at(15, 15, day=25))
    Citizen.objects.update(email="maria@example.org")
    assert told(at(15, 14, day=24)) == []
    assert told(at(15, 15, day=24)) == ["reminder-24h email", "reminder-24h sms"]
    assert told(at(15, 16, day=24)) == []
    assert told(at(13, 15, day=25)) == ["reminder-2h email", "reminder-2h sms"]
    assert told(at(13, 16, day=25)) == told(at(15, 16, day=25)) == []
    text = Message.objects.filter(channel="sms", about__startswith="reminder").order_by("id")[0].body
    assert text.startswith("Напоминаем о приёме: 25 ноября, 15:15, из дома. Войти: http")


def test_who_has_just_booked_is_not_reminded_of_it(region: Region) -> None:
    region.booked(at(14))  # five hours ahead
    assert told(NOW) == []
    assert told(at(12)) == ["reminder-2h sms"]


def test_a_moved_booking_is_reminded_of_its_new_time(region: Region) -> None:
    booking = region.booked(at(15, 15, day=25))
    assert told(at(15, 15, day=24)) == ["reminder-24h sms"]
    services.move_booking_to(help_request_id=booking.help_request_id, start=at(10, 15, day=27),
                             actor=citizen(booking.help_request), now=at(15, 20, day=24))  # fmt: skip
    assert told(at(13, 15, day=25)) == []
    assert told(at(10, 15, day=26)) == ["reminder-24h sms"]


def test_a_cancelled_booking_and_one_without_a_contact_are_silent(region: Region) -> None:
    booking = region.booked(at(15, 15, day=25))
    region.at_desk(at(16, 5, day=25))
    services.cancel(help_request_id=booking.help_request_id, actor=citizen(booking.help_request), now=NOW)
    assert told(at(15, 15, day=24)) == []


def test_an_early_start_is_told_in_the_morning_or_the_evening_before(region: Region) -> None:
    region.booked(at(9, day=25), n=1)
    region.booked(at(9, 50, day=25), n=2)
    Citizen.objects.update(email="maria@example.org")
    assert told(at(9, 50, day=24)) == ["reminder-24h email", "reminder-24h sms"] * 2
    # 07:00 and 07:50 are quiet. 09:00 is too late for the first: a text message the evening before, no e-mail.
    assert told(at(19, 59, day=24)) == []
    assert told(at(20, day=24)) == ["reminder-2h sms"]
    assert told(at(7, 50, day=25)) == []
    assert told(at(9, day=25)) == ["reminder-2h email", "reminder-2h sms"]


def test_after_a_stop_of_the_worker_the_nearer_reminder_is_enough(region: Region) -> None:
    region.booked(at(15, 15, day=25))
    assert told(at(13, 30, day=25)) == ["reminder-2h sms"]
    assert told(at(14, 50, day=25)) == []


def test_text_messages_fit_two_parts_where_the_address_lets_them(region: Region) -> None:
    region.booked(at(15, 15), n=1)
    region.booked(at(16, 5), n=2, branch=region.branch)
    region.branch.address = (
        "Ростовская область, Егорлыкский район, ст-ца Егорлыкская, пер. Гагарина, д. 22/24, 2-й этаж"
    )
    region.branch.save()
    last = region.booked(at(16, 30), n=3, branch=region.branch)
    services.move_booking_to(help_request_id=last.help_request_id, start=at(17, 20), now=NOW,
                             actor=region.actor("operator"))  # fmt: skip
    services.cancel(help_request_id=last.help_request_id, actor=region.actor("operator"), now=NOW)
    texts = list(Message.objects.filter(channel="sms").order_by("id").values_list("body", flat=True))
    assert len(texts) == 5
    assert all(segments(text) <= 2 for text in texts), [(segments(text), text) for text in texts]
    assert "/z/" in texts[0] and "ул. Первая, 1" in texts[1] and texts[4].startswith("Запись на 23 ноября, 17:20 отмен")


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_workers_at_once_remind_once() -> None:
    region = make_region()
    for n, hour in enumerate((14, 15, 16)):
        region.booked(at(hour, 50 if hour == 14 else 15 if hour == 15 else 5, day=25), n=n)
    assert Booking.objects.count() == 3
    before = Message.objects.count()
    gate, results = threading.Barrier(6), []

    def work() -> None:
        try:
            gate.wait(10)
            results.append(remind(actor=SYSTEM, now=at(17, day=24)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(results), sum(results), Message.objects.count() - before) == (6, 3, 3)
    assert set(Counter(Message.objects.values_list("key", flat=True)).values()) == {1}


def test_reading_whom_to_remind_costs_the_same_for_many(region: Region, django_assert_max_num_queries: object) -> None:
    for n in range(5):
        region.booked(at(14, 0, day=25) + timedelta(minutes=25 * n), n=n)
    with django_assert_max_num_queries(3):  # type: ignore[operator]  # pytest-django's fixture
        remind(actor=SYSTEM, now=at(12, day=25) - timedelta(days=1, hours=1))


def interpreted(region: Region, start: datetime, **person: str) -> Booking:
    """A visitor without a contact of her own, booked with an interpreter."""
    given = {"name": "Анна", "language": Language.ARMENIAN, "timezone": "Europe/Moscow", "phone": "+79281110022",
             "email": "anna@example.org", "hours": dict.fromkeys(WEEK, "00:00-23:59")} | person  # fmt: skip
    Interpreter.objects.create(**given)
    services.register_at_desk(
        story="Не засчитали стаж", topic_code=region.topic.code, branch_id=region.branch.pk, consent=True, start=start,
        contact=Contact(name="Посетитель"), adaptations=Adaptations(interpreter=Language.ARMENIAN), queue=False,
        submission="", actor=region.actor("operator"), now=NOW,
    )  # fmt: skip
    return Booking.objects.get()


def test_an_interpreter_is_reminded_as_the_citizen_is_though_the_citizen_left_nothing(region: Region) -> None:
    booking = interpreted(region, at(15, 15, day=25))
    assert told(at(15, 14, day=24)) == []
    assert told(at(15, 15, day=24)) == ["interpreter email", "interpreter sms"]
    assert told(at(15, 16, day=24)) == []
    assert told(at(13, 15, day=25)) == ["interpreter email", "interpreter sms"]
    assert told(at(13, 16, day=25)) == []
    text = Message.objects.filter(channel="sms").order_by("-id")[0]
    assert text.body.startswith("Напоминаем: вы переводите 25 ноября, 15:15. Войти: http") and segments(text.body) <= 3
    assert text.to == "+79281110022" and text.about == f"interpreter:{booking.pk}:{booking.interpreter_id}"
    mail = Message.objects.filter(channel="email").order_by("-id")[0]
    assert "Посетитель" not in mail.body + mail.subject, "nothing of the citizen"


def test_an_interpreter_of_another_zone_is_not_woken(region: Region) -> None:
    interpreted(region, at(9, day=25), timezone="Asia/Vladivostok", email="")
    assert told(at(9, day=24)) == ["interpreter sms"], "16:00 in Vladivostok"
    assert told(at(7, day=25)) == ["interpreter sms"], "14:00 there, though it is early here"


def test_who_interprets_no_more_or_has_just_heard_is_not_reminded(region: Region) -> None:
    booking = interpreted(region, at(15, 15, day=25))
    assert told(at(15, 15, day=24)) == ["interpreter email", "interpreter sms"]
    services.move_booking_to(help_request_id=booking.help_request_id, start=at(16, 5, day=25), now=at(14, 30, day=25),
                             actor=region.actor("operator"))  # fmt: skip
    assert told(at(14, 31, day=25)) == [], "agreed after it was due"
    services.cancel(help_request_id=booking.help_request_id, actor=region.actor("operator"), now=at(14, 32, day=25))
    assert told(at(14, 33, day=25)) == []


def test_who_takes_over_from_another_interpreter_has_just_heard(region: Region) -> None:
    interpreted(region, at(15, 15, day=25))
    Interpreter.objects.create(name="Карина", language=Language.ARMENIAN, timezone="Europe/Moscow",
                               phone="+79281110033", hours=dict.fromkeys(WEEK, "00:00-23:59"))  # fmt: skip
    assert told(at(15, 15, day=24)) == ["interpreter email", "interpreter sms"]
    first = Interpreter.objects.get(name="Анна")
    services.stop_interpreter(interpreter_id=first.pk, actor=region.actor("office"), now=at(16, day=24))
    assert Booking.objects.get().interpreter_id != first.pk
    assert told(at(16, 1, day=24)) == []
    assert told(at(13, 15, day=25)) == ["interpreter sms"]
