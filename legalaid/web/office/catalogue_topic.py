"""One topic in the office: written beside its public page, its law checked, its memo, its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from legalaid.directory import services
from legalaid.directory.catalogue_queries import Sheet, known_codes, last_edit, memos, norms, topic_sheet
from legalaid.directory.memo_rules import PLACES, memo_parts, said_in_memos
from legalaid.directory.pack.plan import difference
from legalaid.directory.queries import authorities, examples_of
from legalaid.directory.refusals import TopicMoved, TopicRefused
from legalaid.directory.services import TextRefused
from legalaid.directory.topic_rules import checked_topic, term_of
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.office.catalogue_forms import TopicForm, form_of, shown, typed_in
from legalaid.web.staff.access import staff

BLANK_NORMS = range(2)
SHOWN_EXAMPLES = 5
EMPTY: Mapping[str, Any] = {"documents": [], "keywords": [], "law": [], "minutes": 20}


class MemoForm(DoorForm):
    """The template of a topic's memo."""

    title = forms.CharField(
        label=gettext_lazy("Название шаблона"), required=False, widget=forms.TextInput(attrs={"maxlength": 200})
    )
    text = forms.CharField(
        label=gettext_lazy("Текст"), required=False, strip=False,
        help_text=gettext_lazy("Два заголовка: «## Что говорит закон» и «## Что делать дальше»; шаги — с дефиса."),
        widget=forms.Textarea(attrs={"rows": 18, "maxlength": 20_000}),
    )  # fmt: skip


