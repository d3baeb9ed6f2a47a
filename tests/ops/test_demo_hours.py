"""The demo receives whenever it is started, and by day it looks as a centre does."""

from datetime import UTC, datetime, timedelta

import pytest

from legalaid.directory.models import Authority, Branch
from legalaid.ops import demo
from legalaid.reception.queries import offered_starts
from legalaid.reception.queries.today import branch_today

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 26, 6, tzinfo=UTC)
"""Thursday, 12:00 in Omsk."""


def soonest(now: datetime) -> timedelta:
    """How far away the first time is that somebody can book at the demo's centre."""
    branch, authority = Branch.objects.get(code=demo.HOME_BRANCH), Authority.objects.get(code=demo.HOME_AUTHORITY)
    assert branch_today(branch.pk, now).receives
    return offered_starts(authority=authority, branch=branch, minutes=20, days=2, now=now)[0] - now


def test_it_receives_day_and_night_in_its_own_zone_and_tells_of_no_nights_by_day(settings: object) -> None:
    settings.REGION_TIME_ZONE = "Asia/Omsk"  # type: ignore[attr-defined]  # a fixture of pytest-django
    for hours in (0, 11.5, 15):  # 12:00, 23:30, 03:00
        now = NOON + timedelta(hours=hours)
        demo.load(now)
        assert soonest(now) < timedelta(hours=2)
    demo.load(NOON + timedelta(days=1))
    assert set(Branch.objects.get(code=demo.HOME_BRANCH).hours.values()) == {"07:00-23:00"}
    for model in (Branch, Authority):
        assert set(model.objects.values_list("timezone", flat=True)) == {"Asia/Omsk"}
