"""Reads and locks of dialogues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from legalaid.dialogue.models import Connection, Dialogue, DialogueEvent, Participant
from legalaid.dialogue.rules import REPLAY_LIMIT
from legalaid.dialogue.states import OPEN_DIALOGUES, DialogueState
from legalaid.intake.states import RequestState


def dialogues_with_all() -> QuerySet[Dialogue]:
    """Dialogues with what a page shows of them."""
    return Dialogue.objects.select_related(
        "help_request__citizen", "help_request__topic", "help_request__authority", "help_request__branch", "expert"
    ).order_by("-opened_at", "id")


def open_dialogue_of(help_request_id: UUID) -> Dialogue | None:
    """The dialogue of the request that may be entered now, if any; the constraint keeps it to one."""
    return dialogues_with_all().filter(help_request_id=help_request_id, state__in=OPEN_DIALOGUES).first()


def last_dialogue_of(help_request_id: UUID) -> Dialogue | None:
    """The open dialogue of the request, else the newest that is over."""
    return open_dialogue_of(help_request_id) or dialogues_with_all().filter(help_request_id=help_request_id).first()


def live_dialogue_of_expert(expert_id: int) -> Dialogue | None:
    """The dialogue the expert is in, if any: she returns to it before she takes another."""
    return dialogues_with_all().filter(expert_id=expert_id, state=DialogueState.LIVE).first()


def live_dialogues() -> QuerySet[Dialogue]:
    """Dialogues going on now, the longest on top."""
    return dialogues_with_all().filter(state=DialogueState.LIVE).order_by("admitted_at", "id")


def lock_dialogue(dialogue_id: UUID) -> Dialogue | None:
    """The dialogue, locked for this transaction; events get their numbers under this lock."""
    return (
        Dialogue.objects.select_for_update(of=("self",)).select_related("help_request").filter(pk=dialogue_id).first()
    )


def participant_with_all(participant_id: UUID) -> Participant | None:
    """A participant with what the others are shown of her."""
    return (
        Participant.objects.select_related(
            "user", "dialogue__help_request__citizen", "dialogue__help_request__authority"
        )
        .filter(pk=participant_id)
        .first()
    )


def someone_waits(help_request_id: UUID) -> bool:
    """Whether the citizen of the request is in her waiting room or dialogue right now."""
    return Participant.objects.filter(
        dialogue__help_request_id=help_request_id, dialogue__state__in=OPEN_DIALOGUES, user=None, present=True
    ).exists()


def waiting_rooms(authority_ids: list[int]) -> set[UUID]:
    """Ids of the requests to these authorities whose citizen is in her waiting room right now."""
    rows = Participant.objects.filter(
        dialogue__help_request__authority_id__in=authority_ids,
        dialogue__state=DialogueState.LOBBY,
        user=None,
        present=True,
    )
    return set(rows.order_by().values_list("dialogue__help_request_id", flat=True))


def later_connection_opened(connection: Connection) -> bool:
    """Whether the same participant has come back since."""
    return Connection.objects.filter(
        participant_id=connection.participant_id, pk__gt=connection.pk, opened_at__isnull=False
    ).exists()


def silent_connections(before: datetime) -> list[int]:
    """Connections of people who count as present although nobody has seen their newest socket since `before`."""
    newest = (
        Connection.objects.filter(participant=OuterRef("pk"), opened_at__isnull=False)
        .order_by("-pk")
        .values("pk", "seen_at")[:1]
    )
    rows = Participant.objects.filter(present=True, dialogue__state__in=OPEN_DIALOGUES).annotate(
        connection=Subquery(newest.values("pk")), seen=Subquery(newest.values("seen_at"))
    )
    return list(rows.filter(seen__lt=before).order_by("connection").values_list("connection", flat=True))


def abandoned_lobbies() -> list[UUID]:
    """Waiting rooms of requests that wait no more: cancelled, or not come to."""
    waits = [RequestState.AGREED, RequestState.QUEUED]
    lobbies = Dialogue.objects.filter(state=DialogueState.LOBBY).exclude(help_request__state__in=waits)
    return list(lobbies.order_by("opened_at", "id").values_list("pk", flat=True))


def events_after(dialogue_id: UUID, number: int) -> list[dict[str, Any]]:
    """Events with a greater number in their order, as clients get them, at most REPLAY_LIMIT. One query.

    `{n, kind, who, role, name, text, cid, at}`: `who` is the participant's id or null, `at` is ISO 8601 in UTC.
    """
    rows = (
        DialogueEvent.objects.filter(dialogue_id=dialogue_id, number__gt=number)
        .select_related("participant__user", "dialogue__help_request__citizen")
        .order_by("number")[:REPLAY_LIMIT]
    )
    return [event_row(row) for row in rows]


def event_row(event: DialogueEvent) -> dict[str, Any]:
    """One event as clients get it."""
    person = event.participant
    return {
        "n": event.number,
        "kind": event.kind,
        "who": str(person.pk) if person else None,
        "role": person.role if person else None,
        "name": display_name(person, event.dialogue) if person else "",
        "text": event.text,
        "cid": str(event.cid) if event.cid else None,
        "at": event.at.isoformat(),
    }


def display_name(person: Participant, dialogue: Dialogue) -> str:
    """How the others see the participant."""
    if person.user is not None:
        return person.user.name
    citizen = dialogue.help_request.citizen
    return citizen.name if citizen else ""
