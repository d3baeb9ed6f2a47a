"""When and with which post: hours, bookings, duty and the live queue."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from legalaid.directory.models import Authority, Booth, Branch, Post
from legalaid.intake.models import HelpRequest
from legalaid.people.models import Citizen, User
from legalaid.reception.states import LIVE_BOOKINGS, BookingState, TicketState


class ReceptionHours(models.Model):
    """график приёма: a post receives on this weekday from `opens` to `closes`, local time of its authority."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("день недели")  # 0 = Monday
    opens = models.TimeField("с")
    closes = models.TimeField("до")
    valid_from = models.DateField("действует с")
    valid_until = models.DateField("действует по", null=True, blank=True)

    class Meta:
        verbose_name = "график приёма"
        ordering = ("post", "weekday", "opens", "id")
        constraints = [
            models.CheckConstraint(name="reception_hours_not_reversed", condition=Q(opens__lt=F("closes"))),
            models.CheckConstraint(name="reception_hours_weekday", condition=Q(weekday__lte=6)),
        ]


class Closure(models.Model):
    """нерабочее время of a post or of a branch, whatever the reason"""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    during = DateTimeRangeField("когда")
    reason = models.CharField("причина", max_length=200)

    class Meta:
        verbose_name = "нерабочее время"
        ordering = ("during", "id")
        constraints = [
            models.CheckConstraint(
                name="closure_of_post_or_branch",
                condition=Q(post__isnull=False, branch__isnull=True) | Q(post__isnull=True, branch__isnull=False),
            )
        ]


class Booking(models.Model):
    """запись. `during` is the dialogue, `occupies` adds the buffer after it; the database refuses any live overlap."""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="bookings")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="bookings")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, null=True, blank=True)
    during = DateTimeRangeField("когда")
    occupies = DateTimeRangeField("занимает")
    state = models.CharField("состояние", max_length=12, choices=BookingState.choices, default=BookingState.HELD)
    held_until = models.DateTimeField("удержано до", null=True, blank=True)
    start_code = models.CharField("код начала", max_length=4, blank=True)
    sequence = models.PositiveIntegerField("версия для календаря", default=0)
    created_at = models.DateTimeField("создана")

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

    def __str__(self) -> str:
        return f"booking {self.pk}"


class BoothAttempt(models.Model):
    """A wrong code typed at a booth: four digits are only safe while few may be tried."""

    booth = models.ForeignKey(Booth, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "неверный код"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["booth", "at"], name="booth_attempt_recent")]


class Duty(models.Model):
    """дежурство: an expert sits at a post, «на приёме», from `started_at` until `ended_at`"""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="duties")
    expert = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    started_at = models.DateTimeField("с")
    ended_at = models.DateTimeField("до", null=True, blank=True)

    class Meta:
        verbose_name = "дежурство"
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(ended_at=None), name="duty_one_open_per_post"),
            models.UniqueConstraint(fields=["expert"], condition=Q(ended_at=None), name="duty_one_open_per_expert"),
        ]


class Ticket(models.Model):
    """талон of the live queue of an authority: by priority (lower first), then by time"""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="tickets")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField("состояние", max_length=10, choices=TicketState.choices, default=TicketState.WAITING)
    priority = models.PositiveSmallIntegerField("очередность", default=100)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    created_at = models.DateTimeField("взят")
    taken_at = models.DateTimeField("принят", null=True, blank=True)

    class Meta:
        verbose_name = "талон"
        ordering = ("priority", "created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["help_request"], condition=Q(state=TicketState.WAITING), name="ticket_one_live_per_request"
            )
        ]
        indexes = [
            models.Index(
                fields=["authority", "priority", "created_at", "id"],
                condition=Q(state=TicketState.WAITING),
                name="ticket_queue",
            )
        ]
