"""Papers at the desk: scanned for a visitor, printed when an expert asks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legalaid.intake.paper_rules import PaperRefused
from legalaid.intake.papers import page_image, paper_with_request, papers_of
from legalaid.intake.policies import get_visible_request
from legalaid.intake.services import add_paper, mark_printed
from legalaid.intake.states import PaperSource
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Role
from legalaid.web.dialogue.papers import picture, read_file
from legalaid.web.staff.access import staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Role.OPERATOR)
def papers(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """Scan for a visitor: the file of the desk's scanner goes to her request."""
    found, now, refusal = get_visible_request(actor, help_request_id), timezone.now(), None
    if request.method == "POST":
        try:
            raw, name = read_file(request)
            add_paper(help_request_id=found.pk, file=raw, name=name, source=PaperSource.DESK, actor=actor, now=now)
            messages.success(request, _("Документ добавлен. Специалист видит его в разговоре."))
            return redirect("desk-papers", found.pk)
        except PaperRefused as error:
            refusal = error
    context = {"help_request": found, "papers": papers_of(found.pk, now), "refusal": refusal}
    return render(request, "desk/papers.html", context, status=422 if refusal else 200)


@require_GET
@staff(Role.OPERATOR)
def sheet(request: HttpRequest, actor: Actor, paper_id: int) -> HttpResponseBase:
    """A paper ready for the printer."""
    paper = paper_with_request(paper_id)
    if paper is None:
        raise NotFound
    found = get_visible_request(actor, paper.help_request_id)
    kept = papers_of(found.pk, timezone.now()).filter(pk=paper_id).first()
    if kept is None:
        raise NotFound
    context = {"help_request": found, "paper": kept, "numbers": range(1, kept.length + 1)}  # type: ignore[attr-defined]  # annotated
    return render(request, "desk/paper_sheet.html", context)


@require_GET
@staff(Role.OPERATOR)
def page(request: HttpRequest, actor: Actor, paper_id: int, page_number: int) -> HttpResponseBase:
    """A page of a paper of a visitor of the operator's centre."""
    paper = paper_with_request(paper_id)
    if paper is None:
        raise NotFound
    found = get_visible_request(actor, paper.help_request_id)
    return picture(page_image(found.pk, paper_id, page_number, timezone.now()), f"page-{paper_id}-{page_number}")


@require_POST
@staff(Role.OPERATOR)
def printed(request: HttpRequest, actor: Actor, paper_id: int) -> HttpResponseBase:
    """It lies before the visitor."""
    mark_printed(paper_id=paper_id, actor=actor, now=timezone.now())
    return redirect("desk")
