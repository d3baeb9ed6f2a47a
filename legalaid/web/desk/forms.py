"""The operator's one screen: who, what about, when. Rules are the services'."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from legalaid.directory.states import Language
from legalaid.intake.rules import Adaptations, Behalf, Offer
from legalaid.intake.services import MAX_STORY
from legalaid.intake.states import AccessNeed, Relation
from legalaid.kernel.errors import DomainError
from legalaid.web.citizen.forms import DoorForm

NOW = "now"
"""Value of the choice «сейчас, в живую очередь»."""
WAIT = "wait"
"""Value of the choice «сообщить, когда появится время»."""
ELSEWHERE = "@"
"""Between a start and the number of another centre at which it is: in the value of one choice."""
FAR = timedelta(days=3660)
"""A legal deadline further ahead is a slip of the keyboard, as a day so long ago is (DayRefused)."""
MISTYPED = ("story", "name", "phone", "email", "needs", "interpreter", "deadline_on", "behalf_name", "behalf_relation",
            "behalf_phrase")  # fmt: skip
"""Fields a person fills in: what cannot be understood there is refused. Of the others it is only ignored."""


class NotUnderstood(DomainError):
    """What was written in a field cannot be read, or is no day that could still be a deadline."""

    code = "not_understood"


class RegisterForm(DoorForm):
    """Everything about a visitor on one screen; `start` is an ISO moment in UTC, NOW or WAIT."""

    story = forms.CharField(
        label=_("Что случилось, словами посетителя"), required=False,
        widget=forms.Textarea(attrs={
            "rows": 3, "maxlength": MAX_STORY, "autofocus": True, "autocomplete": "off",
        }),
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
    consent = forms.BooleanField(
        label=_("Посетитель дал согласие на обработку персональных данных"), required=False,
        widget=forms.CheckboxInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    start = forms.CharField(label=_("Когда"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("Что нужно посетителю"), required=False, choices=AccessNeed.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    interpreter = forms.ChoiceField(
        label=_("Переводчик"), required=False, choices=[("", _("не нужен"))],
        error_messages={"invalid_choice": _("По этой теме выбранного языка нет. Выберите другой.")},
    )  # fmt: skip
    out_of_turn = forms.BooleanField(label=_("Принять вне очереди: посетитель показал удостоверение"), required=False)
    deadline_on = forms.DateField(
        label=_("Срок по закону истекает"), required=False,
        error_messages={"invalid": _("Укажите дату: день, месяц, год.")},
        # A date typed in part is sent as none at all: the page says the same words before it is sent.
        widget=forms.DateInput(attrs={"type": "date", "data-bad": _("Укажите дату: день, месяц, год.")}),
    )  # fmt: skip
    behalf_name = forms.CharField(
        label=_("Имя представителя"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 120, "autocomplete": "off"}),
    )  # fmt: skip
    behalf_relation = forms.ChoiceField(
        label=_("Кем приходится"), required=False, choices=[("", _("не указано")), *Relation.choices]
    )
    behalf_phrase = forms.CharField(
        label=_("Кодовая фраза"), required=False, help_text=_("По ней представитель изменит запись по телефону."),
        widget=forms.TextInput(attrs={"maxlength": 100, "autocomplete": "off"}),
    )  # fmt: skip
    submission = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput, initial=lambda: uuid4().hex)
    offered = forms.RegexField(r"^[a-z]+\.[a-z]+( [a-z]+\.[a-z]+){0,2}$", required=False, max_length=130)
    asked = forms.BooleanField(required=False)

    def __init__(self, *args: Any, languages: Sequence[str] = (), **kwargs: Any) -> None:
        self.known: dict[str, Any] = {}
        self.faults: dict[str, str] = {}
        super().__init__(*args, **kwargs)
        if languages:
            spoken = deepcopy(self.fields["interpreter"])
            spoken.choices = [*spoken.choices, *((code, Language(code).label) for code in languages)]  # type: ignore[attr-defined]  # a ChoiceField, says the class above
            self.fields["interpreter"] = spoken

    def value(self, name: str) -> Any:
        """What was sent in a field, as the field understands it; None for what was not sent or not understood.

        Each field by itself: cleaning the whole form looks at those that were not sent too, a tenth of a registration.
        """
        if name not in self.known:
            field = self.fields[name]
            sent = field.widget.value_from_datadict(self.data, self.files, name) if name in self.data else None
            try:
                self.known[name] = None if sent is None else field.clean(sent)
            except forms.ValidationError as error:
                self.known[name], self.faults[name] = None, str(error.messages[0])
        return self.known[name]

    def typed(self, name: str) -> str:
        """What was typed into a field, as text; '' for what cannot be text at all."""
        value = self.value(name)
        return "" if value is None else str(value)

    def demand_understood(self, today: Callable[[], date]) -> None:
        """Raise NotUnderstood for what somebody filled in and would be dropped; `today` is asked for a deadline only.

        A deadline that is over, or more than FAR ahead, is a slip as well.
        """
        for name in MISTYPED:
            self.value(name)
            if name in self.faults:
                raise NotUnderstood(self.faults[name], name)
        deadline = self.value("deadline_on")
        if deadline is None:
            return
        day = today()
        if deadline < day:
            raise NotUnderstood(_("Этот срок уже прошёл. Проверьте дату или оставьте поле пустым."), "deadline_on")
        if deadline - day > FAR:
            raise NotUnderstood(_("Это слишком далеко: не больше 10 лет вперёд. Проверьте год."), "deadline_on")

    def refuse_all(self, faults: Iterable[DomainError]) -> None:
        """Show refusals, one beside each field: what the field says of itself goes first."""
        for fault in faults:
            if fault.field not in self.errors:
                self.refuse(fault)

    def adaptations(self) -> Adaptations:
        """What the visitor needs besides an answer."""
        return Adaptations(
            needs=tuple(self.value("needs") or ()), interpreter=self.typed("interpreter"),
            out_of_turn=bool(self.value("out_of_turn")), deadline_on=self.value("deadline_on"),
        )  # fmt: skip

    def offer(self) -> Offer | None:
        """What the page offered when the topic was chosen; None from a form that never showed it."""
        if "offered" not in self.data:
            return None
        return Offer(codes=tuple(self.typed("offered").split()), asked=self.typed("asked") == "True")

    def behalf(self) -> Behalf:
        """Who acts for the visitor."""
        return Behalf(
            name=self.typed("behalf_name"), relation=self.typed("behalf_relation"), phrase=self.typed("behalf_phrase")
        )

    def moment(self) -> datetime | None:
        """The chosen start; None for the live queue, for waiting or for anything that is not a moment."""
        text = self.typed("start").partition(ELSEWHERE)[0]
        try:
            found = None if text in {NOW, WAIT} else parse_datetime(text)
        except ValueError:
            return None
        return found if found is not None and found.tzinfo is not None else None

    def at_branch(self) -> int | None:
        """The other centre at which the chosen start is; None for her own."""
        number = self.typed("start").partition(ELSEWHERE)[2]
        return int(number) if number.isdecimal() and len(number) < 10 else None


class _Shared(dict[str, forms.Field]):
    """Fields that no form of their class changes, so that each need not copy them: 5 % of a registration's cost."""

    def __deepcopy__(self, memo: dict[int, object]) -> dict[str, forms.Field]:
        return dict(self)


RegisterForm.base_fields = _Shared(RegisterForm.base_fields)


class CallerForm(DoorForm):
    """What a caller names: the number of the request, and her telephone's end or the pass-phrase."""

    number = forms.CharField(
        label=_("Номер заявки"), required=False, help_text=_("Например, 61-4827."),
        widget=forms.TextInput(attrs={"maxlength": 20, "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    digits = forms.CharField(
        label=_("Последние 4 цифры телефона, указанного в заявке"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 8, "autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip
    phrase = forms.CharField(
        label=_("Кодовая фраза, если звонит представитель"), required=False,
        widget=forms.TextInput(attrs={"maxlength": 100, "autocomplete": "off"}),
    )  # fmt: skip

    def typed(self, name: str) -> str:
        """What was typed into a field."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
