"""Papers of a request: added, printed, and gone after thirty days."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.intake.models import HelpRequest, Paper, PaperPage
from legalaid.intake.pages import Drawn, draw_pages
from legalaid.intake.paper_numbers import KEEP_FOR, MAX_OF_REQUEST
from legalaid.intake.paper_rules import clean_name, refused
from legalaid.intake.papers import page_count, paper_with_request, papers_over
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request
from legalaid.intake.states import PaperSource
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Role


def add_paper(
    *, help_request_id: UUID, file: bytes, name: str, source: PaperSource, actor: Actor, now: datetime
) -> Paper:
    """Keep the pages of a file with a request the actor may see. Raises PaperRefused, NotFound; nothing is kept."""
    get_visible_request(actor, help_request_id)
    pages = draw_pages(file)
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        return put_paper(
            request=lock_request(help_request_id), pages=pages, name=name, source=source, actor=actor, now=now
        )


def put_paper(
    *, request: HelpRequest, pages: Sequence[Drawn], name: str, source: PaperSource, actor: Actor, now: datetime
) -> Paper:
    """Keep drawn pages with a locked request, inside the caller's transaction. Raises PaperRefused."""
    if page_count(request.pk) + len(pages) > MAX_OF_REQUEST:
        raise refused("many")
    paper = Paper.objects.create(
        help_request=request, name=clean_name(name), source=source, added_by_id=actor.user_id, added_at=now,
        expires_at=now + KEEP_FOR,
    )  # fmt: skip
    PaperPage.objects.bulk_create(
        PaperPage(paper=paper, number=number, image=one.image, width=one.width, height=one.height)
        for number, one in enumerate(pages, start=1)
    )
    record(kind="paper", subject=paper.pk, action="add", actor=actor, at=now,
           data={"request": str(request.pk), "pages": len(pages), "source": source})  # fmt: skip
    _tell(request)
    return paper


def remove_paper(*, paper_id: int, actor: Actor, now: datetime) -> None:
    """The citizen takes a paper of her own request back, for good. Raises NotFound."""
    with transaction.atomic(durable=True):
        paper = paper_with_request(paper_id)
        if paper is None or actor.kind != "citizen" or actor.help_request_id != paper.help_request_id:
            raise NotFound
        request = lock_request(paper.help_request_id)
        Paper.objects.filter(pk=paper_id).delete()
        record(kind="paper", subject=paper_id, action="remove", actor=actor, at=now, data={"request": str(request.pk)})
        _tell(request)


def ask_print(*, paper: Paper, actor: Actor, now: datetime) -> None:
    """Put a paper on the print list of the citizen's centre, inside the caller's transaction. Asked twice is once.

    Raises NotFound when she is at home: there is no desk to print it.
    """
    request = paper.help_request
    if request.branch_id is None:
        raise NotFound
    if paper.print_asked_at is not None and paper.printed_at is None:
        return
    paper.print_asked_at, paper.printed_at = now, None
    paper.save(update_fields=["print_asked_at", "printed_at"])
    record(kind="paper", subject=paper.pk, action="ask_print", actor=actor, at=now, data={"request": str(request.pk)})
    _tell(request)


def mark_printed(*, paper_id: int, actor: Actor, now: datetime) -> Paper:
    """The operator has printed it. Twice is once. Raises NotFound for anybody but operators of the centre."""
    with transaction.atomic(durable=True):
        paper = paper_with_request(paper_id)
        branch = paper.help_request.branch_id if paper else None
        if paper is None or branch is None or not actor.has(Role.OPERATOR, branch_id=branch):
            raise NotFound
        if paper.printed_at is None:
            paper.printed_at = now
            paper.save(update_fields=["printed_at"])
            record(kind="paper", subject=paper.pk, action="print", actor=actor, at=now)
            _tell(paper.help_request)
    return paper


def expire_papers(*, actor: Actor, now: datetime) -> int:
    """Destroy the papers whose time is over; return how many. Run daily and again without harm. For the system."""
    if actor.kind != "system":
        raise NotFound
    gone = 0
    for paper_id, request_id in papers_over(now):
        with transaction.atomic(durable=True):
            deleted, _rows = Paper.objects.filter(pk=paper_id, expires_at__lte=now).delete()
            if deleted:
                gone += 1
                record(kind="paper", subject=paper_id, action="expire", actor=actor, at=now,
                       data={"request": str(request_id)})  # fmt: skip
    return gone


def _tell(request: HelpRequest) -> None:
    publish_on_commit(f"request:{request.pk}")
    if request.branch_id is not None:
        publish_on_commit(f"day:{request.branch_id}")
