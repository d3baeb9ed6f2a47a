"""Waiting and whose delay it is; tasks somebody must see to."""

from django.db import models
from django.db.models import Q

from legalaid.directory.models import Authority, Booth, Branch
from legalaid.intake.models import HelpRequest
from legalaid.people.models import User
from legalaid.reception.states import TaskKind, WaitCause


class WaitSpan(models.Model):
    """ожидание: a person waited from `began_at` to `ended_at`, and whose delay it was"""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="waits")
    cause = models.CharField("чья задержка", max_length=10, choices=WaitCause.choices)
    began_at = models.DateTimeField("с")
    ended_at = models.DateTimeField("до", null=True, blank=True)

    class Meta:
        verbose_name = "ожидание"
        ordering = ("began_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["help_request"], condition=Q(ended_at=None), name="wait_one_open_per_request"
            ),
            models.CheckConstraint(
                name="wait_not_reversed",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
            ),
        ]


class DeskPresence(models.Model):
    """сотрудник у стойки: an operator whose desk is open, and when its page last said so"""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="presence")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField("видели")

    class Meta:
        verbose_name = "сотрудник у стойки"
        ordering = ("-seen_at", "id")
        constraints = [models.UniqueConstraint(fields=["branch", "user"], name="desk_presence_once")]


class Task(models.Model):
    """задача дежурному: raised by an event, seen to by a person or by the event's end"""

    kind = models.CharField("вид", max_length=20, choices=TaskKind.choices)
    help_request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    raised_at = models.DateTimeField("возникла")
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("закрыта", null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "задача"
        ordering = ("raised_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "help_request", "booth", "authority"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="task_open_once",
            )
        ]
        indexes = [models.Index(fields=["raised_at"], condition=Q(closed_at=None), name="task_open")]
