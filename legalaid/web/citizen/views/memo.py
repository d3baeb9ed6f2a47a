"""Is a memo genuine? Anyone with its code may ask."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from legalaid.result.queries import memo_by_code
from legalaid.result.states import MemoState


@never_cache
@require_GET
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Say that the memo was issued, when and by whom; nothing about the person or what she asked."""
    memo = memo_by_code(code)
    if memo is None:
        raise Http404
    response = render(request, "citizen/memo_check.html", {"memo": memo, "replaced": memo.state == MemoState.REPLACED})
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
