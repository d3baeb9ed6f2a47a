"""A time, a name, a look over the answers, a number."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from legalaid.directory.queries import branches_covering, is_covered
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.queries import current_consent_document
from legalaid.people.rules import clean_contact
from legalaid.people.services import ConsentMissing
from legalaid.people.states import Channel
from legalaid.reception.queries import live_booking, offered_starts
from legalaid.reception.rules import HORIZON_DAYS
from legalaid.reception.services import confirm_booking, hold, join_queue
from legalaid.web.citizen.days import by_day, read_start
from legalaid.web.citizen.forms import ContactForm
from legalaid.web.citizen.visit import Visit, behind_link

NOW, TIME = "now", "time"
CONTACT = ("name", "phone", "email", "consent")


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link(draft=True)
def choose_time(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Offered starts by day, from home or at a centre; POST keeps one for ten minutes."""
    if visit.request.topic is None:
        return visit.next_page()
    typed = _typed(request)
    where = request.POST.get("where") if request.method == "POST" else request.GET.get("where")
    branch_id = _branch_id(where)
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
    for error in _wrong(typed, reachable=visit.request.channel == Channel.HOME):
        form.refuse(error)
    if form.errors:
        return _contact_page(request, visit, way, form, status=422)
    booking = _held(visit, way)
    if way == TIME and booking is None:
        return redirect("citizen:time", token=visit.token)
    return render(request, "citizen/check.html", {"visit": visit, "way": way, "booking": booking, "typed": typed})


@require_POST
@behind_link()
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Book the kept time, or join the queue. Sent twice, it is done once."""
    way, form = _way(request), ContactForm(request.POST)
    service = join_queue if way == NOW else confirm_booking
    try:
        service(help_request_id=visit.id, actor=visit.actor, now=timezone.now(), **form.values())
    except NotFound:
        raise
    except DomainError as error:
        if not visit.draft:
            return visit.next_page()
        if error.field in form.fields:
            form.refuse(error)
            return _contact_page(request, visit, way, form, status=422)
        return _time_page(request, visit, visit.request.branch_id, refusal=error, typed=form.values())
    return redirect("citizen:done", token=visit.token)


def _way(request: HttpRequest) -> str:
    wanted = (request.POST if request.method == "POST" else request.GET).get("way")
    return NOW if wanted == NOW else TIME


def _wrong(typed: dict[str, Any], *, reachable: bool) -> list[DomainError]:
    """What the services would refuse, told before they are asked."""
    found: list[DomainError] = []
    try:
        clean_contact(name=typed["name"], phone=typed["phone"], email=typed["email"], reachable=reachable)
    except DomainError as error:
        found.append(error)
    return found if typed["consent"] else [*found, ConsentMissing()]


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was written on the contact page and travels with a second choice of time."""
    return {name: request.POST[name] for name in CONTACT if request.POST.get(name)} if request.method == "POST" else {}


def _branch_id(where: str | None) -> int | None:
    """None means from home. An address that no page of ours gives is an unknown page."""
    if not where or where == "home":
        return None
    if not where.isdecimal() or len(where) > 9:
        raise NotFound
    return int(where)


def _time_page(
    request: HttpRequest, visit: Visit, branch_id: int | None, *, refusal: DomainError | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    topic, authority = visit.request.topic, visit.request.authority
    assert topic and authority
    today = local_day(now, authority.timezone)
    branches = list(branches_covering(topic_id=topic.pk, authority_id=authority.pk, day=today))
    home = is_covered(topic_id=topic.pk, authority_id=authority.pk, branch_id=None, today=today, day=today)
    branch = next((b for b in branches if b.pk == branch_id), None)
    if branch_id is not None and branch is None:
        raise NotFound
    zone = branch.timezone if branch else authority.timezone
    starts: list[datetime] = []
    if branch or home:
        starts = offered_starts(
            authority=authority, branch=branch, minutes=topic.minutes, days=HORIZON_DAYS, now=now, mine=visit.id
        )
    context = {
        "visit": visit, "branches": branches, "branch": branch, "home": home, "zone": zone, "refusal": refusal,
        "days": by_day(starts, zone, now), "typed": typed or {}, "horizon": HORIZON_DAYS,
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
        "reachable": visit.request.channel == Channel.HOME,
    }  # fmt: skip
    return render(request, "citizen/contact.html", context, status=status)


def _held(visit: Visit, way: str) -> Any:
    """The kept time of a visit that goes by appointment."""
    return live_booking(visit.id) if way == TIME else None
