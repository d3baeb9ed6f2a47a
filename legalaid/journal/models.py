"""The append-only record of every change of state. No foreign keys: an entry outlives whatever it speaks of."""

from django.db import models
from django.db.models.functions import Now


class JournalEntry(models.Model):
    """One change of state, readable by a person, free of personal data; the database refuses to change or delete it."""

    at = models.DateTimeField("когда")
    kind = models.CharField("что", max_length=40)
    subject = models.CharField("чьё", max_length=64)
    action = models.CharField("действие", max_length=40)
    before = models.CharField("было", max_length=40, blank=True)
    after = models.CharField("стало", max_length=40, blank=True)
    actor = models.CharField("кто", max_length=80)
    data = models.JSONField("подробности", default=dict, blank=True)
    # Set by the database: sealing waits until no transaction older than this one is still open.
    xact = models.BigIntegerField(editable=False, db_default=0)

    class Meta:
        verbose_name = "запись журнала"
        ordering = ("id",)
        indexes = [models.Index(fields=["kind", "subject", "id"], name="journal_by_subject")]


class JournalSeal(models.Model):
    """The hash chain over the entries, laid behind them so that writers never queue for one hot row.

    `digest` = SHA-256(previous digest ‖ canonical text of the entry).
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "печать журнала"
        ordering = ("number",)
