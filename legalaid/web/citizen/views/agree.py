"""A time, a name, a look over the answers, a number."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from legalaid.directory.queries import branch_by_id
from legalaid.intake.services import RequestMovedOn
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.queries import current_consent_document
from legalaid.people.rules import contact_faults
from legalaid.people.services import ConsentMissing
from legalaid.people.states import Channel
from legalaid.reception.queries import live_booking
from legalaid.reception.refusals import TimeChanged
from legalaid.reception.services import confirm_booking, hold, join_queue, say_needs, wait_for_time
from legalaid.web.citizen.days import read_start
from legalaid.web.citizen.forms import ContactForm
from legalaid.web.citizen.times import Wanted, branch_id_of, choice, part_labels
from legalaid.web.citizen.visit import Visit, behind_link

NOW, TIME, WAIT = "now", "time", "wait"
CONTACT = ("name", "phone", "email", "consent")


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=True)
def choose_time(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Offered starts by day, from home or at a centre; POST keeps one for ten minutes."""
    if visit.request.topic is None:
        return visit.next_page()
    typed = _typed(request)
    where = request.POST.get("where") if request.method == "POST" else request.GET.get("where")
    branch_id = branch_id_of(where)
    if request.method != "POST":
        return _time_page(request, visit, branch_id)
    try:
        hold(
            help_request_id=visit.id, start=read_start(request.POST.get("start", "")), branch_id=branch_id,
            actor=visit.actor, now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return _time_page(request, visit, branch_id, refusal=error, typed=typed)
    if typed:  # the name was written before the first time was lost: she does not write it again
        return _contact_page(request, Visit(visit.token), TIME, ContactForm(typed))
    return redirect("citizen:contact", token=visit.token)


@require_POST
@behind_link(draft=True)
def needs(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Write down what she needs to be received, and show the times that are left."""
    try:
        say_needs(
            help_request_id=visit.id, needs=request.POST.getlist("need"), actor=visit.actor, now=timezone.now(),
            interpreter=request.POST.get("interpreter", ""),
        )  # fmt: skip
    except RequestMovedOn:
        return redirect("citizen:request", token=visit.token)
    branch_id = branch_id_of(request.POST.get("where"))
    query = f"?where={branch_id}" if branch_id else ""
    return redirect(reverse("citizen:time", args=[visit.token]) + query)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=True)
def contact(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Name, telephone or e-mail, consent. POST shows the answers once more, before anything is stored."""
    way = _way(request)
    if visit.request.topic is None:
        return visit.next_page()
    if request.method != "POST":
        return _contact_page(request, visit, way, ContactForm())
    form = ContactForm(request.POST)
    if "change" in request.POST:
        return _contact_page(request, visit, way, ContactForm(initial=form.values()))
    typed = form.values()
    for error in _wrong(typed, reachable=_reachable(visit, way)):
        form.refuse(error)
    if form.errors:
        return _contact_page(request, visit, way, form, status=422)
    return _check_page(request, visit, way, typed)


@require_POST
@behind_link()
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Book the kept time, join the queue, or wait for a time. Sent twice, it is done once."""
    way, form = _way(request), ContactForm(request.POST)
    who: dict[str, Any] = {"help_request_id": visit.id, "actor": visit.actor, "now": timezone.now(), **form.values()}
    try:
        if way == WAIT:
            where = branch_id_of(request.POST.get("where"))
            wait_for_time(branch_id=where, part=request.POST.get("part", ""), **who)
        elif way == NOW:
            join_queue(**who)
        else:
            confirm_booking(start=_looked_over(request), **who)
    except NotFound:
        raise
    except TimeChanged as error:
        return _check_page(request, visit, way, form.values(), refusal=error)
    except DomainError as error:
        if not visit.draft:
            return visit.next_page()
        if error.field in form.fields:
            form.refuse(error)
            return _contact_page(request, visit, way, form, status=422)
        return _time_page(request, visit, visit.request.branch_id, refusal=error, typed=form.values())
    return redirect("citizen:request" if way == WAIT else "citizen:done", token=visit.token)


def _way(request: HttpRequest) -> str:
    wanted = (request.POST if request.method == "POST" else request.GET).get("way")
    return wanted if wanted in {NOW, WAIT} else TIME


def _reachable(visit: Visit, way: str) -> bool:
    """Whether she must leave a telephone or an e-mail: who waits for a time can be told in no other way."""
    return way == WAIT or visit.request.channel == Channel.HOME


def _waiting(request: HttpRequest, way: str) -> dict[str, Any]:
    """Where and in which part of the day she waits for a time: it travels with the forms, nothing is kept before."""
    if way != WAIT:
        return {"branch": None, "part": "", "part_words": ""}
    sent = request.POST if request.method == "POST" else request.GET
    branch_id, wanted = branch_id_of(sent.get("where")), Wanted.read(sent)
    branch = branch_by_id(branch_id) if branch_id is not None else None
    if branch_id is not None and branch is None:
        raise NotFound
    return {"branch": branch, "part": wanted.part, "part_words": dict(part_labels()).get(wanted.part, "")}


def _looked_over(request: HttpRequest) -> datetime | None:
    """The time on the page of answers that she confirms."""
    sent = request.POST.get("start")
    return read_start(sent) if sent else None


def _wrong(typed: dict[str, Any], *, reachable: bool) -> list[DomainError]:
    """What the services would refuse, told before they are asked, all at once."""
    found: list[DomainError] = list(
        contact_faults(name=typed["name"], phone=typed["phone"], email=typed["email"], reachable=reachable)
    )
    return found if typed["consent"] else [*found, ConsentMissing()]


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was written on the contact page and travels with a second choice of time."""
    return {name: request.POST[name] for name in CONTACT if request.POST.get(name)} if request.method == "POST" else {}


def _time_page(
    request: HttpRequest, visit: Visit, branch_id: int | None, *, refusal: DomainError | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    try:
        shown = choice(request, visit, branch_id, timezone.now())
    except NotFound:
        if refusal is None:
            raise
        shown = choice(request, visit, None, timezone.now())  # her centre does not receive the topic any more
    context = {
        **shown, "refusal": refusal, "typed": typed or {},
        "here": reverse("citizen:time", args=[visit.token]), "address": reverse("citizen:time", args=[visit.token]),
        "needs_at": reverse("citizen:needs", args=[visit.token]),
        "wait_at": reverse("citizen:contact", args=[visit.token]),
    }  # fmt: skip
    return render(request, "citizen/time.html", context, status=409 if refusal else 200)


def _contact_page(
    request: HttpRequest, visit: Visit, way: str, form: ContactForm, *, status: int = 200
) -> HttpResponse:
    booking = _held(visit, way)
    if way == TIME and booking is None:
        return redirect("citizen:time", token=visit.token)
    context = {
        "visit": visit, "way": way, "booking": booking, "form": form, "document": current_consent_document(),
        "reachable": _reachable(visit, way), "address": _contact_address(request, visit, way),
        **_waiting(request, way),
    }  # fmt: skip
    return render(request, "citizen/contact.html", context, status=status)


def _check_page(
    request: HttpRequest, visit: Visit, way: str, typed: dict[str, Any], *, refusal: DomainError | None = None
) -> HttpResponse:
    booking = _held(visit, way)
    if way == TIME and booking is None:
        return redirect("citizen:time", token=visit.token)
    context = {
        "visit": visit, "way": way, "booking": booking, "typed": typed, "refusal": refusal,
        "address": _contact_address(request, visit, way), **_waiting(request, way),
    }  # fmt: skip
    return render(request, "citizen/check.html", context, status=409 if refusal else 200)


def _contact_address(request: HttpRequest, visit: Visit, way: str) -> str:
    """Where the browser comes back to from an answer to her form: it must not send the form again."""
    sent = request.POST if request.method == "POST" else request.GET
    query = {"way": way} | {name: sent[name] for name in ("where", "part") if way == WAIT and sent.get(name)}
    return reverse("citizen:contact", args=[visit.token], query=query)


def _held(visit: Visit, way: str) -> Any:
    """The kept time of a visit that goes by appointment."""
    return live_booking(visit.id) if way == TIME else None
