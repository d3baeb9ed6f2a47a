"""How well topics are found, where they are confused, and the examples the office adds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.directory.policies import get_topic
from legalaid.directory.queries import authorities, examples_counted, examples_of
from legalaid.directory.services import add_example, remove_example
from legalaid.intake.queries import choice_figures
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Role
from legalaid.triage.danger import LINES
from legalaid.triage.ranker import SILENCE
from legalaid.triage.report import read_report
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.staff.access import staff

SHOWN = 15
"""Lines of a table of mistakes: the worst first, the rest are few."""


class ExampleForm(DoorForm):
    """One way people say a topic."""

    text = forms.CharField(
        label=_("Как это говорят люди"),
        help_text=_("Одно предложение своими словами. Без имён, телефонов и адресов."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 300, "autocomplete": "off"}),
    )


@require_GET
@staff(Role.OFFICE)
def quality(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Figures of the ranker with intervals, confusion between authorities, the worst topics, what people chose."""
    report = read_report()
    plain = {one.code: one.plain for one in authorities()}
    topics = list(examples_counted())
    titles = {one.code: one.title for one in topics}
    context = {
        "report": report, "topics": topics, "choices": choice_figures(), "lines": LINES,
        "silence": [
            dict(zip(("threshold", "needless", "without", "unclear"), (round(100 * one) for one in row), strict=True),
                 now=abs(row[0] - SILENCE) < 0.001)
            for row in report.get("silence", ())
        ],
        "confusion": [
            {"right": plain.get(right, right), "said": plain.get(said, said), "n": n}
            for right, said, n in report["confusion"] if said and right != said
        ][:SHOWN],
        "unsaid": sum(n for _right, said, n in report["confusion"] if not said),
        "worst": [
            {"code": code, "title": titles[code], "n": n, "first": round(100 * first), "three": round(100 * three)}
            for code, n, first, three in report["topics"] if code in titles
        ][:SHOWN],
    }  # fmt: skip
    return render(request, "office/triage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def examples(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    """The examples of a topic: add one, take one away. The ranker knows them from the next story on."""
    topic = get_topic(code.replace("-", "."))
    form = ExampleForm(request.POST if "add" in request.POST else None)
    if request.method == "POST":
        try:
            done = _change(request.POST, topic.pk, actor)
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect("office-examples", code=code)
    context = {"topic": topic, "examples": examples_of(topic.pk), "form": form, "code": code}
    return render(request, "office/examples.html", context, status=422 if form.errors else 200)


def _change(typed: Any, topic_id: int, actor: Actor) -> str:
    now = timezone.now()
    if "remove" in typed:
        wanted = typed["remove"]
        remove_example(topic_id=topic_id, example_id=int(wanted) if wanted.isdecimal() else 0, actor=actor, now=now)
        return gettext("Пример убран.")
    add_example(topic_id=topic_id, text=typed.get("text", ""), actor=actor, now=now)
    return gettext("Пример добавлен: подбор уже знает его.")
