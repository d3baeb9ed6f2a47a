"""Who is in the room: the list, inviting, removing, handing over, pausing. Shared by the doors that have a room."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legalaid.dialogue import refusals, services
from legalaid.dialogue.media_queries import places_now, policy_of
from legalaid.dialogue.policies import INVITERS, get_room, get_visible_dialogue
from legalaid.dialogue.queries import open_invitations, part_of, people_of
from legalaid.dialogue.recording_rules import CONSENT_TEXT
from legalaid.dialogue.rules import HOLD_MINUTES, LINK_LIFE, SEATS
from legalaid.dialogue.states import ASIDE_ROLES, GUEST_ROLES, ParticipantRole
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import NotFound
from legalaid.reception.queries.queue import authorities_on_duty, topics_to_hand_on
from legalaid.result.pdf import qr_svg
from legalaid.web.dialogue.doors import act, done, number, refusal, uuid_of

HOLD_REASONS = (
    _("Ищу ответ в базе"),
    _("Зову коллегу"),
    _("Смотрю ваши документы"),
)
"""Why an expert pauses, in one click; other reasons are typed."""


@act
def ticket(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """A ticket of 60 s for the socket of whoever the door let in."""
    return JsonResponse({"ticket": services.join(dialogue_id=dialogue_id, actor=actor, now=timezone.now())})


def panel(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The live list of participants with what the reader may do about them."""
    return render(request, "dialogue/people.html", people_context(actor, dialogue_id))


def people_context(actor: Actor, dialogue_id: UUID) -> dict[str, object]:
    """What the panel shows. Raises NotFound."""
    dialogue = get_room(actor, dialogue_id)
    mine = part_of(actor, dialogue.pk)
    lead = actor.user_id is not None and dialogue.expert_id == actor.user_id
    inviter = mine is not None and mine.role in INVITERS
    people, asked = people_of(dialogue.pk), dialogue.help_request
    places = places_now(dialogue, timezone.now()) if inviter else SEATS
    zone = asked.authority.timezone if asked.authority else "UTC"
    return {
        "dialogue": dialogue, "people": people, "mine": mine, "lead": lead, "inviter": inviter,
        "may_aside": lead or (mine is not None and mine.role in ASIDE_ROLES),
        "invitations": open_invitations(dialogue.pk) if inviter else [],
        "authorities": authorities_on_duty(besides=actor.user_id) if inviter else [],
        "topics": topics_to_hand_on(asked, local_day(timezone.now(), zone)) if lead else [],
        "guest_roles": [(role.value, role.label) for role in GUEST_ROLES],
        "full": len(people) >= places, "places": places, "seats": SEATS,
        "hold_minutes": HOLD_MINUTES, "hold_reasons": HOLD_REASONS, "zone": zone,
        **recording_context(asked.authority_id),
    }  # fmt: skip


def recording_context(authority_id: int | None) -> dict[str, object]:
    """Whether the page has anything to do with recording at all, and the words people agree to."""
    return {"recording_allowed": policy_of(authority_id).recording, "recording_text": CONSENT_TEXT}


@act
def admit(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The name is right: pictures meet."""
    dialogue = get_visible_dialogue(actor, dialogue_id)
    services.admit(help_request_id=dialogue.help_request_id, actor=actor, now=timezone.now())
    return done()


@act
def invite(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Ask the experts on duty of an authority."""
    authority = number(request.POST.get("authority", ""))
    services.invite_authority(dialogue_id=dialogue_id, authority_id=authority, actor=actor, now=timezone.now())
    return done()


@act
def link(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Make a link for a guest; it is shown once, with its QR code."""
    role = request.POST.get("role", "")
    if role not in ParticipantRole.values:
        raise NotFound
    invitation, secret = services.invite_by_link(
        dialogue_id=dialogue_id, role=ParticipantRole(role), actor=actor, now=timezone.now()
    )
    url = settings.PUBLIC_URL + reverse("guest", args=[secret])
    context = {
        "invitation": invitation, "url": url, "qr": qr_svg(url),
        "hours": int(LINK_LIFE.total_seconds() // 3600),
    }  # fmt: skip
    return render(request, "dialogue/link.html", context)


@act
def withdraw(request: HttpRequest, actor: Actor, dialogue_id: UUID, invitation_id: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    services.withdraw_invitation(invitation_id=invitation_id, actor=actor, now=timezone.now())
    return done()


@act
def remove(request: HttpRequest, actor: Actor, dialogue_id: UUID, participant_id: UUID) -> HttpResponseBase:
    """Take somebody out for good."""
    services.remove(dialogue_id=dialogue_id, participant_id=participant_id, actor=actor, now=timezone.now())
    return done()


@act
def hand_over(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Give the lead to an expert who is inside; the citizen stays where she is."""
    services.hand_over(
        dialogue_id=dialogue_id, participant_id=uuid_of(request.POST.get("participant", "")),
        topic_code=request.POST.get("topic") or None, actor=actor, now=timezone.now(),
    )  # fmt: skip
    return done()


@act
def hold(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Pause, with a reason everybody sees."""
    minutes = request.POST.get("minutes", "")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4):
        return refusal(refusals.HoldRefused())
    reason = request.POST.get("reason", "").strip() or request.POST.get("phrase", "")
    services.hold(dialogue_id=dialogue_id, reason=reason, minutes=int(minutes), actor=actor, now=timezone.now())
    return done()


@act
def resume(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Go on after a pause."""
    services.resume(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
    return done()


@act
def end(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """End the dialogue; everybody in it hears of it through its events."""
    services.end(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
    return JsonResponse({"ended": True})
