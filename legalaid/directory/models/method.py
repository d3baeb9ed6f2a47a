"""What came in packs and files of the catalogue, and the launch: what it was, whose hands are on it now."""

from django.db import models
from django.db.models import Q

from legalaid.directory.states import FileState, LaunchStage
from legalaid.people.models import User


class RegionPack(models.Model):
    """Which region pack this installation was made from."""

    name = models.CharField("название", max_length=120)
    schema = models.PositiveSmallIntegerField("версия схемы")
    digest = models.CharField("SHA-256", max_length=64)
    loaded_at = models.DateTimeField("загружен")
    summary = models.JSONField("что изменилось", default=dict)  # {"new": 3, "changed": 1, …}

    class Meta:
        verbose_name = "пакет тиражирования"
        ordering = ("-loaded_at", "-id")


class PackObject(models.Model):
    """An object as the pack brought it: when its hash differs now, the office has edited it and the edit stays."""

    kind = models.CharField("вид", max_length=10)
    code = models.CharField("код", max_length=60)
    digest = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = "объект пакета"
        ordering = ("kind", "code")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="pack_object_once")]


class PackUpload(models.Model):
    """A pack somebody of the office is looking at; nothing of it is true yet."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("название", max_length=120)
    content = models.BinaryField("файл")
    uploaded_at = models.DateTimeField("загружен")

    class Meta:
        verbose_name = "загруженный пакет"
        ordering = ("id",)


class LaunchTask(models.Model):
    """A task of the launch: the pack says what, the region says who, by when, and by what it is shown to be done."""

    code = models.CharField("код", max_length=60, unique=True)
    stage = models.CharField("этап", max_length=10, choices=LaunchStage.choices)
    title = models.CharField("задача", max_length=200)
    hint = models.TextField("пояснение", blank=True)
    position = models.PositiveSmallIntegerField("порядок", default=0)
    owner = models.CharField("кто отвечает", max_length=120, blank=True)
    due = models.DateField("срок", null=True, blank=True)
    done_at = models.DateTimeField("сделано", null=True, blank=True)
    evidence = models.CharField("чем подтверждается", max_length=400, blank=True)

    class Meta:
        verbose_name = "задача запуска"
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                name="launch_task_done_with_evidence", condition=Q(done_at__isnull=True) | ~Q(evidence="")
            )
        ]

    def __str__(self) -> str:
        return self.title


class CatalogueFile(models.Model):
    """файл каталога: a sheet somebody of the office brought, how far it is read, and what it would change"""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField("название", max_length=120)
    content = models.BinaryField("файл")
    uploaded_at = models.DateTimeField("загружен")
    state = models.CharField("состояние", max_length=10, choices=FileState.choices, default=FileState.READING)
    done = models.PositiveIntegerField("строк готово", default=0)
    total = models.PositiveIntegerField("строк всего", default=0)
    refusal = models.TextField("почему не принят", blank=True)
    plan = models.JSONField("что изменится", default=dict)  # see directory.catalogue.plan

    class Meta:
        verbose_name = "файл каталога"
        ordering = ("id",)
