"""The live conversation about one request, and the numbered list of what happened in it."""

import uuid

from django.db import models
from django.db.models import Q

from legalaid.dialogue.states import LED_DIALOGUES, OPEN_DIALOGUES, DialogueState, EventKind
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
    named_at = models.DateTimeField("имя сверено", null=True, blank=True)  # pictures meet from here on
    held_until = models.DateTimeField("пауза до", null=True, blank=True)
    hold_reason = models.CharField("причина паузы", max_length=200, blank=True)
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
                fields=["expert"], condition=Q(state__in=sorted(LED_DIALOGUES)), name="dialogue_one_live_per_expert"
            ),
            models.CheckConstraint(
                name="dialogue_held_has_expert",
                condition=~Q(state__in=[DialogueState.RECEIVED, DialogueState.LIVE, DialogueState.ENDED])
                | Q(expert__isnull=False, admitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dialogue_closed_has_end",
                condition=Q(state__in=sorted(OPEN_DIALOGUES)) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dialogue_live_is_named", condition=~Q(state=DialogueState.LIVE) | Q(named_at__isnull=False)
            ),
            models.CheckConstraint(
                name="dialogue_pause_is_live", condition=Q(held_until__isnull=True) | Q(state=DialogueState.LIVE)
            ),
        ]

    def __str__(self) -> str:
        return f"dialogue {self.pk}"


class DialogueEvent(models.Model):
    """событие диалога. Numbers have no gaps: a client that misses one asks for all after the last it has."""

    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField("номер")
    kind = models.CharField("вид", max_length=10, choices=EventKind.choices)
    participant = models.ForeignKey("dialogue.Participant", on_delete=models.PROTECT, null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)  # staff who have no seat in it
    text = models.TextField("текст", blank=True)
    data = models.JSONField("подробности", default=dict, blank=True)  # of the kind: until, role, paper and page
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
