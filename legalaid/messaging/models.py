"""Messages to people, each with its receipt."""

from django.db import models
from django.db.models import Q

from legalaid.messaging.states import MessageChannel, MessageState


class Message(models.Model):
    """сообщение (e-mail, SMS): written in the transaction that has cause for it, sent by a job after the commit"""

    channel = models.CharField("канал", max_length=10, choices=MessageChannel.choices)
    to = models.CharField("кому", max_length=254)
    subject = models.CharField("тема", max_length=200, blank=True)
    body = models.TextField("текст")
    attachment_name = models.CharField("имя вложения", max_length=80, blank=True)
    attachment_type = models.CharField("тип вложения", max_length=80, blank=True)
    attachment = models.BinaryField("вложение", null=True, blank=True)
    about = models.CharField("о чём", max_length=80)  # e.g. "booking-confirmed:17": what a receipt is looked up by
    key = models.CharField("ключ", max_length=120, null=True, blank=True, unique=True)  # the same is never said twice
    state = models.CharField("состояние", max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    doubts = models.PositiveSmallIntegerField("попыток с неизвестным исходом", default=0)
    created_at = models.DateTimeField("создано")
    not_before = models.DateTimeField("не раньше", null=True, blank=True)
    attempted_at = models.DateTimeField("последняя попытка", null=True, blank=True)
    sent_at = models.DateTimeField("отправлено", null=True, blank=True)
    gateway_id = models.CharField("номер у шлюза", max_length=80, blank=True)
    delivered_at = models.DateTimeField("доставлено", null=True, blank=True)
    failed_at = models.DateTimeField("не доставлено", null=True, blank=True)
    error_code = models.CharField("код ошибки", max_length=40, blank=True)

    class Meta:
        verbose_name = "сообщение"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["about"], name="message_about"),
            models.Index(fields=["gateway_id"], condition=~Q(gateway_id=""), name="message_by_gateway_id"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=[MessageState.QUEUED, MessageState.SENDING]),
                name="message_on_its_way",
            ),
            models.Index(fields=["failed_at"], condition=Q(state=MessageState.FAILED), name="message_failed"),
        ]

    @property
    def kind(self) -> str:
        """What it is about, without the number: "booking-confirmed"."""
        return self.about.partition(":")[0]
