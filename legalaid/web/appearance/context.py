"""The reader's choices for every template."""

from typing import Any

from django.http import HttpRequest

from legalaid.web.appearance.choices import COOKIE, from_cookie


def appearance(request: HttpRequest) -> dict[str, Any]:
    """`appearance`: choices from the cookie; attributes for <html> and pressed buttons come from it."""
    return {"appearance": from_cookie(request.COOKIES.get(COOKIE, ""))}
