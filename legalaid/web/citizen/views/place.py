"""Her place in the queue: kept while the page is open, kept for a call, taken again after it was lost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_GET, require_http_methods, require_POST

from legalaid.intake.services import RequestMovedOn
from legalaid.reception import services
from legalaid.reception.queue_refusals import BranchNotReceiving, NoTelephone, NotWaiting
from legalaid.reception.refusals import NobodyOnReception, TopicNotCovered
from legalaid.web.citizen.status import Status
from legalaid.web.citizen.visit import Visit, behind_link


@require_GET
@behind_link(draft=False)
@conditional_page
def done_now(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The live words of the confirmation, as a fragment: where she stands; with `?next` what she does now."""
    if request.headers.get("HX-Request") != "true":
        return redirect("citizen:done", token=visit.token)
    words = "citizen/done_next.html" if "next" in request.GET else "citizen/done_panel.html"
    return render(request, words, {"visit": visit, "status": Status(visit, timezone.now())})


@require_POST
@behind_link(draft=False)
def here(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page is open; said by `<presence-beat>` every half minute."""
    services.be_here(help_request_id=visit.id, actor=visit.actor, now=timezone.now())
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=False)
def call_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask to be telephoned when the turn is near, or take that back."""
    now = timezone.now()
    if request.method != "POST":
        return render(request, "citizen/call_back.html", {"visit": visit, "status": Status(visit, now)})
    wanted = request.POST.get("wanted") == "1"
    try:
        services.ask_call_back(help_request_id=visit.id, wanted=wanted, actor=visit.actor, now=now)
    except (NotWaiting, NoTelephone) as error:
        context = {"visit": visit, "status": Status(visit, now), "refusal": error}
        return render(request, "citizen/call_back.html", context, status=409)
    return redirect("citizen:request", token=visit.token)


@require_POST
@behind_link(draft=False)
def come_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Stand in the queue again with the same request."""
    now = timezone.now()
    try:
        services.return_to_queue(help_request_id=visit.id, actor=visit.actor, now=now)
    except (NobodyOnReception, BranchNotReceiving, TopicNotCovered, RequestMovedOn) as error:
        context = {"visit": visit, "status": Status(visit, now), "refusal": error}
        return render(request, "citizen/come_back.html", context, status=409)
    return redirect("citizen:request", token=visit.token)
