"""Reads and locks of dialogues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from legalaid.dialogue.models import AsideNote, Connection, Dialogue, DialogueEvent, Invitation, Participant
from legalaid.dialogue.rules import CITIZEN_SEAT, LEAD_SEAT, REPLAY_LIMIT, SEATS, link_digest
from legalaid.dialogue.states import (
    ASIDE_ROLES,
    LED_DIALOGUES,
    OPEN_DIALOGUES,
    DialogueState,
    EventKind,
    InvitationState,
    ParticipantRole,
)  # fmt: skip
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.sql import first_of, listed, rows_of
from legalaid.reception.rules import CHECK_IN_FROM
from legalaid.reception.states import BookingState

_ALL = ("help_request__citizen", "help_request__topic", "help_request__authority", "help_request__branch", "expert")
_OPEN_OF = f"t.help_request_id = %(id)s AND t.state IN {listed(OPEN_DIALOGUES)}"
_LED_BY = f"t.expert_id = %(id)s AND t.state IN {listed(LED_DIALOGUES)}"
_INVITED = f"t.dialogue_id = %(id)s AND t.state = '{InvitationState.OPEN}'"


def dialogues_with_all() -> QuerySet[Dialogue]:
    """Dialogues with what a page shows of them."""
    return Dialogue.objects.select_related(*_ALL).order_by("-opened_at", "id")


def dialogue_with_all(dialogue_id: UUID) -> Dialogue | None:
    """One dialogue with what a page shows of it."""
    return first_of(Dialogue, "t.id = %(id)s", related=_ALL, id=dialogue_id)


def open_dialogue_of(help_request_id: UUID) -> Dialogue | None:
    """The dialogue of the request that may be entered now, if any; the constraint keeps it to one."""
    return first_of(Dialogue, _OPEN_OF, related=_ALL, id=help_request_id)


def last_dialogue_of(help_request_id: UUID) -> Dialogue | None:
    """The open dialogue of the request, else the newest that is over."""
    return open_dialogue_of(help_request_id) or dialogues_with_all().filter(help_request_id=help_request_id).first()


def live_dialogue_of_expert(expert_id: int) -> Dialogue | None:
    """The dialogue the expert is in, if any: she returns to it before she takes another."""
    return first_of(Dialogue, _LED_BY, related=_ALL, order="t.opened_at DESC, t.id", id=expert_id)


def live_dialogues() -> QuerySet[Dialogue]:
    """Dialogues going on now, the longest on top."""
    return dialogues_with_all().filter(state__in=LED_DIALOGUES).order_by("admitted_at", "id")


def live_at_branch(branch_id: int) -> QuerySet[Dialogue]:
    """Dialogues of visitors of a branch that go on now, the longest on top: the desk may look in."""
    return live_dialogues().filter(help_request__branch_id=branch_id)


def lock_dialogue(dialogue_id: UUID) -> Dialogue | None:
    """The dialogue, locked for this transaction; events get their numbers under this lock."""
    return first_of(Dialogue, "t.id = %(id)s", related=("help_request",), lock="UPDATE", id=dialogue_id)


def participant_with_all(participant_id: UUID) -> Participant | None:
    """A participant with what the others are shown of her."""
    return first_of(Participant, "t.id = %(id)s", related=_SHOWN, id=participant_id)


_SHOWN = ("user", "authority", "dialogue__help_request__citizen")


def someone_waits(help_request_id: UUID) -> bool:
    """Whether the citizen of the request is in her waiting room or dialogue right now."""
    return Participant.objects.filter(
        dialogue__help_request_id=help_request_id,
        dialogue__state__in=OPEN_DIALOGUES,
        seat=CITIZEN_SEAT,
        present=True,
    ).exists()


def waiting_rooms(authority_ids: list[int]) -> set[UUID]:
    """Ids of the requests to these authorities whose citizen is in her waiting room right now."""
    rows = Participant.objects.filter(
        dialogue__help_request__authority_id__in=authority_ids,
        dialogue__state=DialogueState.LOBBY,
        seat=CITIZEN_SEAT,
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


def abandoned_lobbies(now: datetime) -> list[UUID]:
    """Waiting rooms of requests that wait no more: cancelled, not come to, or moved to a later time."""
    waits = [RequestState.AGREED, RequestState.QUEUED]
    lobbies = Dialogue.objects.filter(state=DialogueState.LOBBY)
    later = Q(booking__during__startswith__gt=now + CHECK_IN_FROM, booking__state=BookingState.CONFIRMED)
    lobbies = lobbies.filter(~Q(help_request__state__in=waits) | later)
    return list(lobbies.order_by("opened_at", "id").values_list("pk", flat=True))


def events_after(dialogue_id: UUID, number: int) -> list[dict[str, Any]]:
    """Events with a greater number in their order, as clients get them, at most REPLAY_LIMIT. One query.

    `{n, kind, who, role, name, text, data, cid, at}`: `who` is the participant's id or null, `at` is ISO 8601 in UTC.
    """
    rows = (
        DialogueEvent.objects.filter(dialogue_id=dialogue_id, number__gt=number)
        .select_related("participant__user", "participant__authority", "user", "dialogue__help_request__citizen")
        .order_by("number")[:REPLAY_LIMIT]
    )
    return [event_row(row) for row in rows]


def last_shown(dialogue_id: UUID) -> DialogueEvent | None:
    """The event that put the page before everybody that is shown now; None when none is."""
    kinds = (EventKind.SHOWN, EventKind.HIDDEN)
    last = DialogueEvent.objects.filter(dialogue_id=dialogue_id, kind__in=kinds).order_by("-number").first()
    return last if last is not None and last.kind == EventKind.SHOWN else None


def event_row(event: DialogueEvent) -> dict[str, Any]:
    """One event as clients get it."""
    person = event.participant
    return {
        "n": event.number,
        "kind": event.kind,
        "who": str(person.pk) if person else None,
        "role": person.role if person else None,
        "name": display_name(person, event.dialogue) if person else (event.user.name if event.user else ""),
        "text": event.text,
        "data": event.data,
        "cid": str(event.cid) if event.cid else None,
        "at": event.at.isoformat(),
    }


def display_name(person: Participant, dialogue: Dialogue) -> str:
    """How the others see the participant."""
    if person.user is not None or person.name:
        return person.user.name if person.user else person.name
    citizen = dialogue.help_request.citizen
    return citizen.name if citizen else ""


def part_of(actor: Actor, dialogue_id: UUID) -> Participant | None:
    """The actor's own row in a dialogue: by account, by the guest's place, or the citizen's."""
    values: dict[str, Any] = {"dialogue": dialogue_id}
    if actor.user_id is not None:
        mine, values["user"] = "t.user_id = %(user)s", actor.user_id
    elif actor.participant_id is not None:
        mine, values["place"] = "t.id = %(place)s", actor.participant_id
    else:
        mine = f"t.role = '{ParticipantRole.CITIZEN}'"
    where = f"t.dialogue_id = %(dialogue)s AND {mine}"
    return first_of(Participant, where, related=("user", "authority"), order="t.id", **values)


