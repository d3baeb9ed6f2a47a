"""Days, lengths and periods as the coordinator reads them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from legalaid.kernel.period import Period
from legalaid.reception.coverage_rules import Gap
from legalaid.web.authority.words import day_note, gap_words, week_words
from legalaid.web.templatetags.hours import period_words
from legalaid.web.templatetags.times import length

MIDNIGHT = datetime(2026, 11, 25, 21, tzinfo=UTC)  # 26 November in Rostov


@pytest.mark.parametrize(("minutes", "said"), [(180, "3 ч"), (210, "3 ч 30 мин"), (45, "45 мин"), (0, "0 мин")])
def test_lengths(minutes: int, said: str) -> None:
    assert length(minutes) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [(Gap(date(2026, 11, 24), 180, nothing=False), "во вторник не хватает 3 ч"),
     (Gap(date(2026, 11, 27), 480, nothing=True), "в пятницу нет приёма")],
)  # fmt: skip
def test_gaps_are_named(gap: Gap, said: str) -> None:
    assert gap_words(gap) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-04", "День народного единства"),
        ("2026-11-03", "короткий день: на час меньше"),
        ("2025-11-01", "рабочий день, часы понедельника, на час короче"),
        ("2024-12-28", "рабочий день, часы понедельника"),
        ("2026-11-24", ""),
    ],
)
def test_days_of_the_calendar_are_named(day: str, said: str) -> None:
    assert day_note(date.fromisoformat(day)) == said


@pytest.mark.parametrize(
    ("start", "hours", "said"),
    [
        (15, 2, "26 ноября, четверг, 15:00–17:00"),
        (0, 24, "26 ноября, четверг"),
        (0, 48, "с 26 ноября, четверг по 27 ноября, пятница включительно"),
        (15, 24, "с 26 ноября, четверг, 15:00, по 27 ноября, пятница, 15:00"),
    ],
)
def test_absences_say_their_period(start: int, hours: int, said: str) -> None:
    lower = MIDNIGHT + timedelta(hours=start)
    assert period_words(Period(lower, lower + timedelta(hours=hours)).range, "Europe/Moscow") == said


def test_weeks_are_named() -> None:
    assert week_words(date(2026, 11, 23), date(2026, 11, 29)) == "23–29 ноября 2026"
    assert week_words(date(2026, 11, 30), date(2026, 12, 6)) == "30 ноября – 6 декабря 2026"
