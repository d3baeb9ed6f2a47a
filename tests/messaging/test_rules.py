"""Quiet hours and the length of text messages, against slow and obvious models."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.messaging.rules import (
    GSM,
    LATEST_BEFORE,
    evening_before,
    is_quiet,
    morning_after,
    reminder_moment,
    segments,
    waking_moment,
)  # fmt: skip

ZONES = st.sampled_from(["Europe/Kaliningrad", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Kamchatka"])
MOMENTS = st.integers(0, 60 * 24 * 60).map(lambda m: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=m))
AHEAD = st.integers(0, 60 * 30).map(lambda m: timedelta(minutes=m))
STEP = timedelta(minutes=1)


@given(MOMENTS, ZONES)
def test_quiet_is_from_nine_in_the_evening_until_nine_in_the_morning(moment: datetime, zone: str) -> None:
    hour = moment.astimezone(ZoneInfo(zone)).hour
    assert is_quiet(moment, zone) is (hour >= 21 or hour < 9)


@given(MOMENTS, ZONES)
def test_the_morning_is_the_first_moment_that_is_not_quiet(moment: datetime, zone: str) -> None:
    morning = morning_after(moment, zone)
    assert morning >= moment and not is_quiet(morning, zone)
    if morning > moment:
        assert is_quiet(morning - STEP, zone) and morning - moment <= timedelta(hours=12)


@given(MOMENTS, AHEAD, ZONES)
def test_a_message_wakes_nobody_and_comes_while_it_is_of_use(due: datetime, ahead: timedelta, zone: str) -> None:
    start = due + ahead
    moment = waking_moment(due, start, zone)
    if moment is None:
        assert morning_after(due, zone) > start - LATEST_BEFORE
    else:
        assert due <= moment <= start - LATEST_BEFORE and not is_quiet(moment, zone)


@given(MOMENTS, AHEAD, ZONES, st.booleans())
def test_a_reminder_too_late_for_the_morning_goes_the_evening_before(
    due: datetime, ahead: timedelta, zone: str, evening: bool
) -> None:
    start = due + ahead
    moment = reminder_moment(due, start, zone, evening=evening)
    in_time = waking_moment(due, start, zone)
    if in_time is not None:
        assert moment == in_time
    elif evening and is_quiet(due, zone):
        assert moment == evening_before(due, zone)
        assert moment is not None and moment < due and not is_quiet(moment, zone)
        assert due - moment <= timedelta(hours=13)
    else:
        assert moment is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0), ("я" * 70, 1), ("я" * 71, 2), ("я" * 134, 2), ("я" * 135, 3), ("a" * 160, 1), ("a" * 161, 2),
        ("€" * 80, 1), ("€" * 81, 2), ("a" * 69 + "я", 1), ("a" * 70 + "я", 2), ("😀" * 35, 1), ("😀" * 36, 2),
    ],
)  # fmt: skip
def test_how_many_parts_a_network_makes(text: str, parts: int) -> None:
    assert segments(text) == parts


@given(st.text(max_size=400), st.text(max_size=40))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert segments(text + more) >= segments(text)
    assert (segments(text) == 0) is (text == "")
    if set(text) <= GSM:
        assert segments(text) == (1 if 0 < len(text) <= 160 else -(-len(text) // 153))
