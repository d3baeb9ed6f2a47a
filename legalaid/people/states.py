"""Roles of the staff, and what a consent is for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OPERATOR = "operator", _("оператор МФЦ")
    EXPERT = "expert", _("специалист органа")
    COORDINATOR = "coordinator", _("координатор органа")
    OFFICE = "office", _("проектный офис")
    OBSERVER = "observer", _("наблюдатель")
    DUTY_OFFICER = "duty_officer", _("дежурный по проекту")


class ConsentKind(TextChoices):
    PROCESSING = "processing", _("согласие на обработку персональных данных")
    RECORDING = "recording", _("согласие на запись разговора")


class Channel(TextChoices):
    HOME = "home", _("из дома")
    CENTRE = "centre", _("в МФЦ")
