"""The citizen's papers: added on her request's page, or with a telephone that scanned a code."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legalaid.intake.links import request_of_photos
from legalaid.intake.paper_rules import PaperRefused
from legalaid.intake.papers import page_image, papers_of
from legalaid.intake.services import add_paper, remove_paper
from legalaid.intake.states import PaperSource
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.dialogue.doors import number
from legalaid.web.dialogue.papers import phone_context, picture, read_file


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def papers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was added so far, and a form for more."""
    now, refusal = timezone.now(), None
    if request.method == "POST":
        try:
            raw, name = read_file(request)
            add_paper(
                help_request_id=visit.id, file=raw, name=name, source=PaperSource.LINK, actor=visit.actor, now=now
            )
        except PaperRefused as error:
            refusal = error
        else:
            return redirect("citizen:papers", token=visit.token)
    context = {"visit": visit, "papers": papers_of(visit.id, now), "refusal": refusal, **phone_context(visit.id)}
    return render(request, "citizen/papers.html", context, status=422 if refusal else 200)


@require_GET
@behind_link(draft=False)
def page(request: HttpRequest, visit: Visit, paper_id: int, page_number: int) -> HttpResponse:
    """A page of her own paper."""
    return picture(page_image(visit.id, paper_id, page_number, timezone.now()), f"page-{paper_id}-{page_number}")


@require_POST
@behind_link(draft=False)
def remove(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a paper back."""
    remove_paper(paper_id=number(request.POST.get("paper", "")), actor=visit.actor, now=timezone.now())
    return redirect("citizen:papers", token=visit.token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, token: str) -> HttpResponse:
    """The telephone's page: it takes photos for one request for a quarter of an hour and says nothing about it."""
    now = timezone.now()
    found = request_of_photos(token, now)
    if found is None:
        raise Http404
    refusal, sent = None, 0
    if request.method == "POST":
        files = request.FILES.getlist("file")
        try:
            sent = _take(request, found) if files else 0
            if not files:
                read_file(request)
        except PaperRefused as error:
            refusal = error
        except NotFound:
            raise Http404 from None
    context = {"token": token, "refusal": refusal, "sent": sent}
    answer = render(request, "citizen/photos.html", context, status=422 if refusal else 200)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _take(request: HttpRequest, help_request_id: UUID) -> int:
    """Keep each file of the form; return how many. Raises PaperRefused at the first that cannot be kept."""
    now, sent = timezone.now(), 0
    for file in request.FILES.getlist("file"):
        add_paper(help_request_id=help_request_id, file=file.read(), name=str(file.name or ""),
                  source=PaperSource.PHONE, actor=Actor.citizen(help_request_id), now=now)  # fmt: skip
        sent += 1
    return sent
