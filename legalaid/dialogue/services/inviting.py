"""Inviting others into a live dialogue: the experts on duty of an authority, or anybody by a link."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from legalaid.dialogue import queries
from legalaid.dialogue.jobs import expire_invitations
from legalaid.dialogue.media_queries import places_now
from legalaid.dialogue.models import Dialogue, Invitation, Participant
from legalaid.dialogue.policies import INVITERS, get_own_part
from legalaid.dialogue.refusals import (
    AlreadyInvited,
    AlreadyMoving,
    DialogueFull,
    DialogueOver,
    InvitationGone,
    NameMissing,
    NobodyToInvite,
    NobodyToTakeOver,
    NoPlaceToOffer,
    NotLive,
    NotOnDuty,
)  # fmt: skip
from legalaid.dialogue.rules import LINK_LIFE, OFFER_LIFE, SEATS, link_digest
from legalaid.dialogue.services.leading import pass_lead
from legalaid.dialogue.services.steps import append, demand_place, give_seat, move_invitation, publish
from legalaid.dialogue.states import (
    GUEST_ROLES,
    OPEN_DIALOGUES,
    DialogueState,
    EventKind,
    InvitationState,
    MoveReason,
    ParticipantRole,
)  # fmt: skip
from legalaid.directory.models import Topic
from legalaid.directory.queries import topic_by_code, topics_of_branch
from legalaid.intake.queries import lock_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Role
from legalaid.reception import services as reception
from legalaid.reception.policies import watches
from legalaid.reception.queries import on_reception, open_duty
from legalaid.reception.refusals import DutyBusy, TopicNotCovered

NAME_LIMIT = 120


def invite_authority(*, dialogue_id: UUID, authority_id: int, actor: Actor, now: datetime) -> Invitation:
    """Ask the experts on duty of an authority into the dialogue for OFFER_LIFE: who accepts first comes.

    Raises NotFound, NotLive, DialogueFull, NobodyToInvite, AlreadyInvited.
    """
    with transaction.atomic(durable=True):
        dialogue, mine = _lock_as_inviter(actor, dialogue_id)
        _demand_room(dialogue, now)
        if not on_reception(authority_id, besides=queries.experts_inside(dialogue.pk)):
            raise NobodyToInvite
        offer = Invitation(dialogue=dialogue, authority_id=authority_id, made_by=mine)
        return _offered(offer, mine, actor, now, refusal=AlreadyInvited)


def invite_by_link(*, dialogue_id: UUID, role: ParticipantRole, actor: Actor, now: datetime) -> tuple[Invitation, str]:
    """Make a link for an interpreter, a helper or a colleague; return it with its secret, which is told this once.

    It works once within LINK_LIFE. Raises NotFound, NotLive, DialogueFull.
    """
    with transaction.atomic(durable=True):
        dialogue, mine = _lock_as_inviter(actor, dialogue_id)
        if role not in GUEST_ROLES:
            raise NotFound
        _demand_room(dialogue, now)
        secret = secrets.token_urlsafe(18)
        invitation = Invitation.objects.create(
            dialogue=dialogue, role=role, digest=link_digest(secret), made_by=mine, made_at=now,
            expires_at=now + LINK_LIFE,
        )  # fmt: skip
        _made(invitation, dialogue, mine, actor, now)
    return invitation, secret


def withdraw_invitation(*, invitation_id: UUID, actor: Actor, now: datetime) -> Invitation:
    """Take an invitation back: its link leads nowhere, nobody is asked from now on. Twice is once.

    Those inside who may invite take back their own; what moves the dialogue is the duty officer's to take back. Raises
    NotFound, NotLive, InvitationGone.
    """
    with transaction.atomic(durable=True):
        seen = Invitation.objects.filter(pk=invitation_id).only("dialogue_id", "reason").first()
        if seen is None or (seen.reason and not watches(actor)):
            raise NotFound
        if seen.reason:
            dialogue, mine = _lock_dialogue(seen.dialogue_id), None
        else:
            dialogue, mine = _lock_as_inviter(actor, seen.dialogue_id)
        invitation = _lock(invitation_id)
        if invitation.state == InvitationState.WITHDRAWN:
            return invitation
        if invitation.state != InvitationState.OPEN:
            raise InvitationGone
        move_invitation(invitation, "withdraw", actor=actor, now=now)
        _over(invitation, dialogue, mine, now)
    return invitation


def accept_invitation(*, invitation_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """An expert on duty of the invited authority comes into the dialogue; she has a seat in it from now on.

    If the duty officer moves the dialogue, she leads it from now on. Pressed twice it is once. Raises NotFound,
    InvitationGone, DialogueFull, DutyBusy, NotOnDuty.
    """
    with transaction.atomic(durable=True):
        seen = _seen_by_expert(actor, invitation_id)
        dialogue = _lock_dialogue(seen.dialogue_id)
        invitation = _lock(invitation_id)
        assert actor.user_id is not None
        if invitation.participant is not None and invitation.participant.user_id == actor.user_id:
            return dialogue
        if invitation.state != InvitationState.OPEN or invitation.expires_at <= now:
            raise InvitationGone
        if dialogue.state != DialogueState.LIVE:
            raise InvitationGone
        if invitation.reason:
            return _take_over(invitation, dialogue, actor, now)
        reception.begin_helping(expert_id=actor.user_id, actor=actor, now=now)
        known = Participant.objects.filter(dialogue=dialogue, user_id=actor.user_id).order_by("id").first()
        person = known or Participant(dialogue=dialogue, user_id=actor.user_id, role=ParticipantRole.COLLEAGUE)
        person.authority, person.removed_at = invitation.authority, None
        _accept(invitation, dialogue, person, actor, now)
    return dialogue


def decline_invitation(*, invitation_id: UUID, actor: Actor, now: datetime) -> Invitation:
    """«Не могу»: she is not asked again; when everybody on duty has passed, the invitation is declined.

    Raises NotFound, InvitationGone.
    """
    with transaction.atomic(durable=True):
        seen = _seen_by_expert(actor, invitation_id)
        dialogue = _lock_dialogue(seen.dialogue_id)
        invitation = _lock(invitation_id)
        if invitation.state != InvitationState.OPEN:
            raise InvitationGone
        assert actor.user_id is not None and invitation.authority_id is not None
        if actor.user_id not in invitation.declined_by:
            invitation.declined_by.append(actor.user_id)
            invitation.save(update_fields=["declined_by"])
            record(kind="invitation", subject=invitation.pk, action="pass", actor=actor, at=now,
                   before=invitation.state, after=invitation.state)  # fmt: skip
            publish_on_commit(f"queue:{invitation.authority_id}")
        inside = queries.experts_inside(dialogue.pk)
        if not on_reception(invitation.authority_id, besides=[*invitation.declined_by, *inside]):
            move_invitation(invitation, "decline", actor=actor, now=now)
            _over(invitation, dialogue, None, now)
    return invitation


def enter_by_link(*, secret: str, name: str, actor: Actor, now: datetime) -> Participant:
    """A guest takes the place a link invites her to, under the name she gives; the link is used up.

    Raises NameMissing, DialogueFull, and NotFound for a link that is unknown, used, withdrawn or too old: a stranger
    learns nothing.
    """
    name = " ".join(name.replace("\x00", "").split())[:NAME_LIMIT]
    with transaction.atomic(durable=True):
        seen = queries.invitation_by_digest(link_digest(secret))
        if seen is None:
            raise NotFound
        dialogue = _lock_dialogue(seen.dialogue_id)
        invitation = _lock(seen.pk)
        usable = invitation.state == InvitationState.OPEN and invitation.expires_at > now
        if not usable or dialogue.state != DialogueState.LIVE:
            raise NotFound
        if not name:
            raise NameMissing
        person = Participant(dialogue=dialogue, name=name, role=invitation.role)
        _accept(invitation, dialogue, person, actor, now)
    return person


def expire_open(*, actor: Actor, now: datetime) -> None:
    """End the invitations whose time is up; run after each and every minute, twice does no harm. For the system."""
    if actor.kind != "system":
        raise NotFound
    for seen in queries.invitations_over(now):
        with transaction.atomic(durable=True):
            dialogue = queries.lock_dialogue(seen.dialogue_id)
            invitation = _lock(seen.pk)
            if dialogue is not None and invitation.state == InvitationState.OPEN:
                move_invitation(invitation, "expire", actor=actor, now=now)
                if dialogue.state in OPEN_DIALOGUES:
                    _over(invitation, dialogue, None, now)


def _lock_as_inviter(actor: Actor, dialogue_id: UUID) -> tuple[Dialogue, Participant]:
    get_own_part(actor, dialogue_id, INVITERS)
    dialogue = _lock_dialogue(dialogue_id)
    mine = get_own_part(actor, dialogue_id, INVITERS)
    if dialogue.state != DialogueState.LIVE:
        raise NotLive
    return dialogue, mine


def _lock_dialogue(dialogue_id: UUID) -> Dialogue:
    """Request, then dialogue, locked in that order."""
    seen = Dialogue.objects.only("help_request_id").get(pk=dialogue_id)
    lock_request(seen.help_request_id)
    dialogue = queries.lock_dialogue(dialogue_id)
    if dialogue is None:
        raise DialogueOver
    return dialogue


def _lock(invitation_id: UUID) -> Invitation:
    invitation = queries.lock_invitation(invitation_id)
    if invitation is None:
        raise NotFound
    return invitation


def _seen_by_expert(actor: Actor, invitation_id: UUID) -> Invitation:
    """An invitation to an authority where the actor is an expert; NotFound otherwise."""
    seen = Invitation.objects.filter(pk=invitation_id).order_by("id").first()
    if seen is None or seen.authority_id is None or actor.user_id is None:
        raise NotFound
    if not actor.has(Role.EXPERT, authority_id=seen.authority_id):
        raise NotFound
    return seen


def _demand_room(dialogue: Dialogue, now: datetime) -> None:
    """Whoever is asked must find a seat: seats taken and invitations open are at most as many as there are now."""
    taken = len(queries.people_of(dialogue.pk)) + len(queries.open_invitations(dialogue.pk))
    if taken >= SEATS:
        raise DialogueFull
    if taken >= places_now(dialogue, now):
        raise NoPlaceToOffer


def offer_lead(
    *, dialogue_id: UUID, topic_code: str | None, reason: MoveReason, actor: Actor, now: datetime
) -> Invitation:
    """The duty officer moves a dialogue that goes on: experts on duty are asked for OFFER_LIFE, who accepts leads it.

    They are those of the topic's authority, or colleagues of the lead when `topic_code` is None. The citizen stays
    where she is, nothing changes until somebody accepts. Raises NotFound for anybody else, NotLive, DialogueFull,
    NobodyToTakeOver, AlreadyMoving, TopicNotCovered.
    """
    if not watches(actor) or not Dialogue.objects.filter(pk=dialogue_id).exists():
        raise NotFound
    with transaction.atomic(durable=True):
        dialogue = _lock_dialogue(dialogue_id)
        lead = queries.lead_of(dialogue)
        if dialogue.state != DialogueState.LIVE or lead is None:
            raise NotLive
        authority_id, topic = _goes_to(dialogue, topic_code, now)
        if authority_id is None or not on_reception(authority_id, besides=queries.experts_inside(dialogue.pk)):
            raise NobodyToTakeOver
        if lead.present:  # she stays until she leaves by herself
            _demand_room(dialogue, now)
        offer = Invitation(
            dialogue=dialogue, authority_id=authority_id, made_by=lead, officer_id=actor.user_id, reason=reason,
            topic=topic,
        )  # fmt: skip
        return _offered(offer, None, actor, now, refusal=AlreadyMoving)


def _offered(
    offer: Invitation, mine: Participant | None, actor: Actor, now: datetime, *, refusal: type[DomainError]
) -> Invitation:
    """Save an offer to an authority's experts, tell of it, let it end by itself; `refusal` while another is open."""
    offer.role, offer.made_at, offer.expires_at = ParticipantRole.COLLEAGUE, now, now + OFFER_LIFE
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError as error:
        if "invitation_one_open" in str(error):
            raise refusal from error
        raise
    _made(offer, offer.dialogue, mine, actor, now)
    expire_invitations.configure(schedule_at=offer.expires_at).defer(timestamp=0)
    return offer


