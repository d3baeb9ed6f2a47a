"""The expert's desk: on reception or not, the queue, today's bookings, the card."""

import math
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_GET, require_POST

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.queries import invitations_before, live_dialogue_of_expert, said_before, waiting_rooms
from legalaid.directory.queries import authorities, expert_profile
from legalaid.directory.states import Language
from legalaid.intake.policies import get_visible_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.period import Period
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import (
    bookings_of_authority,
    free_posts_to_sit,
    open_duty,
)  # fmt: skip
from legalaid.reception.queries.offers import fell_silent, offer_before
from legalaid.reception.queries.queue import blocked_by, queue_with_offers
from legalaid.reception.queries.today import authority_today
from legalaid.reception.queue_refusals import NoteRefused, NotWaiting, OfferGone, ReasonMissing
from legalaid.reception.queue_rules import ABSENT_AFTER, is_told
from legalaid.reception.refusals import NobodyOnReception, TopicNotCovered
from legalaid.reception.rules import NO_SHOW_AFTER
from legalaid.reception.states import DelayReason
from legalaid.result.queries import unfinished_of_expert
from legalaid.web.expert.card import card_context
from legalaid.web.staff.access import staff

PHRASES = (
    _("Приглашу вас через 5 минут."),
    _("Приготовьте, пожалуйста, паспорт и СНИЛС."),
    _("Читаю вашу заявку, скоро начнём."),
    _("Приём немного задерживается, вы не забыты."),
)
"""What is said most to those who wait, in one click."""
REASONS = (_("Не моя тема"), _("Оформляю памятку, нужно время"), _("Знаю этого человека лично"))
"""Why people are passed on, in one click; other reasons are typed."""


def _context(actor: Actor, now: datetime) -> dict[str, object]:
    own = authorities().filter(pk__in=actor.places(Role.EXPERT, "authority"))
    authority = own[0]
    user_id = actor.user_id or 0
    ids = [one.pk for one in own]
    today = day_period(local_day(now, authority.timezone), authority.timezone)
    bookings = list(bookings_of_authority(authority_ids=ids, during=today))
    topics = [*(f"queue:{pk}" for pk in ids), f"expert:{user_id}"]
    duty = open_duty(user_id)
    offer = offer_before(user_id) if duty else None
    queue = [one for one in queue_with_offers(ids) if offer is None or one.pk != offer.ticket_id]
    asking = [*(one.help_request_id for one in queue), *(one.help_request_id for one in bookings)]
    profile = expert_profile(user_id, authority.pk)
    return {
        "authority": authority, "zone": authority.timezone, "missed_from": now - NO_SHOW_AFTER, "now": now,
        "duty": duty, "hours_over": duty is not None and not authority_today(authority, now).receives,
        "booked_soon": blocked_by(duty, now) if duty and queue and not offer else None,
        "posts": free_posts_to_sit(authority.pk, now), "queue": queue, "bookings": bookings,
        "told": [
            one.pk for one in bookings
            if is_told(one.state, one.began_at, Period(one.during.lower, one.during.upper), now)
        ],
        "here": waiting_rooms(ids), "live": live_dialogue_of_expert(user_id),
        "unfinished": unfinished_of_expert(user_id), "page": sign_page(topics, user_id=user_id), "offer": offer,
        "seconds": max(0, math.ceil((offer.expires_at - now).total_seconds())) if offer else 0,
        "fell_silent": duty is None and fell_silent(user_id), "profile": profile,
        "languages": [str(Language(one).label) for one in profile.languages] if profile else [],
        "said": said_before(asking),
        "invitations": invitations_before(user_id, ids, now) if duty else [],

        "phrases": PHRASES, "reasons": REASONS, "delays": DelayReason.choices, "absent_before": now - ABSENT_AFTER,
    }  # fmt: skip


