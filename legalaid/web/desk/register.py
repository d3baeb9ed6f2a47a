"""A visitor is registered on one screen, by the keyboard alone if the operator likes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect, reselect, reswap, retarget

from legalaid.directory.queries import Bookable, bookable, branches_covering, interpreter_languages, topics_of_branch
from legalaid.directory.topic_rules import term_of
from legalaid.intake.advice import Advice, advise
from legalaid.intake.rules import Offer
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError
from legalaid.people.queries import current_consent_document
from legalaid.people.rules import Contact, contact_faults
from legalaid.people.services import ConsentMissing
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.queries.elsewhere import sooner_elsewhere
from legalaid.reception.queries.queue import prospect_of
from legalaid.reception.queries.spoken import languages_for
from legalaid.reception.queries.times import soonest_starts, times_for_new
from legalaid.reception.queries.today import authority_today, branch_today
from legalaid.reception.states import PlaceReason
from legalaid.triage.terms import due_by
from legalaid.web.citizen.times import Wanted, filtered
from legalaid.web.desk.forms import ELSEWHERE, NOW, WAIT, RegisterForm
from legalaid.web.desk.requests import keep_open
from legalaid.web.desk.views import branch_of
from legalaid.web.staff.access import staff
from legalaid.web.waiting_words import how_long, too_late

if TYPE_CHECKING:
    from legalaid.directory.models import Branch, Topic
    from legalaid.intake.models import HelpRequest

OFFERED = 6
"""Starts shown beside the form: enough to choose from, few enough to read aloud."""


@staff(Role.OPERATOR)
def register(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register a visitor on one screen. Buttons that only look things up («подобрать») change nothing."""
    now = timezone.now()
    form = RegisterForm(request.POST or None, languages=_spoken(request, now) if "book" not in request.POST else ())
    if request.method == "POST" and "book" in request.POST:
        if request.POST.get("interpreter"):
            form = RegisterForm(request.POST, languages=_spoken(request, now))
        try:
            found = _registered(form, actor, now)
            if form.at_branch():  # it is another centre's request now, and her slip is still to be printed here
                keep_open(request, found.pk)
            page = reverse("desk-slip", args=[found.pk])
            return HttpResponseClientRedirect(page) if _by_script(request) else HttpResponseRedirect(page)
        except DomainError as error:
            faults = [error, *_other_faults(form, error)]
            if error.field == "start" and _by_script(request) and len(faults) == 1:
                form.refuse(error)
                return render(request, "desk/register_taken.html", _times(form, branch_of(actor), now, alone=True))
            form = RegisterForm(request.POST, languages=_spoken(request, now))
            form.refuse_all(faults)
    looking = _by_script(request) and "book" not in request.POST
    template = "desk/register_fields.html" if looking else "desk/register.html"
    lead_on = looking and not {"find", "show"} & request.POST.keys()
    page_of_form = render(request, template, _context(form, branch_of(actor), now) | {"lead_on": lead_on})
    if _by_script(request) and not looking:  # refused: the whole form comes back, each refusal beside its field
        return reselect(retarget(reswap(page_of_form, "outerHTML"), "#register"), "#register")
    return page_of_form


def _registered(form: RegisterForm, actor: Actor, now: datetime) -> HelpRequest:
    """The visitor, registered as the form says. Raises NotUnderstood and what register_at_desk raises."""
    form.demand_understood(lambda: local_day(now, branch_of(actor).timezone))
    return services.register_at_desk(
        story=form.typed("story"), topic_code=form.typed("topic"),
        branch_id=actor.places(Role.OPERATOR, "branch")[0], contact=_contact(form),
        consent=form.typed("consent") == "True", start=form.moment(), queue=form.typed("start") == NOW,
        submission=form.typed("submission"), adaptations=form.adaptations(), behalf=form.behalf(),
        offer=form.offer(), actor=actor, now=now, at_branch_id=form.at_branch(),
        wait_for=Wanted.read(form.data).part if form.typed("start") == WAIT else None,
    )  # fmt: skip


def _contact(form: RegisterForm) -> Contact:
    return Contact(name=form.typed("name"), phone=form.typed("phone"), email=form.typed("email"))


def _other_faults(form: RegisterForm, error: DomainError) -> list[DomainError]:
    """What else the person of a refused form lacks: one press tells all of it, beside its fields."""
    who = _contact(form)
    found: list[DomainError] = [
        *contact_faults(name=who.name, phone=who.phone, email=who.email, reachable=form.typed("start") == WAIT)
    ]
    if form.typed("consent") != "True":
        found.append(ConsentMissing())
    return [fault for fault in found if fault.field != error.field]


