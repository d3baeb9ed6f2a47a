"""The region pack in the office: what this region is made of, how its launch goes, giving it away, taking another's."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.directory import services
from legalaid.directory.pack import KINDS, PACKS, SHIPPED, Key, Pack, PackRefused, pack_bytes, read_pack
from legalaid.directory.pack.archive import MAX_ARCHIVE
from legalaid.directory.pack.plan import Action, Choices
from legalaid.directory.pack_queries import (
    edited_here,
    launch,
    launch_task,
    objects_here,
    own_pack,
    packs_taken,
    part_by_id,
    parts,
    plan_of,
)
from legalaid.directory.policies import get_uploaded_pack
from legalaid.directory.services import PlanStale, TaskRefused, TextRefused
from legalaid.directory.states import PartKind
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.staff.access import staff

SHOWN_PACKS = 5
WORDS = {
    Action.NEW: (gettext_lazy("Новое"), gettext_lazy("Этого у вас ещё нет, появится после приёма.")),
    Action.CHANGED: (gettext_lazy("Изменится"), gettext_lazy("Вы этого не правили: встанет новая редакция из пакета.")),
    Action.KEPT: (gettext_lazy("Останется ваше"),
                  gettext_lazy("Вы это правили. Отметьте то, что всё-таки взять из пакета.")),
    Action.GONE: (gettext_lazy("В пакете больше нет"), gettext_lazy("У вас останется, пока вы не решите иначе.")),
}  # fmt: skip


class PartForm(DoorForm):
    """A text of the method."""

    title = forms.CharField(
        label=gettext_lazy("Название"), required=False, widget=forms.TextInput(attrs={"maxlength": 200})
    )
    text = forms.CharField(
        label=gettext_lazy("Текст"),
        help_text=gettext_lazy("Заголовок: ## в начале строки. Список: дефис или номер. Жирно: **слово**."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 22, "maxlength": 20_000}),
    )


class TaskForm(DoorForm):
    """A task of the launch."""

    owner = forms.CharField(
        label=gettext_lazy("Кто отвечает"), help_text=gettext_lazy("Должность или отдел."), required=False,
        widget=forms.TextInput(attrs={"maxlength": 120}),
    )  # fmt: skip
    due = forms.DateField(
        label=gettext_lazy("Срок"), required=False, input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    evidence = forms.CharField(
        label=gettext_lazy("Чем подтверждается"),
        help_text=gettext_lazy("Номер и день документа, ссылка, число. Без фамилий граждан."), required=False,
        widget=forms.TextInput(attrs={"maxlength": 400}),
    )  # fmt: skip
    done = forms.BooleanField(label=gettext_lazy("Сделано"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def pack(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The page; POST brings a file to look at, which changes nothing yet."""
    if request.method != "POST":
        return _page(request)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise PackRefused(_("Выберите файл пакета."))
        services.upload_pack(content=file.read(MAX_ARCHIVE + 1), actor=actor, now=timezone.now())
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, error)
    return redirect("office-pack-plan")


def _page(request: HttpRequest, refusal: DomainError | None = None) -> HttpResponse:
    edited = edited_here()
    counted = dict.fromkeys(KINDS, 0)
    for key in objects_here():
        counted[key.kind] += 1
    contents = [
        {"kind": name, "label": kind.label, "count": counted[name], "network": kind.network,
         "edited": sum(key.kind == name for key in edited), "editable": name in PartKind.values}
        for name, kind in KINDS.items()
    ]  # fmt: skip
    stages = launch()
    context = {
        "stages": stages, "now_stage": next((stage.code for stage in stages if not stage.whole), ""),
        "contents": [row for row in contents if row["count"]], "taken": packs_taken()[:SHOWN_PACKS],
        "shipped": SHIPPED, "refusal": refusal, "today": timezone.localdate(), "edited": len(edited),
    }  # fmt: skip
    return render(request, "office/pack.html", context, status=422 if refusal else 200)


@require_GET
@staff(Role.OFFICE)
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """This region's own pack as a file."""
    try:
        mine = own_pack(network=request.GET.get("network") == "1")
    except DomainError as error:
        return _page(request, error)
    return _file(mine, f"legalaid-pack-{mine.region_code or 'region'}")


