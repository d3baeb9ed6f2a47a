"""Doors of the staff open by role: the anonymous are asked to log in, a wrong role sees what a stranger sees."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.queries import grants_of
from legalaid.people.states import Role
from legalaid.web.staff.doors import DOORS, nav_of

WORKING_ROLE = "working_role"
"""Key of the session: the role she works in, absent for all of them."""
StaffView = Callable[Concatenate[HttpRequest, Actor, ...], HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor | None:
    """The member of staff behind a request with the memberships in force now; None for anybody else.

    Who has chosen one of her roles to work in has that role's alone, until she chooses again or the role ends.
    """
    user = request.user
    if not user.is_authenticated or user.pk is None:
        return None
    grants = user.grants if user.grants is not None else grants_of(user.pk, timezone.now())
    held = [role for role in DOORS if any(grant.role == role for grant in grants)]
    request.staff_roles = held  # type: ignore[attr-defined]  # read by web.context.site and staff.views
    chosen = request.session.get(WORKING_ROLE)
    return Actor.staff(user.pk, tuple(g for g in grants if g.role == chosen) or grants)


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
