"""The catalogue as a sheet: out, and in again with a plan first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.directory import services
from legalaid.directory.catalogue_queries import areas, file_of, guide, topic_sheets
from legalaid.directory.refusals import SheetRefused
from legalaid.directory.sheet import MAX_SHEET, catalogue_xlsx
from legalaid.directory.sheet.columns import TOPICS
from legalaid.directory.states import FileState
from legalaid.kernel.actor import Actor
from legalaid.people.states import Role
from legalaid.web.office.agreement_files import attached
from legalaid.web.staff.access import staff

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {
    "wrong": gettext_lazy("Ошибки"), "new": gettext_lazy("Новое"), "changed": gettext_lazy("Изменится"),
}  # fmt: skip


@require_GET
@staff(Role.OFFICE)
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Areas and topics as they stand, the retired among them."""
    order = {one.code: one.position for one in areas()}
    sheets = sorted(topic_sheets().items(), key=lambda pair: (order.get(pair[1].body["area"], 0), pair[0]))
    topics = [{"code": code, "retired": one.topic.retired_at is not None, **one.body} for code, one in sheets]
    rows = [{"code": one.code, "name": one.name, "position": one.position} for one in areas()]
    return attached(catalogue_xlsx(areas=rows, topics=topics, guide=guide()), XLSX, "catalogue.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OFFICE)
def sheet(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The file one has brought and its plan; POST brings one, takes it as shown, or puts it away."""
    if request.method != "POST":
        return render(request, "office/sheet.html", _context(actor))
    now = timezone.now()
    if "drop" in request.POST:
        services.drop_sheet(actor=actor, now=now)
        messages.success(request, _("Файл убран, ничего не изменено."))
        return redirect("office-sheet")
    try:
        if "take" in request.POST:
            services.confirm_sheet(seen=request.POST.get("seen", ""), skip_wrong="skip" in request.POST, actor=actor,
                                   now=now)  # fmt: skip
        else:
            file = request.FILES.get("file")
            raw = file.read(MAX_SHEET + 1) if file else b""
            services.bring_sheet(content=raw, name=str(file.name or "") if file else "", actor=actor, now=now)
    except SheetRefused as error:
        return render(request, "office/sheet.html", {**_context(actor), "refusal": error}, status=422)
    return redirect("office-sheet")


@require_GET
@staff(Role.OFFICE)
def state(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """How far the worker is, asked for by the page while it waits; at the end the whole page comes anew."""
    context = _context(actor)
    if not context["working"]:
        return HttpResponse(headers={"HX-Redirect": request.path.removesuffix("state/")})
    return render(request, "office/sheet_state.html", context)


def _context(actor: Actor) -> dict[str, Any]:
    found = file_of(actor.user_id or 0)
    plan = found.plan if found else {}
    lines = [{**line, "retires": "retired" in line["fields"]} for line in plan.get("lines", [])]
    groups = [
        {"action": action, "word": word, "lines": some}
        for action, word in WORDS.items() if (some := [line for line in lines if line["action"] == action])
    ]  # fmt: skip
    return {
        "right": plan["counts"]["new"] + plan["counts"]["changed"] if plan else 0,
        "file": found, "counts": plan.get("counts", {}), "groups": groups, "refusal": None,
        "working": found is not None and found.state in {FileState.READING, FileState.TAKING},
        "hints": [column for column in TOPICS if column.hint],
    }  # fmt: skip
