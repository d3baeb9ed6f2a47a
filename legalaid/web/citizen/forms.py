"""Forms of the citizen's door. What is allowed is said by the services; forms only carry what was typed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legalaid.intake.services import MAX_STORY
from legalaid.kernel.errors import DomainError


class DoorForm(forms.Form):
    """A form that takes the refusal of a service as its own error."""

    def refuse(self, error: DomainError) -> None:
        """Show the refusal beside its field, or above the form when it is about no field of it."""
        self.add_error(error.field if error.field in self.fields else None, str(error.text))


class StoryForm(DoorForm):
    """One field and nothing in its way."""

    story = forms.CharField(
        label=_("Расскажите, что случилось"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MAX_STORY, "data-grow": True, "autocomplete": "off"}),
    )


class WhenForm(DoorForm):
    """The day a legal deadline is counted from."""

    happened_on = forms.DateField(
        label=_("Дата"),
        required=True,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
        error_messages={
            "required": _("Укажите дату, хотя бы примерно."),
            "invalid": _("Укажите дату: день, месяц, год."),
        },
    )

    def day(self) -> date | None:
        """The day as typed; None when it is no date."""
        return self.cleaned_data["happened_on"] if self.is_valid() else None


class ContactForm(DoorForm):
    """Name, a way to reach the person, and her consent, which is separate from everything else."""

    name = forms.CharField(
        label=_("Как к вам обращаться"),
        help_text=_("Например: Мария Петровна. Паспорт не нужен."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 120}),
    )
    phone = forms.CharField(
        label=_("Телефон"),
        help_text=_("Позвоним, если что-то изменится. Пример: 8 928 123-45-67."),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 30}),
    )
    email = forms.CharField(
        label=_("Электронная почта"),
        help_text=_("Пришлём ссылку и памятку. Пример: ivanova@mail.ru."),
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "email",
                "autocomplete": "email",
                "inputmode": "email",
                "maxlength": 120,
                "spellcheck": "false",
            }
        ),
    )
    consent = forms.BooleanField(label=_("Я согласен (согласна) на обработку моих персональных данных"), required=False)

    def values(self) -> dict[str, Any]:
        """What was typed, as keyword arguments of the services."""
        self.is_valid()  # cleans; what was typed is judged by the services
        return {name: self.cleaned_data.get(name, "") for name in ("name", "phone", "email", "consent")}