@require_GET
@staff(Role.OFFICE)
def shipped(request: HttpRequest, actor: Actor, name: str) -> HttpResponseBase:
    """A pack that came with the programme, as a file."""
    if name not in SHIPPED:
        raise NotFound
    return _file(read_pack(PACKS / name), f"legalaid-pack-{name.replace('_', '-')}")


def _file(found: Pack, name: str) -> HttpResponse:
    return HttpResponse(
        pack_bytes(found), content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}.zip"'},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def plan(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """What the file would change, object by object; POST takes it as shown, or puts it away."""
    if request.method != "POST":
        return _plan(request, actor)
    now = timezone.now()
    if "drop" in request.POST:
        services.drop_upload(actor=actor, now=now)
        messages.success(request, _("Пакет убран, ничего не изменено."))
        return redirect("office-pack")
    keys = frozenset(Key(*one.partition(":")[::2]) for one in request.POST.getlist("take"))
    choices = Choices(take=keys, remove_gone="remove_gone" in request.POST)
    try:
        done = services.confirm_upload(seen=request.POST.get("seen", ""), choices=choices, actor=actor, now=now)
    except PlanStale as error:
        return _plan(request, actor, error)
    work = done.work(choices)
    told = {"name": done.pack.name, "written": len(work.write), "removed": len(work.remove)}
    messages.success(request, _("Пакет «%(name)s» принят: записано %(written)s, убрано %(removed)s.") % told)
    return redirect("office-pack")


def _plan(request: HttpRequest, actor: Actor, refusal: DomainError | None = None) -> HttpResponse:
    found = plan_of(get_uploaded_pack(actor))
    groups = [
        {"action": action.value, "word": word, "hint": hint, "steps": steps, "count": len(steps),
         "kinds": [(kind, list(some)) for kind, some in groupby(steps, key=lambda step: step.label)]}
        for action, (word, hint) in WORDS.items() if (steps := found.of(action))
    ]  # fmt: skip
    context = {
        "plan": found, "groups": groups, "refusal": refusal, "removable": any(step.removable for step in found.steps),
        "nothing": found.work(Choices()).nothing,
    }  # fmt: skip
    return render(request, "office/pack_plan.html", context, status=409 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def task(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponseBase:
    """A task of the launch: who, by when, done, by what that is shown."""
    found = launch_task(task_id)
    if found is None:
        raise NotFound
    known = {"owner": found.owner, "due": found.due, "evidence": found.evidence, "done": found.done_at is not None}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_task(task_id=task_id, actor=actor, now=timezone.now(), **form.cleaned_data)
        except TaskRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Задача сохранена."))
            return redirect("office-pack")
    return render(request, "office/pack_task.html", {"task": found, "form": form}, status=422 if form.errors else 200)


@require_GET
@staff(Role.OFFICE)
def texts(request: HttpRequest, actor: Actor, kind: str) -> HttpResponseBase:
    """Texts of the method of one kind."""
    if kind not in PartKind.values:
        raise NotFound
    edited = {key.code for key in edited_here() if key.kind == kind}
    context: dict[str, Any] = {"label": KINDS[kind].label, "parts": parts(kind), "edited": edited}
    return render(request, "office/pack_texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def text(request: HttpRequest, actor: Actor, part_id: int) -> HttpResponseBase:
    """One text, to be written, with how it reads beside it."""
    found = part_by_id(part_id)
    if found is None:
        raise NotFound
    form = PartForm(request.POST if request.method == "POST" else None,
                    initial={"title": found.title, "text": found.text})  # fmt: skip
    shown = request.POST.get("text", "") if request.method == "POST" else found.text
    if request.method == "POST" and form.is_valid() and "look" not in request.POST:
        try:
            services.edit_part(part_id=part_id, actor=actor, now=timezone.now(), **form.cleaned_data)
        except TextRefused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Текст сохранён. Новые пакеты его не тронут, пока вы не решите иначе."))
            return redirect("office-pack-texts", found.kind)
    context = {"part": found, "label": KINDS[found.kind].label, "form": form, "shown": shown}
    return render(request, "office/pack_text.html", context, status=422 if form.errors else 200)
