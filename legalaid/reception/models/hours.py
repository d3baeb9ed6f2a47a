"""When a post receives: its week, single days beside it, and what closes it."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from legalaid.directory.models import Branch, Post


class ReceptionHours(models.Model):
    """график приёма: a post receives on this weekday from `opens` to `closes`, local time of its authority."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField("день недели")  # 0 = Monday
    opens = models.TimeField("с")
    closes = models.TimeField("до")
    valid_from = models.DateField("действует с")
    valid_until = models.DateField("действует по", null=True, blank=True)

    class Meta:
        verbose_name = "график приёма"
        ordering = ("post", "weekday", "opens", "id")
        constraints = [
            models.CheckConstraint(name="reception_hours_not_reversed", condition=Q(opens__lt=F("closes"))),
            models.CheckConstraint(name="reception_hours_weekday", condition=Q(weekday__lte=6)),
        ]


class ExtraHours(models.Model):
    """приём вне графика: a post receives on one day besides its week, local time of its authority"""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="extra_hours")
    day = models.DateField("день")
    opens = models.TimeField("с")
    closes = models.TimeField("до")

    class Meta:
        verbose_name = "приём вне графика"
        ordering = ("day", "opens", "id")
        constraints = [models.CheckConstraint(name="extra_hours_not_reversed", condition=Q(opens__lt=F("closes")))]
        indexes = [models.Index(fields=["post", "day"], name="extra_hours_by_day")]


class Closure(models.Model):
    """нерабочее время of a post or of a branch, whatever the reason"""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    during = DateTimeRangeField("когда")
    reason = models.CharField("причина", max_length=200)

    class Meta:
        verbose_name = "нерабочее время"
        ordering = ("during", "id")
        constraints = [
            models.CheckConstraint(
                name="closure_of_post_or_branch",
                condition=Q(post__isnull=False, branch__isnull=True) | Q(post__isnull=True, branch__isnull=False),
            )
        ]
