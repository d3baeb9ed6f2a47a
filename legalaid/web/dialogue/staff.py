"""The rooms of the staff: the expert who leads, an expert who was invited, the operator of the citizen's centre."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue import refusals, services
from legalaid.dialogue.policies import get_visible_dialogue, may_enter
from legalaid.dialogue.queries import move_of, part_of
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception.queries.queue import topics_to_hand_on
from legalaid.reception.refusals import DutyBusy
from legalaid.web.dialogue import papers, people
from legalaid.web.dialogue.doors import with_devices
from legalaid.web.expert.card import card_context
from legalaid.web.expert.memo import memo_context
from legalaid.web.phones import digits, phone_near
from legalaid.web.staff.access import staff


def room_context(actor: Actor, dialogue: Any) -> dict[str, object]:
    """What every room of the staff needs."""
    state = {"lobby": "waiting"}.get(dialogue.state, dialogue.state)
    return {
        "dialogue": dialogue, "help_request": dialogue.help_request, "room_state": state,
        "room_key": str(dialogue.pk), "phone": phone_near(dialogue.help_request),
        "phone_digits": digits(phone_near(dialogue.help_request)),
        "moved": move_of(dialogue),
        "live_page": sign_page([f"request:{dialogue.help_request_id}"], user_id=actor.user_id),
        **people.people_context(actor, dialogue.pk), **papers.papers_context(actor, dialogue.pk),
    }  # fmt: skip


@require_GET
@with_devices
@staff(Role.EXPERT)
def expert(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The room of an expert: with the memo beside the faces for her who leads, without it for whom she invited."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    context = room_context(actor, dialogue)
    if dialogue.expert_id == actor.user_id:
        now, asked = timezone.now(), dialogue.help_request
        zone = asked.authority.timezone if asked.authority else "UTC"
        topics = topics_to_hand_on(asked, local_day(now, zone))
        return render(request, "dialogue/expert.html", {**context, **memo_context(actor, dialogue_id),
                                                        "hand_on_topics": topics})  # fmt: skip
    if part_of(actor, dialogue.pk) is None or not may_enter(actor, dialogue):
        raise NotFound
    card = card_context(dialogue.help_request, timezone.now())
    return render(request, "dialogue/colleague.html", {**context, **card})


@require_GET
@with_devices
@staff(Role.OPERATOR)
def operator(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The room of an operator who was called, or looks in."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    if not may_enter(actor, dialogue):
        raise NotFound
    return render(request, "dialogue/operator.html", room_context(actor, dialogue))


@require_POST
@staff(Role.EXPERT)
def expert_end(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """End the dialogue; everybody in it hears of it through its events."""
    answer = people.end(request, actor, dialogue_id)
    return redirect("expert-dialogue", dialogue_id) if request.accepts("text/html") else answer


@require_POST
@staff(Role.EXPERT)
def accept(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponseBase:
    """Come into a colleague's dialogue, or take it over when the duty officer moves it."""
    try:
        found = services.accept_invitation(invitation_id=invitation_id, actor=actor, now=timezone.now())
    except (refusals.InvitationGone, refusals.DialogueFull, refusals.NotOnDuty, DutyBusy) as error:
        messages.error(request, str(error.text))
        return redirect("expert")
    return redirect("expert-dialogue", found.pk)


@require_POST
@staff(Role.EXPERT)
def decline(request: HttpRequest, actor: Actor, invitation_id: UUID) -> HttpResponseBase:
    """«Не могу»: colleagues on duty are asked on."""
    try:
        services.decline_invitation(invitation_id=invitation_id, actor=actor, now=timezone.now())
    except refusals.InvitationGone as error:
        messages.error(request, str(error.text))
    return redirect("expert")