def _sheet(topic_id: int) -> Sheet:
    found = topic_sheet(topic_id)
    if found is None:
        raise NotFound
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def topic(request: HttpRequest, actor: Actor, topic_id: int) -> HttpResponseBase:
    """A topic to be written; POST saves it, or shows the draft beside it."""
    sheet = _sheet(topic_id)
    if request.method != "POST":
        return _page(request, sheet, form_of(sheet.body, term_of(sheet.topic.code, sheet.topic.term)))
    form, typed = TopicForm(request.POST, initial=sheet.body), typed_in(request.POST, sheet.topic.code)
    if "look" in request.POST:
        return _page(request, sheet, form, typed)
    checked = "save_checked" in request.POST
    try:
        services.save_topic(topic_id=topic_id, typed=typed, seen=request.POST.get("seen", ""), actor=actor,
                            now=timezone.now(), checked=checked)  # fmt: skip
    except TopicRefused as error:
        form.show(error.faults)
        return _page(request, sheet, form, typed, status=422)
    except TopicMoved as error:
        return _page(request, _sheet(topic_id), form, typed, status=409, moved=error)
    messages.success(request, _("Тема сохранена, закон отмечен как проверенный.") if checked else _("Тема сохранена."))
    return redirect("office-topic", topic_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def new_topic(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """A topic that is not there yet."""
    if request.method != "POST":
        return _page(request, None, form_of({**EMPTY, "area": request.GET.get("area", "")}, None))
    form, typed = TopicForm(request.POST), typed_in(request.POST, "")
    if "look" in request.POST:
        return _page(request, None, form, typed)
    try:
        made = services.add_topic(typed=typed, actor=actor, now=timezone.now())
    except TopicRefused as error:
        form.show(error.faults)
        return _page(request, None, form, typed, status=422)
    messages.success(request, _("Тема добавлена. Запись по ней откроет соглашение: отметьте её в приложении."))
    return redirect("office-topic", made.pk)


def _page(
    request: HttpRequest, sheet: Sheet | None, form: TopicForm, typed: Mapping[str, Any] | None = None, *,
    status: int = 200, moved: TopicMoved | None = None,
) -> HttpResponse:  # fmt: skip
    """The form with the public page beside it. `typed`: what stands in the form when it is not what is kept."""
    body = typed or (sheet.body if sheet else typed_in(QueryDict(), ""))
    law = sheet.topic.law if sheet else []
    kept = norms(sheet.topic) if sheet else []
    by = {(one["act"], one["articles"]): one for one in kept}
    context = {
        "sheet": sheet, "topic": sheet.topic if sheet else None, "form": form, "moved": moved,
        "norms": [by.get((one["act"], one["articles"]), one) for one in body["law"]] if typed else kept,
        "blank_norms": BLANK_NORMS, "edit": last_edit(sheet.topic.pk) if sheet else None,
        "diff": _difference(sheet, typed) if moved and sheet and typed else (),
        "examples": examples_of(sheet.topic.pk)[:SHOWN_EXAMPLES] if sheet else (),
        "code": sheet.topic.code.replace(".", "-") if sheet else "", "zone": settings.REGION_TIME_ZONE,
        **_preview(body, law),
    }  # fmt: skip
    return render(request, "office/catalogue_topic.html", context, status=status)


def _difference(sheet: Sheet, typed: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """From what is written now to what was typed here, line by line."""
    body, _faults = checked_topic({**typed, "law": shown(typed, sheet.topic.law)["law"]}, known_codes())
    return difference("topic", sheet.body, {**body, "law": shown(typed, sheet.topic.law)["law"]})


@require_POST
@staff(Role.OFFICE)
def preview(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The public page of a draft; nothing is kept."""
    sheet = topic_sheet(int(said)) if (said := request.POST.get("topic", "")).isdecimal() and len(said) < 12 else None
    typed = typed_in(request.POST, sheet.topic.code if sheet else "")
    return render(request, "office/catalogue_preview.html", _preview(typed, sheet.topic.law if sheet else []))


def _preview(body: Mapping[str, Any], law: Any) -> dict[str, Any]:
    """What the public templates of a topic are drawn with."""
    body_of = {one.code: one for one in authorities()}
    return {
        "draft": shown(body, law), "authority": body_of.get(body.get("authority", "")), "due_on": None, "today": None,
    }  # fmt: skip


@require_POST
@staff(Role.OFFICE)
def check(request: HttpRequest, actor: Actor, topic_id: int) -> HttpResponseBase:
    """The law of the topic was read today by whoever presses."""
    try:
        services.check_law(topic_id=topic_id, seen=request.POST.get("seen", ""), actor=actor, now=timezone.now())
    except TopicMoved:
        messages.warning(request, _("Пока вы читали, тему изменили: прочитайте её ещё раз. Отметка не поставлена."))
    except TopicRefused as error:
        messages.error(request, error.faults[0].text)
    else:
        messages.success(request, _("Отмечено: закон проверен сегодня."))
    return redirect("office-topic", topic_id)


@require_POST
@staff(Role.OFFICE)
def retire(request: HttpRequest, actor: Actor, topic_id: int) -> HttpResponseBase:
    """The topic ends, or comes back."""
    if "return" in request.POST:
        services.return_topic(topic_id=topic_id, actor=actor, now=timezone.now())
        messages.success(request, _("Тема снова предлагается людям."))
    else:
        services.retire_topic(topic_id=topic_id, actor=actor, now=timezone.now())
        messages.success(request, _("Тема снята: новых заявок по ней не будет, начатые идут своим ходом."))
    return redirect("office-topic", topic_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def memo(request: HttpRequest, actor: Actor, topic_id: int) -> HttpResponseBase:
    """The template of the topic's memo beside what this topic makes of it; for all or for it alone."""
    sheet = _sheet(topic_id)
    part: Any = next((one for one in memos() if one.pk == sheet.topic.memo_id), None)
    kept = {"title": part.title, "text": part.text} if part else {"title": sheet.topic.title, "text": ""}
    form = MemoForm(request.POST if request.method == "POST" else None, initial=kept)
    text = request.POST.get("text", "") if request.method == "POST" else kept["text"]
    if request.method == "POST" and form.is_valid() and "look" not in request.POST:
        typed = {"title": form.cleaned_data["title"], "text": form.cleaned_data["text"]}
        own = part is None or request.POST.get("scope") == "own"
        try:
            if part is None or (own and part.code != sheet.topic.code):
                services.give_own_memo(topic_id=topic_id, actor=actor, now=timezone.now(), **typed)
            else:
                services.edit_part(part_id=part.pk, actor=actor, now=timezone.now(), **typed)
        except TextRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Шаблон памятки сохранён."))
            return redirect("office-topic-memo", topic_id)
    said = said_in_memos(sheet.topic.authority.plain, sheet.topic.deadline, sheet.topic.law)
    law, steps = memo_parts(text.replace("\r\n", "\n"), said)
    context = {
        "topic": sheet.topic, "part": part, "form": form, "law": law, "steps": steps.split("\n") if steps else [],
        "places": [{"name": f"{{{name}}}", "label": label, "here": said[name]} for name, label in PLACES.items()],
        "shared": part is not None and part.used > 1,
    }  # fmt: skip
    return render(request, "office/catalogue_memo.html", context, status=422 if form.errors else 200)