def people_of(dialogue_id: UUID) -> list[Participant]:
    """Everybody who has a place in the dialogue now, in the order of their seats. One query."""
    where = "t.dialogue_id = %(id)s AND t.seat IS NOT NULL AND t.removed_at IS NULL"
    return rows_of(Participant, where, related=_SHOWN, order="t.seat", id=dialogue_id)


def lead_of(dialogue: Dialogue) -> Participant | None:
    """The place of the expert who leads the dialogue."""
    return first_of(Participant, "t.dialogue_id = %(id)s AND t.seat = %(seat)s", id=dialogue.pk, seat=LEAD_SEAT)


def experts_inside(dialogue_id: UUID) -> list[int]:
    """Accounts of the experts who lead the dialogue or take part in it: nobody asks them in."""
    rows = Participant.objects.filter(
        dialogue_id=dialogue_id, role__in=sorted(ASIDE_ROLES), seat__isnull=False, user__isnull=False
    )
    return list(rows.order_by("id").values_list("user_id", flat=True))


def free_seat(dialogue_id: UUID) -> int | None:
    """A seat that is neither the citizen's nor the lead's and that nobody has; None when all are taken."""
    taken = Participant.objects.filter(dialogue_id=dialogue_id, seat__isnull=False).order_by("seat")
    left = set(range(1, SEATS + 1)) - {CITIZEN_SEAT, LEAD_SEAT} - set(taken.values_list("seat", flat=True))
    return min(left) if left else None


