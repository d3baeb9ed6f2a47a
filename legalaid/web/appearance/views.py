"""One address that remembers a choice and sends the reader back to the page she was on."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from legalaid.web.appearance.choices import ALLOWED, COOKIE, COOKIE_SECONDS, UnknownChoice, from_cookie


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the pressed choice in a cookie; 400 for a value that no button sends."""
    wanted = {name: request.POST[name] for name in ALLOWED if name in request.POST}
    try:
        chosen = from_cookie(request.COOKIES.get(COOKIE, "")).changed(wanted)
    except UnknownChoice as error:
        raise BadRequest(str(error)) from error
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        COOKIE, chosen.to_cookie(), max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=settings.HTTPS
    )
    return response


def _back(request: HttpRequest) -> str:
    """The page the form stood on, if it is ours; else the first page."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"