def _spoken(request: HttpRequest, now: datetime) -> list[str]:
    """Languages that may be asked for: those of interpreters, and of the topic's experts once it is chosen."""
    code = RegisterForm(request.POST or None).typed("topic")
    found = bookable(topic_code=code, branch_id=None, start=now, now=now) if code else None
    if found is None:
        return interpreter_languages()
    topic = found.topic
    return [code for code, _any in languages_for(authority_id=topic.authority.pk, topic_id=topic.pk, now=now)]


def _by_script(request: HttpRequest) -> bool:
    return "HTTP_HX_REQUEST" in request.META  # `headers` takes all of them to pieces for one


def _times(form: RegisterForm, branch: Branch, now: datetime, *, alone: bool = False) -> dict[str, object]:
    """What the choice of a time shows; with `alone` only its times, not what surrounds them."""
    code = form.typed("topic") if form.is_bound else ""
    found = bookable(topic_code=code, branch_id=branch.pk, start=now, now=now) if code else None
    chosen = found.topic if found else None
    term = term_of(chosen.code, chosen.term) if chosen else None
    told = due_by(form.typed("story"), term, local_day(now, branch.timezone))
    return {
        "form": form, "branch": branch, "chosen": chosen, "told": told, "now_value": NOW, "wait_value": WAIT,
        "elsewhere": ELSEWHERE, "alone": alone, "lead_on": False,
        "picked": form.typed("start") if form.is_bound else "",
        **(_starts(found, branch, form, now, alone=alone) | _live(found.topic, branch, form, now) if found else {}),
    }  # fmt: skip


def _starts(found: Bookable, branch: Branch, form: RegisterForm, now: datetime, *, alone: bool) -> dict[str, object]:
    """The free times as the citizen's page filters them, and where it would be sooner."""
    wanted = Wanted.read(form.data)
    if alone and not wanted:  # others wait for the same time: the soonest cost a quarter of them all
        starts = soonest_starts(OFFERED, found=found, now=now, adaptations=form.adaptations())
        return {"starts": starts, "free": len(starts), "wanted": wanted, "sooner": []}
    times = times_for_new(found=found, now=now, adaptations=form.adaptations())
    shown, filters = filtered(times.starts, form.data, times.zone, now)
    branches = branches_covering(
        topic_id=found.topic.pk, authority_id=found.topic.authority.pk, day=local_day(now, branch.timezone)
    )
    sooner = sooner_elsewhere(
        branches=[one for one in branches if one.pk != branch.pk], home=False,
        before=times.starts[0] if times.starts else None, **times.asked,
    )  # fmt: skip
    # A day that was asked for is shown whole: what suits her may be its last time.
    return {"starts": shown if wanted.day else shown[:OFFERED], "free": len(times.starts), "sooner": sooner, **filters}


def _live(chosen: Topic, branch: Branch, form: RegisterForm, now: datetime) -> dict[str, object]:
    """The live queue as the visitor would find it, or why she cannot be put in it now."""
    reception = authority_today(chosen.authority, now)
    if not reception.receives:
        return {"opens_at": reception.opens_at}
    place = branch_today(branch.pk, now)
    if not place.receives:
        return {"stopped": place}
    out_of_turn = form.adaptations().out_of_turn
    queue = prospect_of(
        authority_id=chosen.authority.pk, topic_id=chosen.pk, now=now,
        reason=PlaceReason.OUT_OF_TURN if out_of_turn else PlaceReason.TIME,
    )  # fmt: skip
    if not queue.experts:
        return {}
    ends_at = min(end for end in (place.closes_at, reception.ends_at) if end is not None)
    return {
        "on_reception": True, "queue": queue, "wait": how_long(queue.estimate),
        "late": too_late(queue.estimate, ends_at, now, branch.timezone),
    }  # fmt: skip


def _context(form: RegisterForm, branch: Branch, now: datetime) -> dict[str, object]:
    story = form.typed("story") if form.is_bound else ""
    # Not looked for again when a time was refused: the topic is chosen, and others wait for the same time.
    refused_time = "book" in form.data and "start" in form.errors
    advice = advise(story) if story.strip() and not refused_time else None
    offer = Offer(tuple(one.topic.code for one in advice.suggestions), advice.close) if advice else form.offer()
    return _times(form, branch, now) | {
        "advice": advice or Advice(),
        "offer": offer,
        "topics": topics_of_branch(branch_id=branch.pk, day=local_day(now, branch.timezone)),
        "consent_document": current_consent_document(),
    }  # fmt: skip
