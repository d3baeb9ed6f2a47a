"""Headers of every answer."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

NOTHING = "camera=(), microphone=(), display-capture=(), geolocation=(), payment=(), usb=()"
"""What a page may ask of the browser unless it says otherwise: only the dialogue's pages do."""


def policies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no page contacts a foreign host, and none asks for devices but those that set the header themselves.

    What may be loaded is CONTENT_SECURITY_POLICY, the same for all pages: django-csp writes it once, where its own
    middleware writes it twice for each answer.
    """
    own_host = build_policy()

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NOTHING)
        response.headers.setdefault(HEADER, own_host)
        return response

    return middleware
