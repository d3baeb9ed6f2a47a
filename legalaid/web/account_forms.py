"""The login of the staff. Who has left is answered as a stranger is: nobody learns whose address is known."""

from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm
from django.utils import timezone


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """The e-mail a code is sent to."""

    user: Any

    def clean(self) -> Any:
        found = super().clean()
        if self.user is not None and not self.user.works(timezone.now()):
            self.user = None
        return found


class StaffCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth is not typed
    """The same at allauth's second address."""

    def clean_email(self) -> Any:
        email = super().clean_email()
        user = getattr(self, "_user", None)
        if user is not None and not user.works(timezone.now()):
            self._user = None
        return email
