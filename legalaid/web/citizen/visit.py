"""Who came by which secret link. Every page behind a link begins here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from legalaid.intake.links import id_from
from legalaid.intake.policies import get_visible_request
from legalaid.intake.states import RequestState
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.people.states import Channel
from legalaid.reception.services import be_here
from legalaid.web.phones import phone_near


class Visit:
    """A citizen at her request's pages. Raises NotFound for a link that is not ours or leads nowhere."""

    def __init__(self, token: str) -> None:
        found = id_from(token)
        if found is None:
            raise NotFound
        self.token = token
        self.id = found
        self.actor = Actor.citizen(found)
        self.request = get_visible_request(self.actor, found)

    @property
    def draft(self) -> bool:
        return bool(self.request.state == RequestState.DRAFT)

    @property
    def waits_at_home(self) -> bool:
        """Whether a place in the queue is kept for her while a page of hers is open."""
        return bool(self.request.state == RequestState.QUEUED and self.request.channel == Channel.HOME)

    @property
    def phone(self) -> str:
        """Where she calls when nothing else works."""
        return phone_near(self.request)

    @property
    def zone(self) -> str:
        """Times are told on the clocks of the centre she comes to, or of the authority when she is at home."""
        if self.request.branch is not None:
            return self.request.branch.timezone
        return self.request.authority.timezone if self.request.authority else "Europe/Moscow"

    def next_page(self) -> HttpResponse:
        """Where a visitor of a page that is not for this state is sent."""
        if not self.draft:
            return redirect("citizen:request", token=self.token)
        if self.request.topic is None:
            return redirect("citizen:topics", token=self.token)
        return redirect("citizen:topic", token=self.token)


View = Callable[..., HttpResponse]


def behind_link(*, draft: bool | None = None) -> Callable[[View], View]:
    """Turn the token of an address into a Visit; an unknown, foreign or spoilt link is an unknown page.

    `draft` True or False sends visitors of the other kind to where they belong. Answers are never cached.
    """

    def wrap(view: View) -> View:
        @never_cache
        @wraps(view)
        def page(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
            try:
                visit = Visit(token)
                if draft is not None and visit.draft is not draft:
                    return visit.next_page()
                if visit.waits_at_home and request.method == "GET":  # also without a script: she is looking at a page
                    be_here(help_request_id=visit.id, actor=visit.actor, now=timezone.now())
                request.near_phone = visit.phone  # type: ignore[attr-defined]  # read by web.context.site
                response = view(request, visit, **rest)
            except NotFound as error:
                raise Http404 from error
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return page

    return wrap
