"""People without an account who come by a link: an interpreter, a helper, a colleague. One link, one person, once."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.dialogue import services
from legalaid.dialogue.policies import get_visible_dialogue
from legalaid.dialogue.queries import guest_participant, usable_invitation
from legalaid.dialogue.refusals import DialogueFull, NameMissing
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.tickets import sign_page
from legalaid.web.dialogue import papers, people
from legalaid.web.dialogue.doors import RoomView, with_devices
from legalaid.web.phones import digits, phone_near

COOKIE, SALT = "guest", "legalaid.web.dialogue.guests"
STAYS = 12 * 60 * 60
"""Seconds a guest may come back after a reload: one working day. A dialogue is over long before."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Before she has given her name she sees nothing of the dialogue; a link that is used up is an unknown page."""
    now = timezone.now()
    invitation = usable_invitation(secret, now)
    if invitation is None:
        raise Http404
    refused: DomainError | None = None
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            person = services.enter_by_link(secret=secret, name=name, actor=Actor(kind="guest"), now=now)
        except NotFound:
            raise Http404 from None
        except (NameMissing, DialogueFull) as error:
            refused = error
        else:
            return let_in(person.pk)
    page = render(request, "dialogue/guest_name.html", {"role": invitation.get_role_display(), "refusal": refused},
                  status=422 if refused else 200)  # fmt: skip
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page


def let_in(participant_id: UUID) -> HttpResponse:
    """Into the room; from now on her browser is known as hers there."""
    response = redirect("guest-dialogue", participant_id)
    response.set_signed_cookie(
        COOKIE, str(participant_id), salt=SALT, max_age=STAYS, path="/guest/", httponly=True, secure=settings.HTTPS,
        samesite="Lax",
    )  # fmt: skip
    return response


def by_cookie(view: RoomView) -> Callable[..., HttpResponseBase]:
    """Guard a guest's page: it is hers whose browser used the link; to everybody else there is no such page."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, participant_id: UUID, **rest: Any) -> HttpResponseBase:
        known = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=STAYS)
        person = guest_participant(participant_id) if known == str(participant_id) else None
        if person is None:
            raise Http404
        try:
            return view(request, Actor.guest(person.pk), person.dialogue_id, **rest)
        except NotFound:
            raise Http404 from None

    return page


@require_GET
@with_devices
@by_cookie
def room(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The guest's room."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    context = {
        "dialogue": dialogue, "room_state": "check" if dialogue.ended_at is None else dialogue.state,
        "check_url": "", "status": {"headline": _("Вас ждут в разговоре.")},
        "room_key": str(actor.participant_id), "phone": phone_near(dialogue.help_request),
        "phone_digits": digits(phone_near(dialogue.help_request)),
        "live_page": sign_page([f"request:{dialogue.help_request_id}"], user_id=None),
        **people.people_context(actor, dialogue.pk), **papers.papers_context(actor, dialogue.pk),
    }  # fmt: skip
    page = render(request, "dialogue/guest.html", context)
    page["X-Robots-Tag"] = "noindex, nofollow"
    return page
