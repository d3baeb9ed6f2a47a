"""Doors of the staff open by role: the anonymous are asked to log in, a wrong role sees what a stranger sees."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.queries import grants_of
from legalaid.people.states import Role

StaffView = Callable[Concatenate[HttpRequest, Actor, ...], HttpResponseBase]


class Door(NamedTuple):
    """A page of the staff's navigation: name of its address, label, icon."""

    name: str
    label: str | Promise
    icon: str


DOORS: dict[Role, list[Door]] = {
    Role.OPERATOR: [
        Door("desk", _("Сегодня"), icon="calendar-days"),
        Door("desk-register", _("Новый посетитель"), icon="user-plus"),
        Door("search", _("Поиск"), icon="search"),
        Door("staff-guide", _("Обучение"), icon="book-open"),
    ],
    Role.EXPERT: [
        Door("expert", _("Приём"), icon="headset"),
        Door("search", _("Поиск"), icon="search"),
        Door("recordings", _("Записи"), icon="film"),
        Door("staff-guide", _("Обучение"), icon="book-open"),
    ],
    Role.COORDINATOR: [
        Door("authority", _("Посты и часы"), icon="calendar-clock"),
        Door("authority-agreements", _("Соглашения"), icon="file-text"),
        Door("authority-experts", _("Специалисты"), icon="users"),
        Door("authority-rulings", _("Правила"), icon="sliders-horizontal"),
        Door("recordings", _("Записи"), icon="film"),
    ],
    Role.OFFICE: [
        Door("office", _("Обзор"), icon="layout-dashboard"),
        Door("office-agreements", _("Соглашения"), icon="file-text"),
        Door("office-triage", _("Подбор тем"), icon="search"),
        Door("office-orphans", _("Требует решения"), icon="circle-alert"),
        Door("office-booths", _("Места"), icon="monitor-check"),
        Door("office-pack", _("Пакет и запуск"), icon="package"),
        Door("authority-rulings", _("Правила"), icon="sliders-horizontal"),
        Door("watch", _("Сейчас"), icon="radar"),
        Door("figures", _("Показатели"), icon="chart-column"),
    ],
    Role.DUTY_OFFICER: [Door("watch", _("Сейчас"), icon="radar")],
    Role.OBSERVER: [Door("figures", _("Показатели"), icon="chart-column")],
}
"""Role → its pages."""


def actor_of(request: HttpRequest) -> Actor | None:
    """The member of staff behind a request with the memberships in force now; None for anybody else."""
    user = request.user
    if not user.is_authenticated or user.pk is None:
        return None
    grants = user.grants if user.grants is not None else grants_of(user.pk, timezone.now())
    return Actor.staff(user.pk, grants)


def staff(*roles: Role) -> Callable[[StaffView], Callable[..., HttpResponseBase]]:
    """Guard a view: it gets the actor, who has one of the roles; NotFound from below becomes 404."""

    def guard(view: StaffView) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            if not any(actor.has(role) for role in roles):
                raise Http404
            nav = SimpleLazyObject(lambda: nav_of(actor, request.path))  # many answers show no page
            request.staff_nav = nav  # type: ignore[attr-defined]  # read by web.context.site
            try:
                return view(request, actor, *args, **kwargs)
            except NotFound:
                raise Http404 from None

        guarded.staff_roles = roles  # type: ignore[attr-defined]  # the matrix test reads which roles a door wants
        return guarded

    return guard


def nav_of(actor: Actor, path: str) -> list[dict[str, object]]:
    """Items of the staff's navigation, in the order of the roles, none twice."""
    items: dict[str, dict[str, object]] = {}
    for role, doors in DOORS.items():
        if actor.has(role):
            for door in doors:
                url = reverse(door.name)
                items.setdefault(url, {"url": url, "label": door.label, "icon": door.icon, "current": path == url})
    return list(items.values())


def landing_of(actor: Actor) -> str:
    """The first page of the actor's first role."""
    for role, doors in DOORS.items():
        if actor.has(role):
            return reverse(doors[0].name)
    raise NotFound
