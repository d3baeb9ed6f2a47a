"""The production calendar, against days of the official one."""

from datetime import date

import pytest

from legalaid.kernel.clock import effective_weekday, holiday_name, is_holiday, is_short_day, is_working_weekend


@pytest.mark.parametrize(
    "day", ["2025-11-03", "2025-11-04", "2025-12-31", "2026-01-09", "2026-05-11", "2026-12-31", "2027-05-03"]
)
def test_days_off_and_transferred_days_off_are_not_worked(day: str) -> None:
    assert is_holiday(date.fromisoformat(day))
    assert effective_weekday(date.fromisoformat(day)) is None


@pytest.mark.parametrize(
    ("day", "instead_of"), [("2025-11-01", 0), ("2024-04-27", 0), ("2024-11-02", 1), ("2024-12-28", 0)]
)
def test_a_working_saturday_follows_the_day_it_was_exchanged_for(day: str, instead_of: int) -> None:
    assert is_working_weekend(date.fromisoformat(day))
    assert effective_weekday(date.fromisoformat(day)) == instead_of


def test_any_other_day_is_its_own_weekday() -> None:
    assert effective_weekday(date(2026, 11, 23)) == 0
    assert effective_weekday(date(2026, 11, 28)) == 5
    assert not is_working_weekend(date(2026, 11, 28))


@pytest.mark.parametrize(
    "day",
    # Short days of the official calendars of 2024, 2025 and 2026, the working Saturdays among them.
    ["2024-02-22", "2024-03-07", "2024-05-08", "2024-06-11", "2024-11-02", "2025-03-07", "2025-04-30", "2025-06-11",
     "2025-11-01", "2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"],
)  # fmt: skip
def test_the_day_before_a_holiday_is_short(day: str) -> None:
    assert is_short_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    ["2025-05-07", "2025-12-30", "2026-12-30", "2024-12-28", "2024-04-27", "2025-11-03", "2026-01-05", "2026-02-20"],
)
def test_a_day_before_a_transferred_day_off_and_a_day_off_are_not_short(day: str) -> None:
    assert not is_short_day(date.fromisoformat(day))


def test_days_off_have_names() -> None:
    assert holiday_name(date(2026, 11, 4)) == "День народного единства"
    assert "перенесено" in holiday_name(date(2025, 11, 3))
    assert holiday_name(date(2026, 11, 4), "en") == "Unity Day"
    assert holiday_name(date(2026, 11, 5)) == ""
