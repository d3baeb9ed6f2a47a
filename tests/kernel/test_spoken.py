"""Days and moments in words, in both languages."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from legalaid.kernel.spoken import spoken_day, spoken_moment

MOMENT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # already Monday in Rostov and in Kamchatka


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("ru", "Europe/Moscow", "23 ноября, понедельник, 01:30"),
        ("ru", "Europe/Kaliningrad", "23 ноября, понедельник, 00:30"),
        ("ru", "Asia/Kamchatka", "23 ноября, понедельник, 10:30"),
        ("ru", "UTC", "22 ноября, воскресенье, 22:30"),
        ("en", "Europe/Moscow", "Monday 23 November, 01:30"),
    ],
)
def test_a_moment_is_told_on_the_clocks_of_its_zone(language: str, zone: str, words: str) -> None:
    with translation.override(language):
        assert spoken_moment(MOMENT, zone) == words


def test_a_weekday_is_small_inside_a_russian_sentence() -> None:
    with translation.override("ru"):
        assert spoken_day(MOMENT.date()) == "22 ноября, воскресенье"
