"""Requests: a person's trouble in her own words, and the topic it came to."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from legalaid.directory.models import Authority, Branch, Topic
from legalaid.directory.states import Language
from legalaid.intake.states import AccessNeed, Relation, RequestState
from legalaid.people.models import Citizen, User
from legalaid.people.states import Channel


class HelpRequest(models.Model):
    """заявка. Not an appeal under 59-ФЗ until it is turned into one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("номер", max_length=12, null=True, blank=True)
    state = models.CharField("состояние", max_length=12, choices=RequestState.choices, default=RequestState.DRAFT)
    channel = models.CharField("откуда", max_length=10, choices=Channel.choices)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, null=True, blank=True)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    story = models.TextField("что случилось", max_length=4000)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    needs = ArrayField(models.CharField(max_length=20, choices=AccessNeed.choices), default=list, blank=True)
    interpreter = models.CharField("язык переводчика", max_length=10, choices=Language.choices, blank=True)
    out_of_turn = models.BooleanField("вне очереди по закону", default=False)
    deadline_on = models.DateField("срок по закону истекает", null=True, blank=True)
    submission = models.CharField("ключ отправки", max_length=32, null=True, blank=True)
    created_at = models.DateTimeField("создана")
    submitted_at = models.DateTimeField("подана", null=True, blank=True)
    agreed_at = models.DateTimeField("согласована", null=True, blank=True)
    held_at = models.DateTimeField("диалог начат", null=True, blank=True)
    answered_at = models.DateTimeField("ответ дан", null=True, blank=True)

    class Meta:
        verbose_name = "заявка"
        ordering = ("-created_at", "id")
        # Every registration pays for each of them: whatever is found by the beginning of another has none of its own.
        indexes = [
            models.Index(fields=["authority", "state", "submitted_at"], name="request_by_authority"),
            models.Index(fields=["branch", "state", "submitted_at"], name="request_by_branch"),
            models.Index(fields=["submitted_at"], name="request_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="request_number_once"),
            models.UniqueConstraint(fields=["submission"], name="request_submission_once"),
            models.CheckConstraint(
                name="request_past_draft_is_complete",
                condition=Q(state__in=[RequestState.DRAFT, RequestState.EXPIRED])
                | Q(number__isnull=False, citizen__isnull=False, topic__isnull=False, authority__isnull=False),
            ),
            models.CheckConstraint(
                name="request_in_centre_names_branch",
                condition=~Q(channel=Channel.CENTRE) | Q(branch__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or "черновик"

    @property
    def wishes(self) -> list[str]:
        """What the citizen needs to be received, in words: of the booth, and the language she speaks."""
        language = (
            [_("язык: %(language)s") % {"language": Language(self.interpreter).label}] if self.interpreter else []
        )
        return [*(str(AccessNeed(need).label) for need in self.needs), *language]


class ThirdParty(models.Model):
    """представитель: who acts for the citizen of a request. The pass-phrase proves her on the telephone."""

    help_request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, related_name="third_party")
    name = models.CharField("имя", max_length=120)
    relation = models.CharField("кем приходится", max_length=20, choices=Relation.choices)
    phone = models.CharField("телефон", max_length=20, blank=True)
    phrase = models.CharField("отпечаток кодовой фразы", max_length=200, blank=True)  # hashed as a password is

    class Meta:
        verbose_name = "представитель"
        ordering = ("id",)


class TopicChoice(models.Model):
    """выбор темы: what triage offered for a request and what a person chose. Codes only, no words."""

    help_request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, related_name="topic_choice")
    offered = ArrayField(models.CharField(max_length=40), verbose_name="предложено", default=list, blank=True)
    chosen = models.CharField("выбрано", max_length=40)
    asked = models.BooleanField("спросили", default=False)
    at = models.DateTimeField("когда")

    class Meta:
        verbose_name = "выбор темы"
        ordering = ("id",)
        indexes = [models.Index(fields=["chosen", "at"], name="topic_choice_by_topic")]
