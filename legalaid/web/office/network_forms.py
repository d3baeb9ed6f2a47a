"""Forms of the network. What is allowed is said by the services; forms only carry what was typed."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legalaid.directory.branch_rules import EVE, WEEK
from legalaid.directory.services import AuthorityDetails
from legalaid.directory.states import BoothKind, Language, Level
from legalaid.kernel.spoken import ZONES
from legalaid.reception.services import BranchDetails, InterpreterDetails
from legalaid.web.citizen.forms import DoorForm

DAYS = dict(zip(WEEK, (_("Понедельник"), _("Вторник"), _("Среда"), _("Четверг"), _("Пятница"), _("Суббота"),
                       _("Воскресенье")), strict=True))  # fmt: skip
ROWS = {**DAYS, EVE: _("Накануне праздника")}
"""What a week of hours is written by."""


def text_line(label: Any, most: int, *, required: bool = True, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=hint,
        widget=forms.TextInput(attrs={"maxlength": most, "autocomplete": "off"}),
        error_messages={"required": _("Заполните это поле.")},
    )  # fmt: skip


def _clock(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M")
    )


def _offer_zones(field: forms.Field, zone: str) -> None:
    """The zones of the country, and the one that is set though it is none of them."""
    assert isinstance(field, forms.ChoiceField)
    known = [(code, words) for code, words in ZONES.items()]
    field.choices = known if zone in ZONES else [*known, (zone, zone)]


class WeekForm(DoorForm):
    """A week of hours on the clocks of `timezone`: each day has `mon_from` and `mon_to`; an empty day is a day off.

    An empty eve of a holiday is an hour shorter than the day is.
    """

    timezone = forms.ChoiceField(label=_("Часовой пояс"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_zones(self.fields["timezone"], zone)
        for day, label in ROWS.items():
            self.fields[f"{day}_from"] = _clock(f"{label}, {_('открытие')}")
            self.fields[f"{day}_to"] = _clock(f"{label}, {_('закрытие')}")

    @property
    def week(self) -> list[dict[str, Any]]:
        """Rows of the week as the page draws them."""
        return [{"code": day, "label": label, "opens": self[f"{day}_from"], "closes": self[f"{day}_to"],
                 "errors": self[f"{day}_from"].errors} for day, label in ROWS.items()]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for day in ROWS:
            if bool(found.get(f"{day}_from")) != bool(found.get(f"{day}_to")) or self[f"{day}_to"].errors:
                self.add_error(f"{day}_from", _("Нужны и открытие, и закрытие. Выходной — оба поля пустые."))
        return found

    def refuse(self, error: Any) -> None:
        if error.field in ROWS:
            error.field = f"{error.field}_from"
        super().refuse(error)

    def hours(self) -> dict[str, str]:
        """What was typed of the week, {"mon": "08:00-18:00", …}."""
        sent = self.cleaned_data
        return {
            day: f"{sent[f'{day}_from']:%H:%M}-{sent[f'{day}_to']:%H:%M}"
            for day in ROWS
            if isinstance(sent.get(f"{day}_from"), time)
        }


class BranchForm(WeekForm):
    """Details and week of a branch."""

    name = text_line(_("Название"), 200)
    municipality = text_line(_("Муниципалитет"), 120)
    address = text_line(_("Адрес"), 300)
    timezone = forms.ChoiceField(label=_("Часы отделения идут"))
    population = forms.IntegerField(
        label=_("Сколько людей обслуживает"), required=False, min_value=1,
        help_text=_("Жителей на территории отделения. От этого зависят требования к часам работы."),
        error_messages={"invalid": _("Напишите число людей, например 18000.")},
    )  # fmt: skip
    phone = text_line(_("Телефон"), 30, required=False)
    email = text_line(_("Электронная почта"), 254, required=False)

    def details(self) -> BranchDetails:
        """What was typed, for the service."""
        sent = self.cleaned_data
        return BranchDetails(
            name=sent["name"], municipality=sent["municipality"], address=sent["address"], timezone=sent["timezone"],
            hours=self.hours(), population=sent["population"], phone=sent["phone"], email=sent["email"],
        )  # fmt: skip


class InterpreterForm(WeekForm):
    """Who interprets which language, when, and where she is told of it."""

    name = text_line(_("Имя и фамилия"), 120, hint=_("Так переводчика увидят в разговоре."))
    language = forms.ChoiceField(
        label=_("Язык"), choices=[("", _("Выберите язык")), *Language.choices],
        error_messages={"required": _("Выберите язык из списка."), "invalid_choice": _("Выберите язык из списка.")},
    )  # fmt: skip
    phone = text_line(_("Телефон"), 30, required=False)
    email = text_line(_("Электронная почта"), 254, required=False)

    def details(self) -> InterpreterDetails:
        """What was typed, for the service."""
        sent = self.cleaned_data
        typed = {name: sent[name] for name in ("name", "language", "timezone", "phone", "email")}
        return InterpreterDetails(**typed, hours=self.hours())


def interpreter_initial(person: Any) -> dict[str, Any]:
    """The fields of an interpreter as the form shows them."""
    found = {name: getattr(person, name) for name in ("name", "language", "timezone", "phone", "email")}
    return found | _week_initial(person.hours)


def branch_initial(branch: Any) -> dict[str, Any]:
    """The fields of a branch as the form shows them."""
    found = {name: getattr(branch, name)
             for name in ("name", "municipality", "address", "timezone", "population", "phone", "email")}  # fmt: skip
    return found | _week_initial(branch.hours)


def _week_initial(hours: Mapping[str, str]) -> dict[str, str]:
    """{"mon": "08:00-18:00"} as the fields of a week."""
    return {f"{day}_{end}": at for day, text in hours.items() for end, at in zip(("from", "to"), text.split("-"),
                                                                                 strict=True)}  # fmt: skip


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Укажите день."), "invalid": _("Укажите день: число, месяц, год.")},
    )  # fmt: skip


class ClosureForm(DoorForm):
    """Days a branch does not work."""

    first = day_field(_("С дня"))
    last = day_field(_("По день"))
    reason = text_line(_("Причина"), 200, required=False, hint=_("Её увидят посетители. Например: ремонт."))


class RetireForm(DoorForm):
    """The day from which a branch does not work any more."""

    first = day_field(_("Не работает с"))
    reason = text_line(_("Причина"), 200, required=False)


class BoothForm(DoorForm):
    """A booth: what it is and what it has."""

    name = text_line(_("Название"), 120)
    kind = forms.ChoiceField(label=_("Вид"), choices=BoothKind.choices)
    step_free = forms.BooleanField(label=_("Без ступеней"), required=False)
    induction_loop = forms.BooleanField(label=_("Индукционная петля"), required=False)
    scanner = forms.BooleanField(label=_("Сканер"), required=False)
    printer = forms.BooleanField(label=_("Принтер"), required=False)


class AuthorityForm(DoorForm):
    """What an authority is and how to reach it."""

    name = text_line(_("Полное название"), 300)
    short = text_line(_("Краткое название"), 160)
    plain = text_line(
        _("Как говорят люди"), 120, hint=_("Например: Соцфонд. Так орган назван на страницах для граждан.")
    )
    level = forms.ChoiceField(label=_("Вид"), choices=Level.choices)
    timezone = forms.ChoiceField(label=_("Часы органа идут"))
    address = text_line(_("Адрес"), 300, required=False)
    phone = text_line(_("Телефон"), 30, required=False)
    email = text_line(_("Электронная почта"), 254, required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_zones(self.fields["timezone"], zone)

    def details(self) -> AuthorityDetails:
        """What was typed, for the service."""
        sent = self.cleaned_data
        return AuthorityDetails(**{name: sent[name] for name in AuthorityForm.base_fields})


class NewAuthorityForm(AuthorityForm):
    """A new authority has a code as well, which stays."""

    code = text_line(
        _("Код"), 50, required=False,
        hint=_("Латиницей, для файлов и пакетов региона. Потом его не изменить. Если не заполнять, составим сами."),
    )  # fmt: skip
