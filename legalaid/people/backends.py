"""How a member of staff is known again: allauth's login, and one hand-written statement for every request after it."""

from contextvars import ContextVar

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from legalaid.people.models import User
from legalaid.people.queries import signed_in
from legalaid.people.sessions import SessionStore

_reading: ContextVar[SessionStore | None] = ContextVar("reading", default=None)


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """The backend of AUTHENTICATION_BACKENDS."""

    def get_user(self, user_id: int) -> User | None:
        """The member of staff of a session with what she may do now; None when she has left."""
        session = _reading.get()
        if session is not None and session.account is not None and session.account.pk == user_id:
            return session.account
        return signed_in(user_id, timezone.now())


class StaffMiddleware(AuthenticationMiddleware):
    """Django's own, whose checks all stay; only the row of the user has come with her session."""

    def process_request(self, request: HttpRequest) -> None:
        """Let the request know its user, found when first asked for."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # as Django does


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    mark = _reading.set(request.session)  # type: ignore[arg-type]  # ours by SESSION_ENGINE
    try:
        return get_user(request)
    finally:
        _reading.reset(mark)
