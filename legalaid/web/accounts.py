"""Accounts of the staff: made by the project office, never by sign-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Nobody signs up: a member of staff is invited with a role at a place."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase | None:
        """A code sent before she left opens nothing after it."""
        if not user.works(timezone.now()):
            clear_login(request)
            return redirect("account_login")
        found: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        return found