def open_invitations(dialogue_id: UUID) -> list[Invitation]:
    """Invitations into a dialogue that nobody has answered yet, oldest first."""
    related = ("authority", "made_by")
    return rows_of(Invitation, _INVITED, related=related, order="t.made_at, t.id", id=dialogue_id)


def move_of(dialogue: Dialogue) -> Invitation | None:
    """How the duty officer gave the dialogue to the expert who leads it now; None when it was not she."""
    moves = Invitation.objects.filter(dialogue=dialogue, state=InvitationState.ACCEPTED).exclude(reason="")
    newest = moves.select_related("made_by__user", "participant__user").order_by("-answered_at", "id").first()
    if newest is None or newest.participant is None or newest.participant.user_id != dialogue.expert_id:
        return None
    return newest


def invitations_before(expert_id: int, authority_ids: list[int], now: datetime) -> list[Invitation]:
    """Invitations an expert on duty may answer: to her authorities, still open, not passed by her. With the card."""
    rows = Invitation.objects.filter(
        authority_id__in=authority_ids, state=InvitationState.OPEN, expires_at__gt=now,
        dialogue__state=DialogueState.LIVE,
    ).exclude(declined_by__contains=[expert_id])  # fmt: skip
    rows = rows.exclude(dialogue__participants__user_id=expert_id)
    return list(
        rows.select_related(
            "authority", "officer", "topic", "made_by__user", "made_by__authority", "dialogue__help_request__topic",
            "dialogue__help_request__branch", "dialogue__help_request__citizen",
        ).order_by("made_at", "id")
    )  # fmt: skip


def lock_invitation(invitation_id: UUID) -> Invitation | None:
    """The invitation, locked after its dialogue."""
    rows = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("authority")
    return rows.filter(pk=invitation_id).first()


def invitation_by_digest(digest: str) -> Invitation | None:
    """The invitation a link leads to, by the fingerprint of its secret."""
    return Invitation.objects.select_related("dialogue").filter(digest=digest).exclude(digest="").first()


def usable_invitation(secret: str, now: datetime) -> Invitation | None:
    """The invitation of a link that still lets somebody in; None for any other secret."""
    found = invitation_by_digest(link_digest(secret))
    if found is None or found.state != InvitationState.OPEN or found.expires_at <= now:
        return None
    return found if found.dialogue.state == DialogueState.LIVE else None


def guest_participant(participant_id: UUID) -> Participant | None:
    """A guest by her id, unless she was removed."""
    rows = Participant.objects.filter(pk=participant_id, user=None, removed_at=None)
    return rows.exclude(role=ParticipantRole.CITIZEN).first()


def invitations_over(now: datetime) -> list[Invitation]:
    """Open invitations whose time is up, or whose dialogue is over."""
    late = Q(expires_at__lte=now) | ~Q(dialogue__state__in=OPEN_DIALOGUES)
    return list(Invitation.objects.filter(late, state=InvitationState.OPEN).order_by("expires_at", "id"))


def asides_after(dialogue_id: UUID, after: int) -> list[dict[str, Any]]:
    """What the experts said among themselves after the note `after`, as their pages get it. One query."""
    rows = AsideNote.objects.filter(dialogue_id=dialogue_id, pk__gt=after).select_related("participant__user")
    return [
        {
            "id": row.pk, "who": str(row.participant_id), "text": row.text, "cid": str(row.cid),
            "name": row.participant.user.name if row.participant.user else row.participant.name,
            "at": row.at.isoformat(),
        }
        for row in rows.order_by("id")[:REPLAY_LIMIT]
    ]  # fmt: skip


def receipts_of(dialogue_id: UUID) -> dict[str, list[int]]:
    """Participant → [delivered up to, read up to], numbers of events."""
    rows = Participant.objects.filter(dialogue_id=dialogue_id).order_by("id")
    return {str(pk): [got, read] for pk, got, read in rows.values_list("pk", "delivered", "read")}


def said_before(help_request_ids: list[UUID]) -> dict[UUID, str]:
    """Request → the newest line its citizen wrote in her waiting room. One query."""
    rows = (
        DialogueEvent.objects.filter(
            dialogue__help_request_id__in=help_request_ids, dialogue__state=DialogueState.LOBBY, kind=EventKind.SAID
        )
        .order_by("dialogue__help_request_id", "-number")
        .distinct("dialogue__help_request_id")
    )
    return dict(rows.values_list("dialogue__help_request_id", "text"))