def _goes_to(dialogue: Dialogue, topic_code: str | None, now: datetime) -> tuple[int | None, Topic | None]:
    """Whose experts are asked, and the topic that becomes theirs. Raises NotFound, TopicNotCovered."""
    asked = dialogue.help_request
    if not topic_code:
        return asked.authority_id, None
    topic = topic_by_code(topic_code)
    if topic is None:
        raise NotFound
    day = local_day(now, topic.authority.timezone)
    if not topics_of_branch(branch_id=asked.branch_id, day=day).filter(pk=topic.pk).exists():
        raise TopicNotCovered
    return topic.authority_id, topic


def _take_over(invitation: Invitation, dialogue: Dialogue, actor: Actor, now: datetime) -> Dialogue:
    """Whoever accepts what the duty officer offered leads from now on; the former lead stays until she leaves."""
    assert actor.user_id is not None
    duty = open_duty(actor.user_id)
    if duty is None or duty.post.authority_id != invitation.authority_id:
        raise NotOnDuty
    if duty.helping_since is not None:
        raise DutyBusy
    former = queries.lead_of(dialogue)
    if former is None or former.user_id == actor.user_id:
        raise InvitationGone
    reception.begin_helping(expert_id=actor.user_id, actor=actor, now=now)
    known = Participant.objects.filter(dialogue=dialogue, user_id=actor.user_id).order_by("id").first()
    person = known or Participant(dialogue=dialogue, user_id=actor.user_id)
    person.role, person.authority, person.removed_at = ParticipantRole.COLLEAGUE, invitation.authority, None
    if former.present:
        demand_place(dialogue, person, now, expected=True)
        give_seat(person)
    person.save()
    invitation.participant = person
    move_invitation(invitation, "accept", actor=actor, now=now)
    request = lock_request(dialogue.help_request_id)
    pass_lead(
        request=request, dialogue=dialogue, former=former, target=person, reason=invitation.reason, actor=actor,
        topic_code=invitation.topic.code if invitation.topic else None, now=now,
    )  # fmt: skip
    return dialogue


