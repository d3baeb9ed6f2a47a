"""The command centre of the duty officer: who waits where and why, what somebody must see to."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue.line_queries import checks_of_requests
from legalaid.dialogue.media_queries import nodes_with_load
from legalaid.dialogue.media_words import health_of, health_words
from legalaid.dialogue.refusals import (
    AlreadyMoving,
    DialogueFull,
    DialogueOver,
    InvitationGone,
    NobodyToTakeOver,
    NotLive,
    NotWritable,
)  # fmt: skip
from legalaid.dialogue.services import offer_lead, tell_dialogue, withdraw_invitation, write_to_waiting
from legalaid.dialogue.states import MoveReason
from legalaid.dialogue.watch_queries import experts_now, watched_dialogues
from legalaid.directory.queries import authorities
from legalaid.insight.unreached import unreached_within
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries.queue import topics_on_duty
from legalaid.reception.queries.watch import open_tasks, queues_now, waiting_now, waits_by_cause
from legalaid.reception.queue_refusals import NoteRefused, NotWaiting, TaskClosed
from legalaid.reception.queue_rules import LONG_WAIT
from legalaid.reception.refusals import NobodyOnReception, TopicNotCovered
from legalaid.reception.states import WaitCause
from legalaid.web.booths import booth_places
from legalaid.web.desk.requests import TOLD
from legalaid.web.staff.access import staff

watcher = staff(Role.DUTY_OFFICER, Role.OFFICE)


def _context(actor: Actor, now: datetime) -> dict[str, object]:
    first = authorities().first()
    zone = first.timezone if first else "UTC"  # moments of rows are told on the clocks of their authority
    today = day_period(local_day(now, zone), zone)
    places, tasks = booth_places(now), list(open_tasks())
    return {
        "queues": queues_now(), "waiting": waiting_now(now), "tasks": tasks, "waits": waits_by_cause(today),
        "dialogues": watched_dialogues(now), "nodes": _nodes(now), "topics": topics_on_duty(),
        "booth_places": places, "booths_ready": sum(place.ready for place in places),
        "booths": sum(len(place.rows) for place in places), "causes": WaitCause.choices,
        "move_reasons": MoveReason.choices, "now": now, "zone": zone, "me": actor.user_id, "experts": experts_now(),
        "late_before": now - LONG_WAIT,
        "unreached": [(one, TOLD.get(one.kind, _("другое сообщение"))) for one in unreached_within(today)],
        "task_checks": checks_of_requests([one.help_request_id for one in tasks if one.help_request_id], now),
        "page": sign_page(["watch", "office"], user_id=actor.user_id),
    }  # fmt: skip


def _nodes(now: datetime) -> list[dict[str, object]]:
    rows = list(nodes_with_load())
    return [{"node": row, "health": health_of(row, now), "words": health_words(row, now)} for row in rows]


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
    except (NoteRefused, NotWaiting) as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def tell(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Say something to everybody in a dialogue."""
    try:
        tell_dialogue(dialogue_id=dialogue_id, text=request.POST.get("text", ""), actor=actor, now=timezone.now())
        messages.success(request, str(_("Сообщение видно всем в этом разговоре.")))
    except (NotWritable, DialogueOver) as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def move(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Move a person who waits to the queue of another topic's authority."""
    try:
        services.move_waiting(
            help_request_id=help_request_id, topic_code=request.POST.get("topic", ""), actor=actor, now=timezone.now()
        )
        messages.success(request, str(_("Человек переведён и стоит в новой очереди первым.")))
    except (NotWaiting, NobodyOnReception, TopicNotCovered) as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def hand_over(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Ask other experts to lead a dialogue that goes on; the citizen stays in it."""
    reason = request.POST.get("reason", "")
    if reason not in MoveReason.values:
        raise NotFound
    try:
        offer_lead(
            dialogue_id=dialogue_id, topic_code=request.POST.get("topic") or None, reason=MoveReason(reason),
            actor=actor, now=timezone.now(),
        )  # fmt: skip
        messages.success(
            request, str(_("Специалистов спросили, ответ придёт за минуту. Пока разговор ведёт прежний специалист."))
        )
    except (NotLive, NobodyToTakeOver, AlreadyMoving, DialogueFull, TopicNotCovered) as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def take_back(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponseBase:
    """Ask nobody any more to lead a dialogue: it goes on with its expert."""
    try:
        withdraw_invitation(invitation_id=invitation_id, actor=actor, now=timezone.now())
        messages.success(request, str(_("Передача отменена: разговор ведёт прежний специалист.")))
    except (InvitationGone, DialogueOver) as error:
        messages.error(request, str(error.text))
    return redirect("watch")


@require_POST
@watcher
def called(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """«Позвонил»."""
    services.note_call(help_request_id=help_request_id, actor=actor, now=timezone.now())
    messages.success(request, str(_("Звонок отмечен в журнале.")))
    return redirect("watch")
