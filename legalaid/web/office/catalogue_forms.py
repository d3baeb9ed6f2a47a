"""The form of a topic. What is allowed is said by the service; the form only carries what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from legalaid.directory.catalogue_queries import areas, cases, memos
from legalaid.directory.queries import authorities
from legalaid.directory.states import TermUnit
from legalaid.directory.topic_rules import Fault, own_term, told_term, with_checks
from legalaid.triage.terms import Term
from legalaid.web.citizen.forms import DoorForm

Text = Any  # a str, or one still to be translated
PLACES = {"term": "term_question", "law": None}
"""Fields of a topic that the form calls otherwise; None: they are drawn by hand."""


def _line(label: Text, most: int, help_text: Text = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"maxlength": most, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _lines(label: Text, rows: int, help_text: Text = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget, strip=False)


def _count(label: Text, help_text: Text = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 5, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class TopicForm(DoorForm):
    """A topic with all it says; the norms are drawn by hand."""

    title = _line(_("Название"), 200, _("Как тема стоит в списке. Например: «Не засчитали стаж»."))
    ask = _line(_("Вопрос гражданина"), 400, _("Одной фразой, как спросил бы он сам."))
    area = forms.ChoiceField(label=_("Раздел"), required=False)
    authority = forms.ChoiceField(label=_("Кто отвечает"), required=False)
    also = forms.MultipleChoiceField(
        label=_("Кто ещё может понадобиться"), required=False, widget=forms.CheckboxSelectMultiple
    )
    short_answer = _lines(
        _("Короткий ответ"), 7,
        _("Его видят до разговора и в памятке. Пустая строка начинает абзац, дефис — список, **звёздочки** выделяют."),
    )  # fmt: skip
    documents = _lines(_("Документы"), 5, _("По одному в строке."))
    deadline = _line(_("Срок по закону"), 300, _("Сколько и с какого события. Например: «Жалоба — 10 дней (ст. 122)»."))
    term_unit = forms.ChoiceField(label=_("Считать в чём"), required=False)
    term_count = _count(_("Сколько"))
    term_question = _line(
        _("С какого события"), 200,
        _("Вопрос гражданину, ответ на который начинает счёт. Например: «Когда вы получили отказ?»"),
    )  # fmt: skip
    term_moves = forms.BooleanField(label=_("Выходной в конце переносит срок на рабочий день"), required=False)
    minutes = _count(_("Минут на диалог"))
    lead_minutes = _count(_("Запись закрывается за, минут"), _("Пусто: как в соглашении."))
    horizon_days = _count(_("Запись открыта вперёд, дней"), _("Пусто: как в соглашении."))
    free_aid_case = forms.ChoiceField(label=_("Случай бесплатной помощи (324-ФЗ)"), required=False)
    memo = forms.ChoiceField(label=_("Шаблон памятки"), required=False)
    keywords = _lines(_("Слова людей"), 3, _("Через запятую или по одному в строке. По ним тему находит поиск."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(one.code, one.short) for one in authorities()]
        none = [("", _("не выбрано"))]
        self._offer("area", [*none, *((one.code, one.name) for one in areas())])
        self._offer("authority", [*none, *bodies])
        self._offer("also", bodies)
        self._offer("memo", [("", _("без шаблона")), *((one.code, one.title) for one in memos())])
        self._offer("term_unit", [("", _("не считать")), *TermUnit.choices])
        own = self.initial.get("free_aid_case", "")
        known = cases()
        extra = [(own, own)] if own and own not in dict(known) else []
        self._offer("free_aid_case", [("", _("не относится")), *known, *extra])

    def _offer(self, name: str, choices: Iterable[tuple[str, Text]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def show(self, faults: Iterable[Fault]) -> None:
        """What the service found, each at its field."""
        self.errors.clear()
        for fault in faults:
            place = PLACES.get(fault.field, fault.field)
            self.add_error(place if place in self.fields else None, fault.text)


def form_of(body: Mapping[str, Any], term: Term | None) -> TopicForm:
    """The form of a topic as it stands."""
    counted = told_term(term)
    initial = {
        **body, "documents": "\n".join(body["documents"]), "keywords": ", ".join(body["keywords"]),
        **{f"term_{name}": value for name, value in counted.items()},
    }  # fmt: skip
    return TopicForm(initial=initial)


def typed_in(data: QueryDict, code: str) -> dict[str, Any]:
    """What was typed, as fields of a pack's topic; numbers that are none stay words, and the service says so."""
    found: dict[str, Any] = {name: _clean(data.get(name, "")) for name in ("title", "ask", "deadline")}
    found |= {name: data.get(name, "") for name in ("area", "authority", "memo", "free_aid_case")}
    found |= {name: _number(data.get(name, "")) for name in ("minutes", "lead_minutes", "horizon_days")}
    found["also"] = data.getlist("also")
    found["short_answer"] = data.get("short_answer", "").replace("\r\n", "\n").replace("\t", " ").strip()
    found["documents"] = [line for one in data.get("documents", "").splitlines() if (line := _clean(one))]
    words = data.get("keywords", "").replace("\n", ",").split(",")
    found["keywords"] = list(dict.fromkeys(word for one in words if (word := _clean(one))))
    found["law"] = _law(data)
    found["term"] = own_term(code, _term(data))
    return found


def _law(data: QueryDict) -> list[dict[str, Any]]:
    rows = zip(data.getlist("law_act"), data.getlist("law_articles"), strict=False)
    said = [{"act": _clean(act), "articles": _clean(articles)} for act, articles in rows]
    return [row for row in said if row["act"] or row["articles"]]


def _term(data: QueryDict) -> dict[str, Any]:
    if not data.get("term_unit"):
        return {}
    return {
        "question": _clean(data.get("term_question", "")), "count": _number(data.get("term_count", "")),
        "unit": data["term_unit"], "moves": "term_moves" in data,
    }  # fmt: skip


def _clean(text: str) -> str:
    return " ".join(text.split())


def _number(text: str) -> int | str | None:
    said = text.strip()
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else said


def shown(typed: Mapping[str, Any], law: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A draft as the public page draws a topic."""
    return {**typed, "law": with_checks(typed["law"], law), "minutes": typed["minutes"] or "…"}
