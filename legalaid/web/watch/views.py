"""The command centre of the duty officer: who waits where and why, what somebody must see to."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue.queries import live_dialogues
from legalaid.dialogue.services import write_to_waiting
from legalaid.directory.queries import authorities
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries.watch import open_tasks, queues_now, waiting_now, waits_by_cause
from legalaid.reception.queue_refusals import NoteRefused, NotWaiting, TaskClosed
from legalaid.reception.queue_rules import LONG_WAIT
from legalaid.reception.states import WaitCause
from legalaid.web.staff.access import staff

watcher = staff(Role.DUTY_OFFICER, Role.OFFICE)


def _context(actor: Actor, now: datetime) -> dict[str, object]:
    first = authorities().first()
    zone = first.timezone if first else "UTC"  # moments of rows are told on the clocks of their authority
    today = day_period(local_day(now, zone), zone)
    return {
        "queues": queues_now(), "waiting": waiting_now(), "tasks": open_tasks(), "waits": waits_by_cause(today),
        "live": live_dialogues(), "causes": WaitCause.choices, "now": now, "zone": zone, "me": actor.user_id,
        "late_before": now - LONG_WAIT, "page": sign_page(["watch", "office"], user_id=actor.user_id),
    }  # fmt: skip


@require_GET
@watcher
def watch(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Tasks, queues, waits by cause, live dialogues."""
    return render(request, "watch/watch.html", _context(actor, timezone.now()))


@require_GET
@watcher
def now_part(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The live part of the command centre."""
    return render(request, "watch/now.html", _context(actor, timezone.now()))


@require_POST
@watcher
def take(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponseBase:
    """«I see to it»."""
    try:
        services.take_task(task_id=task_id, actor=actor, now=timezone.now())
    except TaskClosed as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def close(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponseBase:
    """It has been seen to."""
    services.close_task(task_id=task_id, actor=actor, now=timezone.now())
    return redirect("watch")


@require_POST
@watcher
def attribute(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say whose delay a wait is."""
    cause = request.POST.get("cause", "")
    if cause not in WaitCause.values:
        raise NotFound
    try:
        services.attribute_wait(
            help_request_id=help_request_id, cause=WaitCause(cause), actor=actor, now=timezone.now()
        )
    except NotWaiting as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def note(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say something to a person who waits."""
    try:
        write_to_waiting(
            help_request_id=help_request_id, text=request.POST.get("text", ""), actor=actor, now=timezone.now()
        )
        messages.success(request, str(_("Сообщение показано на странице ожидания.")))
    except NoteRefused as error:
        messages.error(request, str(error.text))
    return redirect("watch")
