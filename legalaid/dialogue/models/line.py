"""How lines and devices are: coarse samples of a live line, and the newest checks of devices. No personal data."""

from django.db import models
from django.db.models import Q

from legalaid.dialogue.models.people import Participant
from legalaid.dialogue.states import CheckState, DeviceFault
from legalaid.directory.models import Booth
from legalaid.intake.models import HelpRequest


class LineSample(models.Model):
    """замер связи одного участника: one every quarter of a minute at most"""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="line_samples")
    at = models.DateTimeField("когда")
    level = models.PositiveSmallIntegerField("качество, 0-3")
    step = models.PositiveSmallIntegerField("ступень, 0-4")
    rtt_ms = models.PositiveIntegerField("задержка, мс")
    lost = models.PositiveSmallIntegerField("потеряно, тысячных")
    kbps = models.PositiveIntegerField("приходит, кбит/с")

    class Meta:
        verbose_name = "замер связи"
        ordering = ("participant", "at", "id")
        indexes = [models.Index(fields=["participant", "-at"], name="line_sample_newest")]
        constraints = [
            models.CheckConstraint(name="line_sample_in_range", condition=Q(level__lte=3, step__lte=4, lost__lte=1000))
        ]

    def __str__(self) -> str:
        return f"line of {self.participant_id}: {self.level}"


class DeviceCheck(models.Model):
    """проверка оборудования: newest result for a request, or for a booth's computer"""

    help_request = models.ForeignKey(
        HelpRequest, on_delete=models.CASCADE, null=True, blank=True, related_name="device_checks"
    )
    booth = models.ForeignKey(Booth, on_delete=models.CASCADE, null=True, blank=True, related_name="device_checks")
    at = models.DateTimeField("когда")
    camera = models.CharField("камера", max_length=8, choices=CheckState.choices)
    camera_fault = models.CharField("что с камерой", max_length=10, choices=DeviceFault.choices, blank=True)
    microphone = models.CharField("микрофон", max_length=8, choices=CheckState.choices)
    microphone_fault = models.CharField("что с микрофоном", max_length=10, choices=DeviceFault.choices, blank=True)
    sound = models.CharField("звук", max_length=8, choices=CheckState.choices)
    line = models.CharField("связь", max_length=8, choices=CheckState.choices)
    browser = models.CharField("браузер", max_length=8, choices=CheckState.choices)
    rtt_ms = models.PositiveIntegerField("задержка, мс", null=True, blank=True)
    lost = models.PositiveSmallIntegerField("потеряно, тысячных", null=True, blank=True)
    kbps = models.PositiveIntegerField("скорость, кбит/с", null=True, blank=True)

    class Meta:
        verbose_name = "проверка оборудования"
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(
                name="device_check_of_request_or_booth",
                condition=Q(help_request__isnull=False, booth__isnull=True)
                | Q(help_request__isnull=True, booth__isnull=False),
            ),
            models.UniqueConstraint(fields=["help_request"], name="device_check_one_per_request"),
            models.UniqueConstraint(fields=["booth"], name="device_check_one_per_booth"),
            models.CheckConstraint(
                name="device_check_fault_has_reason",
                condition=(~Q(camera=CheckState.FAULT) | ~Q(camera_fault=""))
                & (~Q(microphone=CheckState.FAULT) | ~Q(microphone_fault="")),
            ),
        ]

    def __str__(self) -> str:
        return f"device check {self.pk}"
