"""From plain words to a topic with its competent authority."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legalaid.directory.queries import branches_covering, is_covered
from legalaid.directory.topic_rules import term_of
from legalaid.intake.advice import advise, second_trouble
from legalaid.intake.links import token_for
from legalaid.intake.queries import topics_by_area
from legalaid.intake.services import RequestMovedOn, start_request, tell_when
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError
from legalaid.people.states import Channel
from legalaid.reception.queries.queue import Prospect, prospect_of
from legalaid.reception.queries.times import times_for
from legalaid.reception.queries.today import authority_today
from legalaid.reception.queue_rules import place_of
from legalaid.reception.services import choose_topic
from legalaid.triage.danger import danger
from legalaid.triage.terms import due_by
from legalaid.web.citizen.forms import StoryForm, WhenForm
from legalaid.web.citizen.visit import Visit, behind_link
from legalaid.web.waiting_words import how_long, too_late

EXACT = "exact"
"""Stands in the address when the day was just named: it is no guess then, even where it is the day guessed."""


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
        return render(request, "citizen/topics.html", {"visit": visit, "advice": advise(visit.request.story)})
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


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=True)
def topic(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Short answer, documents, deadline, who answers; and the two ways on. POST says when it happened."""
    if visit.request.topic is None or visit.request.authority is None:
        return visit.next_page()
    if request.method != "POST":
        return _topic_page(request, visit, WhenForm())
    form = WhenForm(request.POST)
    day = form.day()
    if day is not None:
        try:
            tell_when(help_request_id=visit.id, happened_on=day, actor=visit.actor, now=timezone.now())
        except RequestMovedOn:
            return redirect("citizen:request", token=visit.token)
        except DomainError as error:
            form.refuse(error)
    if not form.is_valid():
        return _topic_page(request, visit, form, 422)
    return redirect(f"{reverse('citizen:topic', args=[visit.token])}?{EXACT}")


def _topic_page(request: HttpRequest, visit: Visit, form: WhenForm, status: int = 200) -> HttpResponse:
    assert visit.request.topic
    term, now = term_of(visit.request.topic.code, visit.request.topic.term), timezone.now()
    due_on = visit.request.deadline_on
    told = due_by(visit.request.story, term, local_day(now, visit.request.topic.authority.timezone))
    context = {
        "visit": visit, "form": form, "question": term.question if term else "", "due_on": due_on,
        "rough": told is not None and told.rough and told.day == due_on and EXACT not in request.GET,
        "today": local_day(now, visit.zone), "lines": danger(visit.request.story), **_ways(visit, now),
    }  # fmt: skip
    return render(request, "citizen/topic.html", context, status=status)


@require_POST
@behind_link()
def second(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Begin a second request of the second trouble in a story, with a link of its own."""
    part = second_trouble(visit.request)
    if part is None:
        return visit.next_page()
    draft = start_request(
        story=part.text, channel=Channel.HOME, branch_id=None, actor=Actor.citizen(None), now=timezone.now()
    )
    return redirect("citizen:topics", token=token_for(draft.pk))


def _ways(visit: Visit, now: datetime) -> dict[str, Any]:
    """Which ways are open today: now, with what awaits her there; by appointment from home or in a centre."""
    found, authority = visit.request.topic, visit.request.authority
    assert found and authority
    day = local_day(now, authority.timezone)
    home = is_covered(topic_id=found.pk, authority_id=authority.pk, branch_id=None, today=day, day=day)
    branches = branches_covering(topic_id=found.pk, authority_id=authority.pk, day=day)
    ways = {"home": home, "bookable": home or branches.exists()}
    if not home:
        return ways
    today = authority_today(authority, now)
    queue = _queue(visit, now) if today.receives else None
    if queue is not None and queue.experts:
        late = too_late(queue.estimate, today.ends_at, now, visit.zone)
        return ways | {"queue": queue, "wait": how_long(queue.estimate), "late": late}
    starts = times_for(request=visit.request, branch=None, now=now).starts
    return ways | {"opens_at": today.opens_at, "nearest": starts[0] if starts else None}


def _queue(visit: Visit, now: datetime) -> Prospect:
    """The live queue as she would find it."""
    found, authority = visit.request.topic, visit.request.authority
    assert found and authority
    reason = place_of(returned=False, out_of_turn=visit.request.out_of_turn, deadline_on=visit.request.deadline_on,
                      today=local_day(now, authority.timezone))  # fmt: skip
    return prospect_of(authority_id=authority.pk, topic_id=found.pk, reason=reason, now=now)
