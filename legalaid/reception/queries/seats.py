"""Whether a booth stays free for a walk-in as long as her dialogue usually takes, and which other booth does."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from legalaid.directory.models import Booth
from legalaid.intake.models import HelpRequest
from legalaid.intake.states import AccessNeed
from legalaid.kernel.clock import day_period, local_day
from legalaid.reception.models import Booking, Ticket
from legalaid.reception.queries.hours import AGREED
from legalaid.reception.queries.offers import usual_lengths
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import WAITING_TICKETS, BookingState, TicketState


def usual_end(request: HelpRequest, now: datetime) -> datetime:
    """When a dialogue about her topic that began now would usually be over: as the queue reckons. One query."""
    if request.topic_id is None:
        return now
    return now + usual_lengths({request.topic_id}, now)[request.topic_id]


def booked_from(*, booth_id: int, until: datetime, now: datetime) -> datetime | None:
    """The start of the first agreed booking that needs the booth before `until`, None when nobody's does."""
    rows = _needed(until, now).filter(booth_id=booth_id).order_by("during", "id").values_list("during", flat=True)
    first = rows.first()
    return first.lower if first is not None else None


def free_booth_beside(
    *, booth_id: int, request: HelpRequest, until: datetime, unfit: Collection[int], now: datetime
) -> Booth | None:
    """Another booth of her branch that works, fits her needs, is not booked until then, and where nobody sits.

    None of the `unfit`: what booths said of themselves is known above this layer.
    """
    branch = request.branch
    if branch is None:
        return None
    booked = _needed(until, now).filter(booth__branch=branch).values("booth_id")
    seated = Ticket.objects.filter(
        state__in=[*WAITING_TICKETS, TicketState.TAKEN], finished_at=None, booth__branch=branch,
        created_at__gte=day_period(local_day(now, branch.timezone), branch.timezone).start,
    ).exclude(help_request=request)  # fmt: skip
    booths = Booth.objects.filter(branch=branch, out_since=None).exclude(pk__in=[booth_id, *unfit])
    booths = booths.exclude(pk__in=booked)
    if AccessNeed.STEP_FREE in request.needs:
        booths = booths.filter(step_free=True)
    if AccessNeed.INDUCTION_LOOP in request.needs:
        booths = booths.filter(induction_loop=True)
    return booths.exclude(pk__in=seated.order_by().values("booth_id")).order_by("name", "id").first()


def _needed(until: datetime, now: datetime) -> QuerySet[Booking]:
    """Agreed bookings that begin before `until`: who does not come is waited for NO_SHOW_AFTER, who talks to her end.

    Who is here and was not received keeps the booth to the end of her time.
    """
    may_begin = Q(during__startswith__gt=now - NO_SHOW_AFTER)
    here = Q(state=BookingState.CHECKED_IN, during__endswith__gt=now)
    talks = Q(began_at__isnull=False)
    return Booking.objects.filter(
        may_begin | here | talks, state__in=AGREED, finished_at=None, during__startswith__lt=until
    ).exclude(booth=None)
