"""The week against the norm of the agreement."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legalaid.kernel.clock import local_period
from legalaid.kernel.period import Period
from legalaid.reception.coverage_rules import Coverage, coverage_of
from legalaid.reception.queries.hours import coverage_in
from tests.scenes import make_region

MONDAY = date(2026, 11, 23)


def week(*hours: int, monday: date = MONDAY) -> dict[date, list[Period]]:
    """A post that receives so many hours from 09:00 on the days from Monday on."""
    days = [monday + timedelta(days=n) for n in range(len(hours))]
    return {
        day: [local_period(day, time(9), time(9 + n), "Europe/Moscow")] if n else []
        for day, n in zip(days, hours, strict=True)
    }


def cover(*posts: dict[date, list[Period]], hours: int = 40, norm_posts: int = 1, monday: date = MONDAY) -> Coverage:
    days = [monday + timedelta(days=n) for n in range(7)]
    return coverage_of(offered=dict(enumerate(posts)), days=days, norm_hours=hours, norm_posts=norm_posts)


def test_a_full_week_has_no_gaps() -> None:
    found = cover(week(8, 8, 8, 8, 8))
    assert (found.complete, found.missing, found.gaps) == (True, 0, [])


def test_a_short_day_and_a_day_without_reception_are_named() -> None:
    found = cover(week(8, 5, 8, 8, 0))
    assert [(gap.day.weekday(), gap.missing, gap.nothing) for gap in found.gaps] == [(1, 180, False), (4, 480, True)]
    assert found.missing == 11 * 60


def test_longer_days_make_up_for_a_short_one_but_not_for_an_empty_one() -> None:
    assert cover(week(10, 6, 8, 8, 8)).complete
    assert [gap.day.weekday() for gap in cover(week(10, 10, 10, 10, 0)).gaps] == [4]


def test_a_holiday_takes_its_share_out_of_the_norm() -> None:
    found = cover(week(8, 8, 0, 8, 8, monday=date(2026, 11, 2)), monday=date(2026, 11, 2))
    assert (found.norm, found.complete) == (32 * 60, True)


def test_posts_of_the_agreement_are_counted() -> None:
    found = cover(week(8, 8, 8, 8, 8), week(0), norm_posts=2)
    assert (found.posts, found.complete) == (1, False)


def test_without_a_norm_nothing_is_missing() -> None:
    assert cover(week(0, 0), hours=0, norm_posts=0).complete


@given(st.lists(st.integers(0, 10), min_size=5, max_size=7), st.integers(0, 60))
def test_a_week_is_whole_only_when_the_norm_is_met(hours: list[int], norm: int) -> None:
    found = cover(week(*hours), hours=norm)
    assert found.missing == max(0, norm * 60 - sum(hours[:5]) * 60)
    assert found.besides == sum(hours[5:]) * 60
    if found.complete:
        assert found.missing == 0
    if found.missing >= 60:
        assert found.gaps


@pytest.mark.django_db
def test_the_norm_of_agreements_in_force_is_summed() -> None:
    region = make_region(posts=2)
    region.agreement.norm_hours, region.agreement.norm_posts = 100, 3
    region.agreement.save()
    found = coverage_in(authority=region.authority, monday=MONDAY)
    assert (found.offered, found.norm, found.posts) == (2 * 5 * 8 * 60, 100 * 60, 2)
    assert found.besides == 2 * 2 * 8 * 60
    assert not found.complete
