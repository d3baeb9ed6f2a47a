"""Reads and locks of recordings."""

from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from legalaid.dialogue.models import Dialogue, Participant, Recording, RecordingChunk, RecordingConsent
from legalaid.dialogue.queries import part_of
from legalaid.dialogue.states import RecordingState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.sql import first_of, listed

OPEN = (RecordingState.ASKED, RecordingState.RUNNING, RecordingState.PAUSED)
_OPEN = f"t.dialogue_id = %(id)s AND t.state IN {listed(OPEN)}"


def open_recording_of(dialogue_id: UUID) -> Recording | None:
    """The recording that is asked for or goes on; the constraint keeps it to one."""
    return first_of(Recording, _OPEN, related=("recorder",), id=dialogue_id)


def person_in(dialogue: Dialogue, actor: Actor) -> Participant | None:
    """The actor's own row in a dialogue, unless she was removed or it is another citizen's."""
    if actor.kind == "citizen" and actor.help_request_id != dialogue.help_request_id:
        return None
    person = part_of(actor, dialogue.pk) if actor.kind != "system" else None
    return person if person is not None and person.removed_at is None else None


def lock_recording(recording_id: UUID) -> Recording | None:
    """One recording, locked, with what its services ask about."""
    rows = Recording.objects.select_for_update(of=("self",)).select_related("dialogue__help_request", "recorder")
    return rows.filter(pk=recording_id).first()


def present_in(dialogue_id: UUID) -> set[str]:
    """Participants who are in the dialogue right now."""
    rows = Participant.objects.filter(dialogue_id=dialogue_id, present=True).order_by("id")
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def agreed_in(recording_id: UUID) -> set[str]:
    """Participants whose consent to this recording stands."""
    rows = RecordingConsent.objects.filter(recording_id=recording_id, agreed=True, revoked_at=None).order_by("id")
    return {str(pk) for pk in rows.values_list("participant_id", flat=True)}


def recordings_of(authority_ids: list[int], expert_id: int | None) -> QuerySet[Recording]:
    """Finished recordings a person may watch, the newest on top, with `bytes` and `pieces`."""
    mine = Q(dialogue__help_request__authority_id__in=authority_ids) | Q(dialogue__expert_id=expert_id)
    return (
        Recording.objects.filter(mine, state=RecordingState.ENDED)
        .select_related("dialogue__help_request__authority", "dialogue__expert")
        .annotate(bytes=Sum("chunks__size"), pieces=Count("chunks"), first=Min("chunks__received_at"))
        .filter(pieces__gt=0)
        .order_by("-asked_at", "id")
    )


def takes_of(recording_id: UUID) -> list[int]:
    """Numbers of the takes of a recording, in their order."""
    rows = RecordingChunk.objects.filter(recording_id=recording_id).order_by("take")
    return list(rows.values_list("take", flat=True).distinct())


def recording_view(dialogue_id: UUID, actor: Actor) -> dict[str, object]:
    """What a page of the actor shows of the dialogue's newest recording. Raises NotFound for strangers."""
    dialogue = Dialogue.objects.filter(pk=dialogue_id).first()
    person = person_in(dialogue, actor) if dialogue is not None else None
    if person is None:
        raise NotFound
    row = Recording.objects.filter(dialogue_id=dialogue_id).order_by("-asked_at", "-id").first()
    if row is None:
        return {"state": "none", "id": "", "answered": None, "recorder": False, "take": 0}
    answer = RecordingConsent.objects.filter(recording=row, participant=person).first()
    takes = takes_of(row.pk)
    return {
        "state": row.state, "id": str(row.pk), "recorder": row.recorder_id == person.pk,
        "answered": None if answer is None else answer.agreed and answer.revoked_at is None,
        "take": takes[-1] + 1 if takes else 0,
    }  # fmt: skip
