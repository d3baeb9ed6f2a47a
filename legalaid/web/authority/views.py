"""The coordinator's first page: the week of all posts, what is missing to the norm, own figures; posts and files."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.directory.queries import authorities
from legalaid.insight.queries import funnel
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, in_zone, is_holiday, local_day
from legalaid.kernel.errors import DomainError
from legalaid.kernel.period import Period
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.hours_csv import write_hours
from legalaid.reception.hours_policies import get_coordinated_authority
from legalaid.reception.hours_refusals import BookingsTouched, FileRefused
from legalaid.reception.hours_rules import Extra
from legalaid.reception.queries import bookings_of_authority
from legalaid.reception.queries.hours import (
    absences_of,
    branches_in_other_zones,
    coverage_in,
    extra_rows,
    hours_rows,
    posts_of,
    receiving,
    week_on,
)
from legalaid.reception.services import Decisions
from legalaid.web.authority.decide import ask, change
from legalaid.web.authority.forms import FileForm, PostForm, is_id
from legalaid.web.authority.week import monday_of
from legalaid.web.authority.words import coverage_words, day_note, day_words, week_words
from legalaid.web.staff.access import staff
from legalaid.web.templatetags.times import length

DAYS = 30
"""Days of the own figures."""
EXPORT_DAYS = 180
"""How far ahead the exported table names single days."""


@require_GET
@staff(Role.COORDINATOR)
def authority(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The week of each post against the norm, and how the last 30 days went."""
    return _overview(request, actor, PostForm())


def _overview(request: HttpRequest, actor: Actor, form: PostForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    own = get_coordinated_authority(actor, _number(request.GET.get("authority", "")))
    today = local_day(now, own.timezone)
    monday = monday_of(request.GET.get("week", ""), today)
    days = [monday + timedelta(days=n) for n in range(7)]
    posts = list(posts_of(own.pk))
    open_ = receiving(posts, days, own.timezone)
    found = coverage_in(authority=own, monday=monday)
    context = {
        "tabs": _tabs(actor, own.pk), "same_authority": f"&authority={own.pk}",
        "authority": own, "monday": monday, "form": form, "days": DAYS,
        "week": week_words(monday, days[-1]), "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
        "this_week": monday <= today <= days[-1],
        "heads": [
            {"label": day_words(d), "note": day_note(d), "off": is_holiday(d), "today": d == today} for d in days
        ],
        "rows": [{"post": post, "days": [_cell(open_[post.pk], d, own.timezone) for d in days]} for post in posts],
        "coverage": found, "missing": coverage_words(found), "norm": length(found.norm),
        "offered": length(found.offered), "short": length(found.missing), "besides": length(found.besides),
        "booked_today": bookings_of_authority(
            authority_ids=[own.pk], during=day_period(today, own.timezone)).count(),
        "total": funnel(since=now - timedelta(days=DAYS), until=now, authority_id=own.pk),
        "other_zones": branches_in_other_zones(own, today),
        "absences": absences_of([p.pk for p in posts], Period(now, now + timedelta(days=EXPORT_DAYS))),
    }  # fmt: skip
    return render(request, "authority/authority.html", context, status=status)


def _tabs(actor: Actor, current: int) -> list[dict[str, object]]:
    """The authorities of somebody who coordinates several."""
    own = authorities().filter(pk__in=actor.places(Role.COORDINATOR, "authority"))
    home = reverse("authority")
    return [{"url": f"{home}?authority={one.pk}", "label": one.plain, "current": one.pk == current} for one in own]


def _cell(open_: list[Period], day: date, zone: str) -> list[str]:
    return [
        f"{in_zone(one.start, zone):%H:%M}–{in_zone(one.end, zone):%H:%M}"
        for one in open_
        if local_day(one.start, zone) == day
    ]


def _number(text: str) -> int | None:
    return int(text) if is_id(text) else None


@require_POST
@staff(Role.COORDINATOR)
def add_post(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """One more post; its week is drawn next."""
    form = PostForm(request.POST)
    try:
        post = services.open_post(
            authority_id=authority_id, name=request.POST.get("name", ""), actor=actor, now=timezone.now()
        )  # fmt: skip
    except DomainError as error:
        if error.code == "not_found":
            raise
        form.refuse(error)
        return _overview(request, actor, form, status=422)
    messages.success(request, _("Пост добавлен. Нарисуйте его часы."))
    return redirect("authority-post", post.pk)


@require_GET
@staff(Role.COORDINATOR)
def export(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """Hours of all posts as a table for a spreadsheet."""
    own = get_coordinated_authority(actor, authority_id)
    today = local_day(timezone.now(), own.timezone)
    monday = monday_of(request.GET.get("week", ""), today)
    posts = list(posts_of(own.pk))
    rows, names = hours_rows([post.pk for post in posts]), {post.pk: post.name for post in posts}
    extra: dict[str, list[Extra]] = {}
    for one in extra_rows(names, [today + timedelta(days=n) for n in range(EXPORT_DAYS)]):
        extra.setdefault(names[one.post_id], []).append(Extra(one.day, one.opens, one.closes))
    text = write_hours({post.name: week_on(rows[post.pk], monday) for post in posts}, extra)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="hours-{own.code}-{monday.isoformat()}.csv"'
    return response


@staff(Role.COORDINATOR)
def load(request: HttpRequest, actor: Actor, authority_id: int) -> HttpResponseBase:
    """Hours from a table: tried first, written when everything in it is right and the coordinator says so."""
    own = get_coordinated_authority(actor, authority_id)
    now = timezone.now()
    form = FileForm(request.POST or None, request.FILES or None, initial={"since": local_day(now, own.timezone)})
    context: dict[str, object] = {"authority": own, "form": form, "errors": [], "tried": None}
    if request.method == "POST" and form.is_valid():
        try:
            return _load(request, actor, own.pk, form, context, now)
        except FileRefused as error:
            context["errors"] = error.errors
        except DomainError as error:
            if error.code == "not_found":
                raise
            form.refuse(error)
    return render(request, "authority/import.html", context, status=422 if form.errors or context["errors"] else 200)


def _load(
    request: HttpRequest, actor: Actor, authority_id: int, form: FileForm, context: dict[str, object], now: datetime
) -> HttpResponseBase:
    text, since = form.table(), form.cleaned_data["since"]
    data = request.POST.copy()
    data["text"], data["go"] = text, "1"

    def save(decisions: Decisions, *, dry_run: bool = False) -> None:
        context["tried"] = services.import_hours_csv(
            authority_id=authority_id, text=text, since=since, decisions=decisions, actor=actor, now=now,
            dry_run=dry_run,
        )  # fmt: skip

    back = reverse("authority")
    if "go" in request.POST:
        return change(request, save, back=back, done=_("Часы из файла загружены."), data=data)
    try:
        save({}, dry_run=True)
    except BookingsTouched as touched:
        return ask(request, data, touched, back)
    return render(request, "authority/import_confirm.html", context | {"text": text, "since": since})
