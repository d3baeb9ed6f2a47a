"""One-click logins of the demo."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from legalaid.people.backends import StaffBackend
from legalaid.web.demo.keys import LANDING, user_behind


@never_cache
@require_GET
def one_click_login(request: HttpRequest, role: str) -> HttpResponse:
    """Open the product as `role`, only in the demo and only by an address that `legalaid demo` printed.

    It is a GET that changes the session, which is forbidden everywhere else: an address in a terminal can only be
    opened, not posted. It is harmless here because the demo holds invented people only, the key is signed with the
    demo's own random secret, and outside the demo the view does not exist. An unknown role, a foreign key and
    a product that is not a demo look the same.
    """
    if not settings.DEMO:
        raise Http404
    try:
        user_id = user_behind(role, request.GET.get("key", ""))
    except signing.BadSignature:
        raise Http404 from None
    logout(request)
    if user_id is not None:
        user = StaffBackend().get_user(user_id)
        if user is None:
            raise Http404
        login(request, user, backend="legalaid.people.backends.StaffBackend")
    return redirect(LANDING[role])
