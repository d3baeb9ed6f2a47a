"""The computer of a booth: a signed cookie says which booth it is."""

from datetime import timedelta

from django.http import HttpRequest

COOKIE, SALT = "booth", "legalaid.web.kiosk"
PAIRED_FOR = timedelta(days=365)
"""A booth is paired for a year; pairing again is one click of the operator."""
RESTS_FOR = timedelta(minutes=5)
"""So long nobody touches a visitor's page in a booth, and it is closed: she reads, or waits for her memo."""


def paired_to(request: HttpRequest) -> int | None:
    """The booth this computer says it is; None for every other computer."""
    text = str(request.get_signed_cookie(COOKIE, default="", salt=SALT))
    return int(text) if text.isdigit() else None


def visitors_page(request: HttpRequest) -> bool:
    """Whether a page stands before a visitor in a booth: whoever has logged in here works, and is let alone."""
    user = getattr(request, "user", None)
    return paired_to(request) is not None and (user is None or not user.is_authenticated)