def _made(invitation: Invitation, dialogue: Dialogue, mine: Participant | None, actor: Actor, now: datetime) -> None:
    about = {"dialogue": str(dialogue.pk), "role": invitation.role, "authority": invitation.authority_id}
    if invitation.reason:
        about["reason"] = invitation.reason
    record(kind="invitation", subject=invitation.pk, action="make", actor=actor, at=now, after=InvitationState.OPEN,
           data=about)  # fmt: skip
    append(
        dialogue, EventKind.INVITED, participant=mine, data=_told(invitation), user_id=invitation.officer_id, now=now
    )
    publish(dialogue)
    if invitation.authority_id is not None:
        publish_on_commit(f"queue:{invitation.authority_id}")
    if invitation.reason:
        publish_on_commit("watch")


def _told(invitation: Invitation) -> dict[str, str]:
    """What those inside learn of an invitation."""
    whom = invitation.authority.plain if invitation.authority else ""
    why = {"reason": invitation.reason} if invitation.reason else {}
    return {"id": str(invitation.pk), "role": invitation.role, "authority": whom, **why}


def _over(invitation: Invitation, dialogue: Dialogue, by: Participant | None, now: datetime) -> None:
    """Tell those inside that nobody comes of an invitation."""
    data = {**_told(invitation), "state": invitation.state}
    append(dialogue, EventKind.UNINVITED, participant=by, data=data, now=now)
    publish(dialogue)


def _accept(invitation: Invitation, dialogue: Dialogue, person: Participant, actor: Actor, now: datetime) -> None:
    demand_place(dialogue, person, now, expected=True)
    give_seat(person)
    person.save()
    invitation.participant = person
    move_invitation(invitation, "accept", actor=actor, now=now)
    publish(dialogue)
