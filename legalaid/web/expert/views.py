"""The expert's desk: on reception or not, the queue, today's bookings, the card."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from legalaid.dialogue import services as dialogue
from legalaid.dialogue.queries import live_dialogue_of_expert, waiting_rooms
from legalaid.directory.queries import authorities
from legalaid.intake.policies import get_visible_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries import (
    bookings_of_authority,
    free_posts_to_sit,
    last_booking,
    open_duty,
    queue_of,
    waiting_ticket,
)  # fmt: skip
from legalaid.result.queries import unfinished_of_expert
from legalaid.web.staff.access import staff


def _context(actor: Actor, now: datetime) -> dict[str, object]:
    own = authorities().filter(pk__in=actor.places(Role.EXPERT, "authority"))
    authority = own[0]
    user_id = actor.user_id or 0
    ids = [one.pk for one in own]
    today = day_period(local_day(now, authority.timezone), authority.timezone)
    bookings = list(bookings_of_authority(authority_ids=ids, during=today))
    topics = [*(f"queue:{pk}" for pk in ids), f"expert:{user_id}"]
    return {
        "authority": authority, "zone": authority.timezone, "now": now, "duty": open_duty(user_id),
        "posts": free_posts_to_sit(authority.pk), "queue": queue_of(ids), "bookings": bookings,
        "here": waiting_rooms(ids), "live": live_dialogue_of_expert(user_id),
        "unfinished": unfinished_of_expert(user_id), "page": sign_page(topics, user_id=user_id),
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
    context = {
        "help_request": found, "booking": last_booking(found.pk), "ticket": waiting_ticket(found.pk),
        "duty": open_duty(actor.user_id or 0), "zone": found.authority.timezone if found.authority else "UTC",
    }  # fmt: skip
    return render(request, "expert/card.html", context)


@require_POST
@staff(Role.EXPERT)
def accept(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Receive the person: her waiting room becomes a live dialogue."""
    try:
        held = dialogue.admit(help_request_id=help_request_id, actor=actor, now=timezone.now())
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
