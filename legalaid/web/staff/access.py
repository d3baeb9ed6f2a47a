"""Doors of the staff open by role. An anonymous reader is asked to log in; a wrong role sees what a stranger sees: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.queries import grants_of
from legalaid.people.states import Role

StaffView = Callable[Concatenate[HttpRequest, Actor, ...], HttpResponseBase]

DOORS: dict[Role, list[tuple[str, str | Promise, str]]] = {
    Role.OPERATOR: [("desk", _("День"), "calendar-days"), ("desk-register", _("Новый посетитель"), "user-round-plus")],
    Role.EXPERT: [("expert", _("Приём"), "headset")],
    Role.COORDINATOR: [("authority", _("Посты и часы"), "calendar-clock")],
    Role.OFFICE: [("office", _("Соглашения и показатели"), "file-signature"), ("figures", _("Показатели"), "chart-column")],
    Role.OBSERVER: [("figures", _("Показатели"), "chart-column")],
}  # fmt: skip
"""Role → its pages: name of the address, label, icon."""


def actor_of(request: HttpRequest) -> Actor | None:
    """The member of staff behind a request with the memberships in force now; None for anybody else."""
    user = request.user
    if not user.is_authenticated or user.pk is None:
        return None
    return Actor.staff(user.pk, grants_of(user.pk, timezone.now()))


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
            request.staff_nav = nav_of(actor, request.path)  # type: ignore[attr-defined]  # read by web.context.site
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
            for name, label, icon in doors:
                url = reverse(name)
                items.setdefault(url, {"url": url, "label": label, "icon": icon, "current": path == url})
    return list(items.values())


def landing_of(actor: Actor) -> str:
    """The first page of the actor's first role."""
    for role, doors in DOORS.items():
        if actor.has(role):
            return reverse(doors[0][0])
    raise NotFound
