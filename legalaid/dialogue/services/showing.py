"""Papers in a dialogue: added by whoever takes part, shown to all as one page, printed at the centre."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.dialogue import queries
from legalaid.dialogue.models import Dialogue, DialogueEvent, Participant
from legalaid.dialogue.policies import CAPS, INVITERS, get_own_part
from legalaid.dialogue.refusals import NotLive
from legalaid.dialogue.services.steps import append, lock_open, person_of, publish
from legalaid.dialogue.states import DialogueState, EventKind, ParticipantRole
from legalaid.intake import services as intake
from legalaid.intake.models import Paper
from legalaid.intake.pages import draw_pages
from legalaid.intake.papers import paper_of
from legalaid.intake.queries import lock_request
from legalaid.intake.states import PaperSource
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at: quarter turns to the right, enlargement in hundredths, the middle in thousandths."""

    paper: int
    page: int
    turn: int
    zoom: int
    x: int
    y: int


SHOWERS = frozenset(ParticipantRole(role) for role, caps in CAPS.items() if "show" in caps)
"""Who may add a paper and put a page before all."""
SOURCES = {
    ParticipantRole.CITIZEN: PaperSource.LINK,
    ParticipantRole.OPERATOR: PaperSource.DESK,
    ParticipantRole.EXPERT: PaperSource.EXPERT,
    ParticipantRole.COLLEAGUE: PaperSource.EXPERT,
}


def add_paper_here(*, dialogue_id: UUID, file: bytes, name: str, actor: Actor, now: datetime) -> Paper:
    """Add a file of somebody who takes part, a guest expert of another authority too. Raises PaperRefused, NotFound."""
    get_own_part(actor, dialogue_id, SHOWERS)
    pages = draw_pages(file)
    with transaction.atomic(durable=True):
        dialogue, mine = _lock(actor, dialogue_id)
        return intake.put_paper(
            request=dialogue.help_request, pages=pages, name=name, source=SOURCES[ParticipantRole(mine.role)],
            actor=actor, now=now,
        )  # fmt: skip


def show_page(*, dialogue_id: UUID, paper_id: int, number: int, actor: Actor, now: datetime) -> Dialogue:
    """Put one page before everybody; it takes the place of the one before. Raises NotFound, NotLive."""
    with transaction.atomic(durable=True):
        dialogue, mine = _lock(actor, dialogue_id)
        paper = paper_of(dialogue.help_request_id, paper_id, now)
        if paper is None or not 1 <= number <= paper.length:  # type: ignore[attr-defined]  # annotated by papers_of
            raise NotFound
        data = {"paper": paper.pk, "page": number, "pages": paper.length, "name": paper.name}  # type: ignore[attr-defined]  # as above
        append(dialogue, EventKind.SHOWN, participant=mine, data=data, now=now)
        publish(dialogue)
    return dialogue


def note_look(*, participant_id: UUID, look: Look, actor: Actor, now: datetime) -> DialogueEvent | None:
    """Keep how the shown page is turned, enlarged and moved, so that a restart of ours does not lose it.

    None, and nothing changes, when another page is shown by now or none. Raises TicketUsed, DialogueOver, NotFound.
    """
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        dialogue = lock_open(person.dialogue_id)
        if person.role not in SHOWERS:
            raise NotFound
        shown = queries.last_shown(dialogue.pk)
        if shown is None or (shown.data["paper"], shown.data["page"]) != (look.paper, look.page):
            return None
        event = append(dialogue, EventKind.LOOKED, participant=person, data=asdict(look), now=now)
        publish_on_commit(f"dialogue:{dialogue.pk}", v=event.number)
        return event


def hide_page(*, dialogue_id: UUID, actor: Actor, now: datetime) -> Dialogue:
    """Put the page away for everybody. Raises NotFound, NotLive."""
    with transaction.atomic(durable=True):
        dialogue, mine = _lock(actor, dialogue_id)
        append(dialogue, EventKind.HIDDEN, participant=mine, now=now)
        publish(dialogue)
    return dialogue


def ask_print_here(*, dialogue_id: UUID, paper_id: int, actor: Actor, now: datetime) -> Paper:
    """An expert wants a paper printed at the centre where the citizen sits. Raises NotFound, NotLive."""
    with transaction.atomic(durable=True):
        dialogue, mine = _lock(actor, dialogue_id)
        paper = paper_of(dialogue.help_request_id, paper_id, now)
        if paper is None or mine.role not in INVITERS:
            raise NotFound
        intake.ask_print(paper=paper, actor=actor, now=now)
    return paper


def _lock(actor: Actor, dialogue_id: UUID) -> tuple[Dialogue, Participant]:
    """Request, then dialogue, locked in that order, for one who may show papers there."""
    get_own_part(actor, dialogue_id, SHOWERS)
    seen = Dialogue.objects.only("help_request_id").get(pk=dialogue_id)
    lock_request(seen.help_request_id)
    dialogue = queries.lock_dialogue(dialogue_id)
    mine = get_own_part(actor, dialogue_id, SHOWERS)
    if dialogue is None or dialogue.state != DialogueState.LIVE:
        raise NotLive
    return dialogue, mine
