"""Forms of the project office. What is allowed is said by the services; forms only carry what was typed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legalaid.directory.services.agreements import TERM_LIMITS
from legalaid.web.citizen.forms import DoorForm


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=False, help_text=help_text, input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def _text(label: Any, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=forms.TextInput(attrs={"maxlength": most})
    )


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4})
    )


class TermsForm(DoorForm):
    """The terms of one agreement."""

    number = _text(_("Номер"), 40)
    valid_from = _day(_("Действует с"))
    valid_until = _day(_("Действует по"), _("Последний день. Если не заполнять: бессрочно."))
    signer_body = _text(_("Кто подписывает от органа"), 200, _("Должность. Например: управляющий отделением."))
    signer_centre = _text(_("Кто подписывает от МФЦ"), 200, _("Должность. Например: директор."))
    norm_posts = _count(_("Постов"))
    norm_hours = _count(_("Часов приёма в неделю"))
    agree_days = _count(_("Согласовать время, рабочих дней"))
    hold_days = _count(_("Провести диалог, рабочих дней"))
    wait_minutes = _count(_("Ждать в назначенное время, минут не больше"))

    def values(self) -> dict[str, Any]:
        """What was typed, as keyword arguments of the service."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "number": found.get("number", ""), "valid_from": found.get("valid_from"),
            "valid_until": found.get("valid_until"), "signer_body": found.get("signer_body", ""),
            "signer_centre": found.get("signer_centre", ""),
            "numbers": {name: found.get(name) for name in TERM_LIMITS},
        }  # fmt: skip


class SignForm(DoorForm):
    """The day both sides have signed."""

    signed_on = _day(_("Подписано"))

    def day(self) -> date | None:
        self.is_valid()
        return self.cleaned_data.get("signed_on")
