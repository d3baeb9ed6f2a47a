"""From plain words to a topic with its competent authority."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from legalaid.directory.queries import branches_covering, is_covered
from legalaid.intake.links import token_for
from legalaid.intake.queries import suggest_topics, topics_by_area
from legalaid.intake.services import RequestMovedOn, choose_topic, start_request
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Channel
from legalaid.reception.queries import on_reception, queue_of
from legalaid.web.citizen.forms import StoryForm
from legalaid.web.citizen.visit import Visit, behind_link


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first page: one field. A story becomes a draft with its own secret link."""
    if request.method != "POST":
        return render(request, "citizen/start.html", {"form": StoryForm()})
    form = StoryForm(request.POST)
    try:
        draft = start_request(
            story=request.POST.get("story", ""), channel=Channel.HOME, branch_id=None, actor=Actor.citizen(None),
            now=timezone.now(),
        )  # fmt: skip
    except DomainError as error:
        form.refuse(error)
        return render(request, "citizen/start.html", {"form": form}, status=422)
    return redirect("citizen:topics", token=token_for(draft.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=True)
def topics(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Up to three topics for the story, each with who answers; POST confirms one."""
    if request.method != "POST":
        found = suggest_topics(visit.request.story)
        return render(request, "citizen/topics.html", {"visit": visit, "suggestions": found})
    try:
        choose_topic(
            help_request_id=visit.id, topic_code=request.POST.get("topic", ""), actor=visit.actor, now=timezone.now()
        )
    except RequestMovedOn:
        return redirect("citizen:request", token=visit.token)
    return redirect("citizen:topic", token=visit.token)


@require_GET
@behind_link(draft=True)
def all_topics(request: HttpRequest, visit: Visit) -> HttpResponse:
    """«Ничего не подходит»: every topic by area."""
    areas = [(area, list(rows)) for area, rows in groupby(topics_by_area(), key=lambda topic: topic.area)]
    return render(request, "citizen/all_topics.html", {"visit": visit, "areas": areas})


@require_GET
@behind_link(draft=True)
def topic(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Short answer, documents, deadline, who answers; and the two ways on."""
    if visit.request.topic is None or visit.request.authority is None:
        return visit.next_page()
    return render(request, "citizen/topic.html", {"visit": visit, **_ways(visit)})


def _ways(visit: Visit) -> dict[str, Any]:
    """Which ways are open today: now, by appointment from home, by appointment in a centre; how many wait now."""
    found, authority = visit.request.topic, visit.request.authority
    assert found and authority
    today = local_day(timezone.now(), authority.timezone)
    home = is_covered(topic_id=found.pk, authority_id=authority.pk, branch_id=None, today=today, day=today)
    now_open = home and on_reception(authority.pk)
    return {
        "home": home,
        "now_open": now_open,
        "waiting": queue_of([authority.pk]).count() if now_open else 0,
        "bookable": home or branches_covering(topic_id=found.pk, authority_id=authority.pk, day=today).exists(),
    }
