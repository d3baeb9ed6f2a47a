"""Headers of every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

NOTHING = "camera=(), microphone=(), display-capture=(), geolocation=(), payment=(), usb=()"
"""What a page may ask of the browser unless it says otherwise: only the dialogue's pages do."""


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no page may ask for devices but those that set the header themselves."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NOTHING)
        return response

    return middleware
