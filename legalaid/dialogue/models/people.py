"""Who takes part in a dialogue, and through which connections."""

import uuid

from django.db import models
from django.db.models import Q

from legalaid.dialogue.models.dialogues import Dialogue
from legalaid.dialogue.rules import CITIZEN_SEAT, LEAD_SEAT, SEATS
from legalaid.dialogue.states import GUEST_ROLES, ParticipantRole
from legalaid.directory.models import Authority, Interpreter
from legalaid.people.models import User


class Participant(models.Model):
    """участник: one person in one dialogue, however many times she comes back.

    Six seats: the first is the citizen's, the second that of the expert who leads. Who is present has a seat.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="participants")
    role = models.CharField("роль", max_length=12, choices=ParticipantRole.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)  # a citizen has no account
    name = models.CharField("имя", max_length=120, blank=True)  # of a guest, as she wrote it
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    interpreter = models.ForeignKey(Interpreter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seat = models.PositiveSmallIntegerField("место", null=True, blank=True)
    present = models.BooleanField("на связи", default=False)
    delivered = models.PositiveIntegerField("доставлено до", default=0)  # numbers of events
    read = models.PositiveIntegerField("прочитано до", default=0)
    removed_at = models.DateTimeField("удалён", null=True, blank=True)

    class Meta:
        verbose_name = "участник диалога"
        ordering = ("dialogue", "id")
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "user"], name="participant_user_once"),
            models.UniqueConstraint(fields=["dialogue", "interpreter"], name="participant_interpreter_once"),
            models.UniqueConstraint(
                fields=["dialogue"], condition=Q(role=ParticipantRole.CITIZEN), name="participant_one_citizen"
            ),
            # Deferrable, so that two may change places in one statement.
            models.UniqueConstraint(
                fields=["dialogue", "seat"], name="participant_seat_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(
                name="participant_seats_are_six", condition=Q(seat__isnull=True) | Q(seat__gte=1, seat__lte=SEATS)
            ),
            models.CheckConstraint(
                name="participant_present_has_seat", condition=Q(present=False) | Q(seat__isnull=False)
            ),
            models.CheckConstraint(
                name="participant_removed_is_out",
                condition=Q(removed_at__isnull=True) | Q(seat__isnull=True, present=False),
            ),
            models.CheckConstraint(
                name="participant_first_seat_is_the_citizens",
                condition=Q(role=ParticipantRole.CITIZEN, seat=CITIZEN_SEAT, seat__isnull=False)
                | (~Q(role=ParticipantRole.CITIZEN) & (Q(seat__isnull=True) | ~Q(seat=CITIZEN_SEAT))),
            ),
            models.CheckConstraint(
                name="participant_second_seat_is_the_leads",
                condition=Q(role=ParticipantRole.EXPERT, seat=LEAD_SEAT, seat__isnull=False)
                | (~Q(role=ParticipantRole.EXPERT) & (Q(seat__isnull=True) | ~Q(seat=LEAD_SEAT))),
            ),
            models.CheckConstraint(
                name="participant_is_somebody",
                condition=Q(role=ParticipantRole.CITIZEN, user__isnull=True)
                | Q(role__in=[ParticipantRole.OPERATOR, ParticipantRole.EXPERT], user__isnull=False)
                | (Q(role__in=GUEST_ROLES) & (Q(user__isnull=False) | ~Q(name=""))),
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
