"""The operator's one screen: who, what about, when. Rules are the services'."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from legalaid.intake.services import MAX_STORY
from legalaid.web.citizen.forms import DoorForm

NOW = "now"
"""Value of the choice «сейчас, в живую очередь»."""


class RegisterForm(DoorForm):
    """Everything about a visitor on one screen; `start` is an ISO moment in UTC or NOW."""

    story = forms.CharField(
        label=_("Что случилось, словами посетителя"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_STORY, "autofocus": True}),
    )  # fmt: skip
    topic = forms.CharField(label=_("Тема"), required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Имя и отчество"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 120, "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Телефон"), required=False, help_text=_("Не обязателен: посетитель уже здесь."),
        widget=forms.TextInput(attrs={"type": "tel", "maxlength": 30, "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.CharField(
        label=_("Электронная почта"), required=False,
        widget=forms.TextInput(attrs={"type": "email", "maxlength": 120, "autocomplete": "off"}),
    )  # fmt: skip
    consent = forms.BooleanField(label=_("Посетитель дал согласие на обработку персональных данных"), required=False)
    start = forms.CharField(label=_("Когда"), required=False)
    submission = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: uuid4().hex)

    def full_clean(self) -> None:
        """Clean, and keep what was typed: a refusal takes its field out of the cleaned values."""
        super().full_clean()
        self.kept: dict[str, Any] = dict(getattr(self, "cleaned_data", {}))

    def typed(self, name: str) -> str:
        """What was typed into a field, as text; '' for what cannot be text at all."""
        self.is_valid()
        return str(self.kept.get(name, ""))

    def moment(self) -> datetime | None:
        """The chosen start; None for the live queue or for anything that is not a moment."""
        text = self.typed("start")
        try:
            found = None if text == NOW else parse_datetime(text)
        except ValueError:
            return None
        return found if found is not None and found.tzinfo is not None else None
