"""The live dialogue: who takes part, through which connections, and the numbered list of what happened in it."""

import uuid

from django.db import models
from django.db.models import Q

from legalaid.dialogue.states import OPEN_DIALOGUES, DialogueState, EventKind, ParticipantRole
from legalaid.intake.models import HelpRequest
from legalaid.people.models import User
from legalaid.reception.models import Booking, Ticket


class Dialogue(models.Model):
    """диалог about one request. `last_event` is the number of its newest event; raising it locks the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="dialogues")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="dialogues")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="dialogues")
    state = models.CharField("состояние", max_length=10, choices=DialogueState.choices, default=DialogueState.LOBBY)
    expert = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="dialogues")
    opened_at = models.DateTimeField("открыт")
    admitted_at = models.DateTimeField("начат", null=True, blank=True)
    ended_at = models.DateTimeField("завершён", null=True, blank=True)
    last_event = models.PositiveIntegerField("последнее событие", default=0)

    class Meta:
        verbose_name = "диалог"
        ordering = ("-opened_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["help_request"],
                condition=Q(state__in=sorted(OPEN_DIALOGUES)),
                name="dialogue_one_open_per_request",
            ),
            models.UniqueConstraint(
                fields=["expert"], condition=Q(state=DialogueState.LIVE), name="dialogue_one_live_per_expert"
            ),
            models.CheckConstraint(
                name="dialogue_held_has_expert",
                condition=~Q(state__in=[DialogueState.LIVE, DialogueState.ENDED])
                | Q(expert__isnull=False, admitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dialogue_closed_has_end",
                condition=Q(state__in=sorted(OPEN_DIALOGUES)) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"


class Participant(models.Model):
    """участник: one person in one dialogue, however many times she comes back"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="participants")
    role = models.CharField("роль", max_length=10, choices=ParticipantRole.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)  # a citizen has no account
    present = models.BooleanField("на связи", default=False)

    class Meta:
        verbose_name = "участник диалога"
        ordering = ("dialogue", "id")
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "user"], name="participant_user_once"),
            models.UniqueConstraint(
                fields=["dialogue"], condition=Q(role=ParticipantRole.CITIZEN), name="participant_one_citizen"
            ),
            models.CheckConstraint(
                name="participant_staff_has_user",
                condition=Q(role=ParticipantRole.CITIZEN, user__isnull=True)
                | (~Q(role=ParticipantRole.CITIZEN) & Q(user__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"


class Connection(models.Model):
    """подключение: one ticket and the one socket it may open; a later one of the same participant replaces it"""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="connections")
    issued_at = models.DateTimeField("билет выдан")
    opened_at = models.DateTimeField("открыто", null=True, blank=True)
    seen_at = models.DateTimeField("видели", null=True, blank=True)  # by the process that holds the socket
    closed_at = models.DateTimeField("закрыто", null=True, blank=True)
    close_code = models.PositiveSmallIntegerField("код закрытия", null=True, blank=True)

    class Meta:
        verbose_name = "подключение"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                name="connection_closed_was_open",
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"connection {self.pk}"


class DialogueEvent(models.Model):
    """событие диалога. Numbers have no gaps: a client that misses one asks for all after the last it has."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField("номер")
    kind = models.CharField("вид", max_length=10, choices=EventKind.choices)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, blank=True)
    text = models.TextField("текст", blank=True)
    cid = models.UUIDField("код отправки", null=True, blank=True)  # made by the page: a line sent twice is said once
    at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "событие диалога"
        ordering = ("dialogue", "number")
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="dialogue_event_number_once"),
            models.UniqueConstraint(fields=["participant", "cid"], name="dialogue_event_said_once"),
            models.CheckConstraint(
                name="dialogue_event_said_has_text",
                condition=~Q(kind=EventKind.SAID) | (~Q(text="") & Q(cid__isnull=False, participant__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.number} of dialogue {self.dialogue_id}"
