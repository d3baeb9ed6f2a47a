"""Reserved time: bookings, time that rests after a cancellation, and who waits for an earlier one."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from legalaid.directory.models import Authority, Booth, Branch, Interpreter, Post
from legalaid.intake.models import HelpRequest
from legalaid.people.models import Citizen
from legalaid.reception.states import LIVE_BOOKINGS, BookingState, EarlierOfferState, WaitlistState

# Minutes since 1970 of one end of a range.
_MINUTES = "(extract(epoch FROM (%(function)s(%(expressions)s) - TIMESTAMPTZ '1970-01-01 00:00+00')) / 60)::integer"


class Booking(models.Model):
    """запись. `during` is the dialogue, `occupies` adds the buffer after it; the database refuses any live overlap."""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="bookings")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="bookings")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, null=True, blank=True)
    interpreter = models.ForeignKey(
        Interpreter, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    # Who received: posts of an authority stand in for each other, so the expert may sit at another post than `post`.
    duty = models.ForeignKey("reception.Duty", on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    during = DateTimeRangeField("когда")
    occupies = DateTimeRangeField("занимает")
    # `occupies` in minutes since 1970, kept by the database: what is free is computed from thousands of bookings, and
    # reading a number costs a fiftieth of a moment (free_rules.py).
    busy_from = models.GeneratedField(
        expression=models.Func("occupies", function="lower", template=_MINUTES, output_field=models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    busy_until = models.GeneratedField(
        expression=models.Func("occupies", function="upper", template=_MINUTES, output_field=models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    state = models.CharField("состояние", max_length=12, choices=BookingState.choices, default=BookingState.HELD)
    held_until = models.DateTimeField("удержано до", null=True, blank=True)
    start_code = models.CharField("код начала", max_length=4, blank=True)
    sequence = models.PositiveIntegerField("версия для календаря", default=0)
    created_at = models.DateTimeField("создана")
    began_at = models.DateTimeField("приём начат", null=True, blank=True)
    finished_at = models.DateTimeField("приём закончен", null=True, blank=True)

    class Meta:
        verbose_name = "запись"
        ordering = ("during", "id")
        constraints = [
            ExclusionConstraint(
                name="booking_post_free",
                expressions=[("post", RangeOperators.EQUAL), ("occupies", RangeOperators.OVERLAPS)],
                condition=Q(state__in=LIVE_BOOKINGS),
            ),
            ExclusionConstraint(
                name="booking_booth_free",
                expressions=[("booth", RangeOperators.EQUAL), ("occupies", RangeOperators.OVERLAPS)],
                condition=Q(state__in=LIVE_BOOKINGS, booth__isnull=False),
            ),
            ExclusionConstraint(
                name="booking_interpreter_free",
                expressions=[("interpreter", RangeOperators.EQUAL), ("occupies", RangeOperators.OVERLAPS)],
                condition=Q(state__in=LIVE_BOOKINGS, interpreter__isnull=False),
            ),
            ExclusionConstraint(
                name="booking_citizen_free",
                expressions=[("citizen", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(state__in=LIVE_BOOKINGS, citizen__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["help_request"], condition=Q(state__in=LIVE_BOOKINGS), name="booking_one_live_per_request"
            ),
            models.CheckConstraint(
                name="booking_confirmed_has_citizen",
                condition=Q(state__in=[BookingState.HELD, BookingState.LAPSED]) | Q(citizen__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state=BookingState.HELD), name="booking_held_until"),
            models.Index(
                fields=["post", "busy_from"],
                include=["busy_until", "state", "held_until", "help_request"],
                condition=Q(state__in=LIVE_BOOKINGS),
                name="booking_busy_post",
            ),
            models.Index(
                fields=["booth", "busy_from"],
                include=["busy_until", "state", "held_until", "help_request"],
                condition=Q(state__in=LIVE_BOOKINGS, booth__isnull=False),
                name="booking_busy_booth",
            ),
            models.Index(
                fields=["duty"], condition=Q(began_at__isnull=False, finished_at=None), name="booking_received"
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.pk}"


class RestingTime(models.Model):
    """остывающее время: a freed time that nobody is offered before `until`, so that places cannot be traded.

    The waitlist is served first: while an EarlierOffer is open its time rests for everybody else.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="resting")
    # Who has only let go of what she held: she may have it back at once, and the waitlist is not asked.
    left_by = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    occupies = DateTimeRangeField("занимало")
    until = models.DateTimeField("до")

    class Meta:
        verbose_name = "остывающее время"
        ordering = ("until", "id")
        indexes = [models.Index(fields=["post", "until"], name="resting_by_post")]


class WaitlistEntry(models.Model):
    """лист ожидания: who would come earlier than booked if a time is freed, or waits for any time without a booking

    Of those without one, `beyond` is the last start she was shown and did not take, and `part` of the day is all she
    wants to be offered.
    """

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="waitlist")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="waitlist")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField("состояние", max_length=10, choices=WaitlistState.choices, default=WaitlistState.WAITING)
    offers = models.PositiveSmallIntegerField("сделано предложений", default=0)
    part = models.CharField("часть дня", max_length=8, blank=True, default="")
    beyond = models.DateTimeField("видела время до", null=True, blank=True)
    created_at = models.DateTimeField("создана")

    class Meta:
        verbose_name = "лист ожидания"
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["help_request"], condition=Q(state=WaitlistState.WAITING), name="waitlist_once_per_request"
            )
        ]
        indexes = [models.Index(fields=["authority", "state", "created_at"], name="waitlist_in_order")]


class EarlierOffer(models.Model):
    """предложение более раннего времени: one freed time offered to one waiting citizen until `expires_at`"""

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="made")
    resting = models.OneToOneField(RestingTime, on_delete=models.SET_NULL, null=True, blank=True, related_name="offer")
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    start = models.DateTimeField("начало")
    state = models.CharField("состояние", max_length=10, choices=EarlierOfferState.choices, default="open")
    made_at = models.DateTimeField("сделано")
    expires_at = models.DateTimeField("действует до")

    class Meta:
        verbose_name = "предложение времени"
        ordering = ("-made_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state=EarlierOfferState.OPEN), name="earlier_offer_one_open"
            )
        ]
