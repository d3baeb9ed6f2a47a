"""Who takes part in a dialogue, and through which connections."""

import uuid

from django.db import models
from django.db.models import Q

from legalaid.dialogue.models.dialogues import Dialogue
from legalaid.dialogue.states import ParticipantRole
from legalaid.people.models import User


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
