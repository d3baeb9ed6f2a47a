"""What the expert who leads does: hand over, pause, remove."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When

from legalaid.dialogue import queries
from legalaid.dialogue.models import Dialogue, Participant
from legalaid.dialogue.policies import get_led_dialogue
from legalaid.dialogue.refusals import HoldRefused, NotAnExpertHere, NotLive
from legalaid.dialogue.rules import HOLD_MINUTES, LEAD_SEAT
from legalaid.dialogue.services.steps import append, publish
from legalaid.dialogue.states import DialogueState, EventKind, ParticipantRole
from legalaid.directory.queries import topic_by_code
from legalaid.intake.models import HelpRequest
from legalaid.intake.queries import lock_request
from legalaid.intake.services import assign_topic
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception import services as reception
from legalaid.reception.queries import open_duty


def hand_over(
    *, dialogue_id: UUID, participant_id: UUID, topic_code: str | None, actor: Actor, now: datetime
) -> Dialogue:
    """Give the lead to another expert who takes part; the citizen stays where she is, with place, story and papers.

    `topic_code` names a topic of the other's authority when it is no longer the lead's matter; the request becomes
    that authority's. The former lead stays as a colleague until she leaves. Pressed twice it is once.
    Raises NotFound, NotLive, NotAnExpertHere.
    """
    try:
        with transaction.atomic(durable=True):
            known = Dialogue.objects.filter(pk=dialogue_id).only("help_request_id").first()
            if known is None:
                raise NotFound
            request, dialogue = _lock(known)
            target = Participant.objects.filter(pk=participant_id, dialogue=dialogue).select_related("user").first()
            if target is not None and _handed_over(dialogue, target, actor):
                return dialogue
            _demand_lead(actor, dialogue)
            former = queries.part_of(actor, dialogue.pk)
            if target is None or former is None or not _can_lead(target):
                raise NotAnExpertHere
            pass_lead(
                request=request, dialogue=dialogue, former=former, target=target, topic_code=topic_code, actor=actor,
                now=now,
            )  # fmt: skip
            return dialogue
    except IntegrityError as error:
        if "dialogue_one_live_per_expert" in str(error):
            raise NotAnExpertHere from error
        raise


def pass_lead(
    *, request: HelpRequest, dialogue: Dialogue, former: Participant, target: Participant, topic_code: str | None,
    actor: Actor, now: datetime, reason: str = "",
) -> None:  # fmt: skip
    """The lead of a locked dialogue goes from one participant to another, who has a seat, and the contact with it.

    `reason` is the duty officer's, when it was she who moved it. Inside the caller's transaction. Raises
    NotAnExpertHere for a topic of a third authority.
    """
    _swap(dialogue, former, target)
    _give_topic(request, target, topic_code, actor, now)
    assert target.user_id is not None
    reception.pass_contact(request=request, to_expert_id=target.user_id, actor=actor, now=now)
    why = {"reason": reason} if reason else {}
    record(kind="dialogue", subject=dialogue.pk, action="hand_over", actor=actor, at=now, before=dialogue.state,
           after=dialogue.state, data={"from": former.user_id, "to": target.user_id, **why})  # fmt: skip
    append(dialogue, EventKind.LED, participant=target, data={"from": str(former.pk), **why}, now=now)
    publish(dialogue)


def hold(*, dialogue_id: UUID, reason: str, minutes: int, actor: Actor, now: datetime) -> Dialogue:
    """Pause the dialogue: everybody sees who paused, why and until when. A new pause takes the place of the old.

    Raises NotFound, NotLive, HoldRefused.
    """
    reason = " ".join(reason.replace("\x00", "").split())[:200]
    with transaction.atomic(durable=True):
        _request, dialogue = _lock(get_led_dialogue(actor, dialogue_id))
        _demand_lead(actor, dialogue)
        if not reason or minutes not in HOLD_MINUTES:
            raise HoldRefused
        dialogue.held_until, dialogue.hold_reason = now + timedelta(minutes=minutes), reason
        dialogue.save(update_fields=["held_until", "hold_reason"])
        record(kind="dialogue", subject=dialogue.pk, action="hold", actor=actor, at=now, before=dialogue.state,
               after=dialogue.state, data={"minutes": minutes})  # fmt: skip
        until = dialogue.held_until.isoformat()
        append(dialogue, EventKind.HELD, participant=queries.part_of(actor, dialogue.pk), text=reason,
               data={"until": until}, now=now)  # fmt: skip
        publish(dialogue)
    return dialogue


def resume(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """End the pause. Twice is once. Raises NotFound, NotLive."""
    with transaction.atomic(durable=True):
        _request, dialogue = _lock(get_led_dialogue(actor, dialogue_id))
        _demand_lead(actor, dialogue)
        if dialogue.held_until is not None:
            dialogue.held_until, dialogue.hold_reason = None, ""
            dialogue.save(update_fields=["held_until", "hold_reason"])
            record(kind="dialogue", subject=dialogue.pk, action="resume", actor=actor, at=now,
                   before=dialogue.state, after=dialogue.state)  # fmt: skip
            append(dialogue, EventKind.RESUMED, participant=queries.part_of(actor, dialogue.pk), now=now)
            publish(dialogue)
    return dialogue


def remove(*, dialogue_id: UUID, participant_id: UUID, actor: Actor, now: datetime) -> Participant:
    """Take somebody out for good: her socket is closed and neither link nor account lets her back in. Twice is once.

    Nobody removes the citizen or herself. Raises NotFound, NotLive.
    """
    with transaction.atomic(durable=True):
        _request, dialogue = _lock(get_led_dialogue(actor, dialogue_id))
        _demand_lead(actor, dialogue)
        person = Participant.objects.filter(pk=participant_id, dialogue=dialogue).order_by("id").first()
        if person is None or person.role in {ParticipantRole.CITIZEN, ParticipantRole.EXPERT}:
            raise NotFound
        if person.removed_at is None:
            person.removed_at, person.seat, person.present = now, None, False
            person.save(update_fields=["removed_at", "seat", "present"])
            if person.user_id is not None and person.role == ParticipantRole.COLLEAGUE:
                reception.stop_helping(expert_id=person.user_id, actor=actor, now=now)
            record(kind="dialogue", subject=dialogue.pk, action="remove", actor=actor, at=now,
                   before=dialogue.state, after=dialogue.state, data={"participant": str(person.pk)})  # fmt: skip
            append(dialogue, EventKind.REMOVED, participant=person, now=now)
            publish(dialogue)
    return person


def _lock(seen: Dialogue) -> tuple[HelpRequest, Dialogue]:
    request = lock_request(seen.help_request_id)
    dialogue = queries.lock_dialogue(seen.pk)
    if dialogue is None:
        raise NotFound
    return request, dialogue


def _demand_lead(actor: Actor, dialogue: Dialogue) -> None:
    """Asked again under the lock: the lead may have been handed over meanwhile."""
    if actor.user_id is None or dialogue.expert_id != actor.user_id:
        raise NotFound
    if dialogue.state != DialogueState.LIVE:
        raise NotLive


def _handed_over(dialogue: Dialogue, target: Participant, actor: Actor) -> bool:
    """Whether the actor has done this hand-over before: the target leads, and she sits beside as a colleague."""
    mine = queries.part_of(actor, dialogue.pk) if actor.kind == "staff" else None
    led_by_target = target.user_id is not None and dialogue.expert_id == target.user_id
    return led_by_target and mine is not None and mine.pk != target.pk and mine.role == ParticipantRole.COLLEAGUE


def _can_lead(target: Participant) -> bool:
    """An expert with an account who is here, on duty, and leads no other dialogue."""
    if target.user_id is None or target.role != ParticipantRole.COLLEAGUE or not target.present:
        return False
    return open_duty(target.user_id) is not None and queries.live_dialogue_of_expert(target.user_id) is None


def _swap(dialogue: Dialogue, former: Participant, target: Participant) -> None:
    """The two change seats and roles in one statement; whoever had gone before keeps no seat."""
    Participant.objects.filter(pk__in=[former.pk, target.pk]).update(
        role=Case(When(pk=target.pk, then=Value(ParticipantRole.EXPERT)), default=Value(ParticipantRole.COLLEAGUE)),
        seat=Case(When(pk=target.pk, then=Value(LEAD_SEAT)), default=Value(target.seat if former.present else None)),
    )
    dialogue.expert_id = target.user_id
    dialogue.save(update_fields=["expert"])


def _give_topic(request: HelpRequest, target: Participant, topic_code: str | None, actor: Actor, now: datetime) -> None:
    """The request becomes the matter of the new lead's authority. Raises NotAnExpertHere for a topic of a third one."""
    if not topic_code:
        return
    topic = topic_by_code(topic_code)
    if topic is None or topic.authority_id != target.authority_id:
        raise NotAnExpertHere
    assign_topic(request=request, topic=topic, actor=actor, now=now)
