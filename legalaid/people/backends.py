"""How a member of staff is known again: allauth's login, and one hand-written statement for every request after it."""

from allauth.account.auth_backends import AuthenticationBackend

from legalaid.kernel.sql import rows_of
from legalaid.people.models import User


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """The backend of AUTHENTICATION_BACKENDS."""

    def get_user(self, user_id: int) -> User | None:
        """The member of staff of a session; None when she has left."""
        return next(iter(rows_of(User, "id = %(id)s AND is_active", id=user_id)), None)