@require_GET
@staff(Role.EXPERT)
def expert(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The switch, the next person, the queue with the reason of its order, today's bookings."""
    return render(request, "expert/expert.html", _context(actor, timezone.now()))


@require_GET
@staff(Role.EXPERT)
def queue(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The live part of the expert's desk."""
    return render(request, "expert/queue.html", _context(actor, timezone.now()))


@require_GET
@staff(Role.EXPERT)
@conditional_page
def duty_now(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The head of the desk, as a fragment: whether she is on reception, and where she may sit down."""
    authority = authorities().filter(pk__in=actor.places(Role.EXPERT, "authority"))[0]
    posts = free_posts_to_sit(authority.pk, timezone.now())
    context = {"duty": open_duty(actor.user_id or 0), "posts": posts, "zone": authority.timezone}
    return render(request, "expert/duty.html", context)


@require_POST
@staff(Role.EXPERT)
def duty(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Switch «На приёме» on or off."""
    now = timezone.now()
    try:
        if request.POST.get("on") == "1":
            post = request.POST.get("post", "")
            services.start_duty(
                authority_id=actor.places(Role.EXPERT, "authority")[0],
                post_id=int(post) if post.isascii() and post.isdigit() else None, actor=actor, now=now,
            )  # fmt: skip
        else:
            services.end_duty(actor=actor, now=now)
    except DomainError as error:
        messages.error(request, str(error.text))
    return redirect("expert")


@require_GET
@staff(Role.EXPERT)
def card(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Everything about one person before she is received."""
    found = get_visible_request(actor, help_request_id)
    context = {**card_context(found, timezone.now()), "duty": open_duty(actor.user_id or 0)}
    return render(request, "expert/card.html", context)


@require_POST
@staff(Role.EXPERT)
def accept(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Call the person in: the room opens, her name is confirmed there, then pictures meet."""
    try:
        held = dialogue.receive(help_request_id=help_request_id, actor=actor, now=timezone.now())
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, str(error.text))
        return redirect("expert-card", help_request_id)
    return redirect("expert-dialogue", held.pk)


@require_POST
@staff(Role.EXPERT)
def missed(request: HttpRequest, actor: Actor, booking_id: int) -> HttpResponseBase:
    """A booked person did not come."""
    try:
        services.mark_no_show(booking_id=booking_id, actor=actor, now=timezone.now())
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, str(error.text))
    return redirect("expert")


@require_POST
@staff(Role.EXPERT)
def decline(request: HttpRequest, actor: Actor, offer_id: int) -> HttpResponseBase:
    """Pass the person on to the next expert, with a reason."""
    reason = request.POST.get("reason") or request.POST.get("other", "")
    try:
        services.decline_offer(offer_id=offer_id, reason=reason, actor=actor, now=timezone.now())
    except (OfferGone, ReasonMissing) as error:
        messages.error(request, str(error.text))
    return redirect("expert")


@require_POST
@staff(Role.EXPERT)
def note(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say something to a person who waits."""
    text = request.POST.get("phrase") or request.POST.get("text", "")
    try:
        dialogue.write_to_waiting(help_request_id=help_request_id, text=text, actor=actor, now=timezone.now())
        messages.success(request, str(_("Сообщение показано на странице ожидания.")))
    except (NoteRefused, NotWaiting) as error:
        messages.error(request, str(error.text))
    return redirect("expert")


@require_POST
@staff(Role.EXPERT)
def delay(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Say to a person who waits why it takes longer."""
    reason = request.POST.get("reason", "")
    if reason not in DelayReason.values:
        raise NotFound
    try:
        dialogue.explain_delay(
            help_request_id=help_request_id, reason=DelayReason(reason), actor=actor, now=timezone.now()
        )
        messages.success(request, str(_("Причина показана на странице ожидания.")))
    except NotWaiting as error:
        messages.error(request, str(error.text))
    return redirect("expert")


@require_POST
@staff(Role.EXPERT)
def called(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """She was telephoned, as she asked."""
    try:
        services.mark_called(help_request_id=help_request_id, actor=actor, now=timezone.now())
    except NotWaiting as error:
        messages.error(request, str(error.text))
    return redirect("expert")


@require_POST
@staff(Role.EXPERT)
def hand_on(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Give the person of a live dialogue to another queue, or back to this one."""
    topic = request.POST.get("topic") or None
    try:
        dialogue.hand_on(dialogue_id=dialogue_id, topic_code=topic, actor=actor, now=timezone.now())
    except (NobodyOnReception, TopicNotCovered) as error:
        messages.error(request, str(error.text))
        return redirect("expert-dialogue", dialogue_id)
    messages.success(request, str(_("Человек передан и стоит в очереди первым.")))
    return redirect("expert")
