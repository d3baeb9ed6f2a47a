"""Signed tickets that let a browser open a socket. Pages issue them, sockets read them: no database, no session.

Four kinds, each with its own salt, so that one is never good for another:
a dialogue ticket (60 s), a live ticket (60 s), the page's own note of its topics (12 h) that is exchanged by POST
for live tickets, because a page outlives a ticket by hours, and the entrance of a citizen's page (10 min), which the
dialogue's socket exchanges for a ticket itself: that saves a trip between her click and the first picture.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from legalaid.kernel.actor import Actor

TICKET_LIFE = 60
"""Seconds. A ticket is used at once; a second attempt takes a new one."""
PAGE_LIFE = 12 * 60 * 60
"""Seconds a page may go on renewing its live tickets without a reload: one working day."""

ENTRANCE_LIFE = 10 * 60
"""Seconds. It is worth what the page's secret address is worth, which lives longer."""

_DIALOGUE, _LIVE, _PAGE, _ENTRANCE = "legalaid.dialogue", "legalaid.live", "legalaid.page", "legalaid.entrance"


class BadTicket(Exception):
    """Forged, expired or of another kind: the caller learns no more than that."""


@dataclass(frozen=True, slots=True)
class DialogueTicket:
    """Bound to one dialogue, one participant and one connection, which the database lets in once.

    `caps` says what the socket may do (dialogue/policies.py). Neither `user` nor `request`: a guest.
    """

    dialogue: str
    participant: str
    connection: int
    role: str
    caps: tuple[str, ...]
    user: int | None = None
    request: str | None = None

    @property
    def actor(self) -> Actor:
        """The person behind the ticket, with no grants: rights were checked when it was issued."""
        if self.user is not None:
            return Actor.staff(self.user, ())
        return Actor.citizen(UUID(self.request)) if self.request else Actor.guest(UUID(self.participant))


def sign_dialogue(ticket: DialogueTicket) -> str:
    return signing.dumps(asdict(ticket), salt=_DIALOGUE)


def read_dialogue(text: str) -> DialogueTicket:
    """Return the ticket; BadTicket when it is forged, older than TICKET_LIFE or not a dialogue ticket."""
    row = _read(text, _DIALOGUE, TICKET_LIFE)
    return DialogueTicket(**{**row, "caps": tuple(row["caps"])})


def sign_entrance(help_request_id: UUID) -> str:
    """What lets the citizen of a request into her waiting room or dialogue, from the page she has just got."""
    return signing.dumps({"request": str(help_request_id)}, salt=_ENTRANCE)


def read_entrance(text: str) -> UUID:
    """Return the request whose citizen it lets in; BadTicket when it is forged, expired or of another kind."""
    return UUID(_read(text, _ENTRANCE, ENTRANCE_LIFE)["request"])


def sign_page(topics: list[str], *, user_id: int | None) -> str:
    """The note a page carries about the topics its reader may watch; bound to the user who got the page."""
    return signing.dumps({"topics": topics, "user": user_id}, salt=_PAGE)


def live_from_page(page: str, *, user_id: int | None) -> str:
    """Exchange the page's note for a live ticket; BadTicket when it is not this user's note."""
    row = _read(page, _PAGE, PAGE_LIFE)
    if row["user"] != user_id:
        raise BadTicket
    return signing.dumps({"topics": row["topics"]}, salt=_LIVE)


def read_live(text: str) -> list[str]:
    """Return the topics of a live ticket; BadTicket when it is forged, expired or of another kind."""
    return list(_read(text, _LIVE, TICKET_LIFE)["topics"])


def _read(text: str, salt: str, life: int) -> dict[str, Any]:
    try:
        row = signing.loads(text, salt=salt, max_age=life)
    except signing.BadSignature as error:
        raise BadTicket from error
    return dict(row)
