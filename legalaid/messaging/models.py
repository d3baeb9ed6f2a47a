"""Messages to people, each with its receipt."""

from django.db import models

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
    state = models.CharField("состояние", max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    created_at = models.DateTimeField("создано")
    sent_at = models.DateTimeField("отправлено", null=True, blank=True)

    class Meta:
        verbose_name = "сообщение"
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["about"], name="message_about")]
