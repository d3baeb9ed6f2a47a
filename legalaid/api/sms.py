"""The door of the SMS gateway: what became of a message it took."""

import hmac
import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from legalaid.kernel.errors import NotFound
from legalaid.messaging.services import take_receipt


@csrf_exempt  # a gateway has no session to ride on: each receipt is signed with a secret it shares with us
def receipt(request: HttpRequest) -> HttpResponse:
    """Take {"id", "delivered", "code"}, signed; an unknown message and a wrong signature are an unknown page."""
    if request.method != "POST" or not _is_signed(request):
        raise Http404
    told = _read(request.body)
    gateway_id, delivered, code = told.get("id"), told.get("delivered"), told.get("code", "")
    if not isinstance(gateway_id, str) or not isinstance(delivered, bool):
        raise Http404
    try:
        take_receipt(gateway_id=gateway_id, delivered=delivered, code=str(code), now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _is_signed(request: HttpRequest) -> bool:
    secret = str(settings.SMS_RECEIPT_SECRET)
    if not secret:
        return False
    expected = "sha256=" + hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), request.headers.get("X-Signature", "").encode())


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
