"""Forms of the coordinator. What is allowed is said by the services; forms only carry what was typed."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.clock import day_period
from legalaid.kernel.period import Period
from legalaid.web.citizen.forms import DoorForm

if TYPE_CHECKING:
    from legalaid.directory.models import Post

MAX_FILE = 200_000
"""Bytes of a table of hours: some 4,000 rows."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
"""A day beyond these is a slip of the hand in its year; how far hours may be drawn is said by the services."""


def is_id(text: str) -> bool:
    """Whether text may be the number of a row: digits that int() and the database take."""
    return text.isascii() and text.isdecimal() and len(text) < 12


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    slip = _named(label, _("проверьте год."))
    return forms.DateField(
        label=label, required=required, help_text=help_text, input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_missing(label, _("укажите число, месяц и год.")),
        validators=[MinValueValidator(EARLIEST, slip), MaxValueValidator(LATEST, slip)],
    )  # fmt: skip


def _time(label: Any, *, required: bool = True) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=required, widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
        error_messages=_missing(label, _("укажите время, например 09:30.")),
    )  # fmt: skip


def _missing(label: Any, text: Any) -> dict[str, Any]:
    return dict.fromkeys(("required", "invalid"), _named(label, text))


def _named(label: Any, text: Any) -> Any:
    """What is wrong with a field, with its name: the summary above a form has several of them."""
    return format_lazy("{}: {}", capfirst(label), text)


class ExtraForm(DoorForm):
    """Reception on one day besides the week."""

    day = _day(_("День"))
    opens = _time(_("С"))
    closes = _time(_("До"))


class AbsenceForm(DoorForm):
    """No reception from a day to a day; without times whole days."""

    first = _day(_("С дня"))
    opens = _time(_("со времени"), required=False)
    last = _day(_("По день"))
    closes = _time(_("до времени"), required=False)
    reason = forms.CharField(
        label=_("Причина"), max_length=200, required=False, help_text=_("Её увидят сотрудники МФЦ. Например: обучение.")
    )
    everyone = forms.BooleanField(label=_("Все посты органа"), required=False)

    def during(self, zone: str) -> Period:
        """The absence in UTC; days are those of the zone."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        opens, closes = self.cleaned_data.get("opens"), self.cleaned_data.get("closes")
        tz = ZoneInfo(zone)
        start = datetime.combine(first, opens, tz) if opens else day_period(first, zone).start
        end = datetime.combine(last, closes, tz) if closes else day_period(last, zone).end
        return Period(start, end)


class CopyForm(DoorForm):
    """The week shown goes to posts, from a day on."""

    to = forms.TypedMultipleChoiceField(
        label=_("Каким постам"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = _day(_("Начиная с"))
    until = _day(_("По"), required=False, help_text=_("Если не заполнять: насовсем."))

    def __init__(self, *args: Any, posts: "list[Post]", monday: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": monday + timedelta(days=7)}
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(post.pk, post.name) for post in posts]


class PostForm(DoorForm):
    """A post's name."""

    name = forms.CharField(label=_("Название поста"), required=False, widget=forms.TextInput(attrs={"maxlength": 80}))


class FileForm(DoorForm):
    """A table of hours: a file, or its text once it was read."""

    file = forms.FileField(
        label=_("Файл CSV"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"})
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput)
    since = _day(_("Новые недели действуют с"))

    def clean(self) -> dict[str, Any]:
        """Say in words when there is nothing to read, before anything is looked for in it."""
        cleaned = super().clean() or {}
        sent = cleaned.get("file")
        if isinstance(sent, UploadedFile):
            cleaned["text"] = self._read(sent)
        elif not cleaned.get("text") and "file" not in self.errors:
            self.add_error("file", _("Выберите файл."))
        return cleaned

    def _read(self, sent: "UploadedFile[bytes]") -> str:
        if sent.size is not None and sent.size > MAX_FILE:
            self.add_error("file", _("Файл слишком большой: больше 200 КБ. Разделите его на части."))
            return ""
        content = sent.read()
        for encoding in ("utf-8-sig", "cp1251"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return str(text)
        self.add_error("file", _("Это не таблица CSV. В Excel откройте её и выберите «Сохранить как», тип CSV."))
        return ""

    def table(self) -> str:
        """The text of the table. Excel saves in windows-1251 as well."""
        return str(self.cleaned_data.get("text") or "")
