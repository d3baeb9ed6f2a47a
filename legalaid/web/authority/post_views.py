"""One post: its week on the grid, single days, absences, copies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.period import Period
from legalaid.kernel.tickets import sign_page
from legalaid.people.states import Role
from legalaid.reception import services
from legalaid.reception.hours_policies import get_coordinated_post
from legalaid.reception.queries.hours import absences_of, posts_of, upcoming_extra
from legalaid.reception.services import Decisions
from legalaid.web.authority.decide import change
from legalaid.web.authority.forms import AbsenceForm, CopyForm, ExtraForm, PostForm
from legalaid.web.authority.week import AHEAD, WeekUnclear, grid_data, monday_of, read_week, week_mark, week_of
from legalaid.web.authority.words import week_words
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.staff.access import staff

if TYPE_CHECKING:
    from legalaid.directory.models import Post


def _back(post: Post, monday: date) -> str:
    return f"{reverse('authority-post', args=[post.pk])}?week={monday.isoformat()}"


def _page(
    request: HttpRequest, actor: Actor, post: Post, monday: date, now: datetime, **changed: object
) -> HttpResponse:
    """The page of a post; `changed` holds the forms that were refused."""
    typed = changed.pop("typed", None)
    days = week_of(post, monday, now, typed if typed is None else request.POST)
    posts = list(posts_of(post.authority_id))
    sunday = monday + timedelta(days=6)
    context = {
        "post": post, "authority": post.authority, "monday": monday, "week_days": days, "grid": grid_data(days),
        "week": week_words(monday, sunday), "before": monday - timedelta(days=7), "after": monday + timedelta(days=7),
        "posts": posts, "refusal": "", "scope": request.POST.get("scope", "on"),
        "past": sunday < local_day(now, post.authority.timezone),
        "extra_form": ExtraForm(auto_id="extra-%s"), "absence_form": AbsenceForm(auto_id="absence-%s"),
        "copy_form": CopyForm(auto_id="copy-%s", posts=posts, monday=monday),
        "name_form": PostForm(auto_id="name-%s", initial={"name": post.name}),
        "absences": absences_of([post.pk], Period(now, now + AHEAD)), "extra": upcoming_extra(post, now),
        "live_page": sign_page([f"queue:{post.authority_id}"], user_id=actor.user_id),
        # What was drawn on a week that is not so any more stays so after a refusal: she goes on from the same page.
        "seen": request.POST.get("seen") or week_mark(post, monday, now),
    }  # fmt: skip
    status = 422 if changed else 200
    return render(request, "authority/post.html", context | changed, status=status)


@staff(Role.COORDINATOR)
def post_week(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """Show a week of the post; a POST makes the drawn week its hours, from this week on or for this week alone."""
    post = get_coordinated_post(actor, post_id)
    now = timezone.now()
    today = local_day(now, post.authority.timezone)
    monday = monday_of(request.POST.get("week") or request.GET.get("week", ""), today)
    if request.method != "POST":
        return _page(request, actor, post, monday, now)
    until = monday + timedelta(days=6) if request.POST.get("scope") == "only" else None

    def save(decisions: Decisions) -> str | None:
        # What is drawn for good on a day that is over is meant for the same days to come; for this week alone, refused.
        since = max(monday, today) if until is None else monday
        changed = services.set_week(post_id=post.pk, week=read_week(request.POST), since=since, until=until,
                                    decisions=decisions, actor=actor, now=now)  # fmt: skip
        if not changed:
            return _("Ничего не изменилось.")
        return _("Часы сохранены. Прошедшие дни этой недели остались прежними.") if since > monday else None

    try:
        return change(request, save, back=_back(post, monday), done=_("Часы сохранены."))
    except WeekUnclear:
        refusal = _("Проверьте отмеченные часы: нужны и начало, и конец, и конец позже начала.")
    except NotFound:
        raise
    except DomainError as error:
        refusal = str(error.text)
    return _page(request, actor, post, monday, now, refusal=refusal, typed=True)


@require_GET
@staff(Role.COORDINATOR)
def changed(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """The live part of the page: empty until the post stands otherwise than the page in hand says."""
    post, now = get_coordinated_post(actor, post_id), timezone.now()
    monday = monday_of(request.GET.get("week", ""), local_day(now, post.authority.timezone))
    if request.headers.get("HX-Request") != "true":
        return redirect(_back(post, monday))
    hours, booked = week_mark(post, monday, now).split("~")
    seen_hours, _sign, seen_booked = request.GET.get("seen", "").partition("~")
    context = {"page": _back(post, monday), "hours": hours != seen_hours, "booked": booked != seen_booked}
    return render(request, "authority/changed.html", context)


def _small(
    request: HttpRequest, actor: Actor, post_id: int, name: str, form_of: Callable[[Post, date], DoorForm],
    save: Callable[[Post, date, DoorForm, Decisions, datetime], str | None], done: str,
) -> HttpResponseBase:  # fmt: skip
    """What the small forms beside the grid have in common: a refused one stands on the page as it was typed."""
    post, now = get_coordinated_post(actor, post_id), timezone.now()
    monday = monday_of(request.POST.get("week", ""), local_day(now, post.authority.timezone))
    form = form_of(post, monday)
    if form.is_valid():
        try:
            return change(request, lambda decisions: save(post, monday, form, decisions, now),
                          back=_back(post, monday), done=done)  # fmt: skip
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(request, actor, post, monday, now, **{name: form})


@require_POST
@staff(Role.COORDINATOR)
def add_extra(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """Reception on one day besides the week."""

    def save(post: Post, _monday: date, form: DoorForm, decisions: Decisions, now: datetime) -> None:
        services.add_extra_hours(post_id=post.pk, **form.cleaned_data, decisions=decisions, actor=actor, now=now)

    return _small(request, actor, post_id, "extra_form", lambda _p, _m: ExtraForm(request.POST, auto_id="extra-%s"),
                  save, _("Приём вне графика добавлен."))  # fmt: skip


@require_POST
@staff(Role.COORDINATOR)
def add_absence(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """The post, or all of them, will not receive for a while."""

    def save(post: Post, _monday: date, form: DoorForm, decisions: Decisions, now: datetime) -> str | None:
        assert isinstance(form, AbsenceForm)
        during = form.during(post.authority.timezone)
        ids = [p.pk for p in posts_of(post.authority_id)] if form.cleaned_data["everyone"] else [post.pk]
        written = services.add_absence(post_ids=ids, during=during, reason=form.cleaned_data["reason"],
                                       decisions=decisions, actor=actor, now=now)  # fmt: skip
        if written == during:
            return None
        return _("Отсутствие записано с этой минуты: прошедшее время не переписывается.")

    return _small(request, actor, post_id, "absence_form",
                  lambda _p, _m: AbsenceForm(request.POST, auto_id="absence-%s"), save,
                  _("Отсутствие записано."))  # fmt: skip


@require_POST
@staff(Role.COORDINATOR)
def copy(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """The week shown, for other posts or other weeks."""

    def save(post: Post, monday: date, form: DoorForm, decisions: Decisions, now: datetime) -> None:
        sent = form.cleaned_data
        services.copy_week(post_id=post.pk, monday=monday, to_post_ids=sent["to"], since=sent["since"],
                           until=sent["until"], decisions=decisions, actor=actor, now=now)  # fmt: skip

    def form_of(post: Post, monday: date) -> CopyForm:
        return CopyForm(request.POST, auto_id="copy-%s", posts=list(posts_of(post.authority_id)), monday=monday)

    return _small(request, actor, post_id, "copy_form", form_of, save, _("Неделя скопирована."))


@require_POST
@staff(Role.COORDINATOR)
def rename(request: HttpRequest, actor: Actor, post_id: int) -> HttpResponseBase:
    """Another name for the post."""

    def save(post: Post, _monday: date, form: DoorForm, _decisions: Decisions, now: datetime) -> None:
        services.rename_post(post_id=post.pk, name=form.cleaned_data["name"], actor=actor, now=now)

    return _small(request, actor, post_id, "name_form", lambda _p, _m: PostForm(request.POST, auto_id="name-%s"),
                  save, _("Название сохранено."))  # fmt: skip


@require_POST
@staff(Role.COORDINATOR)
def remove_extra(request: HttpRequest, actor: Actor, extra_id: int) -> HttpResponseBase:
    """Take a single day's reception away."""
    back = request.POST.get("back", "")

    def save(decisions: Decisions) -> None:
        services.remove_extra_hours(extra_id=extra_id, decisions=decisions, actor=actor, now=timezone.now())

    return change(request, save, back=_own(back), done=_("Приём вне графика убран."))


@require_POST
@staff(Role.COORDINATOR)
def remove_absence(request: HttpRequest, actor: Actor, closure_id: int) -> HttpResponseBase:
    """The post receives after all."""

    def save(_decisions: Decisions) -> None:
        services.remove_absence(closure_id=closure_id, actor=actor, now=timezone.now())

    return change(request, save, back=_own(request.POST.get("back", "")), done=_("Отсутствие убрано: пост принимает."))


def _own(back: str) -> str:
    """The page to return to, when it is one of these pages."""
    home = reverse("authority")
    return back if back.startswith(home) and "\\" not in back else home
