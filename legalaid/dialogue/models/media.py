"""How media of dialogues travel: the pool of media servers, the way of a dialogue, what an authority wants of both."""

from django.db import models
from django.db.models import Q

from legalaid.dialogue.models.dialogues import Dialogue
from legalaid.dialogue.states import MediaMode, MediaPolicy
from legalaid.directory.models import Authority


class MediaNode(models.Model):
    """медиасервер: one server of the pool. `url` is the address of its control socket, which only we reach."""

    name = models.CharField("имя", max_length=40, unique=True)
    url = models.CharField("адрес управления", max_length=200)
    weight = models.PositiveSmallIntegerField("вес", default=1)
    draining = models.BooleanField("выводится", default=False)  # gets no new dialogues
    seen_at = models.DateTimeField("отвечал", null=True, blank=True)
    lost_at = models.DateTimeField("не отвечал", null=True, blank=True)

    class Meta:
        verbose_name = "медиасервер"
        ordering = ("name",)
        constraints = [models.CheckConstraint(name="media_node_has_weight", condition=Q(weight__gte=1))]

    def __str__(self) -> str:
        return self.name


class MediaRoom(models.Model):
    """путь связи диалога. No row: directly between browsers, and never otherwise yet.

    `epoch` grows with every change; a change is written only over the epoch it was made for.
    """

    dialogue = models.OneToOneField(Dialogue, on_delete=models.PROTECT, related_name="media_room")
    mode = models.CharField("путь", max_length=4, choices=MediaMode.choices, default=MediaMode.MESH)
    node = models.ForeignKey(MediaNode, on_delete=models.PROTECT, null=True, blank=True, related_name="rooms")
    epoch = models.PositiveIntegerField("перемена", default=0)
    changed_at = models.DateTimeField("изменён")

    class Meta:
        verbose_name = "путь связи"
        ordering = ("dialogue",)
        constraints = [
            models.CheckConstraint(
                name="media_room_node_goes_with_server",
                condition=Q(mode=MediaMode.MESH, node__isnull=True) | Q(mode=MediaMode.SFU, node__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.epoch} of dialogue {self.dialogue_id}"


class DialoguePolicy(models.Model):
    """правила диалогов органа: which way media take, whether a dialogue may be recorded and for how long it is kept"""

    authority = models.OneToOneField(Authority, on_delete=models.PROTECT, related_name="dialogue_policy")
    media = models.CharField("путь связи", max_length=6, choices=MediaPolicy.choices, default=MediaPolicy.AUTO)
    recording = models.BooleanField("запись разрешена", default=False)
    keep_days = models.PositiveSmallIntegerField("хранить дней", default=30)
    relay_only = models.BooleanField("только через ретранслятор", default=False)

    class Meta:
        verbose_name = "правила диалогов"
        ordering = ("authority",)
        constraints = [
            models.CheckConstraint(
                name="dialogue_policy_keeps_a_while", condition=Q(keep_days__gte=1, keep_days__lte=365)
            )
        ]

    def __str__(self) -> str:
        return f"policy of {self.authority_id}"
