"""A recording of one dialogue: consents of everybody in it, pieces as they came, their key, their end."""

import uuid

from django.db import models
from django.db.models import F, Q

from legalaid.dialogue.models.dialogues import Dialogue
from legalaid.dialogue.models.people import Participant
from legalaid.dialogue.states import RecordingState
from legalaid.people.models import ConsentDocument


class Recording(models.Model):
    """запись диалога. Its key is wrapped by the installation's; without it the files are noise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="recordings")
    recorder = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("состояние", max_length=8, choices=RecordingState.choices, default=RecordingState.ASKED)
    wrapped_key = models.BinaryField("ключ", blank=True)
    asked_at = models.DateTimeField("запрошена")
    changed_at = models.DateTimeField("изменена")
    ended_at = models.DateTimeField("закончена", null=True, blank=True)
    expires_at = models.DateTimeField("хранится до", null=True, blank=True)

    class Meta:
        verbose_name = "запись диалога"
        ordering = ("-asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue"],
                condition=~Q(state__in=[RecordingState.ENDED, RecordingState.DELETED]),
                name="recording_one_open_per_dialogue",
            ),
            models.CheckConstraint(
                name="recording_over_has_end_and_term",
                condition=~Q(state__in=[RecordingState.ENDED, RecordingState.DELETED])
                | Q(ended_at__isnull=False, expires_at__gt=F("ended_at")),
            ),
            models.CheckConstraint(
                name="recording_deleted_has_no_key", condition=~Q(state=RecordingState.DELETED) | Q(wrapped_key=b"")
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state=RecordingState.ENDED), name="recording_ends")]

    def __str__(self) -> str:
        return f"recording {self.pk}"


class RecordingConsent(models.Model):
    """согласие на запись этого диалога: given or refused by one participant, to one wording, revocable"""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="consents")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="recording_consents")
    document = models.ForeignKey(ConsentDocument, on_delete=models.PROTECT)
    agreed = models.BooleanField("согласен")
    at = models.DateTimeField("когда")
    revoked_at = models.DateTimeField("отозвано", null=True, blank=True)

    class Meta:
        verbose_name = "согласие на запись"
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(fields=["recording", "participant"], name="recording_consent_once"),
            models.CheckConstraint(
                name="recording_consent_revoked_was_given", condition=Q(revoked_at__isnull=True) | Q(agreed=True)
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk} to recording {self.recording_id}"


class RecordingChunk(models.Model):
    """кусок записи: its encrypted file is on the disk before this row is written. A take is one run of a recorder."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="chunks")
    take = models.PositiveIntegerField("дубль")
    number = models.PositiveIntegerField("номер")
    size = models.PositiveIntegerField("байт")
    digest = models.CharField("SHA-256", max_length=64)
    received_at = models.DateTimeField("получен")

    class Meta:
        verbose_name = "кусок записи"
        ordering = ("recording", "take", "number")
        constraints = [models.UniqueConstraint(fields=["recording", "take", "number"], name="recording_chunk_once")]

    def __str__(self) -> str:
        return f"chunk {self.take}/{self.number} of recording {self.recording_id}"
