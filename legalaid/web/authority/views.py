"""The coordinator's page: posts, their hours, the coming bookings, own figures."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from legalaid.directory.queries import authorities
from legalaid.insight.queries import funnel
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.people.states import Role
from legalaid.reception.queries import bookings_of_authority, week_by_post
from legalaid.web.staff.access import staff

DAYS = 30


@staff(Role.COORDINATOR)
def authority(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The week of each post, and how the last 30 days went."""
    now = timezone.now()
    own = authorities().filter(pk__in=actor.places(Role.COORDINATOR, "authority"))
    sheets = [
        {
            "authority": one,
            "week": week_by_post(one.pk, local_day(now, one.timezone)),
            "today": bookings_of_authority(
                authority_ids=[one.pk], during=day_period(local_day(now, one.timezone), one.timezone)
            ).count(),
            "total": funnel(since=now - timedelta(days=DAYS), until=now, authority_id=one.pk),
        }
        for one in own
    ]
    return render(request, "authority/authority.html", {"sheets": sheets, "days": DAYS})
