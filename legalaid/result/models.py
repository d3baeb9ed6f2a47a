"""What the citizen leaves with."""

from django.db import models
from django.db.models import Q

from legalaid.dialogue.models import Dialogue
from legalaid.intake.models import HelpRequest
from legalaid.people.models import User
from legalaid.result.states import MemoState, OutcomeCode


class Memo(models.Model):
    """памятка: drafted beside the video, issued once with a number and a check code; the PDF is kept as issued"""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="memos")
    dialogue = models.ForeignKey(Dialogue, on_delete=models.PROTECT, related_name="memos")
    author = models.ForeignKey(User, on_delete=models.PROTECT)
    state = models.CharField("состояние", max_length=10, choices=MemoState.choices, default=MemoState.DRAFT)
    asked = models.TextField("о чём спросили", blank=True)
    law = models.TextField("что говорит закон", blank=True)
    steps = models.TextField("что делать", blank=True)
    documents = models.TextField("документы", blank=True)
    revision = models.PositiveIntegerField("правка", default=0)
    number = models.CharField("номер", max_length=20, unique=True, null=True, blank=True)
    code = models.CharField("код проверки", max_length=20, unique=True, null=True, blank=True)
    created_at = models.DateTimeField("начата")
    saved_at = models.DateTimeField("сохранена")
    issued_at = models.DateTimeField("выдана", null=True, blank=True)
    pdf = models.BinaryField("PDF", null=True, blank=True)
    digest = models.CharField("SHA-256 PDF", max_length=64, blank=True)

    class Meta:
        verbose_name = "памятка"
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue"], condition=Q(state__in=[MemoState.DRAFT, MemoState.ISSUED]),
                name="memo_issued_once",
            ),
            models.CheckConstraint(
                name="memo_issued_is_complete",
                condition=Q(state=MemoState.DRAFT)
                | Q(number__isnull=False, code__isnull=False, issued_at__isnull=False, pdf__isnull=False),
            ),
        ]  # fmt: skip


class Outcome(models.Model):
    """результат of a dialogue: who acts next"""

    help_request = models.OneToOneField(HelpRequest, on_delete=models.PROTECT, related_name="outcome")
    code = models.CharField("результат", max_length=16, choices=OutcomeCode.choices)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT)
    decided_at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "результат"
        ordering = ("-decided_at", "-id")
