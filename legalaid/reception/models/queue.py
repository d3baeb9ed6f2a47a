"""The live queue: duty, tickets, calls of 30 seconds, and what is said to those who wait."""

from django.db import models
from django.db.models import Q

from legalaid.directory.models import Authority, Booth, Post
from legalaid.intake.models import HelpRequest
from legalaid.people.models import User
from legalaid.reception.states import WAITING_TICKETS, OfferState, PlaceReason, TicketState


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
    helping_since = models.DateTimeField("помогает коллегам с", null=True, blank=True)  # a guest in another's dialogue

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
    label = models.CharField("номер талона", max_length=8, blank=True)  # what the hall board shows and says
    priority = models.PositiveSmallIntegerField("очередность", default=100)
    reason = models.CharField("почему так", max_length=12, choices=PlaceReason.choices, default=PlaceReason.TIME)
    seen_at = models.DateTimeField("видели", null=True, blank=True)  # None: she sits at a centre, the desk sees her
    call_back = models.BooleanField("просит позвать по телефону", default=False)
    called_at = models.DateTimeField("позвали по телефону", null=True, blank=True)
    start_code = models.CharField("код начала", max_length=4, blank=True)
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets")
    created_at = models.DateTimeField("взят")
    taken_at = models.DateTimeField("принят", null=True, blank=True)
    finished_at = models.DateTimeField("приём закончен", null=True, blank=True)

    class Meta:
        verbose_name = "талон"
        ordering = ("priority", "created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["help_request"], condition=Q(state__in=WAITING_TICKETS), name="ticket_one_live_per_request"
            )
        ]
        indexes = [
            models.Index(
                fields=["authority", "priority", "created_at", "id"],
                condition=Q(state__in=WAITING_TICKETS),
                name="ticket_queue",
            ),
            models.Index(
                fields=["duty"], condition=Q(state=TicketState.TAKEN, finished_at=None), name="ticket_received"
            ),
        ]


class Offer(models.Model):
    """вызов: the next person of the queue is offered to one expert on duty until `expires_at`"""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="offers")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField("состояние", max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    made_at = models.DateTimeField("сделан")
    expires_at = models.DateTimeField("действует до")
    answered_at = models.DateTimeField("отвечен", null=True, blank=True)
    reason = models.CharField("причина отказа", max_length=200, blank=True)

    class Meta:
        verbose_name = "вызов"
        ordering = ("-made_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(state="open"), name="offer_one_open_per_ticket"),
            models.UniqueConstraint(fields=["duty"], condition=Q(state="open"), name="offer_one_open_per_duty"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="offer_open_by_end")]


class WaitingNote(models.Model):
    """сообщение ожидающему: what the expert or the desk says to a person who waits («через 5 минут»)"""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="waiting_notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("текст", max_length=300)
    at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "сообщение ожидающему"
        ordering = ("-at", "-id")
