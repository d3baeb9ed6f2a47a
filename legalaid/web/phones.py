"""Where to call when nothing else works: the centre's own number, the authority's, or the installation's."""

from typing import Any

from django.conf import settings

from legalaid.web.templatetags.contacts import phone


def phone_near(help_request: Any) -> str:
    """The number for the person of a request: of the centre she comes to, of her authority, of the installation."""
    for place in (help_request.branch, help_request.authority):
        if place is not None and place.phone:
            return phone(place.phone)
    return str(settings.SUPPORT_PHONE)


def phone_at(branch: Any) -> str:
    """The number for whoever stands in a centre."""
    return phone(branch.phone) if branch.phone else str(settings.SUPPORT_PHONE)


def digits(number: str) -> str:
    """A number as a link dials it."""
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")
