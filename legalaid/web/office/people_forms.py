"""Forms of the staff list. What is allowed is said by the services; forms only carry what was typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.errors import DomainError
from legalaid.people.states import Role
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.office.network_forms import day_field, text_line

REGION = "region"


class InviteForm(DoorForm):
    """Who, as what, and where. The place is one list: `region`, `branch-7` or `authority-3`."""

    name = text_line(_("Имя и фамилия"), 120)
    email = text_line(_("Рабочая почта"), 254, hint=_("На неё придёт приглашение, а потом коды для входа. Пароля нет."))
    role = forms.ChoiceField(
        label=_("Роль"), choices=Role.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Выберите роль."), "invalid_choice": _("Выберите роль.")},
    )  # fmt: skip
    place = forms.ChoiceField(
        label=_("Место"),
        help_text=_("Оператор работает в отделении, специалист и координатор в органе, остальные во всём регионе."),
        error_messages={"required": _("Выберите место."), "invalid_choice": _("Выберите место.")},
    )

    def __init__(self, *args: Any, branches: Any, authorities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.input_type = "email"
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Выберите место")), (REGION, _("Весь регион")),
            (_("Отделения"), [(f"branch-{one.pk}", one.name) for one in branches]),
            (_("Органы"), [(f"authority-{one.pk}", one.plain or one.name) for one in authorities]),
        ]  # fmt: skip

    def asked(self) -> dict[str, Any]:
        """What was typed, for the service."""
        sent = self.cleaned_data
        kind, _dash, key = sent["place"].partition("-")
        return {
            "name": sent["name"], "email": sent["email"], "role": sent["role"],
            "branch_id": int(key) if kind == "branch" else None,
            "authority_id": int(key) if kind == "authority" else None,
        }  # fmt: skip


class LeaveForm(DoorForm):
    """The first day she does not work."""

    day = day_field(_("Не работает с"))

    def refuse(self, error: DomainError) -> None:
        error.field = "day"
        super().refuse(error)
