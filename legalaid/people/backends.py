"""How a member of staff is known again: allauth's login, and one hand-written statement for every request after it."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from legalaid.people.models import User
from legalaid.people.queries import signed_in


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """The backend of AUTHENTICATION_BACKENDS."""

    def get_user(self, user_id: int) -> User | None:
        """The member of staff of a session with what she may do now; None when she has left."""
        return signed_in(user_id, timezone.now())
