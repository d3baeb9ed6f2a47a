"""Accounts of the staff: made by the project office, never by sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Nobody signs up: a member of staff is invited with a role at a place."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
