"""Papers of a request, kept as pictures of their pages and for thirty days."""

from django.db import models
from django.db.models import Q

from legalaid.intake.models.requests import HelpRequest
from legalaid.intake.states import PaperSource
from legalaid.people.models import User


class Paper(models.Model):
    """документ заявки: one file as it was shown to us, redrawn page by page; the file itself is not kept"""

    help_request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="papers")
    name = models.CharField("название", max_length=120)
    source = models.CharField("откуда", max_length=10, choices=PaperSource.choices)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField("добавлен")
    expires_at = models.DateTimeField("хранится до")
    print_asked_at = models.DateTimeField("попросили напечатать", null=True, blank=True)
    printed_at = models.DateTimeField("напечатан", null=True, blank=True)

    class Meta:
        verbose_name = "документ заявки"
        ordering = ("added_at", "id")
        constraints = [
            models.CheckConstraint(name="paper_is_not_kept_for_ever", condition=Q(expires_at__gt=models.F("added_at")))
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="paper_by_end"),
            models.Index(
                fields=["print_asked_at"],
                condition=Q(print_asked_at__isnull=False, printed_at=None),
                name="paper_to_print",
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"


class PaperPage(models.Model):
    """страница документа: a JPEG of our own drawing, without anything the file knew of its maker"""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField("номер")
    image = models.BinaryField("изображение")
    width = models.PositiveSmallIntegerField("ширина")
    height = models.PositiveSmallIntegerField("высота")

    class Meta:
        verbose_name = "страница документа"
        ordering = ("paper", "number")
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_page_once"),
            models.CheckConstraint(name="paper_page_is_counted", condition=Q(number__gte=1)),
        ]
