"""What else a story says: when it happened, until when to act, danger, people, dates, sums."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.triage.danger import danger
from legalaid.triage.dates import add_months, moments
from legalaid.triage.facts import facts
from legalaid.triage.statements import SILENT, read_statements
from legalaid.triage.terms import TERMS, due
from legalaid.triage.text import normal

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("уволили 20 дней назад", date(2026, 11, 6)),
        ("приказ получил вчера", date(2026, 11, 25)),
        ("две недели назад пришло письмо", date(2026, 11, 12)),
        ("две недели как уволили", date(2026, 11, 12)),
        ("неделю назад", date(2026, 11, 19)),
        ("уже три месяца как мама умерла", date(2026, 8, 26)),
        ("умер полтора года назад", date(2025, 5, 26)),
        ("уволили 5 ноября", date(2026, 11, 5)),
        ("уволили 5 декабря", date(2025, 12, 5)),
        ("получил 01.11.2026", date(2026, 11, 1)),
        ("получил 1.11", date(2026, 11, 1)),
        ("мама умерла в мае", date(2026, 5, 1)),
        ("сегодня пришёл приказ", date(2026, 11, 26)),
        ("тринадцать дней назад", date(2026, 11, 13)),
        ("сорок дней назад умер", date(2026, 10, 17)),
        ("двадцать три дня назад", date(2026, 11, 3)),
        ("около двух недель назад", date(2026, 11, 12)),
        ("больше месяца назад", date(2026, 10, 26)),
        ("недели две назад", date(2026, 11, 12)),
        ("дней десять как уволили", date(2026, 11, 16)),
        ("полгода как умерла мать", date(2026, 5, 26)),
        ("уволили, прошло уже двадцать дней", date(2026, 11, 6)),
        ("уволили, месяц прошёл", date(2026, 10, 26)),
        ("пятого ноября дали приказ", date(2026, 11, 5)),
        ("двадцать третьего октября получила отказ", date(2026, 10, 23)),
        ("тридцать первого числа", date(2026, 10, 31)),
        ("первого числа уволили", date(2026, 11, 1)),
        ("уволили в понедельник", date(2026, 11, 23)),
        ("в четверг", date(2026, 11, 19)),
        ("в прошлый понедельник", date(2026, 11, 16)),
        ("на этой неделе принесли", date(2026, 11, 23)),
        ("на прошлой неделе", date(2026, 11, 16)),
        ("в прошлом месяце", date(2026, 10, 1)),
        ("05/11/2026", date(2026, 11, 5)),
        ("2026-11-05", date(2026, 11, 5)),
        ("5.11.2026г.", date(2026, 11, 5)),
        ("в ноябре 2025 года умер", date(2025, 11, 1)),
    ],
)
def test_days_are_read_as_people_say_them(text: str, day: date) -> None:
    assert [one.day for one in moments(normal(text), TODAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "", "мне 63 года", "дом 5 квартира 12", "получу 5 декабря 2030", "31.02.2026", "мая", "дней назад",
        "работаю уже 20 лет", "через три дня суд", "до понедельника", "каждый понедельник", "31 июня",
        "5-5/2026", "в маршрутке",
    ],
)  # fmt: skip
def test_what_is_no_past_day_is_not_read_as_one(text: str) -> None:
    assert moments(normal(text), TODAY) == []


def test_guesses_are_told_from_days() -> None:
    for text in ("недели две назад", "месяц назад", "в среду", "в мае", "в прошлом месяце", "около 10 дней назад"):
        assert [one.rough for one in moments(normal(text), TODAY)] == [True], text
    for text in ("20 дней назад", "вчера", "сорок дней назад", "5 ноября", "пятого ноября", "01.11.2026"):
        assert [one.rough for one in moments(normal(text), TODAY)] == [False], text


@pytest.mark.parametrize(
    ("text", "code", "day"),
    [
        ("уволили 20 дней назад без объяснений", "labour.dismissal", date(2026, 12, 7)),  # the 6th is a Sunday
        ("судебный приказ получил вчера", "bailiffs.courtorder", date(2026, 12, 9)),  # ten working days
        ("мама умерла 4 месяца назад", "notary.inherit", date(2027, 1, 26)),
        ("решение об отказе пришло 1 ноября", "pension.refusal", date(2027, 2, 1)),
    ],
)
def test_the_last_day_is_counted_from_the_story(text: str, code: str, day: date) -> None:
    found = due(text, code, TODAY)
    assert found is not None
    assert found.day == day
    assert found.words in normal(text)


def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    saturday = date(2026, 11, 14)  # the month ends on Monday 14 December, the fortnight on Saturday the 28th
    assert TERMS["labour.dismissal"].last_day(saturday) == date(2026, 12, 14)
    assert TERMS["consumer.exchange"].last_day(saturday) == date(2026, 11, 30)
    assert TERMS["notary.inherit"].last_day(date(2026, 7, 1)) == date(2027, 1, 11)  # after the holidays of January
    assert TERMS["labour.forced"].last_day(saturday) == date(2026, 11, 28)  # no rule moves the day of leaving
    assert TERMS["migration.patent"].last_day(date(2026, 10, 29)) == date(2026, 11, 28)


def test_working_days_are_those_of_the_production_calendar() -> None:
    assert TERMS["bailiffs.courtorder"].last_day(date(2026, 12, 28)) == date(2027, 1, 20)


def test_no_deadline_is_made_up() -> None:
    assert due("уволили без объяснений", "labour.dismissal", TODAY) is None
    assert due("затопили 20 дней назад", "housing.flood", TODAY) is None


def test_months_end_where_they_end() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_every_term_belongs_to_a_topic_and_asks() -> None:
    topics = {one.topic for one in read_statements()}
    for code, term in TERMS.items():
        assert code in topics
        assert "?" in term.question
        assert bool(term.days) != bool(term.months)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("муж бьёт меня и детей, боюсь идти домой", "102"),
        ("Сын пьяный кидается с ножом", "102"),
        ("Бывший угрожает убить", "102"),
        ("отчим трогает девочку", "8-800-2000-122"),
        ("невестка пьёт, дети голодные", "8-800-2000-122"),
        ("не хочу больше жить", "103"),
        ("в подъезде пахнет газом", "104"),
        ("дом горит", "101"),
        ("муж руку на меня поднимает", "102"),
        ("на остановке ударили по голове и забрали телефон", "103"),
        ("бывший пишет, что обольёт кислотой", "102"),
        ("отчим запирает мальчика и не кормит", "8-800-2000-122"),
        ("ребёнок проглотил монетку", "103"),
        ("мама упала и не дышит", "103"),
        ("застряли в лифте", "112"),
        ("МЕНЯ, ИЗБИЛИ!!!", "103"),
        ("он меня задушит, боюсь", "102"),
        ("женщину избили у подъезда, лежит", "103"),
        ("бабушку ограбили и толкнули", "102"),
        ("начальник замахнулся на меня кулаком", "102"),
        ("муж заставляет спать с ним силой", "102"),
        ("бывший караулит меня у подъезда", "102"),
        ("дочка плачет, говорит, отчим её обижает", "8-800-2000-122"),
        ("ребёнок один дома третий день, родители пьют", "8-800-2000-122"),
        ("хочу умереть, надоели долги", "103"),
        ("жить не хочется", "103"),
        ("человек упал и не шевелится", "103"),
        ("мне плохо, сердце", "103"),
        ("сын выгоняет и толкает", "102"),
        ("бывший ходит за мной, следит", "102"),
        ("за мной по вечерам следит какой-то мужчина", "102"),
    ],
)
def test_danger_shows_telephones(text: str, number: str) -> None:
    numbers = [line.number for line in danger(text)]
    assert numbers[0] == "112"
    assert number in numbers


def test_danger_is_not_seen_everywhere() -> None:
    calm = ("pension.", "taxes.", "realty.", "notary.", "consumer.", "migration.", "social.", "housing.bill")
    alarmed = [one.text for one in read_statements() if one.topic.startswith(calm) and danger(one.text)]
    assert alarmed == []
    for text in ("муж не бьёт и не пьёт", "счётчик бьёт током", "пристав не шевелится", "начальник душит штрафами",
                 "за мной никто не следит", "за мной ходит соцработник", "сосед не толкает"):  # fmt: skip
        assert danger(text) == (), text


def test_danger_is_seen_in_statements_of_violence() -> None:
    told = [one for one in read_statements() if one.topic == "other.criminal"]
    assert sum(bool(danger(one.text)) for one in told) >= len(told) // 3  # thefts are no danger any more


def test_facts_are_words_of_the_story() -> None:
    story = (
        "Муж, Иванов Пётр Сергеевич, умер 5 марта 2026 года. Банк требует с дочери 340 тысяч рублей и ещё 12 500. "
        "Кредит взяли в 2021 году, письмо пришло вчера. Сосед и нотариус советуют разное."
    )
    found = facts(story)
    assert {"муж", "Иванов Пётр Сергеевич", "дочь", "сосед", "нотариус"} <= set(found.people)
    assert "5 марта 2026 года" in found.dates
    assert "вчера" in found.dates
    assert {"340 тысяч рублей", "12 500"} <= set(found.sums)
    assert not facts("добрый день")


@pytest.mark.parametrize(
    ("story", "dates", "sums"),
    [
        ("сняла сто двадцать тысяч и отдала сыну в прошлом году", ("в прошлом году",), ("сто двадцать тысяч",)),
        ("должны 40 тыщ, потом ещё миллион двести тысяч", (), ("40 тыщ", "миллион двести тысяч")),
        ("с марта платят по 15к, а в мае 2025 ни рубля", ("с марта", "в мае 2025"), ("15к",)),
        ("взяли 2000 рублей в 2000 году", ("в 2000 году",), ("2000 рублей",)),
        ("умер месяц назад, пенсия 11500", ("месяц назад",), ("11500",)),
        ("дали 1.5 млн, а 1.5 пришло письмо", ("1.5",), ("1.5 млн",)),
        ("недели две назад, двадцать три дня назад", ("недели две назад", "двадцать три дня назад"), ()),
        ("Пятого ноября, четвёртого мая, в прошлую среду", ("Пятого ноября", "четвёртого мая", "в прошлую среду"), ()),
        ("трёх недель назад, 05/11/2026, 5.11.2026г", ("трёх недель назад", "05/11/2026", "5.11.2026"), ()),
        ("мне 22, 300к долга, полторы тысячи рублей на руках", (), ("300к", "полторы тысячи рублей")),
        ("тысяча причин, писали сто раз, живём на Октябрьской", (), ()),
    ],
)
def test_dates_and_sums_are_found_as_people_say_them(story: str, dates: tuple[str, ...], sums: tuple[str, ...]) -> None:
    found = facts(story)
    assert (found.dates, found.sums) == (dates, sums)


def test_a_name_of_three_parts_stays_whole() -> None:
    assert facts("Подписал Сергей Петрович Иванов. Мария Ильинична Принесла бумагу").people == (
        "Сергей Петрович Иванов", "Мария Ильинична",
    )  # fmt: skip


@given(st.text(max_size=300))
def test_reading_never_fails(text: str) -> None:
    moments(normal(text), TODAY)
    danger(text)
    facts(text)
    for code in TERMS:
        due(text, code, TODAY)
    assert SILENT
